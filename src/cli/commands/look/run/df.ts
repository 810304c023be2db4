/** The totals of `varve df`, and with -v the tables of what makes them up. */
import { diskUsage } from '../../../../analysis/bytes/disk-usage.js';
import { report } from '../../../../analysis/bytes/report.js';
import { layerList } from '../../../../analysis/set/layers.js';
import { diskUsageText } from '../../../../report/images/disk-usage-text.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { deliver } from '../../../output/output.js';
import { renderResult, viewOf } from '../../../output/render.js';
import { tellUnknownSizes } from '../../../output/unknown-sizes.js';
import { judge, survey } from '../../../survey.js';

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
