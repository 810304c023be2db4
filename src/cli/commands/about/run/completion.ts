/** The script of `varve completion` for the shell that is named. */

import type { Outcome } from '../../../exit-codes.js';
import { completionCommands, shells } from '../../../help/completion-facts.js';
import { completionScript } from '../../../help/completion-scripts.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { suggestion, UsageError } from '../../../line/usage-error.js';
import { checkOutput, deliver } from '../../../output/output.js';

type Options = CommandOptions<'output'>;

export async function run(options: Options, { io, commands }: Context): Promise<readonly Outcome[]> {
  const [word] = options.words;
  if (word === undefined) throw new UsageError('completion takes a SHELL: bash, zsh or fish');
  const shell = shells.find((name) => name === word);
  if (shell === undefined) {
    const hint = suggestion(word, shells) || '; there are bash, zsh and fish';
    throw new UsageError(`SHELL is none that is known: ${JSON.stringify(word)}${hint}`);
  }
  await checkOutput(options);
  await deliver(completionScript(shell, completionCommands(commands)), options, io);
  return ['done'];
}
