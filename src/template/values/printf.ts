/**
 * Go's fmt.Sprintf: finds the verbs of a format with their flags, widths, precisions and argument numbers, and gives each
 * its argument. A format that is wrong is no error: what is missing, left over or no verb is said in the output.
 */

import type { TemplateWork, TextBuffer } from '../work.js';
import { type Flags, noFlags } from './flags.js';
import { ValuePrinter } from './print.js';
import { kinded, typeName } from './values.js';

// Go's own bound of widths and precisions; longer digits are no number.
const largest = 1_000_000;

export function printFormatted(format: string, values: readonly unknown[], work: TemplateWork): string {
  return new FormatPrinter(format, values, work).run();
}

/** A number of the format or of an argument; null where it is none, or too large. */
type Count = number | null;

class FormatPrinter {
  readonly #format: string;
  readonly #values: readonly unknown[];
  readonly #work: TemplateWork;
  readonly #out: TextBuffer;
  #at = 0;
  /** The argument that is next. */
  #argument = 0;
  #reordered = false;
  /** Whether the last thing read was an argument number, `[2]`. */
  #afterNumber = false;
  #numbersFit = true;

  constructor(format: string, values: readonly unknown[], work: TemplateWork) {
    this.#format = format;
    this.#values = values;
    this.#work = work;
    this.#out = work.text();
  }

  run(): string {
    const format = this.#format;
    while (this.#at < format.length) {
      const percent = format.indexOf('%', this.#at);
      const end = percent === -1 ? format.length : percent;
      if (end > this.#at) this.#out.write(format.slice(this.#at, end));
      this.#at = end + 1;
      if (percent !== -1) this.#directive();
    }
    if (!this.#reordered) this.#extraArguments();
    return this.#out.text();
  }

  #directive(): void {
    this.#work.spend(1);
    this.#numbersFit = true;
    let flags = this.#plainFlags();
    this.#argumentNumber();
    flags = this.#width(flags);
    flags = this.#precision(flags);
    if (!this.#afterNumber) this.#argumentNumber();
    const code = this.#format.codePointAt(this.#at);
    if (code === undefined) {
      this.#out.write('%!(NOVERB)');
      return;
    }
    const verb = String.fromCodePoint(code);
    this.#at += verb.length;
    if (verb === '%') this.#out.write('%');
    else if (!this.#numbersFit) this.#out.write(`%!${verb}(BADINDEX)`);
    else if (this.#argument >= this.#values.length) this.#out.write(`%!${verb}(MISSING)`);
    else this.#print(flags, verb);
  }

  #print(flags: Flags, verb: string): void {
    // With %v the flags # and + mean Go's syntax and the names of fields, not what they mean elsewhere.
    const isValue = verb === 'v' || verb === 'w';
    const own = isValue
      ? { ...flags, goSyntax: flags.sharp, fieldNames: flags.plus, sharp: false, plus: false }
      : flags;
    new ValuePrinter(this.#out, own, this.#work).argument(this.#values[this.#argument], verb);
    this.#argument += 1;
  }

  #plainFlags(): Flags {
    const start = this.#at;
    while ('#0+- '.includes(this.#format[this.#at] ?? '?')) this.#at += 1;
    const flags = this.#format.slice(start, this.#at);
    return {
      ...noFlags,
      plus: flags.includes('+'),
      minus: flags.includes('-'),
      sharp: flags.includes('#'),
      space: flags.includes(' '),
      zero: flags.includes('0'),
    };
  }

  #width(flags: Flags): Flags {
    if (this.#format[this.#at] === '*') {
      this.#at += 1;
      const width = this.#countArgument();
      if (width === null) this.#out.write('%!(BADWIDTH)');
      this.#afterNumber = false;
      if (width === null || width >= 0) return { ...flags, width };
      return { ...flags, width: -width, minus: true, zero: false };
    }
    const width = this.#digits(this.#format.length);
    if (this.#afterNumber && width !== null) this.#numbersFit = false;
    return { ...flags, width };
  }

  #precision(flags: Flags): Flags {
    if (this.#format[this.#at] !== '.' || this.#at + 1 >= this.#format.length) return flags;
    this.#at += 1;
    if (this.#afterNumber) this.#numbersFit = false;
    this.#argumentNumber();
    if (this.#format[this.#at] !== '*') return { ...flags, precision: this.#digits(this.#format.length) ?? 0 };
    this.#at += 1;
    const count = this.#countArgument();
    const precision = count === null || count < 0 ? null : count;
    if (precision === null) this.#out.write('%!(BADPREC)');
    this.#afterNumber = false;
    return { ...flags, precision };
  }

  /** `[n]`: which argument is next. */
  #argumentNumber(): void {
    this.#afterNumber = false;
    if (this.#format[this.#at] !== '[') return;
    this.#reordered = true;
    const close = this.#format.indexOf(']', this.#at + 1);
    // Go looks for a bracket only where a digit could stand before it.
    if (close === -1 || this.#format.length - this.#at < 3) {
      this.#numbersFit = false;
      this.#at += 1;
      return;
    }
    this.#at += 1;
    const number = this.#digits(close);
    const isNumber = number !== null && this.#at === close;
    this.#at = close + 1;
    this.#afterNumber = isNumber;
    if (isNumber && number >= 1 && number <= this.#values.length) this.#argument = number - 1;
    else this.#numbersFit = false;
  }

  /** Digits before `end`. A number that is too large swallows all that follows, as in Go. */
  #digits(end: number): Count {
    let number: Count = null;
    while (this.#at < end) {
      const digit = this.#format.charCodeAt(this.#at) - 48;
      if (digit < 0 || digit > 9) break;
      if ((number ?? 0) > largest) {
        this.#at = end;
        return null;
      }
      number = (number ?? 0) * 10 + digit;
      this.#at += 1;
    }
    return number;
  }

  #countArgument(): Count {
    if (this.#argument >= this.#values.length) return null;
    const go = kinded(this.#values[this.#argument]);
    this.#argument += 1;
    if (go.kind !== 'int' && go.kind !== 'byte') return null;
    const count = Number(go.value);
    return Math.abs(count) > largest ? null : count;
  }

  #extraArguments(): void {
    if (this.#argument >= this.#values.length) return;
    this.#out.write('%!(EXTRA ');
    const printer = new ValuePrinter(this.#out, noFlags, this.#work);
    this.#values.slice(this.#argument).forEach((value, at) => {
      if (at > 0) this.#out.write(', ');
      this.#out.write(typeName(value));
      if (kinded(value).kind === 'nil') return;
      this.#out.write('=');
      printer.argument(value, 'v');
    });
    this.#out.write(')');
  }
}
