/**
 * What a search leaves out because the user said so. A glob without a slash is compared with the name alone; one that
 * ends in a slash is for folders alone. Each remembers whether it left anything out, since one that never does is a typo.
 */
interface Exclude {
  readonly pattern: string;
  readonly matches: (path: string) => boolean;
  readonly foldersOnly: boolean;
  /** Whether it has left anything out. */
  used: boolean;
}

/** The patterns of one search. */
export class Excludes {
  readonly #excludes: readonly Exclude[];

  private constructor(excludes: readonly Exclude[]) {
    this.#excludes = excludes;
  }

  /** Most runs exclude nothing and name what exists: the libraries for globs are loaded for the rest. */
  static async of(patterns: readonly string[]): Promise<Excludes> {
    if (patterns.length === 0) return new Excludes([]);
    const { default: picomatch } = await import('picomatch');
    const excludes = patterns.map((pattern) => {
      const glob = pattern.replace(/(?<=[^/])\/+$/, '');
      const matches = picomatch(glob, { dot: true, basename: !glob.includes('/') });
      return { pattern, matches, foldersOnly: glob !== pattern, used: false };
    });
    return new Excludes(excludes);
  }

  /** Whether this path is left out; the first pattern that does it counts as used. */
  has(path: string, isFolder: boolean): boolean {
    const exclude = this.#excludes.find(({ matches, foldersOnly }) => (isFolder || !foldersOnly) && matches(path));
    if (exclude !== undefined) exclude.used = true;
    return exclude !== undefined;
  }

  /** Patterns that have left nothing out. */
  get idle(): readonly string[] {
    return this.#excludes.filter(({ used }) => !used).map(({ pattern }) => pattern);
  }
}
