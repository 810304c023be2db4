/**
 * `varve report`: everything about a set of archives in one answer: is it intact, what is stored twice, what can go.
 */
import type { Inventory } from '../../model/inventory.js';
import type { Report } from '../../model/results.js';
import type { ReportSelection } from '../../report/report-text.js';
import { type Command, type Context, inputs } from '../command.js';
import { type CommandOptions, scanOptions } from '../options.js';

export const reportCommand: Command = {
  name: 'report',
  summary: 'what is in the archives, what is damaged, stored twice or can go',
  description:
    'Reads every byte, checks every digest and says for the whole set where the bytes are and which of them can go.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github'],
  options: ['filter', 'now', 'format', 'output', 'no-verify', 'fail-on', 'verbose', ...scanOptions],
  examples: [
    ['varve report images/', 'all archives and layouts below a folder'],
    ['varve report a.tar b.tar --format wide', 'two archives, with full digests'],
    ['varve report . --format markdown -o report.md', 'a page for a pull request'],
    ['varve report . --format html -o report.html', 'a page with pictures, for a browser; it needs no network'],
  ],
  defaults: { failOn: 'never', readBodies: true },
  async run(options, context) {
    const { survey, judge } = await import('../survey.js');
    const { report } = await import('../../analysis/report.js');
    const { reportText } = await import('../../report/report-text.js');
    const { reportCsv, reportLines } = await import('../../report/report-records.js');
    const { verificationChecks } = await import('../../report/verification-checks.js');
    const { viewOf } = await import('../render.js');
    const { deliverForm } = await import('../forms.js');
    const { tellUnknownSizes } = await import('../unknown-sizes.js');
    const { checkFilters } = await import('../select.js');
    checkFilters(options);
    const inventory = await survey(options, context.io, { inventories: true, listsSkipped: options.format !== 'csv' });
    const result = report(inventory);
    const selected = await selectFrom(result, inventory, options, context);
    const document = { ...result, ...selected };
    const forms = {
      document,
      blocks: () => reportText(result, viewOf(options), selected),
      csv: () => reportCsv(document),
      lines: () => reportLines(document),
      checks: () => verificationChecks('report', result, options.failOn),
    };
    await deliverForm(forms, options, context);
    if (!result.summary.verified) await tellUnknownSizes(selected.layers, options, context.io);
    return judge(inventory, options.failOn);
  },
};

/** The images that the filters select, with their layers. Bytes, findings and counts stay those of the whole set. */
async function selectFrom(
  { images, layers }: Report,
  inventory: Inventory,
  options: CommandOptions,
  { io }: Context,
): Promise<ReportSelection> {
  const { filters } = options;
  if (filters.length === 0) return { images, layers };
  const { nowOf, selectImages } = await import('../select.js');
  const selection = selectImages(inventory, { image: null, filters, now: nowOf(options) });
  const { tellSelection } = await import('../selection-remarks.js');
  await tellSelection(null, selection, options, io);
  const ids = new Set(selection.images.map(({ id }) => id));
  return {
    images: images.filter(({ id }) => ids.has(id)),
    layers: layers.filter((layer) => layer.images.some((id) => ids.has(id))),
  };
}
