/**
 * What holds for every text: it is a template or a TemplateError, and it is echoed where it has no action. Then the bytes
 * under Go's strings against TextEncoder and TextDecoder.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/template/template.js';
import { TemplateError } from '../../src/template/template-error.js';
import {
  byteLength,
  characterCount,
  compareText,
  decodeUtf8,
  encodeUtf8,
  rejoin,
  sliceBytes,
  wellFormed,
} from '../../src/template/values/go-text.js';

const anyText = fc.string({ unit: 'binary' });

/** Texts that are often nearly templates. */
const pieces = fc.constantFrom(
  ...[
    '{{',
    '}}',
    '{{- ',
    ' -}}',
    ' ',
    '\n',
    '-',
    '.',
    '.A',
    '.L',
    '$',
    '$x',
    ' := ',
    ' = ',
    ', ',
    '|',
    '(',
    ')',
    '"',
    '`',
  ],
  ...[
    "'",
    '"a"',
    '"%d"',
    '1',
    '2.5',
    '0x',
    '1e9',
    'nil',
    'true',
    '/*',
    '*/',
    '{{end}}',
    '{{else}}',
    'if ',
    'with ',
    'range ',
  ],
  ...[
    'define "t"',
    'template "t"',
    'block "t" .',
    'break',
    'continue',
    'printf ',
    'index ',
    'slice ',
    'len ',
    'eq ',
    'or ',
  ],
  ...[
    'json ',
    'join ',
    'split ',
    'truncate ',
    'pad ',
    'upper ',
    'html ',
    'é',
    '😀',
    '\u{dc41}',
    '{{if .A}}',
    '{{range .L}}',
  ],
);
const nearlyTemplate = fc
  .array(fc.oneof({ weight: 8, arbitrary: pieces }, anyText), { maxLength: 25 })
  .map((all) => all.join(''));

const limits = { steps: 20_000, outputBytes: 100_000, textBytes: 100_000 };

/** `output`, or that it is a TemplateError; anything else that is thrown fails the test. */
function outcome(template: string, data: unknown): 'output' | 'error' {
  try {
    parseTemplate(template, { limits, unescape: true }).execute(data);
    return 'output';
  } catch (error) {
    if (error instanceof TemplateError) return 'error';
    throw error;
  }
}

describe('every text', () => {
  it('is a template or a TemplateError, over any data', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyTemplate, anyText), fc.jsonValue(), (template, data) => {
        expect(['output', 'error']).toContain(outcome(template, { A: data, L: [data, 1] }));
      }),
      { numRuns: 3000 },
    );
  });

  it('is a format of printf', () => {
    const format = fc.string({ unit: fc.constantFrom(...'%%%+-# 0123456789.*[]vdsqxXtfgeTcUob!'.split('')) });
    fc.assert(
      fc.property(fc.oneof(format, anyText), fc.jsonValue(), fc.jsonValue(), (text, a, b) => {
        expect(['output', 'error']).toContain(outcome('{{printf .F .A .B}}', { F: text, A: a, B: b }));
      }),
      { numRuns: 3000 },
    );
  });

  it('without an action is echoed', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const literal = text.replaceAll('{{', '');
        fc.pre(!literal.includes('{{'));
        expect(parseTemplate(literal).execute(null)).toBe(literal);
      }),
    );
  });

  it('as data is printed as it is, and quoted so that it reads back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(parseTemplate('{{.}}').execute(text)).toBe(text);
        const quoted = parseTemplate('{{printf "%q" .}}').execute(text);
        expect(parseTemplate(`{{${quoted}}}`).execute(null)).toBe(text);
        expect(JSON.parse(parseTemplate('{{json .}}').execute(text))).toBe(text);
      }),
    );
  });

  it('cut at any byte and put together is itself', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), (text, place) => {
        const cut = place % (byteLength(text) + 1);
        expect(parseTemplate('{{slice .S 0 .N}}{{slice .S .N}}').execute({ S: text, N: cut })).toBe(text);
      }),
    );
  });
});

describe('numbers', () => {
  it('print with %.17g as what they are, and with %v in as few digits', () => {
    const floats = fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true });
    fc.assert(
      fc.property(floats, (number) => {
        expect(Number(parseTemplate('{{printf "%.17g" .}}').execute(number))).toBe(number);
        expect(Number(parseTemplate('{{.}}').execute(number))).toBe(number);
        expect(Number(parseTemplate('{{json .}}').execute(number))).toBe(number);
      }),
    );
  });
});

describe('texts as bytes', () => {
  const encoder = new TextEncoder();

  it('are those of TextEncoder', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(encodeUtf8(text)).toEqual(encoder.encode(text));
        expect(byteLength(text)).toBe(encoder.encode(text).length);
        expect(characterCount(text)).toBe(Array.from(text).length);
      }),
    );
  });

  it('come back from any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = decodeUtf8(bytes);
        expect(encodeUtf8(text)).toEqual(bytes);
        expect(rejoin(text)).toBe(text);
      }),
    );
  });

  it('that are UTF-8 are those of TextDecoder', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(decodeUtf8(encoder.encode(text))).toBe(text);
        expect(wellFormed(text)).toBe(text);
      }),
    );
  });

  it('have the order of their bytes, also where they are no characters', () => {
    const loose = fc.uint8Array({ maxLength: 6 }).map(decodeUtf8);
    fc.assert(
      fc.property(fc.oneof(anyText, loose), fc.oneof(anyText, loose), (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(encodeUtf8(a), encodeUtf8(b))));
      }),
    );
  });

  it('are sliced as bytes are', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), fc.nat(), (text, a, b) => {
        const size = byteLength(text) + 1;
        const [start, end] = [Math.min(a % size, b % size), Math.max(a % size, b % size)];
        expect(encodeUtf8(sliceBytes(text, start, end))).toEqual(encoder.encode(text).slice(start, end));
      }),
    );
  });
});
