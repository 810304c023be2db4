/** Keys of maps: equal for equal texts only, and never longer than V8 hashes. */
import { describe, expect, it } from 'vitest';
import { textKey } from '../../src/model/text-key.js';

const long = 'n'.repeat(20_000);

describe('the key of a text', () => {
  it.each(['', 'a', '\0', 'n'.repeat(4096)])('is the text itself where that is short: %#', (text) => {
    expect(textKey(text)).toBe(text);
  });

  it.each([long, 'n'.repeat(4097), `${long}\u{1f600}`])(
    'is short where the text is long, and the same again: %#',
    (text) => {
      expect(textKey(text).length).toBeLessThan(60);
      expect(textKey(`${text}`)).toBe(textKey(text));
    },
  );

  it('is another one for texts that differ in one place, wherever that is', () => {
    const texts = [0, 1, 9_999, 19_998, 19_999].map((at) => `${long.slice(0, at)}m${long.slice(at + 1)}`);
    expect(new Set([long, `${long}n`, ...texts].map(textKey)).size).toBe(texts.length + 2);
  });

  it('is another one for each of many texts that are alike to their ends', () => {
    const keys = Array.from({ length: 2000 }, (_, i) => textKey(long.slice(4) + String(i).padStart(4, '0')));
    expect(new Set(keys).size).toBe(2000);
  });
});
