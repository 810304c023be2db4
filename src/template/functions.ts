/**
 * The functions that every template has: Go's own, and those that docker adds to them. Each says what its arguments must
 * be, which the evaluator checks as Go does; a function sees values only and throws a Fault. `and` and `or` are here by
 * name alone, since they leave arguments unevaluated.
 */

import type { TemplateFunction, TemplateFunctions } from './signature.js';
import { TemplateFault } from './template-error.js';
import { compare, equals } from './values/comparison.js';
import { encodeJson, escapeGoHtml, escapeJavaScript, escapeQuery } from './values/encodings.js';
import { byteAt, byteLength, characterCount, compareText, sliceBytes, splitText } from './values/go-text.js';
import { Typed, zeroOf } from './values/go-types.js';
import { lowerText, titleText, upperText } from './values/letter-case.js';
import { print, printLine } from './values/print.js';
import { printFormatted } from './values/printf.js';
import { GoByte, isTrue, keyCount, keys, kinded, lookUp, pointed, StringList, typeName } from './values/values.js';
import type { TemplateWork } from './work.js';

/** Arguments that the evaluator has checked against the parameters. */
type Checked = readonly [string, number, number];

function anyValues(parameters: number, call: TemplateFunction['call']): TemplateFunction {
  return { parameters: Array.from({ length: parameters }, () => 'any' as const), rest: 'any', call };
}

function twoValues(call: (a: unknown, b: unknown) => boolean): TemplateFunction {
  return { parameters: ['any', 'any'], call: ([a, b]) => call(a, b) };
}

function oneText(call: (text: string) => string): TemplateFunction {
  return { parameters: ['string'], call: ([text]) => call(text as string) };
}

function shortCircuit(): never {
  throw new RangeError('the evaluator calls this function itself');
}

const goFunctions: TemplateFunctions = {
  and: anyValues(1, shortCircuit),
  or: anyValues(1, shortCircuit),
  not: { parameters: ['any'], call: ([value]) => !isTrue(value) },
  call: anyValues(1, () => {
    throw new TemplateFault('wrong-type', 'there is nothing to call: data holds no functions');
  }),
  len: { parameters: ['any'], call: ([value]) => length(value) },
  index: anyValues(1, ([value, ...indexes]) => indexes.reduce(element, item(value, 'an index'))),
  slice: anyValues(1, ([value, ...indexes]) => slice(value, indexes)),
  print: anyValues(0, print),
  println: anyValues(0, printLine),
  printf: {
    parameters: ['string'],
    rest: 'any',
    call: ([format, ...values], work) => printFormatted(format as string, values, work),
  },
  html: anyValues(0, (values, work) => escapeGoHtml(shown(values, work))),
  js: anyValues(0, (values, work) => escapeJavaScript(shown(values, work))),
  urlquery: anyValues(0, (values, work) => escapeQuery(shown(values, work))),
  eq: anyValues(1, ([value, ...others]) => equals(value, others)),
  ne: twoValues((a, b) => !equals(a, [b])),
  lt: twoValues((a, b) => compare(a, b) < 0),
  le: twoValues((a, b) => compare(a, b) <= 0),
  // Go computes these from lt and eq, so that with NaN gt and ge are true.
  gt: twoValues((a, b) => !(compare(a, b) <= 0)),
  ge: twoValues((a, b) => !(compare(a, b) < 0)),
};

const dockerFunctions: TemplateFunctions = {
  json: { parameters: ['any'], call: ([value], work) => encodeJson(value, work) },
  split: {
    parameters: ['string', 'string'],
    call: ([text, separator], work) => split(text as string, separator as string, work),
  },
  join: { parameters: ['any', 'string'], call: ([list, separator], work) => join(list, separator as string, work) },
  title: oneText(titleText),
  lower: oneText(lowerText),
  upper: oneText(upperText),
  pad: { parameters: ['string', 'int', 'int'], call: (values, work) => padded(values as Checked, work) },
  truncate: { parameters: ['string', 'int'], call: (values) => truncated(values as Checked) },
};

export const standardFunctions: TemplateFunctions = { ...goFunctions, ...dockerFunctions };

/** docker's stand-ins for the heads of a table: a head goes through them unchanged. */
export const headFunctions: TemplateFunctions = Object.fromEntries(
  Object.entries(dockerFunctions)
    .filter(([name]) => name !== 'pad')
    .map(([name, { parameters }]): [string, TemplateFunction] => [
      name,
      { parameters: ['string', ...parameters.slice(1)], call: ([head]) => head },
    ]),
);

