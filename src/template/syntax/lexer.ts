/**
 * Text to tokens, by the rules of Go's text/template: what separates words, which space a `-` next to a delimiter trims,
 * where a comment may stand. Spaces between words are tokens, since `.A.B` and `.A .B` differ. The first thing that is no
 * token ends the list as an `error` token: the parser may find something wrong before it, and then that counts.
 */
import type { SourceSpan } from './source.js';

export type TokenType =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'field' // `.Name`
  | 'dot'
  | 'variable' // `$` or `$name`
  | 'bool'
  | 'nil'
  | 'number'
  | 'character'
  | 'string'
  | 'raw-string'
  | 'pipe'
  | 'declare' // `:=`
  | 'assign' // `=`
  | 'left-parenthesis'
  | 'right-parenthesis'
  | 'other' // any other ASCII character
  | 'end'
  | 'error';

export interface Token extends SourceSpan {
  readonly type: TokenType;
  /** The characters of the token, trimmed where it is text; the complaint where it is an error. */
  readonly text: string;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** The spans of all `{{…}}`; the last may be open. */
  readonly actions: readonly SourceSpan[];
}

const keywords = new Set('block break continue define else end if range template with'.split(' '));

const space = ' \t\r\n';
const wordCharacter = /[\p{L}\p{Nd}_]/u;
const word = /[\p{L}\p{Nd}_]*/uy;
const quoted = /"(?:[^"\\\n]|\\[^\n])*"/uy;
const characterConstant = /'(?:[^'\\\n]|\\[^\n])*'/uy;
const rawString = /`[^`]*`/y;
// As loose as Go's scanner is: what it lets through, the parser refuses.
const number =
  /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?/y;

export function tokenize(text: string): Tokens {
  return new Lexer(text).run();
}

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  readonly #actions: SourceSpan[] = [];
  #at = 0;
  #actionStart = 0;
  #parentheses = 0;
  #failed = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Tokens {
    let inAction = false;
    while (!this.#failed && (inAction || this.#at < this.#text.length)) {
      inAction = inAction ? this.#insideAction() : this.#plainText();
    }
    if (!this.#failed) this.#emit('end', this.#at);
    else this.#actions.push({ start: this.#actionStart, end: this.#text.length });
    return { tokens: this.#tokens, actions: this.#actions };
  }

  /** Reads up to the next action and past its delimiter; true where one begins. */
  #plainText(): boolean {
    const open = this.#text.indexOf('{{', this.#at);
    const start = this.#at;
    if (open === -1) {
      this.#emit('text', this.#text.length);
      return false;
    }
    const trims = this.#text[open + 2] === '-' && this.#isSpace(open + 3);
    let end = open;
    while (trims && end > start && this.#isSpace(end - 1)) end -= 1;
    if (end > start) this.#emit('text', end);
    this.#actionStart = open;
    this.#at = open + (trims ? 4 : 2);
    if (this.#text.startsWith('/*', this.#at)) return this.#comment();
    this.#tokens.push({ type: 'open', text: '{{', start: open, end: open + 2 });
    this.#parentheses = 0;
    return true;
  }

  #comment(): false {
    const end = this.#text.indexOf('*/', this.#at + 2);
    if (end === -1) return this.#fail('a comment is not closed', this.#text.length);
    const start = this.#at;
    this.#at = end + 2;
    const close = this.#closeWidth();
    if (close === 0) {
      this.#at = start;
      return this.#fail('a comment must be followed by }} at once, or by a space and -}}', end + 2);
    }
    this.#pastClose(close);
    return false;
  }

  /** Reads one token; false where it is the end of the action. */
  #insideAction(): boolean {
    const close = this.#closeWidth();
    if (close > 0 && this.#parentheses > 0) return this.#fail('a parenthesis is not closed', this.#at + close);
    if (close > 0) return this.#close(close);
    const first = this.#text[this.#at];
    if (first === undefined) {
      this.#at = this.#actionStart;
      return this.#fail('an action is not closed', this.#text.length);
    }
    if (space.includes(first)) return this.#spaces();
    const next = this.#text[this.#at + 1] ?? '';
    if (first === '$' || (first === '.' && !/^\d?$/.test(next))) return this.#name(first);
    if (/[.+\-\d]/.test(first)) return this.#number();
    if (wordCharacter.test(this.#characterAt(this.#at))) return this.#identifier();
    return this.#punctuation(first, next);
  }

  #punctuation(first: string, next: string): boolean {
    switch (first) {
      case '"':
        return this.#delimited('string', quoted);
      case '`':
        return this.#delimited('raw-string', rawString);
      case "'":
        return this.#delimited('character', characterConstant);
      case '=':
        return this.#emit('assign', this.#at + 1);
      case ':':
        return next === '=' ? this.#emit('declare', this.#at + 2) : this.#fail('expected :=', this.#at + 1);
      case '|':
        return this.#emit('pipe', this.#at + 1);
      case '(':
        this.#parentheses += 1;
        return this.#emit('left-parenthesis', this.#at + 1);
      case ')':
        this.#parentheses -= 1;
        if (this.#parentheses < 0) return this.#fail('a parenthesis is closed that was not opened', this.#at + 1);
        return this.#emit('right-parenthesis', this.#at + 1);
    }
    if (/[!-~]/.test(first)) return this.#emit('other', this.#at + 1);
    return this.#fail('a character that has no meaning here', this.#at + this.#characterAt(this.#at).length);
  }

  #spaces(): boolean {
    let end = this.#at;
    while (this.#isSpace(end)) end += 1;
    // The space before a trimming delimiter belongs to it.
    if (this.#text.startsWith('-}}', end)) end -= 1;
    if (end > this.#at) return this.#emit('space', end);
    return this.#close(4);
  }

  #name(first: string): boolean {
    const end = this.#wordEnd(this.#at + 1);
    if (!this.#endsWord(end)) return this.#badCharacter(end);
    if (first === '$') return this.#emit('variable', end);
    return this.#emit(end === this.#at + 1 ? 'dot' : 'field', end);
  }

  #identifier(): boolean {
    const end = this.#wordEnd(this.#at);
    if (!this.#endsWord(end)) return this.#badCharacter(end);
    const name = this.#text.slice(this.#at, end);
    if (keywords.has(name)) return this.#emit('keyword', end);
    if (name === 'true' || name === 'false') return this.#emit('bool', end);
    return this.#emit(name === 'nil' ? 'nil' : 'identifier', end);
  }

  #number(): boolean {
    const end = this.#match(number);
    const next = this.#characterAt(end);
    if (wordCharacter.test(next)) return this.#fail('not a number', end + next.length);
    if (next === '+' || next === '-') return this.#fail('not a number (and complex ones are not supported)', end + 1);
    return this.#emit('number', end);
  }

  #delimited(type: TokenType, pattern: RegExp): boolean {
    const end = this.#match(pattern);
    if (end > this.#at) return this.#emit(type, end);
    return this.#fail(`a ${type === 'character' ? 'character' : 'string'} is not closed`, this.#at + 1);
  }

  /** What may follow a word: anything else would make `$x+2` look like arithmetic. */
  #endsWord(end: number): boolean {
    const next = this.#text[end];
    return next === undefined || `${space}.,|:)(`.includes(next) || this.#text.startsWith('}}', end);
  }

  #badCharacter(end: number): false {
    this.#at = end;
    return this.#fail('a word cannot go on with this character', end + this.#characterAt(end).length);
  }

  #close(width: number): false {
    const start = this.#at + width - 2;
    this.#tokens.push({ type: 'close', text: '}}', start, end: start + 2 });
    this.#pastClose(width);
    return false;
  }

  #pastClose(width: number): void {
    this.#at += width;
    this.#actions.push({ start: this.#actionStart, end: this.#at });
    while (width === 4 && this.#isSpace(this.#at)) this.#at += 1;
  }

  /** Characters of a closing delimiter that stands here, 0 where none does. */
  #closeWidth(): 0 | 2 | 4 {
    if (this.#isSpace(this.#at) && this.#text.startsWith('-}}', this.#at + 1)) return 4;
    return this.#text.startsWith('}}', this.#at) ? 2 : 0;
  }

  #isSpace(at: number): boolean {
    const found = this.#text[at];
    return found !== undefined && space.includes(found);
  }

  #characterAt(at: number): string {
    const code = this.#text.codePointAt(at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #wordEnd(start: number): number {
    word.lastIndex = start;
    return start + (word.exec(this.#text)?.[0].length ?? 0);
  }

  #match(pattern: RegExp): number {
    pattern.lastIndex = this.#at;
    return this.#at + (pattern.exec(this.#text)?.[0].length ?? 0);
  }

  #emit(type: TokenType, end: number): true {
    this.#tokens.push({ type, text: this.#text.slice(this.#at, end), start: this.#at, end });
    this.#at = end;
    return true;
  }

  #fail(complaint: string, end: number): false {
    this.#tokens.push({ type: 'error', text: complaint, start: this.#at, end });
    this.#failed = true;
    return false;
  }
}
