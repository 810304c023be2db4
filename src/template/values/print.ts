/**
 * Values as Go's fmt prints them: `print`, `println` and each verb of printf, lists and maps element by element, and the
 * `%!d(string=x)` that stands for a verb that does not fit. Nothing here fails but by a limit: wrong verbs are output.
 */

import { limitFault, type TemplateWork, type TextBuffer } from '../work.js';
import { type Flags, noFlags, pad } from './flags.js';
import { formatFloat, formatInteger, quote } from './format-number.js';
import { encodeUtf8, firstCharacters } from './go-text.js';
import { type PointerType, type StructType, Typed } from './go-types.js';
import { type GoMap, type Kinded, keys, kinded, typeName } from './values.js';

/** Of a text in hexadecimal. */
const bytesAtATime = 4096;

/** Go's fmt.Sprint: spaces between values that are both no strings. */
export function print(values: readonly unknown[], work: TemplateWork): string {
  const out = work.text();
  const printer = new ValuePrinter(out, noFlags, work);
  values.forEach((value, at) => {
    if (at > 0 && !isString(value) && !isString(values[at - 1])) out.write(' ');
    printer.argument(value, 'v');
  });
  return out.text();
}

function isString(value: unknown): boolean {
  return typeof value === 'string' || (value instanceof Typed && kinded(value).kind === 'string');
}

/** Go's fmt.Sprintln. */
export function printLine(values: readonly unknown[], work: TemplateWork): string {
  const out = work.text();
  const printer = new ValuePrinter(out, noFlags, work);
  values.forEach((value, at) => {
    if (at > 0) out.write(' ');
    printer.argument(value, 'v');
  });
  out.write('\n');
  return out.text();
}

/** Writes values under the flags of one verb. */
export class ValuePrinter {
  readonly #out: TextBuffer;
  readonly #flags: Flags;
  readonly #work: TemplateWork;
  #depth = 0;

  constructor(out: TextBuffer, flags: Flags, work: TemplateWork) {
    this.#out = out;
    this.#flags = flags;
    this.#work = work;
  }

  /** A value that is an argument, not a part of one: only here do nil, `%T` and `%w` mean something of their own. */
  argument(value: unknown, verb: string): void {
    const go = kinded(value);
    if (go.kind === 'nil' && (verb === 'v' || verb === 'T')) this.#out.write(pad('<nil>', this.#flags));
    else if (go.kind === 'nil') this.#badVerb(value, verb);
    else if (verb === 'T') this.#out.write(this.#text(typeName(value)));
    // Go prints addresses for %p, which mean nothing and differ each time.
    else if (verb === 'p' || verb === 'w') this.#badVerb(value, verb);
    else this.#value(value, verb);
  }

  #value(value: unknown, verb: string): void {
    this.#work.spend(1);
    const own = this.#shown(value, verb);
    const go = kinded(own);
    if (go.kind === 'nil') this.#out.write(this.#flags.goSyntax ? 'interface {}(nil)' : '<nil>');
    else if (this.#flags.goSyntax && isNilOfType(value)) this.#out.write(`${typeName(value)}(nil)`);
    else if (go.kind === 'list') this.#list(value, go.value, verb);
    else if (go.kind === 'map') this.#map(value, go.value, verb);
    else if (go.kind === 'struct') this.#struct(go.type, go.value, verb);
    else if (go.kind === 'pointer') this.#pointer(go.type, go.value, verb);
    else {
      const text = this.#simple(go, verb);
      if (text === null) this.#badVerb(value, verb);
      else this.#out.write(text);
    }
  }

  /** A value that prints as its type says, under the verbs that take strings; else as it is. */
  #shown(value: unknown, verb: string): unknown {
    if (!(value instanceof Typed) || this.#flags.goSyntax || !'vsxXq'.includes(verb)) return value;
    return 'shown' in value.type && value.type.shown !== undefined ? value.type.shown(value.value) : value;
  }

