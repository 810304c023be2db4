/**
 * `varve scan`: the whole inventory as JSON, to look at later or elsewhere. The commands that need no bytes take it as
 * INPUT.
 */
import type { Inventory } from '../../model/inventory.js';
import { type Command, inputs } from '../command.js';
import { type CommandIo, tell } from '../command-io.js';
import { type CommandOptions, scanOptions } from '../options.js';

export const scanCommand: Command = {
  name: 'scan',
  summary: 'write the whole inventory as JSON, to be used as INPUT later',
  description:
    'Reads every byte once and writes all that was claimed and observed. report, verify, layers and df take the file as INPUT.',
  positional: inputs,
  formats: ['json'],
  options: ['output', 'no-verify', 'fail-on', ...scanOptions],
  examples: [
    ['varve scan images/ -o before.json', 'an inventory of all archives below a folder'],
    ['varve report before.json', 'the report of that day, without the archives'],
    ['docker save app:1 | varve scan - | jq .archives[0].images', 'an image straight from docker'],
  ],
  defaults: { failOn: 'never', readBodies: true },
  async run(options, { io }) {
    const { survey, judge } = await import('../survey.js');
    const { deliver } = await import('../output.js');
    const { renderJson } = await import('../../report/json.js');
    const inventory = await survey(options, io, { inventories: false, listsSkipped: true });
    await deliver(renderJson(inventory), options, io);
    await tellResult(inventory, options, io);
    return judge(inventory, options.failOn);
  },
};

/** A file on disk says nothing by itself: a line tells what is in it, and that not all is well. */
async function tellResult({ archives }: Inventory, { output, quiet }: CommandOptions, io: CommandIo): Promise<void> {
  if (output === null || quiet) return;
  const { plural } = await import('../../report/units.js');
  const counts = (['failed', 'unreadable'] as const)
    .map((status) => [archives.filter((archive) => archive.status === status).length, status] as const)
    .filter(([count]) => count > 0)
    .map(([count, status]) => `, ${count} ${status}`);
  await tell(io, `${output}: ${plural(archives.length, 'archive')}${counts.join('')}`);
}
