/** An output that is compressed as a whole: what comes out is what went in, and what cannot be written over is said. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodedOutput, nowhere } from '../../src/content/encoded-output.js';
import { seededRandom } from '../helpers/seeded-random.js';

const bytes = Buffer.concat([seededRandom(3).bytes(300_000), Buffer.alloc(500_000, 'varve')]);

/** What is written, and how it ended. */
function memoryOutput() {
  const pieces: Buffer[] = [];
  const events: string[] = [];
  return {
    events,
    content: () => Buffer.concat(pieces),
    write: (_: string, piece: Uint8Array) => void pieces.push(Buffer.from(piece)),
    commit: () => void events.push('commit'),
    abandon: () => void events.push('abandon'),
  };
}

function encode(pieceBytes: number): Buffer {
  const inner = memoryOutput();
  const output = encodedOutput(inner, 'gzip');
  for (let at = 0; at < bytes.length; at += pieceBytes) output.write('', bytes.subarray(at, at + pieceBytes), at);
  output.commit();
  output.abandon();
  expect(inner.events).toEqual(['commit', 'abandon']);
  expect(output.sizeBytes).toBe(inner.content().length);
  return inner.content();
}

describe('an output that is compressed as a whole', () => {
  it('has the same bytes, in whatever pieces they were written', () => {
    const once = encode(bytes.length);
    expect(gunzipSync(once).equals(bytes)).toBe(true);
    for (const pieceBytes of [512, 65_537]) expect(encode(pieceBytes).equals(once)).toBe(true);
  });

  it('takes nothing more once a position comes again, and cannot be finished', () => {
    const output = encodedOutput(memoryOutput(), 'gzip');
    output.write('', bytes, 0);
    expect(output.isTorn).toBe(false);
    output.write('', bytes.subarray(0, 10), 100);
    output.write('', bytes.subarray(0, 10), bytes.length);
    expect(output.isTorn).toBe(true);
    expect(() => output.commit()).toThrow(TypeError);
    output.abandon();
  });

  it('may go nowhere, and has its size', () => {
    const output = encodedOutput(nowhere, 'gzip');
    output.write('', bytes, 0);
    output.commit();
    output.abandon();
    expect(output.sizeBytes).toBe(encode(1000).length);
  });
});
