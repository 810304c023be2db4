/**
 * Images of a store or of archives into registries. What a registry has is not sent: a name that means the same there costs one
 * question, a blob that is there another; one that lies in another repository of the registry is mounted. Manifests come
 * behind all that they name, the name last. Digests stay as they are.
 */
import { join } from 'node:path';
import { temporaryBeside } from '../../content/new-output.js';
import { Spool } from '../../content/spool.js';
import { presentIn, type TransferEvent, type TransferFailures, transfer } from '../../content/transfer/transfer.js';
import { type ContentNode, nodesBelow, planTransfer, type TransferPlan } from '../../content/transfer/transfer-plan.js';
import type { Digest } from '../../model/digest.js';
import { messageOf, VarveError } from '../../model/error.js';
import { formatReference } from '../../model/reference.js';
import type { Push } from '../../model/results/registry/push.js';
import type { Engine } from '../../observe/hasher.js';
import type { Root } from '../../pack/roots/image-roots.js';
import { placeName, type RepositoryPlace } from '../../remote/place.js';
import type { WriteRegistry } from '../registries.js';
import { RemoteWriter } from '../remote-content.js';
import { unlistedReferrers } from './listed-referrers.js';
import type { LocalImages } from './local-images.js';
import type { PushRequest } from './push-request.js';
import { type PushedImage, partialRoot, pushedImage } from './pushed-image.js';
import { ScanReader } from './scan-reader.js';

/** What is heard of a push. */
export type PushEvent =
  /** So many blobs of a repository are looked at. */
  | { readonly kind: 'looking'; readonly image: PushedImage }
  | { readonly kind: 'planned'; readonly image: PushedImage; readonly present: ReadonlySet<Digest> }
  | TransferEvent
  | { readonly kind: 'pushed'; readonly image: Push['images'][number] };

export interface PushSettings {
  readonly client: WriteRegistry;
  readonly parallel: number;
  readonly dryRun: boolean;
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  /** Where bodies are put that have to be unpacked. */
  readonly spoolFolder: string;
  readonly onEvent: (event: PushEvent) => void;
}

/** What is asked for, and the root that it means here. */
export interface WantedPush {
  readonly request: PushRequest;
  readonly root: Root;
}

/** Pushes images, one after the other; what cannot be pushed is told, and the others are. Throws VarveError `interrupted`. */
export async function pushAll(
  local: LocalImages,
  wanted: readonly WantedPush[],
  settings: PushSettings,
): Promise<Push> {
  const run = new PushRun(local, settings);
  for (const each of wanted) await run.push(each);
  return run.result();
}

type PushStatus = Push['images'][number]['status'];

/** A registry is asked for no blob in more repositories. */
const maxMounts = 3;

class PushRun {
  readonly #local: LocalImages;
  readonly #settings: PushSettings;
  readonly #images: Push['images'] = [];
  readonly #blobs: Push['blobs'] = [];
  readonly #failed: Push['failed'] = [];
  readonly #foreign = new Set<Digest>();
  /** Repositories of a registry that are known to have a blob. */
  readonly #holders = new Map<string, string[]>();

  constructor(local: LocalImages, settings: PushSettings) {
    this.#local = local;
    this.#settings = settings;
  }

