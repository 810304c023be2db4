/** The removal of `varve rm`: what docker would refuse stays and is named, the rest goes by the plan of all of it together. */
import { decidePlan } from '../../../../analysis/removal/plan.js';
import type { Ask } from '../../../../analysis/removal/removal.js';
import { isBaseOf } from '../../../../analysis/set/bases.js';
import { VarveError } from '../../../../model/error.js';
import type { StoreRemoval } from '../../../../model/results/store/removal.js';
import { referenceName } from '../../../../report/blocks/names.js';
import { renderJson } from '../../../../report/forms/json.js';
import { removalLines, sparedLine } from '../../../../report/store/removal-text.js';
import type { PlacedScan } from '../../../../scan/scan.js';
import { inTurns } from '../../../../sources/steps.js';
import { type RemovalDecision, removeFromStore } from '../../../../store/removal.js';
import { type CommandIo, tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliver } from '../../../output/output.js';
import { findInUse, readInUse, type UsedImages } from '../../../selection/in-use.js';
import type { SelectedRow, Selection } from '../../../selection/select.js';
import { allImages, presentStore, rowsOfWord } from '../../../selection/store-images.js';
import { graceMs, lockSettings } from '../../../selection/store-settings.js';

type Options = CommandOptions<
  'force' | 'in-use' | 'dry-run' | 'store' | 'lock-timeout' | 'format' | 'output' | 'quiet' | 'no-progress' | 'no-color'
>;

export async function run(options: Options, { io }: Context): Promise<readonly Outcome[]> {
  if (options.words.length === 0)
    throw new UsageError('rm takes REF, what is to go; varve ls --store lists what is there');
  const store = presentStore(options, io);
  const used = (await readInUse(options)) ?? [];
  const result = await removeFromStore(store, {
    ...lockSettings(options, io),
    dryRun: options.dryRun,
    clearsUploads: false,
    youngerThanMs: Date.now() - graceMs,
    decide: (scan) => decide(scan, used, options, io),
  });
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

/** One word of the command line, and what it asks for. */
interface AskedWord {
  readonly word: string;
  readonly asks: readonly Ask[];
}

async function decide(scan: PlacedScan, used: UsedImages, options: Options, io: CommandIo): Promise<RemovalDecision> {
  const selection = await allImages(scan, io);
  const refused: { what: string; reason: string }[] = [];
  const refuse = (word: string, reason: string): void => void refused.push({ what: word, reason });
  let asked = [...new Set(options.words)].flatMap((word) => asksOf(word, selection.all, options, refuse));
  if (!options.force) {
    const { protections } = findInUse(selection, used);
    asked = asked.filter(({ word, asks }) => {
      const user = asks.flatMap(({ id }) => protections.get(id)?.detail ?? [])[0];
      if (user !== undefined) refuse(word, `it is in use as ${referenceName(user)}; -f removes it all the same`);
      return user === undefined;
    });
  }
  const plan = () => inTurns(decidePlan(scan.inventory, selection.set, requestOf(asked)), io.signal);
  let decided = await plan();
  const bases = options.force ? new Map<string, string>() : basesOf(selection, new Set(decided.plan.removed));
  if (bases.size > 0) {
    asked = asked.filter(({ word, asks }) => {
      const user = asks.flatMap(({ id }) => bases.get(id) ?? [])[0];
      if (user !== undefined) refuse(word, `it is the base of ${user}; -f removes it all the same`);
      return user === undefined;
    });
    decided = await plan();
  }
  return { ...decided, refused };
}

function requestOf(asked: readonly AskedWord[]) {
  const none = { files: new Set<never>(), copies: new Set<never>(), goal: null, inUse: null };
  return { ...none, asks: asked.flatMap(({ asks }) => asks), protections: new Map() };
}

/** Throws VarveError `usage` for a word that means nothing, unless it is forced. */
function asksOf(
  word: string,
  rows: readonly SelectedRow[],
  { force }: Options,
  refuse: (word: string, reason: string) => void,
): AskedWord[] {
  let found: ReturnType<typeof rowsOfWord>;
  try {
    found = rowsOfWord(rows, word);
  } catch (error) {
    if (!force || !(error instanceof VarveError)) throw error;
    refuse(word, absent);
    return [];
  }
  const reason = 'named' as const;
  if (found.by === 'name') {
    const asks = found.rows.flatMap(({ id, reference }): Ask[] =>
      reference === null ? [] : [{ kind: 'name', id, name: reference, reason }],
    );
    return [{ word, asks }];
  }
  const names = new Set(found.rows.flatMap(({ reference }) => reference ?? []));
  if (names.size > 1 && !force) {
    const listed = [...names].map(referenceName).join(', ');
    refuse(word, `it has several names (${listed}): give one of them, or -f for all`);
    return [];
  }
  return [{ word, asks: [...new Set(found.rows.map(({ id }) => id))].map((id) => ({ kind: 'image', id, reason })) }];
}

/** The images that go and that others which stay are made of, each with one of those. */
function basesOf({ set }: Selection, going: ReadonlySet<string>): Map<string, string> {
  const staying = set.images.filter(({ id }) => !going.has(id));
  return new Map(
    set.images.flatMap((image): [string, string][] => {
      const user = going.has(image.id) ? staying.find((other) => isBaseOf(image, other)) : undefined;
      if (user === undefined) return [];
      const [name] = [...user.references, ...user.localTags];
      return [[image.id, name === undefined ? user.id : referenceName(name)]];
    }),
  );
}
