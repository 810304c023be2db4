/** The answer of `varve report`, for all images or those that filters select. */
import { makeReport } from '../../../../analysis/bytes/report.js';
import type { Inventory } from '../../../../model/results/inventory.js';
import type { Report } from '../../../../model/results/results.js';
import { reportCsv, reportLines } from '../../../../report/overview/report-records.js';
import { type ReportSelection, reportText } from '../../../../report/overview/report-text.js';
import { verificationChecks } from '../../../../report/verification/verification-checks.js';
import { inTurns } from '../../../../sources/steps.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { deliverForm } from '../../../output/forms.js';
import { viewOf } from '../../../output/render.js';
import { tellUnknownSizes } from '../../../output/unknown-sizes.js';
import { selectImages } from '../../../selection/select.js';
import { tellSelection } from '../../../selection/selection-remarks.js';
import { judge, survey } from '../../../survey.js';

type Options = CommandOptions<
  'filter' | 'now' | 'format' | 'output' | 'verify' | 'no-verify' | 'fail-on' | 'verbose' | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const inventory = await survey(options, context.io, { inventories: true, listsSkipped: options.format !== 'csv' });
  const result = await inTurns(makeReport(inventory), context.io.signal);
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
}

/** The images that the filters select, with their layers. Bytes, findings and counts stay those of the whole set. */
async function selectFrom(
  { images, layers }: Report,
  inventory: Inventory,
  options: Options,
  { io }: Context,
): Promise<ReportSelection> {
  const { filters, now } = options;
  if (filters.conditions.length === 0) return { images, layers };
  const selection = await inTurns(selectImages(inventory, { image: null, filters, now }), io.signal);
  await tellSelection(null, selection, options, io);
  const ids = new Set(selection.images.map(({ id }) => id));
  return {
    images: images.filter(({ id }) => ids.has(id)),
    layers: layers.filter((layer) => layer.images.some((id) => ids.has(id))),
  };
}