  async push({ request, root }: WantedPush): Promise<void> {
    const { signal, onEvent } = this.#settings;
    try {
      const image = await pushedImage(this.#local, root, request);
      for (const digest of image.foreign) this.#foreign.add(digest);
      onEvent({ kind: 'looking', image });
      const record = await this.#pushed(image);
      this.#images.push(record);
      onEvent({ kind: 'pushed', image: record });
    } catch (error) {
      if (signal?.aborted || !(error instanceof VarveError) || error.code === 'internal') throw error;
      this.#failed.push({ what: formatReference(request.target), reason: messageOf(error) });
    }
  }

  result(): Push {
    const sumOf = (wanted: readonly string[]): number =>
      this.#blobs.reduce((sum, { status, bytes }) => sum + (wanted.includes(status) ? bytes : 0), 0);
    return {
      kind: 'varve.push',
      schemaVersion: 1,
      status: this.#settings.dryRun ? 'planned' : 'pushed',
      images: this.#images,
      blobs: this.#blobs,
      foreignLayers: [...this.#foreign],
      failed: this.#failed,
      sendBytes: sumOf(['planned', 'pushed', 'mounted', 'failed']),
      sentBytes: sumOf(['pushed']),
    };
  }

  async #pushed(image: PushedImage): Promise<Push['images'][number]> {
    const { client, dryRun, parallel, signal } = this.#settings;
    const { place, tag } = image;
    const held = await client.headManifest(place, tag);
    const root = await this.#rootOf(image, held?.digest ?? null);
    const means = held?.digest === root.digest;
    const writer = new RemoteWriter(client, place, {
      ...this.#settings,
      documents: image.documents,
      mountsOf: (digest) => this.#mountsOf(digest, place),
    });
    // What has its manifest in a repository has all of it.
    const there = await presentIn(writer, [...image.referrers, ...(means ? [] : [root])], { parallel, signal });
    const referring = [...image.referrers.filter(({ digest }) => there.has(digest)), ...(means ? [root] : [])];
    const unlisted = await unlistedReferrers(client, place, referring, image.documents);
    const heads = [...there].filter((digest) => !unlisted.has(digest));
    const isSame = means && !unlisted.has(root.digest);
    const wanted = [...image.referrers, ...(isSame ? [] : [root])];
    const below = new Set(
      nodesBelow(image.nodes, [...heads, ...(isSame ? [root.digest] : [])]).map(({ digest }) => digest),
    );
    const asked = nodesBelow(
      image.nodes,
      wanted.map(({ digest }) => digest),
    );
    const unknown = asked.filter(({ digest }) => !below.has(digest) && !wanted.some((one) => one.digest === digest));
    const found = await presentIn(writer, unknown, { parallel: parallel * 2, signal });
    const present = new Set([...below, ...found]);
    const plan = planTransfer(
      image.nodes,
      wanted.map(({ digest }) => digest),
      present,
    );
    const first = this.#blobs.length;
    this.#blobs.push(...blobsOf(plan, place));
    for (const { digest } of plan.present) this.#hold(digest, place);
    this.#settings.onEvent({ kind: 'planned', image, present });
    if (dryRun) return recordOf(image, root, 'planned');
    if (plan.bodies.length + plan.documents.length > 0) this.#file(first, await this.#send(plan, image, writer));
    if (isSame) return recordOf(image, root, plan.documents.length === 0 ? 'up-to-date' : 'pushed');
    await writer.tag(tag, root);
    return recordOf(image, root, 'pushed');
  }

  /** What the tag is going to mean. */
  async #rootOf(image: PushedImage, held: Digest | null): Promise<ContentNode> {
    const { root, lacking, place } = image;
    if (lacking.length === 0 || held === root.digest) return root;
    for (const digest of lacking) {
      if ((await this.#settings.client.headManifest(place, digest)) === null) return partialRoot(image);
    }
    return root;
  }

  /** Returns what could not be sent; of what was mounted, from where. */
  async #send(
    plan: TransferPlan,
    image: PushedImage,
    writer: RemoteWriter,
  ): Promise<{ readonly failures: TransferFailures; readonly mounted: ReadonlyMap<Digest, string> }> {
    const { spoolFolder, signal, onEvent } = this.#settings;
    const spool = new Spool(temporaryBeside(join(spoolFolder, 'varve-push')));
    const mounted = new Map<Digest, string>();
    try {
      const reader = await ScanReader.of(this.#local.content, plan.bodies, image.documents, { spool, signal });
      const failures = await transfer(plan, reader, writer, {
        ...this.#settings,
        onEvent: (event) => {
          if (event.kind === 'done') {
            this.#hold(event.node.digest, image.place);
            if (event.outcome.how === 'mounted') mounted.set(event.node.digest, event.outcome.from);
          }
          onEvent(event);
        },
      });
      return { failures, mounted };
    } finally {
      spool.close();
    }
  }

  /** Writes down what became of the blobs of an image. Throws the first failure. */
  #file(
    first: number,
    { failures, mounted }: { readonly failures: TransferFailures; readonly mounted: ReadonlyMap<Digest, string> },
  ): void {
    for (const [position, blob] of this.#blobs.entries()) {
      if (position < first || blob.status !== 'planned') continue;
      const mountedFrom = mounted.get(blob.digest) ?? null;
      const done = mountedFrom === null ? ('pushed' as const) : ('mounted' as const);
      this.#blobs[position] = { ...blob, status: failures.has(blob.digest) ? 'failed' : done, mountedFrom };
    }
    const [failure] = failures.values();
    if (failure !== undefined) throw failure;
  }

  #hold(digest: Digest, place: RepositoryPlace): void {
    const key = `${place.registry} ${digest}`;
    const known = this.#holders.get(key) ?? [];
    if (!known.includes(place.repository)) this.#holders.set(key, [...known, place.repository]);
  }

  #mountsOf(digest: Digest, { registry, repository }: RepositoryPlace): readonly string[] {
    const sure = this.#holders.get(`${registry} ${digest}`) ?? [];
    const likely = this.#local.repositoriesWith(digest, registry);
    return [...new Set([...sure, ...likely])].filter((other) => other !== repository).slice(0, maxMounts);
  }
}

function blobsOf({ present, bodies, documents }: TransferPlan, place: RepositoryPlace): Push['blobs'] {
  const known = new Set(present);
  return [...present, ...bodies, ...documents].map((node) => ({
    repository: placeName(place),
    digest: node.digest,
    role: node.role,
    bytes: node.sizeBytes,
    status: known.has(node) ? 'already-exists' : 'planned',
    mountedFrom: null,
  }));
}

function recordOf(image: PushedImage, root: ContentNode, status: PushStatus): Push['images'][number] {
  const { request, name, referrers, layers } = image;
  return {
    source: request.word,
    target: name,
    digest: root.digest,
    mediaType: root.mediaType,
    sizeBytes: root.sizeBytes,
    status,
    partOf: root.digest === image.root.digest ? null : image.root.digest,
    referrers: referrers.map(({ digest }) => digest),
    layers: [...layers],
  };
}
