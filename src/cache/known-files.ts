/**
 * Files of one folder of which the digest was seen to be right, each as it was then: whoever asks again need not read them.
 * Hostile input: as with all of a cache, what does not say what it should costs time, and is never believed.
 */
import type { Digest } from '../model/digest.js';
import { cacheVersion, parseCachedFiles } from '../model/results/cache-document.js';
import type { Engine } from '../observe/hasher.js';
import { identify } from '../sources/file-identity.js';
import { CacheFolder, defaultCacheBytes } from './cache-folder.js';

/** More are not kept. */
const maxFiles = 100_000;

/** Where files are known from. */
export interface KnownFilesOptions {
  /** The folder of the cache; it is made where it is absent. */
  readonly cache: string;
  /** That of the files. */
  readonly folder: string;
  readonly pathOf: (digest: Digest) => string;
  /** What hashes them here: what another one has hashed is not known. */
  readonly engine: Engine;
  /** What the files of the cache may take on disk. */
  readonly limitBytes: number | null;
  /** Hears what cannot be used or kept. */
  readonly onRemark: (text: string) => void;
}

export class KnownFiles {
  readonly #cache: CacheFolder;
  readonly #options: KnownFilesOptions;

  /** Throws VarveError `usage` where the path of the cache is that of something else than a folder. */
  constructor(options: KnownFilesOptions) {
    this.#cache = new CacheFolder(options.cache, options.limitBytes ?? defaultCacheBytes, options.onRemark);
    this.#options = options;
  }

  /** Those that are what they were. */
  known(): Digest[] {
    const { folder, pathOf, engine } = this.#options;
    const name = nameOf(folder);
    const kept = name === null ? null : this.#cache.parse(name, parseCachedFiles);
    return (kept?.engine === engine ? kept.files : []).flatMap(({ digest, identity }) =>
      identify(pathOf(digest))?.text === identity ? [digest] : [],
    );
  }

  /** Keeps these, and those that were known; a file that was changed just now may change again unseen, and is not kept. */
  keep(digests: readonly Digest[]): void {
    const { folder, pathOf, engine } = this.#options;
    const name = nameOf(folder);
    if (name === null) return;
    const files = [...new Set([...digests, ...this.known()])].flatMap((digest) => {
      const identity = identify(pathOf(digest));
      return identity?.settled === true ? [{ digest, identity: identity.text }] : [];
    });
    const kept = { kind: 'varve.cached-files', version: cacheVersion, engine, files: files.slice(0, maxFiles) };
    this.#cache.write(name, JSON.stringify(kept));
    this.#cache.close();
  }
}

function nameOf(folder: string): string | null {
  const place = identify(folder)?.place;
  return place === undefined ? null : `files-${place}.json`;
}
