/**
 * What can be completed on a command line, collected from the facts that the parser and the help are made of: commands,
 * their options, the values of options that can be listed, the keys of filters. A completion script is made of this once,
 * so that no key press starts the program.
 */

import { policyRules } from '../analysis/policy/rules.js';
import { documentKinds } from '../model/json-schema.js';
import { scanLimitNames } from '../model/limits.js';
import { filterKeys } from '../query/filter/filters.js';
import type { Command } from './command.js';
import { commands } from './commands/index.js';
import { helpTopics } from './help.js';
import { factsOf, type OptionName, optionValues } from './options.js';

export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** What stands behind an option, or in the place of a word: one of a list, a path, or something that nobody can guess. */
export type Completion =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'path' }
  | { readonly kind: 'free' };

export interface CompletionOption {
  readonly name: OptionName;
  readonly alias: string | null;
  readonly describe: string;
  /** Null for a switch. */
  readonly value: { readonly placeholder: string; readonly completion: Completion } | null;
}

export interface CompletionCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletionOption[];
  /** What its words are. */
  readonly words: Completion;
}

/** Every command, and `help` behind them. */
export function completionCommands(): CompletionCommand[] {
  const subjects = [...commands.map(({ name }) => name), ...helpTopics];
  return [
    ...commands.map((command) => ({
      name: command.name,
      summary: command.summary,
      options: command.options.map((name) => optionOf(name, command)),
      words: wordsOf(command),
    })),
    { name: 'help', summary: 'the help of a command or topic', options: [], words: { kind: 'words', words: subjects } },
  ];
}

function optionOf(name: OptionName, command: Command): CompletionOption {
  const { alias = null, value, describe } = factsOf(name);
  const completion = value === undefined ? null : { placeholder: value, completion: completionOf(name, command) };
  return { name, alias, describe, value: completion };
}

function completionOf(name: OptionName, command: Command): Completion {
  switch (name) {
    case 'format':
      return { kind: 'words', words: command.formats.filter((format) => format !== 'template') };
    case 'filter':
      return { kind: 'words', words: filterWords(command) };
    case 'rule':
      return { kind: 'words', words: policyRules.map(({ name, fallback }) => (fallback === null ? `${name}=` : name)) };
    case 'max':
      return { kind: 'words', words: scanLimitNames.map((name) => `${name}=`) };
    case 'human':
      return { kind: 'words', words: ['true', 'false'] };
    case 'fail-on':
    case 'engine':
    case 'sort':
    case 'id':
    case 'remove':
      return { kind: 'words', words: optionValues[name] };
    case 'output':
    case 'cache':
    case 'expect-file':
    case 'policy':
    case 'baseline':
    case 'plan':
    case 'in-use':
      return { kind: 'path' };
    default:
      return { kind: 'free' };
  }
}

/** Keys with their `=`, or with both answers where they take yes or no. */
function filterWords({ name }: Command): string[] {
  const own = name === 'search' ? ['is-official=true', 'is-official=false'] : [];
  const words = filterKeys.flatMap(({ key, form }) =>
    form.endsWith('=true|false') ? [`${key}=true`, `${key}=false`] : [`${key}=`],
  );
  return [...words, ...own];
}

function wordsOf({ positional: { name } }: Command): Completion {
  if (name === 'KIND')
    return { kind: 'words', words: [...documentKinds, 'varve.policy'].map((kind) => kind.slice('varve.'.length)) };
  return name === 'SHELL' ? { kind: 'words', words: shells } : { kind: 'path' };
}
