/** The results of `varve search`. A template is refused before anything is read. */
import { searchImages } from '../../../analysis/image-search.js';
import type { ImageSearch } from '../../../model/results.js';
import {
  type ImageSearchView,
  imageSearchCsv,
  imageSearchText,
  searchHeads,
  searchTemplateData,
} from '../../../report/image-search-text.js';
import { renderNdjson } from '../../../report/json.js';
import type { Context } from '../../command.js';
import { tell } from '../../command-io.js';
import type { Outcome } from '../../exit-codes.js';
import { rowPrinter } from '../../forms.js';
import type { CommandOptions } from '../../options.js';
import { deliver, type Rendered } from '../../output.js';
import { renderResult } from '../../render.js';
import { checkFilters, nowOf, selectImages } from '../../select.js';
import { tellSelection } from '../../selection-remarks.js';
import { judge, survey } from '../../survey.js';
import { UsageError } from '../../usage-error.js';

const defaultLimit = 25;
const officialKey = 'is-official';

export async function run(options: CommandOptions, context: Context): Promise<readonly Outcome[]> {
  const [term, ...words] = options.words;
  if (term === undefined) throw new UsageError('search takes a TERM before INPUT');
  const { official, filters } = takeOfficial(options.filters);
  checkFilters({ filters }, [officialKey]);
  const print = await printer({ ...options, wide: options.format === 'wide' }, context);
  const inventory = await survey({ ...options, words }, context.io, { inventories: true, listsSkipped: false });
  const selection = selectImages(inventory, { image: null, filters, now: nowOf(options) });
  const { rows } = selection;
  const limit = options.limit ?? defaultLimit;
  const found = searchImages(rows, inventory.verified, { term, official, limit });
  await deliver(print(found), options, context.io);
  await tellSelection(null, selection, { ...options, filters }, context.io);
  const { total, results } = found;
  if (total > results.length && !options.quiet) {
    await tell(context.io, `${results.length} of ${total} results; --limit takes up to 100, --filter fewer images`);
  }
  return judge(inventory, options.failOn);
}

/** The filter that only a search has, and the others. Throws UsageError. */
function takeOfficial(texts: readonly string[]): { official: boolean | null; filters: readonly string[] } {
  const filters: string[] = [];
  const answers = new Set<boolean>();
  for (const text of texts) {
    const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (key.trim().toLowerCase() !== officialKey) filters.push(text);
    else answers.add(readAnswer(text, value.trim()));
  }
  const [official = null, other] = answers;
  if (other !== undefined) throw new UsageError(`filter ${officialKey}: it cannot be both true and false`);
  return { official, filters };
}

function readAnswer(text: string, value: string): boolean {
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new UsageError(`filter ${JSON.stringify(text)}: ${officialKey} takes true or false (or 1 or 0)`);
}

async function printer(
  view: CommandOptions & ImageSearchView,
  context: Context,
): Promise<(found: ImageSearch) => Rendered> {
  if (view.format === 'csv') return imageSearchCsv;
  if (view.format === 'ndjson') return ({ results }) => renderNdjson(results);
  if (view.template !== null) {
    const print = await rowPrinter(view.template, searchHeads);
    return ({ results }) => print(results.map((result) => searchTemplateData(result, view)));
  }
  return (found) => renderResult(found, () => imageSearchText(found, view), view, context);
}
