/** The index of a store: what changes in it, what stays as others wrote it, and that no order of changes shows. */
import { describe, expect, it } from 'vitest';
import { parseDigest } from '../../src/model/digest.js';
import {
  emptyIndex,
  holderOf,
  indexText,
  parseStoreIndex,
  type StoreIndex,
  withName,
  withoutNames,
  withoutRoots,
  withRoot,
} from '../../src/store/store-index.js';

const first = parseDigest(`sha256:${'1'.repeat(64)}`);
const second = parseDigest(`sha256:${'2'.repeat(64)}`);
const descriptor = (digest: string, annotations?: object) => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest,
  size: 7,
  ...(annotations === undefined ? {} : { annotations }),
});
const both = withRoot(withRoot(emptyIndex, descriptor(first), first, 7), descriptor(second), second, 7);
const full = (name: string) => ({ name, isReference: true });
const a = full('docker.io/shop/a:1');
const b = full('docker.io/shop/b:1');
const goes =
  (...names: string[]) =>
  ({ name }: { readonly name: string }) =>
    names.includes(name);
const namesIn = ({ entries }: StoreIndex) =>
  entries.map(({ digest, names }) => [digest.slice(7, 8), names.map(({ name }) => name)]);

describe('the index of a store', () => {
  it('says what it was made to say when it is read again', () => {
    const text = indexText(withName(withName(both, first, a), second, { name: 'latest', isReference: false }));
    expect(indexText(parseStoreIndex(text))).toBe(text);
    expect(namesIn(parseStoreIndex(text))).toEqual([
      ['1', ['docker.io/shop/a:1']],
      ['2', ['latest']],
    ]);
  });

  it('moves a name from one root to another; the first stays without it', () => {
    const moved = withName(withName(both, first, a), second, a);
    expect(holderOf(moved, a.name)).toBe(second);
    expect(namesIn(parseStoreIndex(indexText(moved)))).toEqual([
      ['1', []],
      ['2', [a.name]],
    ]);
  });

  it('is the same after the same changes in any order', () => {
    const named = withName(withName(both, first, a), first, b);
    const one = withoutNames(withoutNames(named, goes(a.name)), goes(b.name));
    const other = withoutNames(withoutNames(named, goes(b.name)), goes(a.name));
    expect(indexText(one)).toBe(indexText(other));
    expect(indexText(withoutNames(named, goes(a.name, b.name)))).toBe(indexText(one));
    expect(indexText(withName(withName(both, first, b), first, a))).toBe(indexText(named));
    expect(indexText(withoutRoots(one, new Set([first])))).not.toContain(first);
  });

  it('keeps what others wrote in a descriptor and beside the list', () => {
    const written = JSON.stringify({
      schemaVersion: 2,
      annotations: { made: 'elsewhere' },
      manifests: [
        {
          ...descriptor(first, {
            'io.containerd.image.name': a.name,
            'org.opencontainers.image.ref.name': '1',
            own: 'x',
          }),
          urls: ['u'],
        },
      ],
    });
    const [entry, ...more] = JSON.parse(indexText(withoutNames(parseStoreIndex(written), goes(a.name)))).manifests;
    expect([entry, more]).toEqual([{ ...descriptor(first), urls: ['u'], annotations: { own: 'x' } }, []]);
    expect(indexText(parseStoreIndex(written))).toContain('"made":"elsewhere"');
  });

  it('takes one of two names of a descriptor, and leaves the other', () => {
    const written = JSON.stringify({
      schemaVersion: 2,
      manifests: [
        descriptor(first, { 'io.containerd.image.name': a.name, 'org.opencontainers.image.ref.name': b.name }),
      ],
    });
    const left = withoutNames(parseStoreIndex(written), goes(a.name));
    expect(namesIn(left).flatMap(([, names]) => names)).toEqual([b.name]);
  });
});
