/**
 * `varve completion`: a script that teaches a shell the commands, options and values of Varve. It is made of the same facts
 * as the help.
 */
import type { Command } from '../command.js';
import { suggestion, UsageError } from '../usage-error.js';

export const completionCommand: Command = {
  name: 'completion',
  summary: 'a script that completes commands, options and their values in a shell',
  description: 'Prints the completion script of a shell. Source it in the start file of the shell.',
  positional: { name: 'SHELL', many: false, describe: 'bash, zsh or fish' },
  formats: [],
  options: ['output'],
  examples: [
    ['source <(varve completion bash)', 'in ~/.bashrc; zsh likewise, in ~/.zshrc behind compinit'],
    ['varve completion fish -o ~/.config/fish/completions/varve.fish', 'for fish'],
  ],
  defaults: { failOn: 'never', readBodies: false },
  async run(options, { io }) {
    const { completionCommands, shells } = await import('../completion-facts.js');
    const { completionScript } = await import('../completion-scripts.js');
    const { checkOutput, deliver } = await import('../output.js');
    const [word] = options.words;
    if (word === undefined) throw new UsageError('completion takes a SHELL: bash, zsh or fish');
    const shell = shells.find((name) => name === word);
    if (shell === undefined) {
      const hint = suggestion(word, shells) || '; there are bash, zsh and fish';
      throw new UsageError(`SHELL is none that is known: ${JSON.stringify(word)}${hint}`);
    }
    await checkOutput(options);
    await deliver(completionScript(shell, completionCommands()), options, io);
    return ['done'];
  },
};
