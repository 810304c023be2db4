/**
 * Images of registries into a store or an archive. All names are looked up first; then what is not there is fetched once,
 * whatever images need it, the largest first; an image has its name as soon as all of it is there. What was fetched stays
 * when a pull is cut off, and the next one goes on behind it.
 */
import { readFileSync } from 'node:fs';
import type { ContentWriter } from '../../content/transfer/content.js';
import { presentIn, type TransferEvent, type TransferFailures, transfer } from '../../content/transfer/transfer.js';
import { type ContentNode, nodesBelow, planTransfer, type TransferPlan } from '../../content/transfer/transfer-plan.js';
import type { Digest } from '../../model/digest.js';
import type { Limits } from '../../model/limits.js';
import { formatReference, type Reference } from '../../model/reference.js';
import type { Pull } from '../../model/results/registry/pull.js';
import type { Engine } from '../../observe/hasher.js';
import { digestChecker } from '../../scan/hash-text.js';
import { partialBytes, presentBlobs, StoreWriter } from '../../store/arrival/store-writer.js';
import { changeStore } from '../../store/change-store.js';
import { lstatOf, readIndex, type StoreFolder, storeState } from '../../store/store-folder.js';
import { holderOf } from '../../store/store-index.js';
import type { LockSettings } from '../../store/store-lock.js';
import { type ArchivePlan, ArchiveWriter } from '../archive-writer.js';
import type { ReadRegistry } from '../registries.js';
import { RemoteReader } from '../remote-content.js';
import type { PlatformWish } from './platform-choice.js';
import { blobRecords, imageRecord, type PullImage } from './pull-result.js';
import { findPulledImages, type PullSources } from './pull-sources.js';
import { archiveOf } from './pulled-archive.js';
import type { LocalDocument, PulledImage } from './pulled-image.js';

/** What is heard of a pull. */
export type PullEvent =
  /** An image was found; the layers of it that are there, and that are not. */
  | { readonly kind: 'found'; readonly image: PulledImage; readonly present: ReadonlySet<Digest> }
  | TransferEvent
  | { readonly kind: 'pulled'; readonly image: PullImage };

export interface PullSettings {
  readonly client: ReadRegistry;
  readonly wish: PlatformWish;
  readonly limits: Limits;
  readonly parallel: number;
  readonly dryRun: boolean;
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: PullEvent) => void;
}

/** Pulls images into a store, which is made where there is none. Throws StoreError, OutputError, VarveError `interrupted`. */
export async function pullToStore(
  store: StoreFolder,
  references: readonly Reference[],
  settings: PullSettings & LockSettings,
): Promise<Pull> {
  const isThere = storeState(store) === 'store';
  const index = isThere && lstatOf(store.indexPath) !== null ? readIndex(store).index : null;
  const found = await findPulledImages(
    references,
    {
      ...settings,
      local: isThere ? storedDocument(store, settings) : () => null,
      holderOf: (name) => (index === null ? null : holderOf(index, name)),
    },
    formatReference,
  );
  const befores = new Map(found.images.map(({ name }) => [name, index === null ? null : holderOf(index, name)]));
  const target = { store: store.path, output: null, sizeBytes: null };
  if (settings.dryRun || found.images.length === 0) {
    const present = isThere ? await presentBlobs(store, [...found.nodes.values()], settings) : new Set<Digest>();
    const run = new PullRun(found, present, settings, (node) => (isThere ? partialBytes(store, node) : 0));
    return { ...run.planned((name) => befores.get(name) ?? null), ...target };
  }
  return changeStore(store, { ...settings, creates: true }, async (open) => {
    open.index();
    const writer = new StoreWriter(open, settings);
    const nodes = nodesBelow(
      found.nodes,
      found.images.map(({ graph }) => graph.root.digest),
    );
    const present = await presentIn(writer, nodes, settings);
    const run = new PullRun(found, present, settings, (node) => partialBytes(store, node));
    const result = await run.into(writer, (image) =>
      writer.name({ name: image.name, isReference: true }, image.graph.root),
    );
    return { ...result, ...target, quarantined: [...writer.quarantined] };
  });
}

/** Pulls images into one new archive; where one of them cannot be had, none is written. Throws as `pullToStore` does. */
export async function pullToArchive(
  path: string,
  references: readonly Reference[],
  settings: PullSettings,
): Promise<Pull> {
  const none: LocalDocument = () => null;
  const found = await findPulledImages(references, { ...settings, local: none, holderOf: () => null }, formatReference);
  const plan: ArchivePlan = await archiveOf(found.images);
  const target = { store: null, output: path, sizeBytes: plan.structure.sizeBytes };
  const run = new PullRun(found, new Set(), settings, () => 0);
  if (settings.dryRun || found.failed.length > 0) return { ...run.planned(() => null), ...target };
  const writer = new ArchiveWriter(path, plan, settings);
  try {
    return { ...(await run.into(writer, () => null)), ...target };
  } finally {
    writer.abandon();
  }
}

class PullRun {
  readonly #found: PullSources;
  readonly #plan: TransferPlan;
  readonly #settings: PullSettings;
  readonly #blobs: Pull['blobs'];
  readonly #present: ReadonlySet<Digest>;

