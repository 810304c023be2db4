import { describe, expect, it } from 'vitest';
import { digestOfBlobName } from '../../../src/model/foreign/layout-names.js';

describe('the name of a file in a layout', () => {
  it('says the digest of a blob', () => {
    for (const [algorithm, length] of [
      ['sha256', 64],
      ['sha512', 128],
    ] as const) {
      const hex = 'a'.repeat(length);
      expect(digestOfBlobName(`blobs/${algorithm}/${hex}`)).toBe(`${algorithm}:${hex}`);
    }
  });

  it.each([
    `blobs/sha256/${'a'.repeat(63)}`,
    `blobs/sha256/${'A'.repeat(64)}`,
    `blobs/sha256/${'a'.repeat(64)}/x`,
    `./blobs/sha256/${'a'.repeat(64)}`,
    `blobs/../sha256/${'a'.repeat(64)}`,
    `blobs/sha384/${'a'.repeat(96)}`,
    'index.json',
    '',
  ])('says none where it is %j', (name) => {
    expect(digestOfBlobName(name)).toBeNull();
  });
});
