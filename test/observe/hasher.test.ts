/** node:crypto and @noble/hashes are oracles of each other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { algorithms } from '../../src/model/digest.js';
import { digestBytes, engines, Hashers } from '../../src/observe/hasher.js';
import { seededRandom } from '../helpers/archive-builder.js';
import { sha256, sha512 } from './jobs.js';

describe.each(engines)('the engine %s', (engine) => {
  it('gives the digests that are known of the empty text and of "abc" (FIPS 180-4)', () => {
    const of = (text: string): string[] => algorithms.map((name) => digestBytes(engine, name, Buffer.from(text)));
    expect(of('')).toEqual([
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
    ]);
    expect(of('abc')).toEqual([
      'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      'sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ]);
  });

  it('hashes by several algorithms at once, and does not care how the bytes are cut', () => {
    const bytes = seededRandom(1).bytes(5000);
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { maxLength: 6 }), (cuts) => {
        const hashers = new Hashers(engine, ['sha512', 'sha256']);
        const offsets = [0, ...cuts.sort((a, b) => a - b), 5000];
        for (let i = 1; i < offsets.length; i++) hashers.update(bytes.subarray(offsets[i - 1], offsets[i]));
        expect(hashers.digests()).toEqual({ sha256: sha256(bytes), sha512: sha512(bytes) });
      }),
      { numRuns: 50 },
    );
  });
});

it('both engines give the same digest for every length around the blocks of the algorithms', () => {
  const bytes = seededRandom(2).bytes(300);
  for (let length = 0; length <= 300; length++) {
    for (const algorithm of algorithms) {
      const [node, noble] = engines.map((engine) => digestBytes(engine, algorithm, bytes.subarray(0, length)));
      expect(node, `${algorithm} of ${length} bytes`).toBe(noble);
    }
  }
});
