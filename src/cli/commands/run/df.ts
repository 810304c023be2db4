/** The totals of `varve df`, and with -v the tables of what makes them up. */
import { diskUsage } from '../../../analysis/disk-usage.js';
import { layerList } from '../../../analysis/layers.js';
import { report } from '../../../analysis/report.js';
import { diskUsageText } from '../../../report/disk-usage-text.js';
import type { Context } from '../../command.js';
import type { Outcome } from '../../exit-codes.js';
import type { ScanOption } from '../../options.js';
import { deliver } from '../../output.js';
import type { CommandOptions } from '../../read-options.js';
import { renderResult, viewOf } from '../../render.js';
import { judge, survey } from '../../survey.js';
import { tellUnknownSizes } from '../../unknown-sizes.js';

type Options = CommandOptions<'format' | 'output' | 'verbose' | 'verify' | 'fail-on' | ScanOption>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
  const result = diskUsage(inventory);
  const details = options.verbose ? { report: report(inventory), layers: layerList(inventory) } : null;
  await deliver(
    renderResult(result, () => diskUsageText(result, details, viewOf(options)), options, context),
    options,
    context.io,
  );
  // The totals are of stored bytes; only the tables below them have sizes that can be unknown.
  if (details !== null && options.format !== 'json') {
    await tellUnknownSizes(details.layers.layers, options, context.io);
  }
  return judge(inventory, options.failOn);
}
