/** The list of `varve layers`. */
import { makeLayerList } from '../../../../analysis/set/layers.js';
import type { LayerList } from '../../../../model/results/results.js';
import { renderNdjson } from '../../../../report/forms/json.js';
import { layersCsv, layersText } from '../../../../report/images/layers-text.js';
import { inTurns } from '../../../../sources/steps.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { deliver, type Rendered } from '../../../output/output.js';
import { renderResult, viewOf } from '../../../output/render.js';
import { tellUnknownSizes } from '../../../output/unknown-sizes.js';
import { judge, survey } from '../../../survey.js';

type Options = CommandOptions<'format' | 'output' | 'verify' | 'fail-on' | ScanOption>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
  const result = await inTurns(makeLayerList(inventory), context.io.signal);
  await deliver(render(result, options, context), options, context.io);
  await tellUnknownSizes(result.layers, options, context.io);
  return judge(inventory, options.failOn);
}

function render(result: LayerList, options: Options, context: Context): Rendered {
  if (options.format === 'csv') return layersCsv(result);
  if (options.format === 'ndjson') return renderNdjson(result.layers);
  return renderResult(result, () => layersText(result, viewOf(options)), options, context);
}
