/** The results of `varve search`. A template is refused before anything is read. */
import { existsSync } from 'node:fs';
import { type ListedRepository, searchImages } from '../../../../analysis/images/image-search.js';
import { messageOf, VarveError } from '../../../../model/error.js';
import type { Inventory } from '../../../../model/results/inventory.js';
import type { ImageSearch } from '../../../../model/results/results.js';
import { isRemoteInput, parseRemoteInput } from '../../../../remote/input/input-names.js';
import { renderNdjson } from '../../../../report/forms/json.js';
import {
  type ImageSearchView,
  imageSearchCsv,
  imageSearchText,
  searchHeads,
  searchTemplateData,
} from '../../../../report/images/image-search-text.js';
import { inTurns } from '../../../../sources/steps.js';
import { tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { loadRowPrinter } from '../../../output/forms.js';
import { deliver, type Rendered } from '../../../output/output.js';
import { renderResult } from '../../../output/render.js';
import { type OpenRegistrySearch, openRegistrySearch } from '../../../selection/registry-search.js';
import { selectImages } from '../../../selection/select.js';
import { tellSelection } from '../../../selection/selection-remarks.js';
import { judge, survey } from '../../../survey.js';

const defaultLimit = 25;

type Options = CommandOptions<'filter' | 'limit' | 'format' | 'no-trunc' | 'now' | 'output' | 'fail-on' | ScanOption>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const [term, ...words] = options.words;
  if (term === undefined) throw new UsageError('search takes a TERM before INPUT');
  const print = await printer({ ...options, wide: options.format === 'wide' }, context);
  const registries = words.filter(isWholeRegistry);
  if (registries.length > 0) checkFilters(options);
  const others = words.filter((word) => !registries.includes(word));
  const inventory =
    registries.length > 0 && others.length === 0
      ? noArchives
      : await survey({ ...options, words: others, readBodies: false }, context.io, {
          inventories: true,
          listsSkipped: false,
        });
  const { filters, now } = options;
  const selection = await inTurns(selectImages(inventory, { image: null, filters, now }), context.io.signal);
  const limit = options.limit ?? defaultLimit;
  const official = filters.own.get('is-official') ?? null;
  const search = await openRegistrySearch(registries, options, context.io);
  try {
    const { listed, outcomes } = await listedIn(search, { term, limit }, options, context);
    const { rows } = selection;
    const found = searchImages(rows, inventory.verified, { term, official, limit, listed });
    await deliver(print(search === null ? found : await search.withTags(found)), options, context.io);
    for (const host of absentHosts(others)) {
      await tell(context.io, `${host}: if that is a registry, registry://${host} is searched`);
    }
    if (inventory !== noArchives) await tellSelection(null, selection, options, context.io);
    const { total, results } = found;
    if (total > results.length && !options.quiet) {
      await tell(context.io, `${results.length} of ${total} results; --limit takes up to 100, --filter fewer images`);
    }
    return [...outcomes, ...judge(inventory, options.failOn)];
  } finally {
    await search?.close();
  }
}

/** A search of registries alone reads no archive. */
const noArchives: Inventory = {
  kind: 'varve.inventory',
  schemaVersion: 1,
  verified: false,
  archives: [],
  skipped: [],
  passedOver: 0,
};

/** INPUTs that are not there and could be hosts: with a port, or with dots and no ending of an archive. */
function absentHosts(words: readonly string[]): string[] {
  return words.filter(
    (word) =>
      !existsSync(word) &&
      /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9.-]+:\d{1,5})$/i.test(word) &&
      !/\.(?:tar|t?gz|t?zst|xz|bz2|json|oci|zip)$/i.test(word),
  );
}

/** Whether an INPUT is a registry as a whole, whose own list is searched; of one repository the images are. */
function isWholeRegistry(word: string): boolean {
  if (!isRemoteInput(word)) return false;
  const input = parseRemoteInput(word);
  return input.kind === 'registry' && input.repository === null;
}

/** Throws UsageError for a filter about images, of which the list of a registry tells nothing. */
function checkFilters({ filters }: Options): void {
  const unknown = filters.each.find(({ key }) => key !== 'reference');
  if (unknown === undefined) return;
  throw new UsageError(
    `--filter ${unknown.key} asks about images, of which the list of a registry tells nothing; name registry://HOST/REPOSITORY`,
  );
}

/** What the registries list; one that does not is told, and the others are done. */
async function listedIn(
  search: OpenRegistrySearch | null,
  wanted: { readonly term: string; readonly limit: number },
  options: Options,
  { io }: Context,
): Promise<{ readonly listed: readonly ListedRepository[]; readonly outcomes: readonly Outcome[] }> {
  const listed: ListedRepository[] = [];
  const outcomes: Outcome[] = [];
  for (const registry of search?.registries ?? []) {
    try {
      const { found, givenUp } = (await search?.find(registry, wanted)) ?? {
        found: [],
        givenUp: null,
      };
      if (givenUp !== null) await tell(io, givenUp);
      const own = found.filter(({ reference }) => options.filters.wantsName(`${reference.domain}/${reference.path}`));
      listed.push(...own.map((one) => ({ ...one, registry: `registry://${registry}` })));
    } catch (error) {
      if (!(error instanceof VarveError) || error.code !== 'remote') throw error;
      await tell(io, `registry://${registry}: ${messageOf(error)}`);
      outcomes.push('unreadable');
    }
  }
  return { listed, outcomes };
}

async function printer(view: Options & ImageSearchView, context: Context): Promise<(found: ImageSearch) => Rendered> {
  if (view.format === 'csv') return imageSearchCsv;
  if (view.format === 'ndjson') return ({ results }) => renderNdjson(results);
  if (view.template !== null) {
    const print = await loadRowPrinter(view.template, searchHeads);
    return ({ results }) => print(results.map((result) => searchTemplateData(result, view)));
  }
  return (found) => renderResult(found, () => imageSearchText(found, view), view, context);
}
