/** What is inside a compressed body, verified while it is decoded. */
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/codec/decoder.js';
import { type CompressedPlace, decodeBody } from '../../src/content/decode-body.js';
import { digestBytes } from '../../src/observe/hasher.js';
import { fileAt } from '../../src/sources/location.js';
import { inTurns } from '../../src/sources/steps.js';
import { gzip, zstd } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { writeFile } = temporaryFolder();

const content = Buffer.from('a layer of some bytes '.repeat(5000));
const digest = digestBytes('node', 'sha256', content);

function placeIn(name: string, bytes: Buffer, codec: Codec): CompressedPlace {
  return { location: fileAt(writeFile(name, bytes)), offsetBytes: 0, sizeBytes: bytes.length, codec };
}

async function decode(places: readonly CompressedPlace[], sizeBytes = content.length) {
  const written = Buffer.alloc(content.length);
  const tools = {
    engine: 'node',
    buffer: Buffer.alloc(100),
    write: (bytes: Buffer, position: number) => void bytes.copy(written, position),
    onRead: () => {},
  } as const;
  const problem = await inTurns(decodeBody(places, { digest, sizeBytes }, tools), undefined);
  return { problem, isSame: written.equals(content) };
}

const good = placeIn('good.gz', gzip(content), 'gzip');
const cut = placeIn('cut.gz', gzip(content).subarray(0, 60), 'gzip');
const other = placeIn('other.gz', gzip(Buffer.from('another layer')), 'gzip');

describe('a body that is decoded', () => {
  it.each([
    ['gzip', good],
    ['zstd', placeIn('good.zst', zstd(content), 'zstd')],
  ])('is what its digest says (%s)', async (_, place) => {
    expect(await decode([place])).toEqual({ problem: null, isSame: true });
  });

  it('comes from the next place where the first cannot be decoded, or is another', async () => {
    expect(await decode([cut, other, good])).toEqual({ problem: null, isSame: true });
  });

  it('has a reason for every place where none is right', async () => {
    const { problem } = await decode([cut, other]);
    expect(problem).toMatch(/cut\.gz at byte 0: .*; .*other\.gz at byte 0: what is inside is sha256:/);
  });

  it('ends at the size that it has to have', async () => {
    expect((await decode([good], 100)).problem).toContain('it has more than 100 bytes inside');
  });
});
