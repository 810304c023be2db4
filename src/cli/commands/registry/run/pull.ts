/** The fetching of `varve pull`, and what is said of it meanwhile. */
import { matchesPlatform, parsePlatform } from '../../../../model/platform.js';
import { formatReference, type Reference } from '../../../../model/reference.js';
import type { Pull } from '../../../../model/results/registry/pull.js';
import { repositoryPlace } from '../../../../remote/place.js';
import { referenceName } from '../../../../report/blocks/names.js';
import { renderJson } from '../../../../report/forms/json.js';
import { plannedPullLines } from '../../../../report/registry/transfer-lines.js';
import { StoreFolder } from '../../../../store/store-folder.js';
import { storePlace } from '../../../../store/store-place.js';
import { ownPlatform, type PlatformWish, patternsText } from '../../../../transfer/pull/platform-choice.js';
import { pullToArchive, pullToStore } from '../../../../transfer/pull/pull.js';
import type { PullSettings } from '../../../../transfer/pull/pull-run.js';
import { pullReference } from '../../../../transfer/pull/pulled-image.js';
import type { ReadRegistry } from '../../../../transfer/registries.js';
import { type CommandIo, tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { TransferOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { type LiveRows, noRows, startRows } from '../../../output/live-rows.js';
import { deliver } from '../../../output/output.js';
import { openTransferClient, runLimits } from '../../../selection/registry-client.js';
import { lockSettings } from '../../../selection/store-settings.js';
import { pullTeller } from './pull-teller.js';

type Options = CommandOptions<'output' | 'platform' | 'all-platforms' | 'lock-timeout' | TransferOption>;

export async function run(options: Options, { io }: Context): Promise<readonly Outcome[]> {
  const { words, output, store, dryRun, format, quiet } = options;
  if (words.length === 0) throw new UsageError('pull takes REF, the images to be fetched, as in debian:12');
  if (output !== null && store !== null) throw new UsageError('--output and --store say two places; give one of them');
  if (output !== null && /[/\\]$/.test(output)) {
    throw new UsageError(`--output takes a file, and ${output} is a folder; --store DIR makes one of images`);
  }
  const { client, parallel } = openTransferClient(options, io);
  const rows = format === 'json' || quiet || dryRun ? noRows : startRows(io, { live: options.progress });
  try {
    const references = await referencesOf(options, client, rows);
    const settings = { ...settingsOf(options, io, rows), ...lockSettings(options, io), client, parallel };
    const result =
      output === null
        ? await pullToStore(new StoreFolder(storePlace(store || null, io.env)), references, settings)
        : await pullToArchive(output, references, settings);
    rows.stop();
    return await show(result, options, io);
  } finally {
    rows.stop();
    await client.close();
  }
}

/** Throws UsageError; with `--all-tags` what the registry says. */
async function referencesOf({ words, allTags }: Options, client: ReadRegistry, rows: LiveRows): Promise<Reference[]> {
  if (!allTags) {
    // Written twice it is meant once.
    const references = new Map<string, Reference>();
    for (const word of words) {
      const reference = pullReference(word);
      const name = formatReference(reference);
      if (references.has(name)) continue;
      references.set(name, reference);
      if (reference.tag === 'latest' && !word.endsWith(':latest')) rows.line('Using default tag: latest');
    }
    return [...references.values()];
  }
  const found: Reference[] = [];
  for (const word of words) {
    const repository = pullReference(word);
    if (repository.digest !== null || word.endsWith(`:${repository.tag}`)) {
      throw new UsageError(`--all-tags takes a repository, and ${word} says which image of it`);
    }
    for await (const tag of client.tags(repositoryPlace(repository))) found.push({ ...repository, tag });
  }
  return found;
}

function settingsOf(options: Options, io: CommandIo, rows: LiveRows): Omit<PullSettings, 'client' | 'parallel'> {
  return {
    wish: wishOf(options, io),
    limits: runLimits(options),
    dryRun: options.dryRun,
    engine: options.engine ?? 'node',
    signal: io.signal,
    onEvent: pullTeller(rows),
  };
}

function wishOf({ platforms, allPlatforms }: Options, { env }: CommandIo): PlatformWish {
  if (allPlatforms && platforms.length > 0) throw new UsageError('--all-platforms and --platform say two things');
  if (allPlatforms) return { kind: 'all' };
  return platforms.length > 0 ? { kind: 'some', patterns: platforms } : ownPlatform(process.arch, env);
}

async function show(result: Pull, options: Options, io: CommandIo): Promise<readonly Outcome[]> {
  const { format, quiet, dryRun } = options;
  const lines = quiet && !dryRun ? result.images.map(({ reference }) => reference) : plannedPullLines(result);
  const isSaid = format === 'table' && !quiet && !dryRun;
  const text = format === 'json' ? renderJson(result) : isSaid ? '' : lines.map((line) => `${line}\n`).join('');
  await deliver(text, { output: null }, io);
  for (const { what, reason } of result.failed) {
    await tell(io, reason.startsWith(what) ? reason : `${referenceName(what)} is not pulled: ${reason}`);
  }
  for (const text of otherPlatforms(result, options)) await tell(io, text);
  for (const { digest, path } of result.quarantined) {
    await tell(io, `what the store had as ${digest} was something else; it was set aside as ${path}`);
  }
  for (const digest of result.foreignLayers)
    await tell(io, `${digest} is a layer that nobody distributes: it is not fetched`);
  return result.failed.length > 0 ? ['unreadable'] : ['done'];
}

/** Images that are for none of the platforms that were asked for, and come all the same as docker has it: nothing else has that name. */
function otherPlatforms({ images }: Pull, { platforms }: Options): string[] {
  return images.flatMap(({ reference, platforms: own }) => {
    const fits = own.some((text) => platforms.some((one) => matchesPlatform(parsePlatform(text), one)));
    if (platforms.length === 0 || own.length === 0 || fits) return [];
    const wanted = patternsText(platforms);
    return [
      `${referenceName(reference)} is for ${own.join(', ')}, not for ${wanted}; no other image has that name there`,
    ];
  });
}