  /** Null where the verb does not fit. */
  #simple(go: Exclude<Kinded, { kind: 'nil' | 'list' | 'map' | 'struct' | 'pointer' }>, verb: string): string | null {
    const flags = this.#flags;
    switch (go.kind) {
      case 'bool':
        return verb === 't' || verb === 'v' ? pad(String(go.value), flags) : null;
      case 'string':
        return this.#string(go.value, verb);
      case 'float':
        return formatFloat(go.value, verb, flags);
      case 'byte':
        if (verb === 'v' && flags.goSyntax) return formatInteger(BigInt(go.value), 'x', { ...flags, sharp: true });
        return formatInteger(BigInt(go.value), verb, flags);
      case 'int':
        return formatInteger(BigInt(go.value), verb, flags);
    }
  }

  #string(text: string, verb: string): string | null {
    switch (verb) {
      case 'v':
        return this.#flags.goSyntax ? this.#quoted(text) : this.#text(text);
      case 's':
        return this.#text(text);
      case 'q':
        return this.#quoted(text);
      case 'x':
        return this.#hex(text);
      case 'X':
        return this.#hex(text).toUpperCase();
      default:
        return null;
    }
  }

  #text(text: string): string {
    return pad(this.#cut(text), this.#flags);
  }

  #cut(text: string): string {
    const { precision } = this.#flags;
    return precision === null ? text : firstCharacters(text, precision);
  }

  #quoted(text: string): string {
    const cut = this.#cut(text);
    // What a raw string cannot hold, or would not show.
    const isRaw = this.#flags.sharp && !/[`\u{feff}\p{Cs}]|(?![\t\x80-\x9f])\p{Cc}/u.test(cut);
    return pad(isRaw ? `\`${cut}\`` : quote(cut, '"', this.#flags.plus), this.#flags);
  }

  #hex(text: string): string {
    const { sharp, space, precision } = this.#flags;
    const all = encodeUtf8(text);
    const bytes = precision === null ? all : all.subarray(0, precision);
    if (bytes.length === 0) return pad('', this.#flags);
    const prefix = sharp ? '0x' : '';
    const separator = space ? ` ${prefix}` : '';
    const out = this.#work.text();
    for (let at = 0; at < bytes.length; at += bytesAtATime) {
      const digits = Array.from(bytes.subarray(at, at + bytesAtATime), (byte) => byte.toString(16).padStart(2, '0'));
      out.write((at === 0 ? prefix : separator) + digits.join(separator));
    }
    return pad(out.text(), this.#flags);
  }

  #list(value: unknown, list: readonly unknown[], verb: string): void {
    const { goSyntax } = this.#flags;
    this.#enter();
    this.#out.write(goSyntax ? `${typeName(value)}{` : '[');
    list.forEach((element, at) => {
      if (at > 0) this.#out.write(goSyntax ? ', ' : ' ');
      this.#value(element, verb);
    });
    this.#out.write(goSyntax ? '}' : ']');
    this.#depth -= 1;
  }

  #map(value: unknown, map: GoMap, verb: string): void {
    const { goSyntax } = this.#flags;
    this.#enter();
    this.#out.write(goSyntax ? `${typeName(value)}{` : 'map[');
    keys(map).forEach((key, at) => {
      if (at > 0) this.#out.write(goSyntax ? ', ' : ' ');
      this.#value(key, verb);
      this.#out.write(':');
      this.#value(map[key], verb);
    });
    this.#out.write(goSyntax ? '}' : ']');
    this.#depth -= 1;
  }

  #struct({ name, fields }: StructType, values: GoMap, verb: string): void {
    const { goSyntax, fieldNames } = this.#flags;
    this.#enter();
    this.#out.write(goSyntax ? `${name}{` : '{');
    fields.forEach((field, at) => {
      if (at > 0) this.#out.write(goSyntax ? ', ' : ' ');
      if (goSyntax || fieldNames) this.#out.write(`${field.name}:`);
      this.#value(values[field.name], verb);
    });
    this.#out.write('}');
    this.#depth -= 1;
  }

  /** Go shows what an argument points to, and an address for a pointer within it, which means nothing to anybody. */
  #pointer({ name }: PointerType, to: Typed | null, verb: string): void {
    if (to !== null) {
      this.#out.write('&');
      this.#value(to, verb);
    } else if (verb === 'v') this.#out.write(pad(this.#flags.goSyntax ? `(${name})(nil)` : '<nil>', this.#flags));
    else this.#out.write(`%!${verb}(${name}=<nil>)`);
  }

  #badVerb(value: unknown, verb: string): void {
    const isNil = kinded(value).kind === 'nil';
    this.#out.write(`%!${verb}(${typeName(value)}`);
    if (!isNil) {
      this.#out.write('=');
      this.#value(value, 'v');
    }
    this.#out.write(')');
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth <= this.#work.limits.valueDepth) return;
    throw limitFault('valueDepth', this.#work.limits, 'a value is nested too deeply to be printed');
  }
}

/** Lists and maps; a pointer says of which type it is in its own way. */
function isNilOfType(value: unknown): boolean {
  return value instanceof Typed && value.value === null && value.type.kind !== 'pointer';
}
