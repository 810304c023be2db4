/** The removal of `varve rm`: what docker would refuse stays and is named, the rest goes by the plan of all of it together. */
import { type AskedWord, type RefusedWord, removeAsDocker } from '../../../../analysis/removal/docker-removal.js';
import type { Ask } from '../../../../analysis/removal/removal.js';
import { StoreError, VarveError } from '../../../../model/error.js';
import type { Inventory } from '../../../../model/results/inventory.js';
import type { StoreRemoval } from '../../../../model/results/store/removal.js';
import { referenceName } from '../../../../report/blocks/names.js';
import { renderJson } from '../../../../report/forms/json.js';
import { removalLines, sparedLine } from '../../../../report/store/removal-text.js';
import type { PlacedScan } from '../../../../scan/scan.js';
import { inTurns } from '../../../../sources/steps.js';
import { type FoundEntry, findEntry } from '../../../../store/index-words.js';
import { type RemovalDecision, removeFromStore } from '../../../../store/removal.js';
import type { GoingEntry } from '../../../../store/removal-check.js';
import type { StoreIndex } from '../../../../store/store-index.js';
import { type CommandIo, tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliver } from '../../../output/output.js';
import { startProgress } from '../../../output/progress.js';
import { findInUse, readInUse, type UsedImages } from '../../../selection/in-use.js';
import type { SelectedRow } from '../../../selection/select.js';
import { allImages, lookedUp, presentStore, rowsOfWord } from '../../../selection/store-images.js';
import { graceMs, lockSettings, storePositions } from '../../../selection/store-settings.js';

type Options = CommandOptions<
  | 'force'
  | 'in-use'
  | 'without'
  | 'verify'
  | 'dry-run'
  | 'store'
  | 'lock-timeout'
  | 'format'
  | 'output'
  | 'quiet'
  | 'no-progress'
  | 'no-color'
>;

export async function run(options: Options, { io }: Context): Promise<readonly Outcome[]> {
  if (options.words.length === 0)
    throw new UsageError('rm takes REF, what is to go; varve ls --store lists what is there');
  const store = presentStore(options, io);
  const used = (await readInUse(options)) ?? [];
  const progress = options.readBodies ? startProgress(io, options) : null;
  let result: StoreRemoval;
  try {
    result = await removeFromStore(store, {
      ...lockSettings(options, io),
      dryRun: options.dryRun,
      clearsUploads: false,
      youngerThanMs: Date.now() - graceMs,
      verifies: options.readBodies,
      without: options.withoutImages,
      onProgress: progress?.update ?? null,
      decide: (scan, index) => decide(scan, { index, used }, options, io),
    });
  } finally {
    progress?.stop();
  }
  const lines = removalLines(result);
  await deliver(
    options.format === 'json' ? renderJson(result) : lines.map((line) => `${line}\n`).join(''),
    options,
    io,
  );
  await tellLeft(result, options, io);
  const isRefused = result.refused.some(({ reason }) => !(options.force && reason === absent));
  return isRefused ? ['negative'] : ['done'];
}

const absent = 'no such image';

async function tellLeft(result: StoreRemoval, { quiet }: Options, io: CommandIo): Promise<void> {
  for (const { what, reason } of result.refused) await tell(io, `${what} stays: ${reason}`);
  const spared = quiet ? null : sparedLine(result);
  if (spared !== null) await tell(io, spared);
}

async function decide(
  scan: PlacedScan,
  { index, used }: { readonly index: StoreIndex; readonly used: UsedImages },
  options: Options,
  io: CommandIo,
): Promise<RemovalDecision> {
  const { force, words } = options;
  const selection = await allImages(scan, io);
  const meant = new Map(
    [...new Set(words)].map((word) => [word, meaningOf(word, { rows: selection.all, ...scan }, index, force)]),
  );
  const found = [...meant.values()].filter((each) => each !== null);
  const inUse = new Map(
    [...findInUse(selection, used).protections].map(([id, { detail }]) => [id, detail ?? id] as const),
  );
  const rules = { force, inUse, stores: storePositions(scan.inventory) };
  const going = goneEntries(found);
  const asked = found.map(({ asked: each, entry }) => ({
    ...each,
    artifacts: entry !== null && going.get(entry.digest)?.goes === true ? [entry.digest] : [],
  }));
  const removal = removeAsDocker(scan.inventory, selection.set, asked, rules);
  const { allowed, refused, plan, copies } = await inTurns(removal, io.signal);
  const left = new Set(allowed.map(({ word }) => word));
  return {
    plan,
    copies,
    entries: [...goneEntries(found.filter(({ asked: { word } }) => left.has(word))).values()],
    refused: [
      ...[...meant].flatMap(([what, each]) => (each === null ? [{ what, reason: absent }] : [])),
      ...refused.map((each) => ({ what: each.word, reason: reasonOf(each) })),
    ],
  };
}

/** One word of the command line, and what of the index it means where that is no image. */
interface MeantWord {
  readonly asked: AskedWord;
  readonly entry: FoundEntry | null;
}

/** Null for a word that means nothing, where that is forced. Throws VarveError `usage` where it is not. */
function meaningOf(
  word: string,
  { rows, inventory }: { readonly rows: readonly SelectedRow[]; readonly inventory: Inventory },
  index: StoreIndex,
  force: boolean,
): MeantWord | null {
  const nothing = { word, asks: [], artifacts: [], names: [] };
  let found: ReturnType<typeof rowsOfWord>;
  try {
    found = lookedUp(inventory, () => rowsOfWord(rows, word));
  } catch (error) {
    if (!(error instanceof VarveError)) throw error;
    const entry = findEntry(index, word);
    if (entry !== null) return { asked: { ...nothing, names: entry.name === null ? entry.names : [] }, entry };
    if (force && !(error instanceof StoreError)) return null;
    throw error;
  }
  const reason = 'named' as const;
  if (found.by === 'name') {
    const asks = found.rows.flatMap(({ id, reference }): Ask[] =>
      reference === null ? [] : [{ kind: 'name', id, name: reference, reason }],
    );
    return { asked: { ...nothing, asks }, entry: null };
  }
  const names = [...new Set(found.rows.flatMap(({ reference }) => reference ?? []))];
  const asks = [...new Set(found.rows.map(({ id }) => id))].map((id): Ask => ({ kind: 'image', id, reason }));
  return { asked: { ...nothing, asks, names }, entry: null };
}

/** What goes of each thing in the index that is no image, by its digest: with its last name it goes itself. */
function goneEntries(meant: readonly MeantWord[]): Map<string, GoingEntry> {
  const gone = new Map<string, GoingEntry>();
  for (const { entry } of meant) {
    if (entry === null) continue;
    const before = gone.get(entry.digest)?.names ?? [];
    const names = [...new Set([...before, ...(entry.name === null ? entry.names : [entry.name])])];
    gone.set(entry.digest, {
      digest: entry.digest,
      names,
      goes: entry.name === null || names.length === entry.names.length,
    });
  }
  return gone;
}

function reasonOf({ cause, by }: RefusedWord): string {
  const users = by.map(referenceName).join(', ');
  switch (cause) {
    case 'several-names':
      return `it has several names (${users}): give one of them, or -f for all`;
    case 'in-use':
      return `it is in use as ${users}; -f removes it all the same`;
    case 'base':
      return `it is the base of ${users}; -f removes it all the same`;
  }
}
