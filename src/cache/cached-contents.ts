/**
 * The files of layers, by the diffID that was computed from the same bytes: what a probe has listed once need never be
 * read again, whatever archive the layer lies in; nor why it has listed nothing, if that is due to the layer alone. A list
 * that is too large for a file of the cache is not kept.
 */

import { algorithmOf, type Digest, encodedOf } from '../model/digest.js';
import { bytesOfList, doubtOf, type FileList, type FileListRefusal, fileListsRefusal } from '../model/file-list.js';
import { cacheVersion, parseCachedContents } from '../model/results/cache-document.js';
import type { Engine } from '../observe/hasher.js';
import type { BlobObservation } from '../observe/observation.js';
import type { CacheFolder } from './cache-folder.js';
import { packContents, unpackContents } from './packed-contents.js';

export class CachedContents {
  readonly #folder: CacheFolder;
  readonly #engine: Engine;
  /** What all lists of a run may take; null where none are asked for, and nothing is added to observations. */
  readonly #limitBytes: number | null;
  #bytes = 0;
  readonly #known = new Map<Digest, FileList | FileListRefusal | null>();

  constructor(folder: CacheFolder, engine: Engine, limitBytes: number | null) {
    this.#folder = folder;
    this.#engine = engine;
    this.#limitBytes = limitBytes;
  }

  /** The observation with the files of its layer, where those are asked for; null where they are not known. */
  complete<Facts extends Pick<BlobObservation, 'layer'>>(facts: Facts): Facts | null {
    const { layer } = facts;
    if (this.#limitBytes === null || !layer?.ok) return facts;
    const { diffIds, tar } = layer;
    const doubt = tar.entries === 0 ? doubtOf(tar) : null;
    // Most bodies of a pass are no layers: of these nothing need be kept.
    const files = doubt === null ? this.#of(diffIds.sha256) : ({ refusal: doubt, scope: 'layer' } as const);
    return files === null ? null : { ...facts, layer: { ...layer, found: { files } } };
  }

  /** Keeps the files of a layer, and returns the observation without them. */
  keep<Facts extends Pick<BlobObservation, 'layer'>>(facts: Facts): Facts {
    const { layer } = facts;
    if (!layer?.ok || layer.found === undefined) return facts;
    const { found, ...rest } = layer;
    const { sha256 } = layer.diffIds;
    const { files } = found;
    const isOfLayer = files !== undefined && !('refusal' in files && files.scope === 'all');
    if (isOfLayer && sha256 !== undefined && (this.#known.get(sha256) ?? null) === null) {
      this.#known.set(sha256, files);
      if (layer.tar.entries > 0 || doubtOf(layer.tar) === null) this.#write(sha256, files);
    }
    return { ...facts, layer: rest };
  }

  #write(diffId: Digest, files: FileList | FileListRefusal): void {
    const packed = 'refusal' in files ? { refusal: files.refusal } : packContents(files);
    if (packed === null) return;
    const kept = { kind: 'varve.cached-contents', version: cacheVersion, engine: this.#engine, diffId, ...packed };
    this.#folder.write(nameOf(diffId), JSON.stringify(kept));
  }

  #of(diffId: Digest | undefined): FileList | FileListRefusal | null {
    if (diffId === undefined) return null;
    let files = this.#known.get(diffId);
    if (files === undefined) {
      const limitBytes = this.#limitBytes ?? 0;
      // What is known would be held all at once: beyond the limit no layer has a list, whoever has made it.
      files = this.#bytes > limitBytes ? fileListsRefusal(limitBytes) : this.#read(diffId);
      this.#bytes += files === null ? 0 : bytesOfList(files);
      this.#known.set(diffId, files);
    }
    return files;
  }

  #read(diffId: Digest): FileList | FileListRefusal | null {
    return this.#folder.parse(nameOf(diffId), (text) => {
      const found = parseCachedContents(text);
      if (found === null || found.engine !== this.#engine) return null;
      if (found.diffId !== diffId) throw new TypeError('it is about another layer');
      return 'refusal' in found ? { refusal: found.refusal, scope: 'layer' } : unpackContents(found);
    });
  }
}

function nameOf(diffId: Digest): string {
  return `contents-${algorithmOf(diffId)}-${encodedOf(diffId)}.json`;
}
