/** The answer of `varve report`, for all images or those that filters select. */
import { report } from '../../../analysis/report.js';
import type { Inventory } from '../../../model/inventory.js';
import type { Report } from '../../../model/results.js';
import { reportCsv, reportLines } from '../../../report/report-records.js';
import { type ReportSelection, reportText } from '../../../report/report-text.js';
import { verificationChecks } from '../../../report/verification-checks.js';
import type { Context } from '../../command.js';
import type { Outcome } from '../../exit-codes.js';
import { deliverForm } from '../../forms.js';
import type { ScanOption } from '../../options.js';
import type { CommandOptions } from '../../read-options.js';
import { viewOf } from '../../render.js';
import { selectImages } from '../../select.js';
import { tellSelection } from '../../selection-remarks.js';
import { judge, survey } from '../../survey.js';
import { tellUnknownSizes } from '../../unknown-sizes.js';

type Options = CommandOptions<
  'filter' | 'now' | 'format' | 'output' | 'no-verify' | 'fail-on' | 'verbose' | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
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
  const selection = selectImages(inventory, { image: null, filters, now });
  await tellSelection(null, selection, options, io);
  const ids = new Set(selection.images.map(({ id }) => id));
  return {
    images: images.filter(({ id }) => ids.has(id)),
    layers: layers.filter((layer) => layer.images.some((id) => ids.has(id))),
  };
}