  constructor(
    found: PullSources,
    present: ReadonlySet<Digest>,
    settings: PullSettings,
    resumedBytes: (node: ContentNode) => number,
  ) {
    this.#found = found;
    this.#present = present;
    this.#settings = settings;
    this.#plan = planTransfer(
      found.nodes,
      found.images.map(({ graph }) => graph.root.digest),
      present,
    );
    this.#blobs = blobRecords(this.#plan, resumedBytes);
    for (const image of found.images) settings.onEvent({ kind: 'found', image, present });
  }

  /** What would come. */
  planned(before: (name: string) => Digest | null): Pull {
    return this.#result(
      'planned',
      this.#found.images.map((image) => imageRecord(image, 'planned', before(image.name))),
      new Map(),
    );
  }

  /** Fetches it. `give` gives an image its name and returns what had it. */
  async into(writer: ContentWriter, give: (image: PulledImage) => Digest | null): Promise<Pull> {
    const { client, onEvent } = this.#settings;
    const done = new Map<PulledImage, PullImage>();
    const naming = new ImagesInProgress(this.#found.images, this.#plan, (image) => {
      const before = give(image);
      const isNew =
        before !== image.graph.root.digest ||
        [...image.graph.nodes.keys()].some((digest) => !this.#present.has(digest));
      const record = imageRecord(image, isNew ? 'downloaded' : 'up-to-date', before);
      done.set(image, record);
      onEvent({ kind: 'pulled', image: record });
    });
    const failures = await transfer(this.#plan, new RemoteReader(client, this.#found.sources), writer, {
      ...this.#settings,
      onThere: (digest) => void naming.there(digest),
    });
    if (failures.size === 0 || done.size > 0) await this.#finish(writer, failures);
    const images = this.#found.images.flatMap((image) => done.get(image) ?? []);
    return this.#result('pulled', images, failures);
  }

  /** An archive is whole or not there. */
  async #finish(writer: ContentWriter, failures: TransferFailures): Promise<void> {
    if (failures.size === 0 || writer instanceof StoreWriter) await writer.finish();
  }

  #result(status: Pull['status'], images: readonly PullImage[], failures: TransferFailures): Pull {
    const isDone = status === 'pulled';
    const blobs = this.#blobs.map((blob) => {
      if (!isDone || blob.status !== 'planned') return blob;
      return { ...blob, status: failures.has(blob.digest) ? ('failed' as const) : ('fetched' as const) };
    });
    const sumOf = (wanted: Pull['blobs'][number]['status'][]): number =>
      blobs.reduce(
        (sum, { status: own, bytes, resumedBytes }) => sum + (wanted.includes(own) ? bytes - resumedBytes : 0),
        0,
      );
    return {
      kind: 'varve.pull',
      schemaVersion: 1,
      store: null,
      output: null,
      status,
      images: [...images],
      blobs,
      foreignLayers: [...new Set(this.#found.images.flatMap(({ graph }) => graph.foreign.map(({ digest }) => digest)))],
      failed: [...this.#found.failed, ...this.#lost(failures)],
      quarantined: [],
      fetchBytes: sumOf(['planned', 'fetched', 'failed']),
      fetchedBytes: sumOf(['fetched']),
      sizeBytes: null,
    };
  }

  #lost(failures: TransferFailures): { what: string; reason: string }[] {
    return this.#found.images.flatMap(({ name, graph }) => {
      const reason = [...graph.nodes.keys()].flatMap((digest) => failures.get(digest)?.message ?? [])[0];
      return reason === undefined ? [] : [{ what: name, reason }];
    });
  }
}

/** Tells of each image when all of it is there. */
class ImagesInProgress {
  readonly #lacks = new Map<PulledImage, number>();
  readonly #waiting = new Map<Digest, PulledImage[]>();
  readonly #whole: (image: PulledImage) => void;

  constructor(
    images: readonly PulledImage[],
    { bodies, documents }: TransferPlan,
    whole: (image: PulledImage) => void,
  ) {
    this.#whole = whole;
    const coming = new Set([...bodies, ...documents].map(({ digest }) => digest));
    for (const image of images) {
      const lacks = [...image.graph.nodes.keys()].filter((digest) => coming.has(digest));
      this.#lacks.set(image, lacks.length);
      for (const digest of lacks) this.#waiting.set(digest, [...(this.#waiting.get(digest) ?? []), image]);
      if (lacks.length === 0) whole(image);
    }
  }

  there(digest: Digest): void {
    for (const image of this.#waiting.get(digest) ?? []) {
      const lacks = (this.#lacks.get(image) ?? 0) - 1;
      this.#lacks.set(image, lacks);
      if (lacks === 0) this.#whole(image);
    }
  }
}

/** The documents that a store has, each checked when it is read. */
function storedDocument(
  store: StoreFolder,
  { limits, engine }: Pick<PullSettings, 'limits' | 'engine'>,
): LocalDocument {
  const isDigest = digestChecker(engine);
  return (digest, sizeBytes) => {
    const path = store.blobPath(digest);
    const stat = lstatOf(path);
    if (stat?.isFile() !== true || stat.size > limits.documentBytes) return null;
    if (sizeBytes !== null && stat.size !== sizeBytes) return null;
    const bytes = readFileSync(path);
    return isDigest(bytes, digest) ? bytes : null;
  };
}
