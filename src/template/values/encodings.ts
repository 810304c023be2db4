/**
 * Texts as other languages write them: JSON as Go's encoder does, keys sorted and `<`, `>` and `&` as they are, and the
 * escapes of text/template's `html`, `js` and `urlquery`.
 */

import { TemplateFault } from '../template-error.js';
import { limitFault, type TemplateWork, type TextBuffer } from '../work.js';
import { encodeUtf8, isPrintable } from './go-text.js';
import { type StructType, Typed } from './go-types.js';
import { shownFields } from './struct-json.js';
import { type GoMap, keys, kinded } from './values.js';

/** One line of JSON. Throws a Fault for NaN and infinities. */
export function encodeJson(value: unknown, work: TemplateWork): string {
  const out = work.text();
  writeJson(value, out, work, 0);
  return out.text();
}

function writeJson(value: unknown, out: TextBuffer, work: TemplateWork, depth: number): void {
  work.spend(1);
  if (depth > work.limits.valueDepth) {
    throw limitFault('valueDepth', work.limits, 'a value is nested too deeply for JSON');
  }
  if (value instanceof Typed && writeTyped(value, out)) return;
  const go = kinded(value);
  switch (go.kind) {
    case 'nil':
      out.write('null');
      break;
    case 'string':
      out.write(jsonString(go.value));
      break;
    case 'list':
      out.write('[');
      go.value.forEach((element, at) => {
        if (at > 0) out.write(',');
        writeJson(element, out, work, depth + 1);
      });
      out.write(']');
      break;
    case 'map':
      out.write('{');
      keys(go.value).forEach((key, at) => {
        out.write(`${at > 0 ? ',' : ''}${jsonString(key)}:`);
        writeJson(go.value[key], out, work, depth + 1);
      });
      out.write('}');
      break;
    case 'struct':
      writeStruct(go.type, go.value, out, work, depth);
      break;
    case 'pointer':
      writeJson(go.value, out, work, depth);
      break;
    case 'float':
      if (!Number.isFinite(go.value)) throw new TemplateFault('wrong-type', 'JSON has no such number');
      out.write(Object.is(go.value, -0) ? '-0' : String(go.value));
      break;
    default:
      out.write(String(go.value));
  }
}

function writeStruct(type: StructType, values: GoMap, out: TextBuffer, work: TemplateWork, depth: number): void {
  const inner = type.isRow ? work.text() : out;
  inner.write('{');
  shownFields(type, values).forEach(([key, field], at) => {
    inner.write(`${at > 0 ? ',' : ''}${jsonString(key)}:`);
    writeJson(field, inner, work, depth + 1);
  });
  inner.write('}');
  if (inner !== out) out.write(inner.text().replace(/[<>&]/g, (character) => rowEscapes[character] ?? character));
}

/** In JSON these characters stand in strings only. */
const rowEscapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };

/** Nil, and what its type writes in its own way. */
function writeTyped({ type, value }: Typed, out: TextBuffer): boolean {
  const text = value === null ? 'null' : 'json' in type ? type.json?.(value) : undefined;
  if (text === undefined) return false;
  out.write(text);
  return true;
}

function jsonString(text: string): string {
  // JSON.stringify leaves U+2028 and U+2029, which Go escapes, and has escapes of its own for bytes of no character.
  const parts = text.split(/\p{Cs}/u).map((part) => JSON.stringify(part).slice(1, -1));
  return `"${parts.join('\\ufffd').replaceAll('\u{2028}', '\\u2028').replaceAll('\u{2029}', '\\u2029')}"`;
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '\0': '\u{fffd}',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

export function escapeGoHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => htmlEscapes[character] ?? character);
}

/** For a string between quotes in JavaScript that may stand in HTML. */
export function escapeJavaScript(text: string): string {
  return text.replace(/[\\'"<>&=]|(?!\x7f)\p{Cc}|\P{ASCII}/gu, (character) => {
    if (/[\\'"]/.test(character)) return `\\${character}`;
    const code = character.codePointAt(0) ?? 0;
    const isKept = code > 0x7f && (isPrintable(character) || /\p{Cs}/u.test(character));
    return isKept ? character : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** For a value in the query of a URL: a space is a plus sign. */
export function escapeQuery(text: string): string {
  // In short runs, so that a long text is never spread out byte by byte.
  return text.replace(/[^\w.~-]{1,1024}/gu, (run) => Array.from(encodeUtf8(run), queryByte).join(''));
}

function queryByte(byte: number): string {
  return byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
