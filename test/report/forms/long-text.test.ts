/** One text of megabytes in a document: written in small parts, each safe, and the same as one that is written at once. */

import { describe, expect, it } from 'vitest';
import { renderJson } from '../../../src/report/forms/json.js';

describe('a long text in JSON', () => {
  it.each([
    ['of characters that turn the direction', '\u202e'.repeat(200_000)],
    ['of characters of two units', '\u{e0001}'.repeat(100_001)],
    ['that ends parts between the halves of a pair', `x${'\u{1f600}'.repeat(100_000)}`],
    ['of halves alone', '\ud83d'.repeat(100_000)],
  ])('is written in parts and read as it was: %s', (_, text) => {
    const pieces = [...renderJson({ text })];
    expect(JSON.parse(pieces.join(''))).toEqual({ text });
    expect(pieces.length).toBeGreaterThan(4);
    expect(pieces.join('')).not.toMatch(/[\u202e\u{e0001}]/u);
  });
});
