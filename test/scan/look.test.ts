/** The library's way to what `inspect`, `history` and `tree` show, and the hash that they are made with. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { history, inspect, tree } from '../../src/index.js';
import { textHasher } from '../../src/scan/hash-text.js';

const archive = 'samples/api-1.0-docker24.tar';

describe('the library', () => {
  it('inspects images, with fingerprints unless it is told not to read', async () => {
    const read = await inspect([archive]);
    const unread = await inspect([archive], { verify: false });
    expect(read.map(({ RepoTags }) => RepoTags)).toEqual([['tidewater:12'], ['registry.example.com/shop/api:1.0']]);
    expect(read.map(({ Varve }) => Varve.fingerprint?.reason)).toEqual([null, null]);
    expect(unread.map(({ Varve }) => Varve.fingerprint)).toEqual([null, null]);
  });

  it('tells the history of images', async () => {
    const { kind, images } = await history([archive], { verify: false });
    expect(kind).toBe('varve.history');
    expect(images.map(({ steps }) => steps.length)).toEqual([2, 6]);
  });

  it('finds what is built on what', async () => {
    const { kind, images } = await tree([archive], { verify: false });
    expect(kind).toBe('varve.tree');
    expect(images[1]?.bases).toEqual([images[0]?.id]);
  });
});

describe('a hash over text', () => {
  const pieces = ['', 'é', 'a'.repeat(70_000), '\n', '\xff'];

  it.each(['node', 'noble'] as const)('is that of the pieces one behind the other, by the engine %s', (engine) => {
    const expected = (encoding: BufferEncoding): string =>
      `sha256:${createHash('sha256')
        .update(Buffer.from(pieces.join(''), encoding))
        .digest('hex')}`;
    expect(textHasher(engine)(pieces, 'utf8')).toBe(expected('utf8'));
    expect(textHasher(engine)(pieces, 'binary')).toBe(expected('latin1'));
    expect(textHasher(engine)([], 'utf8')).toBe(`sha256:${createHash('sha256').digest('hex')}`);
  });
});
