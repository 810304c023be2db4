/**
 * The door of this folder: results of earlier runs, for files that have not changed and for blobs that are known by their
 * digest. Whatever is wrong with a cache costs time and a remark, never a result.
 */
import type { Engine } from '../observe/hasher.js';
import { CacheFolder, defaultCacheBytes } from './cache-folder.js';
import { CachedContents } from './cached-contents.js';
import { CachedLayers } from './cached-layers.js';
import { KeptSource } from './kept-source.js';
import type { Memory } from './memory.js';

export interface CacheOptions {
  /** The folder; it is made where it is absent. */
  readonly folder: string;
  /** What its files may take on disk. Default: 256 MB. */
  readonly limitBytes?: number;
  /** Hears what cannot be used or kept. Default: nobody does. */
  readonly onRemark?: (text: string) => void;
}

export class ResultCache implements Memory {
  readonly layers: CachedLayers;
  readonly #folder: CacheFolder;
  readonly #engine: Engine;
  readonly #contents: CachedContents;

  /** `listBytes`: what the files of layers may take, where they are asked for as well; else null. Throws VarveError `usage` where the path is that of something else than a folder. */
  constructor(
    { folder, limitBytes = defaultCacheBytes, onRemark = () => {} }: CacheOptions,
    engine: Engine,
    listBytes: number | null,
  ) {
    this.#folder = new CacheFolder(folder, limitBytes, onRemark);
    this.#engine = engine;
    this.#contents = new CachedContents(this.#folder, engine, listBytes);
    this.layers = new CachedLayers(this.#folder, engine, this.#contents);
  }

  source(path: string): KeptSource {
    return new KeptSource(path, { folder: this.#folder, engine: this.#engine, contents: this.#contents });
  }

  /** Makes the cache fit its limit. */
  close(): void {
    this.#folder.close();
  }
}
