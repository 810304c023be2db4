/** Digests: one grammar, lower case and full length where the algorithm is known, and nothing but our own error. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { algorithmOf, digestOf, encodedOf, isAlgorithm, parseDigest, tryParseDigest } from '../../src/model/digest.js';
import { VarveError } from '../../src/model/error.js';

const hex = (length: number): string => '0123456789abcdef'.repeat(8).slice(0, length);

describe('the text of a digest', () => {
  it.each([
    `sha256:${hex(64)}`,
    `sha512:${hex(128)}`,
    `sha384:${hex(96)}`,
    'multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8',
    'sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564',
    'a.b_c-d+e:0',
  ])('is well formed: %s', (text) => {
    expect(tryParseDigest(text)).toBe(text);
    expect(parseDigest(text)).toBe(text);
  });

  it.each([
    '',
    ':',
    'sha256',
    'sha256:',
    `:${hex(64)}`,
    `sha256:${hex(63)}`,
    `sha256:${hex(65)}`,
    `sha256:${hex(64).toUpperCase()}`,
    `SHA256:${hex(64)}`,
    `sha256:${hex(63)}g`,
    ` sha256:${hex(64)}`,
    `sha256:${hex(64)}\n`,
    `sha512:${hex(64)}`,
    `sha256:../${hex(61)}`,
    `a..b:${hex(64)}`,
    `../a:${hex(64)}`,
    'x:a/b',
    `x:${'a'.repeat(600)}`,
  ])('is malformed: %j', (text) => {
    expect(tryParseDigest(text)).toBe(null);
    expect(() => parseDigest(text)).toThrow(VarveError);
  });

  it.each([[null], [undefined], [1], [{}], [['sha256', hex(64)]]])('is refused where it is no text: %j', (value) => {
    expect(tryParseDigest(value)).toBe(null);
  });

  it('has an algorithm and an encoded part', () => {
    const digest = parseDigest(`sha256:${hex(64)}`);
    expect([algorithmOf(digest), encodedOf(digest)]).toEqual(['sha256', hex(64)]);
  });

  it('is made of both, or not at all', () => {
    expect(digestOf('sha256', hex(64))).toBe(`sha256:${hex(64)}`);
    expect(digestOf('sha256', hex(10))).toBe(null);
  });

  it('is computed by two algorithms', () => {
    expect(['sha256', 'sha512', 'sha384', '__proto__', 'constructor'].map(isAlgorithm)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('comes back from its parts, and any other text throws our own error', () => {
    const digests = fc.oneof(
      fc
        .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })
        .map((s) => `sha256:${s}`),
      fc.string(),
    );
    fc.assert(
      fc.property(digests, (text) => {
        const digest = tryParseDigest(text);
        const again = digest === null ? null : digestOf(algorithmOf(digest), encodedOf(digest));
        expect(again).toBe(digest);
        expect(digest === null || digest === text).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
