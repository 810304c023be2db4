/**
 * `varve search`: finds repositories by name or label, as `docker search` does on Docker Hub, in the archives at hand.
 */
import type { ImageSearch } from '../../model/results.js';
import type { ImageSearchView } from '../../report/image-search-text.js';
import { type Command, type Context, inputs } from '../command.js';
import { tell } from '../command-io.js';
import { type CommandOptions, scanOptions } from '../options.js';
import { UsageError } from '../usage-error.js';

const defaultLimit = 25;
const officialKey = 'is-official';

export const searchCommand: Command = {
  name: 'search',
  summary: 'find images by name or label',
  description:
    'Searches names and labels of the images for TERM, whatever its case. Official is what lies under docker.io/library/. ' +
    'Reads headers and documents only.',
  positional: { ...inputs, leading: [{ name: 'TERM', describe: 'part of a name, of a label or of its value' }] },
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'template'],
  options: ['filter', 'limit', 'format', 'no-trunc', 'now', 'output', 'fail-on', ...scanOptions],
  examples: [
    ['varve search api images/', 'repositories with api in their name or labels'],
    ['varve search debian . --filter is-official=true', 'official images only'],
    ['varve search team=shop . --limit 100 --format \'{{.Name}} {{join .Tags ", "}}\'', 'by label, with the tags'],
  ],
  defaults: { failOn: 'never', readBodies: false },
  async run(options, context) {
    const { survey, judge } = await import('../survey.js');
    const { checkFilters, nowOf, selectImages } = await import('../select.js');
    const { searchImages } = await import('../../analysis/image-search.js');
    const { tellSelection } = await import('../selection-remarks.js');
    const { deliver } = await import('../output.js');
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
  },
};

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
): Promise<(found: ImageSearch) => string> {
  const search = await import('../../report/image-search-text.js');
  if (view.format === 'csv') return search.imageSearchCsv;
  if (view.format === 'ndjson') {
    const { renderNdjson } = await import('../../report/json.js');
    return ({ results }) => renderNdjson(results);
  }
  if (view.template !== null) {
    const { rowPrinter } = await import('../template-output.js');
    const print = rowPrinter(view.template, search.searchHeads);
    return ({ results }) => print(results.map((result) => search.searchTemplateData(result, view)));
  }
  const { renderResult } = await import('../render.js');
  return (found) => renderResult(found, () => search.imageSearchText(found, view), view, context);
}
