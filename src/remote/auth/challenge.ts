/**
 * What a registry asks for: `WWW-Authenticate` (RFC 9110, 11.6.1), several challenges in one header, values as tokens or quoted. One
 * look at each character; what follows the first thing that is no challenge is not read.
 */

export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** Names in lower case; of a name that stands there twice the first counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const spaces = /[ \t]*/y;
const separators = /[ \t,]*/y;
const quoted = /"((?:[^"\\]|\\[\s\S])*)"/y;
const token68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;

/** The challenges of a header, in their order. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const text = new Cursor(header);
  for (;;) {
    text.take(separators);
    const word = text.take(token);
    if (word === null) return challenges;
    text.take(spaces);
    const current = challenges.at(-1);
    const value = current === undefined ? null : text.value();
    if (value !== null) {
      const name = word.toLowerCase();
      if (current !== undefined && !current.parameters.has(name)) current.parameters.set(name, value);
      continue;
    }
    // A value that cannot be read: what follows could be anything.
    if (text.isAt('=')) return challenges;
    challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
    if (!text.isParameter()) text.take(token68);
  }
}

class Cursor {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(pattern: RegExp, group = 0): string | null {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null) return null;
    this.#position = pattern.lastIndex;
    return match[group] ?? '';
  }

  isAt(character: string): boolean {
    return this.#text[this.#position] === character;
  }

  /** `= value`; null, and nothing taken, where there is none. */
  value(): string | null {
    const start = this.#position;
    if (this.isAt('=')) {
      this.#position += 1;
      this.take(spaces);
      const text = this.take(quoted, 1)?.replace(/\\([\s\S])/g, '$1') ?? this.take(token);
      if (text !== null) return text;
    }
    this.#position = start;
    return null;
  }

  /** Whether a parameter comes next, so that what comes is no token68. */
  isParameter(): boolean {
    const start = this.#position;
    const is = this.take(token) !== null && this.take(spaces) !== null && this.value() !== null;
    this.#position = start;
    return is;
  }
}
