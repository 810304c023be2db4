/**
 * How much of documents a run may hold as parsed: a value of two bytes becomes an object of fifty, and what a document says
 * of an image is kept until the run is told. Each file has a share of its own, which honest ones do not use up, so that
 * none is refused for what another one has; what goes beyond comes out of one budget for the run, and so does a share when
 * those of all files are used up. Hostile input: any
 * bytes; they are counted before they are parsed.
 */
import { type Limits, limitMessage } from '../model/limits.js';

/** What each file may use before it draws on the budget. */
const share = { bytes: 1024 * 1024, values: 50_000 } as const;
/** What the shares of all files may come to: those of many thousand honest ones. */
const shares = { bytes: 1024 * 1024 * 1024, values: 10_000_000 } as const;

/** What the documents of a file come to. */
export interface DocumentsTaken {
  readonly bytes: number;
  readonly values: number;
}

export type RunLimits = Pick<Limits, 'runDocumentsBytes' | 'runDocumentValues' | 'documentKeyBytes'>;

/** Of a whole run. */
export class DocumentBudget {
  readonly #limits: RunLimits;
  #bytes = 0;
  #values = 0;
  readonly #shared = { bytes: 0, values: 0 };

  constructor(limits: RunLimits) {
    this.#limits = limits;
  }

  /** The account of a file or folder. */
  account(): DocumentAccount {
    return new DocumentAccount(this, this.#limits.documentKeyBytes);
  }

  /** What is not left of the shares of all files, of that many. */
  beyondShares(of: 'bytes' | 'values', count: number): number {
    return Math.max(0, this.#shared[of] + count - shares[of]);
  }

  /** Takes out of the shares. */
  takeShares(bytes: number, values: number): void {
    this.#shared.bytes = Math.min(shares.bytes, this.#shared.bytes + bytes);
    this.#shared.values = Math.min(shares.values, this.#shared.values + values);
  }

  /** Takes what a file needs beyond its share; says which limit forbids it, and takes nothing then. */
  take(bytes: number, values: number): string | null {
    const { runDocumentsBytes, runDocumentValues } = this.#limits;
    if (this.#bytes + bytes > runDocumentsBytes) {
      return limitMessage('runDocumentsBytes', runDocumentsBytes, 'the documents of this run have more bytes');
    }
    if (this.#values + values > runDocumentValues) {
      return limitMessage('runDocumentValues', runDocumentValues, 'the documents of this run have more values');
    }
    this.#bytes += bytes;
    this.#values += values;
    return null;
  }

  /** What was taken, where this budget was for one file alone; null where that is more than the share of a file. */
  taken(): DocumentsTaken | null {
    return this.#bytes === 0 && this.#values === 0 ? { ...this.#shared } : null;
  }

  /** Takes what one file has taken of a budget of its own; false where the shares of all files no longer hold it, and takes nothing then. */
  admit({ bytes, values }: DocumentsTaken): boolean {
    if (this.beyondShares('bytes', bytes) + this.beyondShares('values', values) > 0) return false;
    this.takeShares(bytes, values);
    return true;
  }
}

/** Of one file or folder, whatever archives are in it. */
export class DocumentAccount {
  readonly #budget: DocumentBudget;
  readonly #keyBytes: number;
  #bytes = 0;
  #values = 0;

  /** `keyBytes`: of one key. */
  constructor(budget: DocumentBudget, keyBytes: number) {
    this.#budget = budget;
    this.#keyBytes = keyBytes;
  }

  /** Takes a document before it is parsed; a sentence says which limit forbids it. */
  take(document: Uint8Array): string | null {
    const bytes = this.#bytes + document.length;
    const count = valuesIn(document, this.#keyBytes);
    if (count === 'long key')
      return limitMessage('documentKeyBytes', this.#keyBytes, 'a key of a document has more bytes');
    const values = this.#values + count;
    const beyond = {
      bytes: Math.max(0, bytes - share.bytes) - Math.max(0, this.#bytes - share.bytes),
      values: Math.max(0, values - share.values) - Math.max(0, this.#values - share.values),
    };
    const ofShare = { bytes: document.length - beyond.bytes, values: count - beyond.values };
    const problem = this.#budget.take(
      beyond.bytes + this.#budget.beyondShares('bytes', ofShare.bytes),
      beyond.values + this.#budget.beyondShares('values', ofShare.values),
    );
    if (problem !== null) return problem;
    this.#budget.takeShares(ofShare.bytes, ofShare.values);
    this.#bytes = bytes;
    this.#values = values;
    return null;
  }
}

/** Not that of a Buffer, which asks what is looked for before it looks. */
const { indexOf } = Uint8Array.prototype;
const [comma, list, object, quote, backslash, colon] = [0x2c, 0x5b, 0x7b, 0x22, 0x5c, 0x3a];

/** At least as many as there are in a document, just as many where it is JSON; or that it has a key of more bytes than that. */
function valuesIn(document: Uint8Array, keyBytes: number): number | 'long key' {
  let values = 1;
  for (let at = 0; at < document.length; at++) {
    const byte = document[at];
    if (byte === comma || byte === list || byte === object) values += 1;
    else if (byte === quote) {
      const end = endOfText(document, at);
      if (end - at - 1 > keyBytes && isKey(document, end)) return 'long key';
      at = end;
    }
  }
  return values;
}

/** Where the text that opens at a place is closed; the end of the document where it is not. */
function endOfText(document: Uint8Array, start: number): number {
  for (let at = start + 1; ; at++) {
    at = indexOf.call(document, quote, at);
    if (at === -1) return document.length;
    let before = at;
    while (document[before - 1] === backslash) before -= 1;
    if ((at - before) % 2 === 0) return at;
  }
}

/** Whether the text that is closed there is one before a colon. */
function isKey(document: Uint8Array, end: number): boolean {
  let next = end + 1;
  while (document[next] === 0x20 || document[next] === 0x0a || document[next] === 0x0d || document[next] === 0x09)
    next += 1;
  return document[next] === colon;
}
