/** Text of bytes that are no UTF-8: one U+FFFD for each byte that begins no character, as Go reads it. */
import { describe, expect, it } from 'vitest';
import { repairedText } from '../../src/archive/repaired-text.js';

const textOf = (...bytes: number[]): string => repairedText(Buffer.from(bytes));

describe('bytes that are no UTF-8', () => {
  it.each([
    ['a byte that begins nothing', [0x61, 0xff, 0x62], 'a\ufffdb'],
    ['a character that is cut, byte by byte', [0xe2, 0x82, 0x61], '\ufffd\ufffda'],
    ['a character that is cut by the end', [0xf0, 0x9f, 0x98], '\ufffd\ufffd\ufffd'],
    ['a slash in two bytes', [0xc0, 0xaf], '\ufffd\ufffd'],
    ['half a surrogate pair', [0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
    ['a character beyond Unicode', [0xf4, 0x90, 0x80, 0x80], '\ufffd\ufffd\ufffd\ufffd'],
    ['a character of three bytes in four', [0xf0, 0x80, 0x80, 0x80], '\ufffd\ufffd\ufffd\ufffd'],
  ])('are U+FFFD one by one: %s', (_, bytes, text) => {
    expect(textOf(...bytes)).toBe(text);
  });
});

describe('bytes that are UTF-8', () => {
  it.each(['', 'a', 'é', '\u0800\ud7ff\ue000\uffff', '😀\u{10ffff}', '\ufeff{}'])(
    'are the text that they are: %j',
    (text) => {
      expect(repairedText(Buffer.from(text))).toBe(text);
    },
  );
});
