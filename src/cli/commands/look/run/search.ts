/** The results of `varve search`. A template is refused before anything is read. */
import { searchImages } from '../../../../analysis/images/image-search.js';
import type { ImageSearch } from '../../../../model/results/results.js';
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
import { selectImages } from '../../../selection/select.js';
import { tellSelection } from '../../../selection/selection-remarks.js';
import { judge, survey } from '../../../survey.js';

const defaultLimit = 25;

type Options = CommandOptions<'filter' | 'limit' | 'format' | 'no-trunc' | 'now' | 'output' | 'fail-on' | ScanOption>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const [term, ...words] = options.words;
  if (term === undefined) throw new UsageError('search takes a TERM before INPUT');
  const print = await printer({ ...options, wide: options.format === 'wide' }, context);
  const inventory = await survey({ ...options, words, readBodies: false }, context.io, {
    inventories: true,
    listsSkipped: false,
  });
  const { filters, now } = options;
  const selection = await inTurns(selectImages(inventory, { image: null, filters, now }), context.io.signal);
  const { rows } = selection;
  const limit = options.limit ?? defaultLimit;
  const official = filters.own.get('is-official') ?? null;
  const found = searchImages(rows, inventory.verified, { term, official, limit });
  await deliver(print(found), options, context.io);
  await tellSelection(null, selection, options, context.io);
  const { total, results } = found;
  if (total > results.length && !options.quiet) {
    await tell(context.io, `${results.length} of ${total} results; --limit takes up to 100, --filter fewer images`);
  }
  return judge(inventory, options.failOn);
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
