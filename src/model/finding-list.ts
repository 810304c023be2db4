/**
 * The findings of one archive, as many of each code as the limit allows; of the others there is one more finding, which
 * says how many they are. So no text, no form and no count can pass over them, and an archive that is wrong in every item
 * costs no more memory than one that is wrong in a thousand. Hostile input: any number of findings.
 */
import { type Finding, type FindingCode, finding, weightOf } from './finding.js';
import { limitMessage } from './limits.js';
import { textKey } from './text-key.js';

export class FindingList {
  readonly #limit: number;
  readonly #listed: Finding[] = [];
  readonly #counts = new Map<FindingCode, number>();
  readonly #seen = new Set<string>();
  /** Of findings that are only counted: a number costs a tenth of the text. */
  readonly #seenNumbers = new Set<number>();

  /** `limit`: findings of one code that are listed. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a finding, or the number of those that another list has counted. */
  add(made: Finding): void {
    const count = this.#counts.get(made.code) ?? 0;
    this.#counts.set(made.code, count + weightOf(made));
    if (count < this.#limit && made.count === undefined) this.#listed.push(made);
  }

  /** Takes a finding that may come by several ways, once. */
  addOnce(made: Finding): void {
    const key = textKey(JSON.stringify(made));
    if (this.#seen.has(key)) return;
    if ((this.#counts.get(made.code) ?? 0) < this.#limit) this.#seen.add(key);
    else {
      const number = numberOf(key);
      if (this.#seenNumbers.has(number)) return;
      this.#seenNumbers.add(number);
    }
    this.add(made);
  }

  /** Those that are listed, in the order in which they came; then those that are counted, by code. */
  all(): Finding[] {
    const listed = new Map<FindingCode, number>();
    for (const { code } of this.#listed) listed.set(code, (listed.get(code) ?? 0) + 1);
    const counted = [...this.#counts].flatMap(([code, total]): Finding[] => {
      const count = total - (listed.get(code) ?? 0);
      return count === 0 ? [] : [{ ...finding(code, moreText(count, this.#limit)), count }];
    });
    return [...this.#listed, ...counted];
  }
}

function moreText(count: number, limit: number): string {
  return `and ${count.toLocaleString('en-US')} more of this kind (${limitMessage('findings', limit, 'they are counted')})`;
}

/** A text as a number of 53 bits. Two texts with one number are not met by chance. */
function numberOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
  }
  return (low >>> 0) + ((high ^ (high >>> 13)) & 0x1fffff) * 2 ** 32;
}
