/** ChainIDs by the formula of the OCI image spec, computed here with node:crypto. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chainIds } from '../../src/model/chain-id.js';
import { textHasher } from '../../src/scan/hash-text.js';
import { digestFor } from '../helpers/inventory-builder.js';

const sha256 = textHasher();
const [a, b, c] = [digestFor('a'), digestFor('b'), digestFor('c')];
const onTop = (below: string, diffId: string): string =>
  `sha256:${createHash('sha256').update(`${below} ${diffId}`).digest('hex')}`;

describe('a chainID', () => {
  it('is the diffID for the first layer, and for each other the digest of the chainID below and its diffID', () => {
    const second = onTop(a, b);
    expect(chainIds([a, b, c], sha256)).toEqual([a, second, onTop(second, c)]);
  });

  it('tells the order of layers', () => {
    expect(chainIds([a, b], sha256)[1]).not.toBe(chainIds([b, a], sha256)[1]);
  });

  it('is unknown from the first unknown diffID on', () => {
    expect(chainIds([a, null, c], sha256)).toEqual([a, null, null]);
    expect(chainIds([null], sha256)).toEqual([null]);
  });

  it('goes on from a chain that is known, and from one that is not', () => {
    const [first, second, third] = chainIds([a, b, c], sha256);
    expect(chainIds([b, c], sha256, first)).toEqual([second, third]);
    expect(chainIds([b, c], sha256, null)).toEqual([null, null]);
  });

  it('is none where there is no layer', () => {
    expect(chainIds([], sha256)).toEqual([]);
  });
});
