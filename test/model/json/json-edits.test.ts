/** Changes of single values in a JSON text: all else stays as it is written. */
import { describe, expect, it } from 'vitest';
import {
  editedText,
  memberOf,
  readSpans,
  replaced,
  withoutItems,
  withoutMembers,
} from '../../../src/model/json/json-edits.js';
import { finished } from '../../../src/model/work/work.js';

const spans = (text: string) => finished(readSpans(text));

describe('a value that is replaced', () => {
  it.each([
    ['{"a":1}', '{"a":2}'],
    [' { "a" : 1.50e3 , "b":[1, 2 ] }\n', ' { "a" : 2 , "b":[1, 2 ] }\n'],
    ['{"b":{"a":7},"a":"x,\\"]}","c":null}', '{"b":{"a":7},"a":2,"c":null}'],
    ['{"a":{"deep":[{"x":[]}]},"z":true}', '{"a":2,"z":true}'],
  ])('leaves all else of %s as it is', (before, after) => {
    const span = memberOf(spans(before), 'a');
    expect(span === null ? null : editedText(before, [replaced(span, 2)])).toBe(after);
  });

  it('is not found under a key that stands there twice or in other letters', () => {
    for (const text of ['{"a":1,"a":2}', '{"A":1}', '{"a":1,"A":1}', '[1]', '"a"', '{}']) {
      expect(memberOf(spans(text), 'a'), text).toBeNull();
    }
  });

  it('is found under a key that is written with an escape', () => {
    expect(memberOf(spans('{"\\u0061":1}'), 'a')).toMatchObject({ start: 10, end: 11 });
  });
});

describe('members that are taken out', () => {
  it.each([
    ['{"x":1,"a":2}', '{"a":2}'],
    ['{"a":2,"x":1}', '{"a":2}'],
    ['{"a":2, "x":1 , "b":3}', '{"a":2, "b":3}'],
    ['{"x1":1,"x2":2}', '{}'],
    ['{ "x":1 }', '{}'],
    ['{"a":1,"x":[1,{"x":2}],"x2":5}', '{"a":1}'],
    ['{"x":1,"x2":1,"a":1,"x3":1,"b":1,"x4":1}', '{"a":1,"b":1}'],
    ['{"a":1}', '{"a":1}'],
  ])('go with a comma: %s', (before, after) => {
    const text = editedText(
      before,
      withoutMembers(spans(before), (key) => key.startsWith('x')),
    );
    expect(text).toBe(after);
  });
});

describe('items that are taken out', () => {
  it.each([
    ['[0,1,2]', [0], '[1,2]'],
    ['[0,1,2]', [2], '[0,1]'],
    ['[0, 1, 2]', [1], '[0, 2]'],
    ['[0,1,2]', [0, 1, 2], '[]'],
    ['[0,1,2]', [1, 2], '[0]'],
    ['[]', [], '[]'],
  ])('go with a comma: %s', (before, gone, after) => {
    expect(editedText(before, withoutItems(spans(before), new Set(gone)))).toBe(after);
  });
});

it('spans of text that is nested very deep are read without calling themselves', () => {
  const depth = 100_000;
  const text = '['.repeat(depth) + ']'.repeat(depth);
  expect(spans(text)).toMatchObject({ start: 0, end: text.length });
});
