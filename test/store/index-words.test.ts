/** What words mean in an index, of whatever kind the things in it are. */
import { describe, expect, it } from 'vitest';
import { findEntry } from '../../src/store/index-words.js';
import { parseStoreIndex } from '../../src/store/store-index.js';

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** An index of things with names, in full, or bare tags. */
function indexOf(things: readonly (readonly [letter: string, name: string | null])[]) {
  const manifests = things.map(([letter, name]) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: digestOf(letter),
    size: 100,
    ...(name === null ? {} : { annotations: { 'org.opencontainers.image.ref.name': name } }),
  }));
  return parseStoreIndex(JSON.stringify({ schemaVersion: 2, manifests }));
}

const index = indexOf([
  ['a', 'registry.example.com/charts/shop:1.2'],
  ['a', 'registry.example.com/charts/shop:latest'],
  ['b', 'registry.example.com/other/shop:2.0'],
  ['c', null],
  ['d', 'bare'],
]);

describe('a word in an index', () => {
  it.each([
    ['registry.example.com/charts/shop:1.2', 'a', 'registry.example.com/charts/shop:1.2'],
    ['charts/shop:1.2', 'a', 'registry.example.com/charts/shop:1.2'],
    ['shop:1.2', 'a', 'registry.example.com/charts/shop:1.2'],
    ['charts/shop', 'a', 'registry.example.com/charts/shop:latest'],
    ['bare', 'd', 'bare'],
    [digestOf('c'), 'c', null],
    ['cccc', 'c', null],
    ['sha256:cccccc', 'c', null],
  ])('means by %s what has that name, its end, or that digest', (word, letter, name) => {
    expect(findEntry(index, word)).toMatchObject({ digest: digestOf(letter), name });
  });

  it.each(['op:1.2', 'shop:3', 'ccc', 'eeee', ''])('means nothing by %j', (word) => {
    expect(findEntry(index, word)).toBeNull();
  });

  it('has all names of what it means', () => {
    const names = ['registry.example.com/charts/shop:1.2', 'registry.example.com/charts/shop:latest'];
    expect(findEntry(index, 'shop:1.2')?.names).toEqual(names);
  });

  it('is refused where several names end so, and where several digests begin so', () => {
    const twice = indexOf([
      ['a', 'one.example/shop:1'],
      ['b', 'two.example/shop:1'],
    ]);
    expect(() => findEntry(twice, 'shop:1')).toThrow(/several names end so: one\.example.*two\.example/);
    const alike = parseStoreIndex(
      JSON.stringify({
        schemaVersion: 2,
        manifests: ['1', '2'].map((end) => ({ mediaType: '', digest: `sha256:${'f'.repeat(63)}${end}`, size: 1 })),
      }),
    );
    expect(() => findEntry(alike, 'ffff')).toThrow(/several things/);
  });
});
