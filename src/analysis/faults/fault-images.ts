/**
 * Which images of its archive a fault touches, and as what: as which of their layers, as config, manifest or index. Built
 * once for an archive and only for what is at fault, so that it costs no more than the archive's own lists.
 */

import type { Fault, FaultImage } from '../../model/results/faults.js';
import type { ArchiveRecord, ImageRecord } from '../../model/results/inventory.js';
import { textKey } from '../../model/text-key.js';
import { eachOf, type Work } from '../../model/work/work.js';
import type { Cause } from './fault-causes.js';

export interface TouchedImage {
  readonly image: ImageRecord;
  readonly part: Fault['part'];
  /** Position in its layers; null where it is no layer, or not known which. */
  readonly layer: number | null;
}

export interface Touch {
  readonly part: Fault['part'];
  /** In the order of the archive, each once. */
  readonly images: readonly TouchedImage[];
}

/** Looks causes of one archive up. */
export class FaultImages {
  readonly #archive: ArchiveRecord;
  /** By the position of a body, or by what an absent one is called. */
  readonly #touched = new Map<number | string, TouchedImage[]>();
  readonly #ofArtifacts = new Set<number | string>();

  constructor(archive: ArchiveRecord, causes: readonly Cause[]) {
    this.#archive = archive;
    for (const cause of causes) for (const key of keysOf(cause)) this.#touched.set(key, []);
  }

  /** Looks the images up; once, before anything is asked. */
  *find(): Work<void> {
    yield* eachOf(this.#archive.artifacts, ({ digest, reaches }) => {
      for (const key of [digest, ...reaches]) if (this.#touched.has(key)) this.#ofArtifacts.add(key);
    });
    yield* eachOf(this.#archive.images, (image) => this.#place(image));
  }

  of(cause: Cause): Touch {
    const { lead } = cause;
    const keys = keysOf(cause);
    const found = new Map<ImageRecord, TouchedImage>();
    for (const key of keys) {
      for (const touched of this.#touched.get(key) ?? []) {
        if (!found.has(touched.image)) found.set(touched.image, touched);
      }
    }
    if (isOfWhole(lead.code)) return { part: 'archive', images: this.#incomplete() };
    const images = [...found.values()];
    return { part: images[0]?.part ?? this.#partWithoutImage(keys), images };
  }

  #place(image: ImageRecord): void {
    const seen = new Set<number | string>();
    const add = (key: number | string | null, part: Fault['part'], layer: number | null = null): void => {
      const list = key === null ? undefined : this.#touched.get(key);
      if (key === null || list === undefined || seen.has(key)) return;
      seen.add(key);
      list.push({ image, part, layer });
    };
    for (const [position, { entry, digest, diffId }] of image.layers.entries()) {
      if (entry !== null) add(entry, 'layer', position);
      else for (const name of [digest, diffId]) add(name, 'layer', position);
    }
    add(image.configEntry ?? textKey(image.id), 'config');
    for (const digest of image.manifestDigests) add(digest, 'manifest');
    for (const digest of image.indexDigests) add(digest, 'index');
    const manifests = new Set<string>(image.manifestDigests);
    const indexes = new Set<string>(image.indexDigests);
    for (const entry of image.reaches) {
      const name = this.#archive.entries[entry]?.claimedDigest ?? '';
      add(entry, manifests.has(name) ? 'manifest' : indexes.has(name) ? 'index' : 'blob');
    }
  }

  /** Images of which something is not there, or is cut. */
  #incomplete(): TouchedImage[] {
    const { entries, images } = this.#archive;
    return images
      .filter(
        ({ configEntry, layers, reaches }) =>
          configEntry === null ||
          layers.some(({ entry }) => entry === null) ||
          reaches.some((entry) => entries[entry]?.intact === false),
      )
      .map((image) => ({ image, part: 'archive', layer: null }));
  }

  #partWithoutImage(keys: readonly (number | string)[]): Fault['part'] {
    if (keys.some((key) => this.#ofArtifacts.has(key))) return 'artifact';
    const first = keys[0];
    if (first === undefined) return 'archive';
    const role = typeof first === 'number' ? this.#archive.entries[first]?.role : 'blob';
    return role === 'blob' || role === 'layer' ? 'blob' : 'file';
  }
}

/** Positions of its bodies, or what is absent. */
function keysOf({ entries, absent }: Cause): (number | string)[] {
  return [...entries, ...absent.map(textKey)];
}

/** Whether it ends or spoils the archive, whatever body it lies in. */
function isOfWhole(code: Cause['lead']['code']): boolean {
  return code === 'archive-truncated' || code === 'archive-undecodable' || code === 'header-invalid';
}

/** The facts of a touched image that a fault shows. */
export function faultImage({ image, layer }: TouchedImage): FaultImage {
  return {
    id: image.id,
    references: [...image.references, ...image.localTags],
    layer: layer === null ? null : layer + 1,
    layers: image.layers.length,
    step: layer === null ? null : stepOf(image, layer),
  };
}

/** The command of a layer; null where the history does not fit the layers. */
function stepOf({ history, layers }: ImageRecord, layer: number): string | null {
  const steps = history.filter(({ emptyLayer }) => !emptyLayer);
  return steps.length === layers.length ? (steps[layer]?.createdBy ?? null) : null;
}
