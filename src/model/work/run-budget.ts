/**
 * What a whole run may hold of entries, images, names, layers and findings: their results stay in memory until it is told, those of
 * all archives together. Each file has a share of its own, which honest ones do not use up, so that none is refused for
 * what another one holds; what goes beyond comes out of one budget for the run, and so do the shares when all of them
 * together are used up. Hostile input: any number of files, each just below the limits of one archive.
 */
import { type Limits, limitMessage } from '../limits.js';

/** What each file may use before it draws on the budget, and what those of all files may come to. */
const shares = {
  runEntries: { ofFile: 1000, ofAll: 1_000_000 },
  runImages: { ofFile: 100, ofAll: 100_000 },
  runImageNames: { ofFile: 100, ofAll: 100_000 },
  runListedLayers: { ofFile: 1000, ofAll: 1_000_000 },
  runFindingBytes: { ofFile: 16 * 1024, ofAll: 32 * 1024 * 1024 },
} as const;

const things = {
  runEntries: 'the archives of this run have more entries',
  runImages: 'the archives of this run have more images',
  runImageNames: 'the images of this run have more names',
  runListedLayers: 'the images of this run have more layers',
  runFindingBytes: 'the findings of this run have more bytes',
} as const satisfies Readonly<Record<RunLimitName, string>>;

type RunLimitName = keyof typeof shares;

/** What a file has taken, of each thing that is limited. */
export type RunTaken = Readonly<Record<RunLimitName, number>>;

const none = (): Record<RunLimitName, number> => ({
  runEntries: 0,
  runImages: 0,
  runImageNames: 0,
  runListedLayers: 0,
  runFindingBytes: 0,
});

/** Of a whole run. */
export class RunBudget {
  readonly #limits: Pick<Limits, RunLimitName>;
  readonly #used = none();
  /** Of the shares of all files. */
  readonly #shared = none();

  constructor(limits: Pick<Limits, RunLimitName>) {
    this.#limits = limits;
  }

  /** The account of a file or folder. */
  account(): RunAccount {
    return new RunAccount(this);
  }

  /** Takes so many, of which `ofShare` are within the share of a file; says which limit forbids it, and takes nothing then. */
  take(name: RunLimitName, count: number, ofShare: number): string | null {
    const shared = Math.min(ofShare, shares[name].ofAll - this.#shared[name]);
    const limit = this.#limits[name];
    if (count > shared && this.#used[name] + count - shared > limit) return limitMessage(name, limit, things[name]);
    this.#shared[name] += shared;
    this.#used[name] += count - shared;
    return null;
  }

  /** What was taken, where this budget was for one file alone; null where that is more than the share of a file. */
  taken(): RunTaken | null {
    return Object.values(this.#used).every((count) => count === 0) ? { ...this.#shared } : null;
  }

  /** Takes what one file has taken of a budget of its own; false where the shares of all files no longer hold it, and takes nothing then. */
  admit(taken: RunTaken): boolean {
    const names = Object.keys(shares) as RunLimitName[];
    if (names.some((name) => this.#shared[name] + taken[name] > shares[name].ofAll)) return false;
    for (const name of names) this.#shared[name] += taken[name];
    return true;
  }
}

/** Of one file or folder, whatever archives are in it. */
export class RunAccount {
  readonly #budget: RunBudget;
  readonly #used = none();

  constructor(budget: RunBudget) {
    this.#budget = budget;
  }

  /** Takes so many; a sentence says which limit forbids it. */
  take(name: RunLimitName, count: number): string | null {
    const ofShare = Math.min(count, shares[name].ofFile - this.#used[name]);
    const problem = this.#budget.take(name, count, ofShare);
    if (problem === null) this.#used[name] += ofShare;
    return problem;
  }
}
