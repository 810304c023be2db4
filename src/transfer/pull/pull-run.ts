/** A pull that is carried out: its plan, what it says of itself meanwhile, and what became of it. */
import type { ContentWriter } from '../../content/transfer/content.js';
import { type TransferEvent, type TransferFailures, transfer } from '../../content/transfer/transfer.js';
import { type ContentNode, planTransfer, type TransferPlan } from '../../content/transfer/transfer-plan.js';
import type { Digest } from '../../model/digest.js';
import type { Limits } from '../../model/limits.js';
import type { Pull } from '../../model/results/registry/pull.js';
import type { Engine } from '../../observe/hasher.js';
import type { ReadRegistry } from '../registries.js';
import { RemoteReader } from '../remote-content.js';
import { ImagesInProgress } from './images-in-progress.js';
import type { PlatformWish } from './platform-choice.js';
import { blobRecords, imageRecord, type PullImage } from './pull-result.js';
import type { PullSources } from './pull-sources.js';
import type { PulledImage } from './pulled-image.js';

/** What is heard of a pull. */
export type PullEvent =
  /** An image was found; the layers of it that are there, and that are not. */
  | { readonly kind: 'found'; readonly image: PulledImage; readonly present: ReadonlySet<Digest> }
  | TransferEvent
  | { readonly kind: 'pulled'; readonly image: PullImage }
  /** What has come of an archive that is not whole stays there for the next pull. */
  | { readonly kind: 'left'; readonly path: string };

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

type Give = (images: readonly PulledImage[]) => ReadonlyMap<string, Digest | null>;

export class PullRun {
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

  /**
   * Fetches it. `give` gives images their names as soon as each is there, and returns what had each; null for an archive, which has
   * all of them once it is whole, and else is not there.
   */
  async into(writer: ContentWriter, give: Give | null): Promise<Pull> {
    const { client, onEvent } = this.#settings;
    const done = new Map<PulledImage, PullImage>();
    const named = (images: readonly PulledImage[], befores: ReadonlyMap<string, Digest | null>): void => {
      for (const image of images) {
        const before = befores.get(image.name) ?? null;
        const isThere = [...image.graph.nodes.keys()].every((digest) => this.#present.has(digest));
        const status = isThere && before === image.graph.root.digest ? 'up-to-date' : 'downloaded';
        const record = imageRecord(image, status, before);
        done.set(image, record);
        onEvent({ kind: 'pulled', image: record });
      }
    };
    const naming = new ImagesInProgress(this.#found.images, this.#plan, (images) => {
      if (give !== null) named(images, give(images));
    });
    const failures = await naming.during(() =>
      transfer(this.#plan, new RemoteReader(client, this.#found.sources), writer, {
        ...this.#settings,
        onThere: (digest) => naming.there(digest),
      }),
    );
    if (failures.size === 0 || done.size > 0) await writer.finish();
    if (failures.size === 0 && give === null) named(this.#found.images, new Map());
    const images = this.#found.images.flatMap((image) => done.get(image) ?? []);
    return this.#result('pulled', images, failures);
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
