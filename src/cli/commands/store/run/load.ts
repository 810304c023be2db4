/** The loading of `varve load`. */
import { existsSync, realpathSync } from 'node:fs';
import type { Loaded } from '../../../../model/results/store/changes.js';
import { referenceName } from '../../../../report/blocks/names.js';
import { renderJson } from '../../../../report/forms/json.js';
import { layerLine, loadLines } from '../../../../report/store/load-text.js';
import type { PlacedScan } from '../../../../scan/scan.js';
import { loadScan, withLoadInput } from '../../../../store/load.js';
import { ownProcess } from '../../../../store/lock/own-process.js';
import { StoreFolder, storeState } from '../../../../store/store-folder.js';
import { storePlace } from '../../../../store/store-place.js';
import { type CommandIo, tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { startLayerProgress } from '../../../output/layer-progress.js';
import { deliver } from '../../../output/output.js';
import { lockSettings } from '../../../selection/store-settings.js';
import { refuseUnpulled } from '../../../selection/unpulled-inputs.js';
import { judge, surveyPlaces } from '../../../survey.js';

type Options = CommandOptions<'input' | 'dry-run' | 'lock-timeout' | 'format' | 'output' | ScanOption>;

export async function run(options: Options, { io }: Context): Promise<readonly Outcome[]> {
  const store = new StoreFolder(storePlace(options.store || null, io.env));
  const words = inputsOf(options, io);
  refuseUnpulled('load', words);
  storeState(store);
  const { dryRun } = options;
  const input = { inputs: words, own: ownProcess, signal: io.signal, dryRun };
  return withLoadInput(store, input, async (spooledInput) => {
    const { told, outcomes } = await loaded(store, { words, spooledInput }, options, io);
    return show(told, outcomes, options, io);
  });
}

/** Throws UsageError where there is nothing to load, and where standard input would be read twice. */
function inputsOf({ words, input }: Options, { pipedInput }: CommandIo): readonly string[] {
  const all = [...input, ...words];
  if (all.length === 0 && !pipedInput) throw new UsageError('load takes INPUT, or an archive that is piped in');
  if (all.filter((word) => word === '-').length > 1) throw new UsageError('standard input can be read once');
  return all.length === 0 ? ['-'] : all;
}

async function loaded(
  store: StoreFolder,
  { words, spooledInput }: { readonly words: readonly string[]; readonly spooledInput: string | null },
  options: Options,
  io: CommandIo,
): Promise<{ readonly told: Loaded; readonly outcomes: readonly Outcome[] }> {
  const surveyed = { ...options, words, output: store.path, readBodies: false };
  const scan = await surveyPlaces(surveyed, io, {
    inventories: false,
    listsSkipped: false,
    writesArchive: true,
    spooledInput,
  });
  refuseItself(store, scan);
  const progress = startLayerProgress(io, options);
  try {
    const told = await loadScan(store, scan, {
      ...lockSettings(options, io),
      dryRun: options.dryRun,
      engine: options.engine ?? 'node',
      onProgress: progress?.update ?? null,
      onLayer: progress === null || options.dryRun ? null : (layer) => progress.line(layerLine(layer)),
    });
    return { told, outcomes: judge(scan.inventory, 'never') };
  } finally {
    progress?.stop();
  }
}

/** Throws UsageError where the store is among the INPUTs: it has what it has. */
function refuseItself({ path }: StoreFolder, { inventory: { archives } }: PlacedScan): void {
  const isStore = (other: string): boolean =>
    existsSync(path) && existsSync(other) && realpathSync(other) === realpathSync(path);
  const itself = archives.find((archive) => isStore(archive.path));
  if (itself !== undefined) throw new UsageError(`${itself.path} is the store itself`);
}

async function show(
  result: Loaded,
  outcomes: readonly Outcome[],
  options: Options,
  io: CommandIo,
): Promise<readonly Outcome[]> {
  const lines = loadLines(result);
  const text = options.format === 'json' ? renderJson(result) : lines.map((line) => `${line}\n`).join('');
  await deliver(text, options, io);
  for (const { what, reason } of result.leftOut) await tell(io, `${referenceName(what)} is not loaded: ${reason}`);
  for (const { digest, path } of result.quarantined) {
    await tell(io, `what the store had as ${digest} was something else; it was set aside as ${path}`);
  }
  if (result.leftOut.length > 0) return [...outcomes, 'negative'];
  return result.loaded.length === 0 ? [...outcomes, 'negative'] : outcomes;
}