function length(value: unknown): number {
  const go = kinded(value);
  if (go.kind === 'string') return byteLength(go.value);
  if (go.kind === 'list') return go.value.length;
  if (go.kind === 'map') return keyCount(go.value);
  throw new TemplateFault('wrong-type', `a value of type ${typeName(value)} has no length`);
}

function item(value: unknown, what: string): unknown {
  if (kinded(value).kind === 'nil') throw new TemplateFault('wrong-type', `${what} of nothing`);
  return value;
}

function element(value: unknown, index: unknown): unknown {
  const go = kinded(item(value, 'an index'));
  switch (go.kind) {
    case 'string': {
      const at = position(index, byteLength(go.value) - 1);
      return new GoByte(byteAt(go.value, at));
    }
    case 'list':
      return go.value[position(index, go.value.length - 1)] ?? null;
    case 'map':
      if (typeof index !== 'string') throw new TemplateFault('wrong-type', `a key of type ${typeName(index)}`);
      return lookUp(go.value, index) ?? zeroElement(value);
    default:
      throw new TemplateFault('wrong-type', `an index of a value of type ${typeName(value)}`);
  }
}

/** What a map gives for a key that it does not have. */
function zeroElement(map: unknown): unknown {
  return map instanceof Typed && map.type.kind === 'map' ? zeroOf(map.type.element) : null;
}

function position(index: unknown, last: number): number {
  const go = kinded(index);
  if (go.kind !== 'int' && go.kind !== 'byte')
    throw new TemplateFault('wrong-type', `an index of type ${typeName(index)}`);
  if (go.value < 0 || go.value > last) throw new TemplateFault('out-of-range', `the index ${go.value} is out of range`);
  return Number(go.value);
}

function slice(value: unknown, indexes: readonly unknown[]): unknown {
  const go = kinded(item(value, 'a slice'));
  if (go.kind !== 'string' && go.kind !== 'list') {
    throw new TemplateFault('wrong-type', `a slice of a value of type ${typeName(value)}`);
  }
  if (indexes.length > 3) throw new TemplateFault('wrong-count', 'too many indexes of a slice');
  if (go.kind === 'string' && indexes.length === 3)
    throw new TemplateFault('wrong-count', 'a string is sliced by two indexes');
  const size = go.kind === 'string' ? byteLength(go.value) : go.value.length;
  const [start = 0, end = size, capacity = size] = indexes.map((index) => position(index, size));
  if (start > end || end > capacity) throw new TemplateFault('out-of-range', 'the indexes of a slice are not in order');
  if (go.kind === 'string') return sliceBytes(go.value, start, end);
  const part = go.value.slice(start, end);
  return value instanceof Typed ? new Typed(value.type, part) : part;
}

/** What the escaping functions escape: their arguments as `{{…}}` shows them. */
function shown(values: readonly unknown[], work: TemplateWork): string {
  return print(
    values.map((value) => pointed(value) ?? '<no value>'),
    work,
  );
}

function split(text: string, separator: string, work: TemplateWork): StringList {
  if (separator === '') work.spend(characterCount(text));
  const parts = splitText(text, separator, work.limits.steps + 1);
  work.spend(parts.length);
  return StringList.from(parts) as StringList;
}

function join(list: unknown, separator: string, work: TemplateWork): string {
  const go = kinded(list);
  if (go.kind === 'nil') return '';
  if (go.kind !== 'list' && go.kind !== 'map') {
    throw new TemplateFault('wrong-type', `a value of type ${typeName(list)} cannot be joined`);
  }
  const elements = go.kind === 'list' ? go.value : keys(go.value).map((key) => go.value[key]);
  const texts = elements.map((value) => print([value], work));
  if (go.kind === 'map') texts.sort(compareText);
  const out = work.text();
  texts.forEach((text, at) => {
    if (at > 0) out.write(separator);
    out.write(text);
  });
  return out.text();
}

function padded([text, before, after]: Checked, work: TemplateWork): string {
  if (text === '') return '';
  if (before < 0 || after < 0) throw new TemplateFault('out-of-range', 'padding of less than nothing');
  const out = work.text();
  out.writeSpaces(before);
  out.write(text);
  out.writeSpaces(after);
  return out.text();
}

function truncated([text, size]: Checked): string {
  if (byteLength(text) < size) return text;
  if (size < 0) throw new TemplateFault('out-of-range', 'a text cannot be cut to less than nothing');
  return sliceBytes(text, 0, size);
}
