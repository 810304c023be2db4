/**
 * What is remarked of a document that other readers read in another way than Go: each kind once, or by key, a bounded
 * number of them, with both readings. Hostile input: keys of any text and length.
 */
import { clip, readingText } from './json-value.js';

/** A finding about a document, before it is known where that lies. */
export interface Remark {
  readonly code: 'key-ambiguous' | 'key-repeated' | 'key-case' | 'readers-disagree';
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
}

type Path = readonly (string | number)[];

const mostKeys = 20;
const longestKey = 100;

export class ReadingRemarks {
  readonly #remarks: Remark[] = [];
  /** The first of them, as they are written. */
  readonly #inAnyCase = new Set<string>();
  readonly #inOtherCase = new Set<string>();
  #lookalikes = 0;
  #halfPairs = 0;
  #firstHalfPair = '';
  #mutes = 0;

  get isMuted(): boolean {
    return this.#mutes > 0;
  }

  /** What is read once more, for a comparison, was remarked before. */
  muted<T>(read: () => T): T {
    this.#mutes += 1;
    const result = read();
    this.#mutes -= 1;
    return result;
  }

  /** Keys that only a reader without regard to case finds. `isUsual`: a known writer has them so. */
  otherCase(keys: readonly string[], isUsual: boolean): void {
    if (this.isMuted) return;
    const known = isUsual ? this.#inAnyCase : this.#inOtherCase;
    for (const key of keys) if (known.size <= mostKeys) known.add(clip(key, longestKey));
  }

  repeated(path: Path, key: string): void {
    this.#add({
      code: 'key-repeated',
      message: `${placeOf(path)}: the key ${quoted(key)} stands there more than once, and all readers read the same`,
    });
  }

  ambiguous(
    path: Path,
    read: {
      readonly keys: readonly string[];
      readonly count: number;
      readonly go: unknown;
      readonly who: string;
      readonly other: unknown;
    },
  ): void {
    const keys = read.keys.slice(0, mostKeys).map(quoted).join(', ');
    const [expected, actual] = [readingText(read.go), readingText(read.other)];
    const message =
      `${placeOf(path)}: ${read.keys.length === 1 ? 'the key' : 'the keys'} ${keys} ` +
      `${read.keys.length === 1 ? 'stands' : 'stand'} there ${read.count} times: ` +
      `Go (docker, containerd, podman, skopeo, crane) reads ${expected}, ${read.who} ${actual}`;
    this.#add({ code: 'key-ambiguous', message, expected, actual });
  }

  lookalike(path: Path, key: string, name: string): void {
    if (this.isMuted || ++this.#lookalikes > mostKeys) return;
    const message =
      `${placeOf(path)}: Go reads no ${quoted(name)} in the key ${quoted(key)}, ` +
      `readers that fold more letters than Go (Java, JavaScript by upper case) read ${quoted(name)} there`;
    this.#add({ code: 'readers-disagree', message, expected: name, actual: clip(key, longestKey) });
  }

  /** A text where docker takes a list. */
  textForList(path: Path): void {
    this.#add({
      code: 'readers-disagree',
      message: `${placeOf(path)}: docker reads a list of one text, containerd and crane refuse the document`,
    });
  }

  halfPair(path: Path): void {
    if (this.isMuted || ++this.#halfPairs > 1) return;
    this.#firstHalfPair = placeOf(path);
  }

  all(): readonly Remark[] {
    const all = this.#remarks;
    if (this.#inOtherCase.size > 0) {
      const actual = some(this.#inOtherCase);
      const message =
        `Go reads keys in other case (${actual}), readers that compare keys as they are written ` +
        '(Python, JavaScript, jq) find nothing there';
      all.push({ code: 'readers-disagree', message, actual });
    }
    if (this.#inAnyCase.size > 0) {
      const actual = some(this.#inAnyCase);
      all.push({ code: 'key-case', message: 'keys are not written as the format has them', actual });
    }
    if (this.#lookalikes > mostKeys) {
      const message = `${this.#lookalikes - mostKeys} more keys look like keys of the format, and are none to Go`;
      all.push({ code: 'readers-disagree', message });
    }
    if (this.#halfPairs > 0) {
      const more = this.#halfPairs > 1 ? ` and ${this.#halfPairs - 1} more texts` : '';
      const message =
        `${this.#firstHalfPair}${more}: half a surrogate pair, in place of which Go reads U+FFFD; ` +
        'Python and JavaScript keep it';
      all.push({ code: 'readers-disagree', message });
    }
    return all;
  }

  #add(remark: Remark): void {
    if (!this.isMuted) this.#remarks.push(remark);
  }
}

/** The first of many. */
function some(keys: ReadonlySet<string>): string {
  return [...keys].slice(0, mostKeys).join(', ') + (keys.size > mostKeys ? ' and more' : '');
}

function placeOf(path: Path): string {
  return path.map((part) => clip(String(part), longestKey)).join('.') || 'the document';
}

function quoted(key: string): string {
  return `"${clip(key, longestKey)}"`;
}
