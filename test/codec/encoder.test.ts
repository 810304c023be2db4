/** Encoders: what comes out decodes to what went in, the same bytes however it was cut, and says nothing of its making. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/codec/create-decoder.js';
import { createEncoder, type EncodedForm, encoderLack, encoderLevels } from '../../src/codec/encode/encoder.js';
import { seededRandom } from '../helpers/archive-builder.js';

const forms = (['gzip', 'zstd'] as const).filter((form) => encoderLack(form) === null);

function encoded(form: EncodedForm, level: number, pieces: readonly Buffer[]): Buffer {
  const encoder = createEncoder(form, level);
  const out: Buffer[] = [];
  const keep = (bytes: Uint8Array): number => out.push(Buffer.from(bytes));
  for (const piece of pieces) encoder.write(piece, keep);
  encoder.end(keep);
  encoder.close();
  encoder.close();
  return Buffer.concat(out);
}

async function decoded(form: EncodedForm, bytes: Buffer): Promise<Buffer> {
  const decoder = await createDecoder(form);
  const out: Buffer[] = [];
  const keep = (piece: Uint8Array): number => out.push(Buffer.from(piece));
  await decoder.write(bytes, keep);
  await decoder.end(keep);
  decoder.close();
  return Buffer.concat(out);
}

/** Text that can be packed, with some that cannot in between. */
function content(sizeBytes: number, seed = 1): Buffer {
  const random = seededRandom(seed);
  const bytes = Buffer.alloc(sizeBytes, 'layers of sediment, ');
  for (let at = 0; at < sizeBytes; at += 1000) bytes[at] = random.integer(0, 255);
  return bytes;
}

function cut(bytes: Buffer, stepBytes: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / stepBytes) }, (_, i) =>
    bytes.subarray(i * stepBytes, (i + 1) * stepBytes),
  );
}

it('gzip can be made on every Node that is supported', () => {
  expect(encoderLack('gzip')).toBeNull();
});

describe.each(forms)('an encoder of %s', (form) => {
  const { least, most, usual } = encoderLevels[form];

  it.each([0, 1, 300_000, 256 * 1024, 512 * 1024, 1_500_000])('gives back %i bytes at every level', async (size) => {
    for (const level of [least, usual, most]) {
      const bytes = content(size);
      expect((await decoded(form, encoded(form, level, [bytes]))).equals(bytes)).toBe(true);
    }
  });

  it('makes the same bytes however its input is cut', () => {
    const bytes = content(1_200_000);
    const whole = encoded(form, usual, [bytes]);
    for (const step of [7001, 64 * 1024, 256 * 1024, 1024 * 1024]) {
      expect(encoded(form, usual, cut(bytes, step)).equals(whole), `${step}`).toBe(true);
    }
  });

  it('hands on what its sink throws', () => {
    const encoder = createEncoder(form, least);
    const refuse = (): never => {
      throw new RangeError('no room');
    };
    expect(() => {
      encoder.write(content(600_000), refuse);
      encoder.end(refuse);
    }).toThrow('no room');
    encoder.close();
  });
});

it('gzip says no time, no name, and no system, at whatever level', () => {
  for (const [level, flags] of [
    [1, 4],
    [6, 0],
    [9, 2],
  ] as const) {
    const bytes = encoded('gzip', level, [content(100_000)]);
    expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, flags, 255]);
    expect(gunzipSync(bytes).equals(content(100_000))).toBe(true);
  }
});

it('zstd is made where Node can, and said to lack otherwise', () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const hasZstd = major > 23 || (major === 23 && minor >= 8) || (major === 22 && minor >= 15);
  expect(encoderLack('zstd') === null).toBe(hasZstd);
  expect(encoderLack('zstd') ?? 'Node 22.15').toContain('Node 22.15');
});
