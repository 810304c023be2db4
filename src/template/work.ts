/**
 * The bounds of one template. A template is a program that its user may have copied from anywhere: it may call itself,
 * count to a billion, or double a text in a loop. Every node that is evaluated and every value that is printed is a step,
 * and what a function is given or makes costs steps by its size, so that steps bound the time whatever the template does.
 */

import { TemplateFault } from './template-error.js';
import { byteLength, rejoin } from './values/go-text.js';
import { Typed } from './values/go-types.js';

export const templateLimits = {
  /** Characters of a template's text; Linux takes no longer argument. */
  textCharacters: 128 * 1024,
  /** Blocks, parentheses and calls of templates inside each other; Node's stack bears three times as many. */
  depth: 200,
  /** Lists and maps inside each other in a value that is printed. */
  valueDepth: 300,
  /** A second of work in a plain loop. */
  steps: 5_000_000,
  /** UTF-8 bytes of the output. */
  outputBytes: 64 * 1024 * 1024,
  /** UTF-8 bytes of each text that a function makes. */
  textBytes: 16 * 1024 * 1024,
} as const;

export type TemplateLimits = { readonly [Name in keyof typeof templateLimits]: number };

const charactersPerStep = 8;
const elementsPerStep = 64;

/** The account of one execution. */
export class TemplateWork {
  readonly limits: TemplateLimits;
  #steps = 0;
  #depth = 0;

  constructor(limits: TemplateLimits) {
    this.limits = limits;
  }

  /** Throws a Fault where the steps are used up. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.limits.steps) throw limitFault('steps', this.limits, 'the template takes too many steps');
  }

  /** Charges for a value that is looked at as a whole. */
  spendOn(value: unknown): void {
    if (value instanceof Typed) this.spendOn(value.value);
    else if (typeof value === 'string') this.spend(Math.ceil(value.length / charactersPerStep));
    else if (Array.isArray(value)) this.spend(Math.ceil(value.length / elementsPerStep));
    // The keys of a map are sorted each time.
    else if (typeof value === 'object' && value !== null) this.spend(Object.keys(value).length);
  }

  /** For the output of the template. */
  output(): TextBuffer {
    return new TextBuffer(this.limits, 'outputBytes');
  }

  /** For a text that a function makes. */
  text(): TextBuffer {
    return new TextBuffer(this.limits, 'textBytes');
  }

  enter(): void {
    this.#depth += 1;
    if (this.#depth > this.limits.depth) throw limitFault('depth', this.limits, 'the template is nested too deeply');
  }

  leave(): void {
    this.#depth -= 1;
  }
}

/** Text that grows to its limit and no further. */
export class TextBuffer {
  readonly #limits: TemplateLimits;
  readonly #limit: 'outputBytes' | 'textBytes';
  #text = '';
  #bytes = 0;

  constructor(limits: TemplateLimits, limit: 'outputBytes' | 'textBytes') {
    this.#limits = limits;
    this.#limit = limit;
  }

  write(text: string): void {
    this.#reserve(byteLength(text));
    this.#text += text;
  }

  /** Spaces; none are made where they would be too many. */
  writeSpaces(count: number): void {
    this.#reserve(count);
    this.#text += ' '.repeat(count);
  }

  text(): string {
    return rejoin(this.#text);
  }

  #reserve(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#limits[this.#limit]) return;
    const complaint = this.#limit === 'textBytes' ? 'a text grows too long' : 'there is too much output';
    throw limitFault(this.#limit, this.#limits, complaint);
  }
}

export function limitFault(name: keyof TemplateLimits, limits: TemplateLimits, complaint: string): TemplateFault {
  return new TemplateFault('limit', `${complaint} (limit ${name} is ${limits[name]})`);
}
