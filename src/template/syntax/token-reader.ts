/**
 * The parser's view of the tokens: one at a time, with or without the spaces between them, and back again; the depth of
 * what is open; and the errors that it tells.
 */

import { TemplateError, type TemplateErrorKind, TemplateFault } from '../template-error.js';
import { limitFault, type TemplateLimits } from '../work.js';
import type { Token, Tokens } from './lexer.js';
import type { SourceSpan, TemplateSource } from './source.js';

export class TokenReader {
  /** Index of the next token; set it back to read again. */
  position = 0;
  readonly #tokens: readonly Token[];
  readonly #actions: readonly SourceSpan[];
  readonly #source: TemplateSource;
  readonly #limits: TemplateLimits;
  #depth = 0;

  constructor({ tokens, actions }: Tokens, source: TemplateSource, limits: TemplateLimits) {
    this.#tokens = tokens;
    this.#actions = actions;
    this.#source = source;
    this.#limits = limits;
  }

  /** The next token; at the end of the list the last one, again and again. */
  peek(): Token {
    const token = this.#tokens[this.position] ?? this.#tokens.at(-1);
    if (token === undefined) throw new RangeError('a list of tokens has no end');
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  /** The next token that is no space. */
  peekWord(): Token {
    while (this.peek().type === 'space') this.position += 1;
    return this.peek();
  }

  nextWord(): Token {
    this.peekWord();
    return this.next();
  }

  back(): void {
    this.position -= 1;
  }

  expectClose(context: string): void {
    const token = this.nextWord();
    if (token.type !== 'close') this.unexpected(token, context);
  }

  enter(at: SourceSpan): void {
    this.#depth += 1;
    if (this.#depth <= this.#limits.depth) return;
    throw this.#error(limitFault('depth', this.#limits, 'the template is nested too deeply'), at);
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** Throws TemplateError: this token does not fit; `context` says where. */
  unexpected(token: Token, context: string): never {
    if (token.type === 'error') return this.fail('syntax', token, token.text);
    if (token.type === 'end') return this.fail('syntax', token, 'the template ends too early');
    return this.fail('syntax', token, `unexpected ${context}`);
  }

  /** Throws TemplateError. */
  fail(kind: TemplateErrorKind, at: SourceSpan, complaint: string): never {
    throw this.#error(new TemplateFault(kind, complaint), at);
  }

  #error(fault: TemplateFault, at: SourceSpan): TemplateError {
    return new TemplateError('parse', fault, this.#source.place(at, this.#actions));
  }
}
