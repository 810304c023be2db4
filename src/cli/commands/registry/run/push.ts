/** The sending of `varve push`, and what is said of it meanwhile. */
import { tmpdir } from 'node:os';
import type { Push } from '../../../../model/results/registry/push.js';
import { scanForPack } from '../../../../pack/pack.js';
import type { Root } from '../../../../pack/roots/image-roots.js';
import { renderJson } from '../../../../report/forms/json.js';
import { plannedPushLines } from '../../../../report/registry/transfer-lines.js';
import type { PlacedScan } from '../../../../scan/scan.js';
import { settled } from '../../../../store/store-stamp.js';
import { LocalImages } from '../../../../transfer/push/local-images.js';
import { pushAll, type WantedPush } from '../../../../transfer/push/push.js';
import { allTagsOf, type PushRequest, pushRequests } from '../../../../transfer/push/push-request.js';
import { type CommandIo, tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { TransferOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { noRows, startRows } from '../../../output/live-rows.js';
import { deliver } from '../../../output/output.js';
import { openTransferClient, runLimits } from '../../../selection/registry-client.js';
import { allImages, presentStore, rowsOfWord } from '../../../selection/store-images.js';
import { pushTeller } from './push-teller.js';

type Options = CommandOptions<'from' | TransferOption>;

export async function run(options: Options, { io }: Context): Promise<readonly Outcome[]> {
  const { words, dryRun, format, quiet } = options;
  if (words.length === 0)
    throw new UsageError('push takes REF, the images to be sent; varve ls lists those of the store');
  const scan = await scanned(options, io);
  const local = await LocalImages.of(scan, runLimits(options), io.signal);
  const requests = options.allTags ? allTagsOf(words, (each) => local.namesIn(each)) : pushRequests(words);
  const { client, parallel } = openTransferClient(options, io);
  const rows = format === 'json' || quiet || dryRun ? noRows : startRows(io, { live: options.progress });
  try {
    const wanted: WantedPush[] = [];
    for (const request of requests) wanted.push({ request, root: await rootOf(request, local, scan, io) });
    const result = await pushAll(local, wanted, {
      client,
      parallel,
      dryRun,
      engine: options.engine ?? 'node',
      signal: io.signal,
      spoolFolder: tmpdir(),
      onEvent: pushTeller(rows),
    });
    rows.stop();
    return await show(result, options, io);
  } finally {
    rows.stop();
    await client.close();
  }
}

/** Scans what is pushed from. Throws UsageError, StoreError. */
async function scanned({ from, store, ...options }: Options, io: CommandIo): Promise<PlacedScan> {
  if (from.length > 0 && store !== null) throw new UsageError('--from and --store say two places; give one of them');
  const inputs = from.length > 0 ? from : [presentStore({ store }, io).path];
  const asked = {
    verify: false,
    workers: 0,
    engine: options.engine ?? 'node',
    signal: io.signal,
    limits: options.limits,
  } as const;
  return settled(inputs, () => scanForPack(inputs, asked));
}

/** By its name; where it goes somewhere else, also by an ID or the end of a name. Throws VarveError `usage`. */
async function rootOf(
  { word, target, isName }: PushRequest,
  local: LocalImages,
  scan: PlacedScan,
  io: CommandIo,
): Promise<Root> {
  if (isName) return local.named(target);
  const { rows } = rowsOfWord((await allImages(scan, io)).all, word);
  const [row] = rows;
  const { indexDigests = [], manifestDigests = [], id = '' } = row?.image ?? {};
  return local.ofImage({ digests: [...indexDigests, ...manifestDigests], id }, word);
}

async function show(result: Push, options: Options, io: CommandIo): Promise<readonly Outcome[]> {
  const { format, quiet, dryRun } = options;
  const lines = quiet && !dryRun ? result.images.map(({ target }) => target) : plannedPushLines(result);
  const isSaid = format === 'table' && !quiet && !dryRun;
  const text = format === 'json' ? renderJson(result) : isSaid ? '' : lines.map((line) => `${line}\n`).join('');
  await deliver(text, { output: null }, io);
  for (const { what, reason } of result.failed) {
    await tell(io, reason.startsWith(what) ? reason : `${what} is not pushed: ${reason}`);
  }
  for (const digest of result.foreignLayers)
    await tell(io, `${digest} is a layer that nobody distributes: it is not sent`);
  return result.failed.length > 0 ? ['unreadable'] : ['done'];
}
