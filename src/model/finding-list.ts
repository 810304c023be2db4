/**
 * The findings of one archive and what was not checked of it: of findings as many of each code as the limit allows; of the others there is one more finding, which
 * says how many they are. So no text, no form and no count can pass over them, and an archive that is wrong in every item
 * costs no more memory than one that is wrong in a thousand. Hostile input: any number of findings.
 */
import { type Finding, type FindingCode, finding, type NotChecked, weightOf } from './finding.js';
import { type Limits, limitMessage } from './limits.js';
import { textKey } from './text-key.js';
import type { RunAccount } from './work/run-budget.js';

export class FindingList {
  readonly #limit: number;
  readonly #account: Pick<RunAccount, 'take'> | null;
  /** Why findings of a code are only counted. */
  readonly #reasons = new Map<FindingCode, string>();
  readonly #listed: Finding[] = [];
  readonly #counts = new Map<FindingCode, number>();
  readonly #seen = new Set<string>();
  /** Of findings that are only counted: a number costs a tenth of the text. */
  readonly #seenNumbers = new Set<number>();

  /** `limit`: findings of one code that are listed; `account`: what the run may hold of them, null where that was asked before. */
  constructor(limit: number, account: Pick<RunAccount, 'take'> | null) {
    this.#limit = limit;
    this.#account = account;
  }

  /** Takes a finding, or the number of those that another list has counted; `isHeld`: that list holds it for this run. */
  add(made: Finding, isHeld = false): void {
    const count = this.#counts.get(made.code) ?? 0;
    this.#counts.set(made.code, count + weightOf(made));
    if (made.count !== undefined) this.#explain(made.code, reasonIn(made.message));
    if (count < this.#limit && made.count === undefined && (isHeld || this.#admit(made))) this.#listed.push(made);
  }

  /** The first of each code is always listed: without it nobody would know what the others are. */
  #admit(made: Finding): boolean {
    if (this.#account === null) return true;
    const problem = this.#account.take('runFindingBytes', bytesOf(made));
    if (problem === null) return true;
    this.#explain(made.code, problem);
    return (this.#counts.get(made.code) ?? 0) === weightOf(made) && bytesOf(made) < smallBytes;
  }

  #explain(code: FindingCode, reason: string): void {
    if (!this.#reasons.has(code)) this.#reasons.set(code, reason);
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
      const reason = this.#reasons.get(code) ?? limitMessage('findings', this.#limit, 'they are counted');
      return count === 0 ? [] : [{ ...finding(code, moreText(count, reason)), count }];
    });
    return [...this.#listed, ...counted];
  }
}

/** What a finding may have that is listed all the same. */
const smallBytes = 4096;

/** What a finding costs, about. */
function bytesOf({ message, subject, expected, actual }: Finding): number {
  return 200 + message.length + (subject?.length ?? 0) + (expected?.length ?? 0) + (actual?.length ?? 0);
}

function moreText(count: number, reason: string): string {
  return `and ${count.toLocaleString('en-US')} more of this kind (${reason})`;
}

/** The reason in such a text. */
function reasonIn(text: string): string {
  return text.slice(text.indexOf('(') + 1, -1);
}

/**
 * What was not checked of one archive, each thing once, as many as the limits allow; of the others one more entry says how
 * many they are.
 */
export class NotCheckedList {
  readonly #limit: number;
  readonly #account: Pick<RunAccount, 'take'>;
  readonly #listed: NotChecked[] = [];
  readonly #seen = new Set<string>();
  #counted = 0;
  #problem: string | null = null;

  constructor({ notChecked }: Pick<Limits, 'notChecked'>, account: Pick<RunAccount, 'take'>) {
    this.#limit = notChecked;
    this.#account = account;
  }

  add(subject: string, reason: string): void {
    const key = textKey(`${subject}\0${reason}`);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const problem =
      this.#listed.length < this.#limit
        ? this.#account.take('runFindingBytes', 100 + subject.length + reason.length)
        : limitMessage('notChecked', this.#limit, 'they are counted');
    if (problem === null) this.#listed.push({ subject, reason });
    else {
      this.#counted += 1;
      this.#problem ??= problem;
    }
  }

  /** Takes what another list of this archive holds already. */
  addHeld(held: readonly NotChecked[]): void {
    for (const { subject, reason, count } of held) {
      this.#seen.add(textKey(`${subject}\0${reason}`));
      if (count === undefined) this.#listed.push({ subject, reason });
      else {
        this.#counted += count;
        this.#problem ??= limitMessage('notChecked', this.#limit, 'they are counted');
      }
    }
  }

  /** Those that are listed, in the order in which they came, and what stands for the others. */
  all(path: string): NotChecked[] {
    if (this.#problem === null) return [...this.#listed];
    const count = this.#counted;
    const reason = `and ${count.toLocaleString('en-US')} more that were not checked (${this.#problem})`;
    return [...this.#listed, { subject: path, reason, count }];
  }
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
