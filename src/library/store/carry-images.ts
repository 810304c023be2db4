/** `pullImages` and `pushImages`: images of registries into a store, and out of it into registries. */
import { arch, tmpdir } from 'node:os';
import { imageSet } from '../../analysis/set/image-set.js';
import type { Digest } from '../../model/digest.js';
import { VarveError } from '../../model/error.js';
import { limitsWith } from '../../model/limits.js';
import { parsePlatformPattern } from '../../model/platform.js';
import type { Pull } from '../../model/results/registry/pull.js';
import type { Push } from '../../model/results/registry/push.js';
import { scanForPack } from '../../pack/pack.js';
import type { RegistryClient } from '../../remote/registry-client.js';
import { documentConnections, usualParallel } from '../../remote/settings.js';
import { readIndex, StoreFolder } from '../../store/store-folder.js';
import { settled } from '../../store/store-stamp.js';
import { ownPlatform, type PlatformWish } from '../../transfer/pull/platform-choice.js';
import { pullToStore } from '../../transfer/pull/pull.js';
import type { PullEvent } from '../../transfer/pull/pull-run.js';
import { pullReference } from '../../transfer/pull/pulled-image.js';
import { LocalImages } from '../../transfer/push/local-images.js';
import { type PushEvent, pushAll } from '../../transfer/push/push.js';
import { pushRequests } from '../../transfer/push/push-request.js';
import { clientOf, type RegistryOptions } from '../open-registries.js';
import { type ImageStore, lockOf, presentFolder, type StoreRunOptions, scanOptionsOf } from './image-store.js';
import { meantImages, rootOfMeant } from './meant-images.js';

/** What a pull and a push take. */
export interface TransferOptions extends Pick<StoreRunOptions, 'engine' | 'limits' | 'signal'> {
  /** How registries are asked. Default: as `openRegistries` asks them. */
  readonly registries?: Omit<RegistryOptions, 'parallel' | 'wantsTag' | 'referrers' | 'limits' | 'signal'>;
  /** Layers at a time, 1 to 64. Default 3. */
  readonly parallel?: number;
  /** Only says what would be carried. Default false. */
  readonly dryRun?: boolean;
  /** Is told how far each blob is. Default: nobody is told. */
  readonly onBlob?: (blob: BlobProgress) => void;
}

/** How far a blob is. */
export interface BlobProgress {
  readonly digest: Digest;
  /** Of what is there of it; begins anew where another copy of it is sent. */
  readonly doneBytes: number;
  readonly sizeBytes: number;
  /** `moving` until it is there or lost. */
  readonly status: 'moving' | 'done' | 'failed';
}

export interface PullOptions extends TransferOptions {
  /** Of an index the images for these, as `linux/arm64`. Default: the one for this machine. */
  readonly platforms?: readonly string[];
  /** Of an index everything. Default false. */
  readonly allPlatforms?: boolean;
}

const mostParallel = 64;

/**
 * Pulls images into a store, which is made where there is none, as `varve pull`; what cannot be had stands in `failed`. Throws
 * VarveError `usage` for a name that is none, `interrupted`, and as `loadImages` where the store cannot be changed.
 */
export async function pullImages(
  store: ImageStore,
  names: readonly string[],
  options: PullOptions = {},
): Promise<Pull> {
  const references = names.map(pullReference);
  const wish = wishOf(options);
  return withClient(options, ({ client, parallel }) =>
    pullToStore(new StoreFolder(store.path), references, {
      ...lockOf(store, options),
      client,
      wish,
      limits: limitsWith(options.limits ?? {}),
      parallel,
      dryRun: options.dryRun ?? false,
      engine: options.engine ?? 'node',
      signal: options.signal,
      onEvent: blobTeller(options),
    }),
  );
}

/**
 * Pushes images of a store, as `varve push`: names that they have here and get there, or one image and `docker://TARGET`; what
 * cannot be pushed stands in `failed`. Throws VarveError `usage` for a name that nothing has, `interrupted`, and as `scan` does.
 */
export async function pushImages(
  store: ImageStore,
  names: readonly string[],
  options: TransferOptions = {},
): Promise<Push> {
  const folder = presentFolder(store);
  const { engine = 'node', signal } = options;
  const asked = { ...scanOptionsOf(options), verify: false, workers: 0 };
  const found = await settled([folder.path], () => scanForPack([folder.path], asked));
  const local = await LocalImages.of(found, limitsWith(options.limits ?? {}), signal);
  const wanted = pushRequests(names).map((request) => {
    if (request.isName) return { request, root: local.named(request.target) };
    const { index } = readIndex(folder);
    const digest = rootOfMeant(meantImages(index, imageSet(found.inventory), request.word), index);
    return { request, root: local.ofImage({ digests: digest === null ? [] : [digest], id: '' }, request.word) };
  });
  return withClient(options, ({ client, parallel }) =>
    pushAll(local, wanted, {
      client,
      parallel,
      dryRun: options.dryRun ?? false,
      engine,
      signal,
      spoolFolder: tmpdir(),
      onEvent: blobTeller(options),
    }),
  );
}

async function withClient<T>(
  { registries = {}, parallel = usualParallel, limits, signal }: TransferOptions,
  work: (use: { readonly client: RegistryClient; readonly parallel: number }) => Promise<T>,
): Promise<T> {
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > mostParallel)
    throw new VarveError('usage', `the option parallel takes a number from 1 to ${mostParallel}, not ${parallel}`);
  const more = { ...(limits === undefined ? {} : { limits }), ...(signal === undefined ? {} : { signal }) };
  const client = clientOf({ ...registries, ...more }, parallel + documentConnections);
  try {
    return await work({ client, parallel });
  } finally {
    await client.close();
  }
}

function wishOf({ platforms = [], allPlatforms = false, registries }: PullOptions): PlatformWish {
  if (allPlatforms && platforms.length > 0)
    throw new VarveError('usage', 'the options allPlatforms and platforms say two things');
  if (allPlatforms) return { kind: 'all' };
  if (platforms.length === 0) return ownPlatform(arch(), registries?.environment ?? {});
  const patterns = platforms.map((each) => {
    const pattern = parsePlatformPattern(each);
    if (pattern === null)
      throw new VarveError('usage', `the option platforms takes platforms as linux/arm64, not ${each}`);
    return pattern;
  });
  return { kind: 'some', patterns };
}

/** Tells of blobs what is heard of them. */
function blobTeller({ onBlob }: TransferOptions): (event: PullEvent | PushEvent) => void {
  if (onBlob === undefined) return () => {};
  const doneBytes = new Map<Digest, number>();
  return (event) => {
    if (!('node' in event)) return;
    const { digest, sizeBytes } = event.node;
    const before = event.kind === 'begun' ? 0 : (doneBytes.get(digest) ?? 0);
    const more = event.kind === 'bytes' || event.kind === 'resumed' ? event.sizeBytes : 0;
    const done = event.kind === 'done' ? sizeBytes : before + more;
    doneBytes.set(digest, done);
    const status = event.kind === 'done' || event.kind === 'failed' ? event.kind : 'moving';
    onBlob({ digest, doneBytes: done, sizeBytes, status });
  };
}
