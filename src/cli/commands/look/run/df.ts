/** The totals of `varve df`, and with -v the tables of what makes them up. */
import { makeDiskUsage } from '../../../../analysis/bytes/disk-usage.js';
import { makeReport } from '../../../../analysis/bytes/report.js';
import { makeLayerList } from '../../../../analysis/set/layers.js';
import type { Inventory } from '../../../../model/results/inventory.js';
import type { LayerList, Report } from '../../../../model/results/results.js';
import type { Work } from '../../../../model/work/work.js';
import { diskUsageText } from '../../../../report/images/disk-usage-text.js';
import { inTurns } from '../../../../sources/steps.js';
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
  const result = await inTurns(makeDiskUsage(inventory), context.io.signal);
  const details = options.verbose ? await inTurns(makeDetails(inventory), context.io.signal) : null;
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

function* makeDetails(inventory: Inventory): Work<{ readonly report: Report; readonly layers: LayerList }> {
  return { report: yield* makeReport(inventory), layers: yield* makeLayerList(inventory) };
}
