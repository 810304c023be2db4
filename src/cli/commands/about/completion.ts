/**
 * `varve completion`: a script that teaches a shell the commands, options and values of Varve. It is made of the same facts
 * as the help.
 */
import { command } from '../../line/command.js';

export const completionCommand = command({
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
  load: () => import('./run/completion.js'),
});
