/** The inventory of `varve scan`. */
import type { Inventory } from '../../../model/inventory.js';
import { renderJson } from '../../../report/json.js';
import { plural } from '../../../report/units.js';
import type { Context } from '../../command.js';
import { type CommandIo, tell } from '../../command-io.js';
import type { Outcome } from '../../exit-codes.js';
import type { CommandOptions } from '../../options.js';
import { deliver } from '../../output.js';
import { judge, survey } from '../../survey.js';

export async function run(options: CommandOptions, { io }: Context): Promise<readonly Outcome[]> {
  const inventory = await survey(options, io, { inventories: false, listsSkipped: true });
  await deliver(renderJson(inventory), options, io);
  await tellResult(inventory, options, io);
  return judge(inventory, options.failOn);
}

/** A file on disk says nothing by itself: a line tells what is in it, and that not all is well. */
async function tellResult({ archives }: Inventory, { output, quiet }: CommandOptions, io: CommandIo): Promise<void> {
  if (output === null || quiet) return;
  const counts = (['failed', 'unreadable'] as const)
    .map((status) => [archives.filter((archive) => archive.status === status).length, status] as const)
    .filter(([count]) => count > 0)
    .map(([count, status]) => `, ${count} ${status}`);
  await tell(io, `${output}: ${plural(archives.length, 'archive')}${counts.join('')}`);
}
