/**
 * Damaged compressed data: a decoder ends with all the bytes or with a CodecError, the same for any pieces, and gzip decodes
 * exactly what zlib decodes.
 */
import { constants, type Gunzip, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CodecError } from '../../src/codec/codec-error.js';
import { decode, type Path, pathsOf } from '../codec/decode.js';
import * as fixtures from '../codec/fixtures.js';
import { gzip, mixedContent, seededRandom, xz, zstd } from '../helpers/archive-builder.js';
import { bzip2 } from '../scan/bzip2-writer.js';
import { fuzz, timeout } from './budget.js';
import { mutated } from './mutations.js';

const contents = [
  Buffer.alloc(0),
  Buffer.from('varve'),
  Buffer.from(fixtures.numbers),
  mixedContent(seededRandom(7), 20_000),
];
const made = (encode: (content: Buffer) => Uint8Array): Buffer[] =>
  contents.map((content) => Buffer.from(encode(content)));
const inputs = {
  gzip: [
    ...made(gzip),
    ...made((content) => gzip(content, { members: 3 })),
    ...made((content) => gzip(content, { level: 0 })),
  ],
  zstd: [...made(zstd), ...made((content) => zstd(content, { frames: 3 }))],
  xz: [...made(xz), Buffer.from(fixtures.xzNumbers), Buffer.from(fixtures.xzBlocks)],
  bzip2: [...made(bzip2), Buffer.from(fixtures.bzip2Numbers)],
};
const runs = { gzip: 4000, zstd: 2500, xz: 600, bzip2: 600 } as const;

/** The decoded bytes as text, or the code of the CodecError; any other error goes on. */
async function result(path: Path, bytes: Buffer, pieceBytes?: number): Promise<string> {
  try {
    return (await decode(path, bytes, pieceBytes)).toString('latin1');
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return `CodecError ${error.code}`;
  }
}

/** What zlib makes of it, as a reader that takes neither a truncated input nor garbage behind zeros, which Node's lets pass. */
function byZlib(bytes: Buffer): string | null {
  try {
    const options = { finishFlush: constants.Z_FINISH, maxOutputLength: 64 * 1024 * 1024, info: true };
    const { buffer, engine } = gunzipSync(bytes, options) as unknown as { buffer: Buffer; engine: Gunzip };
    return bytes.subarray(engine.bytesWritten).every((byte) => byte === 0) ? buffer.toString('latin1') : null;
  } catch {
    return null;
  }
}

it.each(Object.keys(inputs) as (keyof typeof inputs)[])('%s ends well or with a CodecError', { timeout }, (codec) =>
  fuzz(
    `${codec} decoder`,
    runs[codec],
    fc.tuple(mutated(inputs[codec]), fc.integer({ min: 1, max: 3000 })),
    async ([bytes, size]) => {
      const [first, ...others] = await Promise.all(
        pathsOf(codec).flatMap((path) => [result(path, bytes), result(path, bytes, size)]),
      );
      const words = (text: string | undefined) => (text?.startsWith('CodecError') ? 'CodecError' : text);
      expect(others.map(words)).toEqual(others.map(() => words(first)));
    },
  ),
);

it('gzip decodes what zlib decodes', { timeout }, () =>
  fuzz('gzip against zlib', 4000, mutated(inputs.gzip), async (bytes) => {
    const [path] = pathsOf('gzip');
    if (path === undefined) throw new RangeError('no gzip decoder');
    const ours = await result(path, bytes);
    expect(ours.startsWith('CodecError') ? null : ours).toBe(byZlib(bytes));
  }),
);
