/** JSON that keeps its numbers: the values of `JSON.parse`, written again to the same, and nothing that it dropped unnoticed. */
import { canonicalJson, exactJsonText, parseExactJson } from '../../../../src/model/json/exact-json.js';
import { ExactNumber } from '../../../../src/model/json/exact-number.js';
import { endOfFirstValue, readWritten, whatWasDropped } from '../../../../src/model/json/written-json.js';
import { finished } from '../../../../src/model/work/work.js';
import { same, type Target, texts } from '../target.js';

export const target: Target = {
  name: 'json',
  maxBytes: 256,
  seeds: texts(
    '{"a":1,"a":2,"b":[true,false,null,"x\\u00e9\\n"]}',
    '[1e400,-0,1.5e-7,12345678901234567890,0.1,1E+2]',
    '{"created":"2024\\u002d01","\\ud800":{"":[[],{}]}}',
    ' {"__proto__":{"x":":"} , "c" : "\\\\\\"" } ',
    '"text"',
    '-12.50',
  ),
  words: ['":', '{"', '"}', '[]', '\\u', '\\"', '\\\\', '1e', '":"', '__proto__', 'created', '9007199254740993'],
  check(input) {
    const text = input.toString('latin1');
    const end = endOfFirstValue(text);
    const value = parsed(text);
    if (value === undefined) return;
    const plain = JSON.stringify(value);
    const exact = parseExactJson(text);
    same('exact', JSON.stringify(plainOf(exact)), plain);
    const written = exactJsonText(exact);
    same('written', exactJsonText(parseExactJson(written)), written);
    same('canonical', canonicalJson(parseExactJson(written)), canonicalJson(exact));
    const { value: all, repeats } = finished(readWritten(text));
    same('all', JSON.stringify(plainOf(all)), plain);
    if (finished(whatWasDropped(text, value)) === null) same('repeats', repeats, 0);
    if (end !== -1) same('end', text.slice(end).trim(), '');
  },
};

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** With numbers as a double has them. */
function plainOf(value: unknown): unknown {
  if (value instanceof ExactNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== 'object' || value === null) return value;
  const result = {};
  for (const [key, item] of Object.entries(value)) {
    Object.defineProperty(result, key, { value: plainOf(item), enumerable: true });
  }
  return result;
}
