/** A body copied and verified: the first copy with the right bytes, or why there is none. */
import { truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type BodyPlace, copyBody } from '../../src/content/copy-body.js';
import { type Digest, parseDigest } from '../../src/model/digest.js';
import { digestBytes } from '../../src/observe/hasher.js';
import { fileAt } from '../../src/sources/location.js';
import { atOnce } from '../../src/sources/steps.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { writeFile } = temporaryFolder();

const content = Buffer.from('a body of some bytes');
const sha256 = digestBytes('node', 'sha256', content);

function placeIn(name: string, bytes: Buffer, offsetBytes = 0): BodyPlace {
  return { location: fileAt(writeFile(name, bytes)), offsetBytes, sizeBytes: content.length };
}

function copy(places: readonly BodyPlace[], digest: Digest) {
  const written = Buffer.alloc(content.length);
  const refused: BodyPlace[] = [];
  const tools = {
    engine: 'node',
    buffer: Buffer.alloc(7),
    write: (bytes: Buffer, position: number) => void bytes.copy(written, position),
    onRead: () => {},
    onRefused: (place: BodyPlace) => void refused.push(place),
  } as const;
  const problem = atOnce(copyBody(places, digest, tools));
  return { problem, written: written.toString(), refused: refused.map((place) => places.indexOf(place)) };
}

const good = placeIn('good', Buffer.concat([Buffer.from('before'), content, Buffer.from('behind')]), 6);
const wrong = placeIn('wrong', Buffer.from('A body of some bytes'));

describe('a copy of a body', () => {
  it('is what its digest says, chunk by chunk', () => {
    expect(copy([good], sha256)).toEqual({ problem: null, written: content.toString(), refused: [] });
  });

  it('by SHA-512 is checked by SHA-512', () => {
    expect(copy([good], digestBytes('node', 'sha512', content)).problem).toBeNull();
    expect(copy([wrong], digestBytes('node', 'sha512', content)).problem).toContain('expected sha512:');
  });

  it('comes from the next place where the bytes of the first are others', () => {
    expect(copy([wrong, good], sha256)).toEqual({ problem: null, written: content.toString(), refused: [0] });
  });

  it.each([
    ['of other bytes', [wrong], 'found sha256:'],
    ['of a file that is not there', [{ ...good, location: fileAt('nowhere') }], 'ENOENT'],
    ['nobody has', [], 'no copy'],
  ])('%s is none, and it says why', (_, places, reason) => {
    expect(copy(places, sha256).problem).toContain(reason);
  });

  it('of a file that became shorter is none', () => {
    const place = placeIn('short', content);
    truncateSync(place.location.kind === 'file' ? place.location.path : '', 5);
    expect(copy([place], sha256).problem).toContain('shorter');
  });

  it('by an algorithm that nobody here knows is none', () => {
    expect(copy([good], parseDigest('blake3:abcdef')).problem).toContain('blake3');
  });
});
