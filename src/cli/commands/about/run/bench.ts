/** The measuring of `varve bench`: asks the machine, and writes what it said. */
import { measureMachine } from '../../../../machine/measure.js';
import { benchText } from '../../../../report/bench/bench-text.js';
import { tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { checkOutput, deliver } from '../../../output/output.js';
import { renderResult } from '../../../output/render.js';

const defaultSeconds = 10;

type Options = CommandOptions<'time' | 'format' | 'output' | 'quiet' | 'no-color'>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const { io } = context;
  await checkOutput(options);
  const seconds = options.timeSeconds ?? defaultSeconds;
  if (io.stderr.isTTY === true && !options.quiet) await tell(io, `measuring for about ${seconds} s`);
  const result = await measureMachine({
    timeMs: seconds * 1000,
    path: options.words[0] ?? null,
    node: process.versions.node,
    signal: io.signal,
  });
  await deliver(
    renderResult(result, () => benchText(result), options, context),
    options,
    io,
  );
  return ['done'];
}
