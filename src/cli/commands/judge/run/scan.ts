/** The inventory of `varve scan`. */
import type { Inventory } from '../../../../model/results/inventory.js';
import { plural } from '../../../../report/blocks/units.js';
import { renderJson } from '../../../../report/forms/json.js';
import { type CommandIo, tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions, OptionValues } from '../../../line/read-options.js';
import { deliver } from '../../../output/output.js';
import { judge, survey } from '../../../survey.js';

type Options = CommandOptions<'output' | 'verify' | 'no-verify' | 'fail-on' | ScanOption>;

export async function run(options: Options, { io }: Context): Promise<readonly Outcome[]> {
  const inventory = await survey(options, io, { inventories: false, listsSkipped: true });
  await deliver(renderJson(inventory), options, io);
  await tellResult(inventory, options, io);
  return judge(inventory, options.failOn);
}

/** A file on disk says nothing by itself: a line tells what is in it, and that not all is well. */
async function tellResult(
  { archives }: Inventory,
  { output, quiet }: OptionValues<'output' | 'quiet'>,
  io: CommandIo,
): Promise<void> {
  if (output === null || quiet) return;
  const counts = (['failed', 'unreadable'] as const)
    .map((status) => [archives.filter((archive) => archive.status === status).length, status] as const)
    .filter(([count]) => count > 0)
    .map(([count, status]) => `, ${count} ${status}`);
  await tell(io, `${output}: ${plural(archives.length, 'archive')}${counts.join('')}`);
}
