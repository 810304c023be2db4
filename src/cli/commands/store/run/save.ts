/** The archive of `varve save`: a pack of some images of the store under some of their names. */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pack } from '../../../../model/results/pack.js';
import { withFolderAside } from '../../../../pack/folder-aside.js';
import { packScan } from '../../../../pack/pack.js';
import { type PackForm, planOfForm } from '../../../../pack/pack-forms.js';
import { packTarget } from '../../../../pack/pack-target.js';
import { referenceName } from '../../../../report/blocks/names.js';
import { packText } from '../../../../report/pack/pack-text.js';
import { scanPlaces } from '../../../../scan/scan.js';
import { refuseUnread } from '../../../../store/change-store.js';
import { readIndex, type StoreFolder } from '../../../../store/store-folder.js';
import { settled, storeStamp } from '../../../../store/store-stamp.js';
import { type CommandIo, tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliver } from '../../../output/output.js';
import { startProgress } from '../../../output/progress.js';
import { renderResult, viewOf } from '../../../output/render.js';
import { allImages, lookedUp, presentStore, rootOfWord } from '../../../selection/store-images.js';
import { sendTo } from '../../write/run/archive-output.js';

type Options = CommandOptions<
  'output' | 'dry-run' | 'format' | 'store' | 'engine' | 'quiet' | 'no-progress' | 'no-color'
>;

/** An image that is removed while it is saved is looked for once more. */
const maxTries = 3;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const { io } = context;
  const { words, output, dryRun } = options;
  if (words.length === 0) throw new UsageError('save takes REF, the images to be saved; varve ls --store lists them');
  if (output === null && !dryRun && io.stdout.isTTY === true) {
    throw new UsageError('a terminal takes no archive: give -o FILE, -o DIR/, a pipe, or --dry-run');
  }
  const store = presentStore(options, io);
  if (dryRun || output !== null) {
    const path = output ?? join(tmpdir(), `${randomUUID()}.tar`);
    return told(await saved(store, path, options, io), options, context);
  }
  return withFolderAside(async (folder) => {
    const path = join(folder, 'save.tar');
    const result = await saved(store, path, options, io);
    if (result.status === 'written') await sendTo(io, path);
    return told(result, options, context);
  });
}

/** Says of a plan how large the archive would be, and what is not in it. */
async function told(result: Pack, { output }: Options, context: Context): Promise<readonly Outcome[]> {
  const { io } = context;
  if (result.status === 'planned') {
    const plan = output === null ? { ...result, output: null } : result;
    const asText = { format: 'table', template: null, output: null, words: [] } as const;
    await deliver(
      renderResult(plan, () => packText(plan, viewOf(asText)), asText, context),
      asText,
      io,
    );
  }
  for (const { what, reason } of result.leftOut) await tell(io, `${referenceName(what)} is not saved: ${reason}`);
  // What a plan lacks, nothing would be written for.
  const isWhole = result.status === 'written' || (result.status === 'planned' && result.leftOut.length === 0);
  return isWhole ? ['done'] : ['negative'];
}

async function saved(store: StoreFolder, path: string, options: Options, io: CommandIo): Promise<Pack> {
  for (let tries = 1; ; tries++) {
    const stamp = storeStamp([store.path]);
    const result = await savedOnce(store, path, options, io);
    // What was removed meanwhile is told of the store as it is now.
    if (result.status !== 'refused' || tries === maxTries || storeStamp([store.path]) === stamp) return result;
  }
}

async function savedOnce(store: StoreFolder, path: string, options: Options, io: CommandIo): Promise<Pack> {
  const { format, engine, words } = options;
  const asked = {
    verify: false,
    inventories: false,
    workers: 0,
    signal: io.signal,
    output: path,
  };
  const scan = await settled([store.path], () => scanPlaces([store.path], asked));
  refuseUnread(scan.inventory.archives);
  const { all } = await allImages(scan, io);
  const { index } = readIndex(store);
  const only = new Map<string, Set<string>>();
  const images = new Set<string>();
  const artifacts = new Set<string>();
  for (const word of words) {
    const { root: rootIn, ids, name } = lookedUp(scan.inventory, () => rootOfWord(all, word, index));
    const root = rootIn(index);
    for (const id of ids) images.add(id);
    if (root === null) continue;
    if (ids.length === 0) artifacts.add(root);
    if (ids.length === 0 && format === 'docker') {
      throw new UsageError(`${word} is no image, and docker loads images only: --format oci or both saves it`);
    }
    only.set(root, new Set([...(only.get(root) ?? []), ...(name === null ? [] : [name])]));
  }
  const picks = { images, artifacts, without: [], platforms: [], keepLast: null, onlyNeeded: false };
  const request = { ...picks, preferred: [], only };
  const progress = startProgress(io, options);
  try {
    return await packScan(scan, request, {
      target: packTarget(path, { split: null, outer: null }),
      shape: function* (plan) {
        yield;
        return planOfForm(plan, formOf(format));
      },
      recode: null,
      map: null,
      workers: 0,
      dryRun: options.dryRun,
      keepGoing: false,
      untagContested: false,
      engine: engine ?? 'node',
      signal: io.signal,
      onProgress: progress?.update ?? null,
    });
  } finally {
    progress?.stop();
  }
}

function formOf(format: Options['format']): PackForm {
  return format === 'oci' || format === 'docker' ? format : 'both';
}
