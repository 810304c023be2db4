/**
 * Images of registries into a store or an archive. All names are looked up first; then what is not there is fetched once,
 * whatever images need it, the largest first; an image has its name as soon as all of it is there. What was fetched stays
 * when a pull is cut off, and the next one goes on behind it.
 */
import { readFileSync } from 'node:fs';
import { readPartialFile } from '../../content/partial-file.js';
import type { ContentWriter } from '../../content/transfer/content.js';
import { presentIn } from '../../content/transfer/transfer.js';
import { nodesBelow } from '../../content/transfer/transfer-plan.js';
import type { Digest } from '../../model/digest.js';
import { formatReference, type Reference } from '../../model/reference.js';
import type { Pull } from '../../model/results/registry/pull.js';
import { digestChecker } from '../../scan/hash-text.js';
import { partialBytes, presentBlobs, StoreWriter } from '../../store/arrival/store-writer.js';
import { changeStore } from '../../store/change-store.js';
import { lstatOf, readIndex, type StoreFolder, storeState } from '../../store/store-folder.js';
import { holderOf } from '../../store/store-index.js';
import type { LockSettings } from '../../store/store-lock.js';
import { writeArchive } from '../archive/archive-writer.js';
import { ArrivedBlobs } from '../archive/arrived-blobs.js';
import { PullRun, type PullSettings } from './pull-run.js';
import { findPulledImages, type PullSources } from './pull-sources.js';
import { archiveOf } from './pulled-archive.js';
import type { LocalDocument } from './pulled-image.js';

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
    const result = await run.into(writer, (images) =>
      writer.name(images.map(({ name, graph }) => ({ name, root: graph.root }))),
    );
    return { ...result, ...target, quarantined: [...writer.quarantined] };
  });
}

/**
 * Pulls images into one new archive; where one of them cannot be had, none is written, and what has come is left for the next
 * pull. Throws as `pullToStore` does.
 */
export async function pullToArchive(
  path: string,
  references: readonly Reference[],
  settings: PullSettings & LockSettings,
): Promise<Pull> {
  const none: LocalDocument = () => null;
  const found = await findPulledImages(references, { ...settings, local: none, holderOf: () => null }, formatReference);
  const plan = await archiveOf(found.images);
  const target = { store: null, output: path, sizeBytes: plan.sizeBytes };
  if (settings.dryRun || found.failed.length > 0) {
    const file = readPartialFile(path);
    try {
      const run = await runBehind(found, file && new ArrivedBlobs(file, plan, settings), settings);
      return { ...run.planned(() => null), ...target };
    } finally {
      file?.close();
    }
  }
  const onLeft = (left: string): void => settings.onEvent({ kind: 'left', path: left });
  return writeArchive(path, plan, { ...settings, onLeft }, async (writer) => {
    const run = await runBehind(found, writer.arrived, settings, writer);
    return { ...(await run.into(writer, null)), ...target };
  });
}

/** A pull into an archive, behind what has come of it before. */
async function runBehind(
  found: PullSources,
  arrived: ArrivedBlobs | null,
  settings: PullSettings,
  has: Pick<ContentWriter, 'has'> | null = arrived,
): Promise<PullRun> {
  const present = new Set<Digest>();
  const thereBytes = new Map<Digest, number>();
  for (const node of found.nodes.values()) {
    if ((await has?.has(node)) === true) present.add(node.digest);
    else thereBytes.set(node.digest, (await arrived?.region(node))?.thereBytes ?? 0);
  }
  return new PullRun(found, present, settings, ({ digest }) => thereBytes.get(digest) ?? 0);
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
