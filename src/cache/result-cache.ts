/**
 * The door of this folder: results of earlier runs, for files that have not changed and for blobs that are known by their
 * digest. Whatever is wrong with a cache costs time and a remark, never a result.
 */
import type { Engine } from '../digest/hasher.js';
import { CacheFolder, defaultCacheBytes } from './cache-folder.js';
import { CachedLayers } from './cached-layers.js';
import { KeptSource } from './kept-source.js';

export { KeptSource } from './kept-source.js';

export interface CacheOptions {
  /** The folder; it is made where it is absent. */
  readonly folder: string;
  /** What its files may take on disk. Default: 256 MB. */
  readonly limitBytes?: number;
  /** Hears what cannot be used or kept. Default: nobody does. */
  readonly onRemark?: (text: string) => void;
}

export class ResultCache {
  readonly layers: CachedLayers;
  readonly #folder: CacheFolder;
  readonly #engine: Engine;

  /** Throws VarveError `usage` where the path is that of something else than a folder. */
  constructor({ folder, limitBytes = defaultCacheBytes, onRemark = () => {} }: CacheOptions, engine: Engine) {
    this.#folder = new CacheFolder(folder, limitBytes, onRemark);
    this.#engine = engine;
    this.layers = new CachedLayers(this.#folder, engine);
  }

  /** What is kept of a source; to be called before the source is read. */
  source(path: string): KeptSource {
    return new KeptSource(path, this.#folder, this.#engine);
  }

  /** Ends the use of the cache, and makes it fit its limit. */
  close(): void {
    this.#folder.close();
  }
}
