/**
 * How much of documents a run may hold as parsed: a value of two bytes becomes an object of fifty, and what a document says
 * of an image is kept until the run is told. Each file has a share of its own, which honest ones do not use up, so that
 * no number of them is refused for being many; what goes beyond comes out of one budget for the run. Hostile input: any
 * bytes; they are counted before they are parsed.
 */
import { beyond, type Limits } from '../model/limits.js';

/** What each file may use before it draws on the budget. */
const share = { bytes: 1024 * 1024, values: 50_000 } as const;

export type RunLimits = Pick<Limits, 'runDocumentsBytes' | 'runDocumentValues'>;

/** Of a whole run. */
export class DocumentBudget {
  readonly #limits: RunLimits;
  #bytes = 0;
  #values = 0;

  constructor(limits: RunLimits) {
    this.#limits = limits;
  }

  /** The account of a file or folder. */
  account(): DocumentAccount {
    return new DocumentAccount(this);
  }

  /** Takes what a file needs beyond its share; says which limit forbids it, and takes nothing then. */
  take(bytes: number, values: number): string | null {
    const { runDocumentsBytes, runDocumentValues } = this.#limits;
    if (this.#bytes + bytes > runDocumentsBytes) {
      return beyond('runDocumentsBytes', runDocumentsBytes, 'the documents of this run have more bytes');
    }
    if (this.#values + values > runDocumentValues) {
      return beyond('runDocumentValues', runDocumentValues, 'the documents of this run have more values');
    }
    this.#bytes += bytes;
    this.#values += values;
    return null;
  }
}

/** Of one file or folder, whatever archives are in it. */
export class DocumentAccount {
  readonly #budget: DocumentBudget;
  #bytes = 0;
  #values = 0;

  constructor(budget: DocumentBudget) {
    this.#budget = budget;
  }

  /** Takes a document before it is parsed; a sentence says which limit forbids it. */
  take(document: Uint8Array): string | null {
    const bytes = this.#bytes + document.length;
    const values = this.#values + valuesIn(document);
    const problem = this.#budget.take(
      Math.max(0, bytes - share.bytes) - Math.max(0, this.#bytes - share.bytes),
      Math.max(0, values - share.values) - Math.max(0, this.#values - share.values),
    );
    if (problem !== null) return problem;
    this.#bytes = bytes;
    this.#values = values;
    return null;
  }
}

const [comma, list, object] = [0x2c, 0x5b, 0x7b];

/** At least as many as there are in a document: commas and brackets in texts count as well. */
function valuesIn(document: Uint8Array): number {
  let values = 1;
  for (const byte of document) if (byte === comma || byte === list || byte === object) values += 1;
  return values;
}
