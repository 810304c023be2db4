/**
 * What can be completed on a command line, collected from the facts that the parser and the help are made of: commands,
 * their options, the values of options that can be listed, the keys of filters. A completion script is made of this once,
 * so that no key press starts the program.
 */

import { policyRules } from '../../analysis/policy/rules/rules.js';
import { scanLimitNames } from '../../model/limits.js';
import { documentKinds } from '../../model/results/json-schema.js';
import { filterKeys } from '../../query/filters.js';
import { aliasOf, type Command } from '../line/command.js';
import { spellings } from '../line/docker-words.js';
import { factsOf, type OptionName, optionValues } from '../line/options.js';
import { explanations } from './explanations.js';
import { helpTopics } from './help.js';

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

/** Every command, `help` behind them, then docker's spellings: those of two words before their first words alone. */
export function completionCommands(commands: readonly Command[]): CompletionCommand[] {
  const explained = explanations().map(({ name }) => name.replaceAll(' ', '-'));
  const subjects = [...new Set([...commands.map(({ name }) => name), ...helpTopics, ...explained])];
  const own = commands.map((command) => ({
    name: command.name,
    summary: command.summary,
    options: command.options.map((name) => optionOf(name, command)),
    words: wordsOf(command, explained),
  }));
  return [
    ...own,
    {
      name: 'help',
      summary: 'the help of a command or topic, or what a word means',
      options: [],
      words: { kind: 'words', words: subjects },
    },
    ...spelled(own),
  ];
}

function spelled(own: readonly CompletionCommand[]): CompletionCommand[] {
  const meant = Object.entries(spellings).flatMap(([name, [word]]) => {
    const command = own.find((one) => one.name === word);
    return command === undefined ? [] : [{ ...command, name, summary: `varve ${word}, as in docker` }];
  });
  const groups = new Map<string, string[]>();
  for (const { name } of meant) {
    const [first = '', second] = name.split(' ');
    if (second !== undefined) groups.set(first, [...(groups.get(first) ?? []), second]);
  }
  const firsts = [...groups].map(
    ([name, words]): CompletionCommand => ({
      name,
      summary: `docker's ${words.map((word) => `${name} ${word}`).join(', ')}`,
      options: [],
      words: { kind: 'words', words },
    }),
  );
  return [...meant, ...firsts];
}

function optionOf(name: OptionName, command: Command): CompletionOption {
  const { value, describe } = factsOf(name);
  const alias = aliasOf(command, name) ?? null;
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
    case 'for':
    case 'compress':
    case 'outer':
      return { kind: 'words', words: optionValues[name] };
    case 'without':
      return command.withoutImages ? { kind: 'free' } : { kind: 'words', words: optionValues[name] };
    case 'output':
    case 'cache':
    case 'expect-file':
    case 'policy':
    case 'baseline':
    case 'plan':
    case 'in-use':
    case 'quarantine':
    case 'prefer':
    case 'have':
    case 'from':
    case 'map':
    case 'store':
    case 'input':
    case 'like':
    case 'ca-file':
    case 'cert-file':
    case 'key-file':
    case 'authfile':
      return { kind: 'path' };
    default:
      return { kind: 'free' };
  }
}

/** Keys with their `=`, or with both answers where they take yes or no. */
function filterWords({ ownFilters = [] }: Command): string[] {
  const own = ownFilters.flatMap((key) => [`${key}=true`, `${key}=false`]);
  const words = filterKeys.flatMap(({ key, form }) =>
    form.endsWith('=true|false') ? [`${key}=true`, `${key}=false`] : [`${key}=`],
  );
  return [...words, ...own];
}

function wordsOf({ positional: { name } }: Command, explained: readonly string[]): Completion {
  if (name === 'NAME') return { kind: 'words', words: explained };
  if (name === 'KIND')
    return { kind: 'words', words: [...documentKinds, 'varve.policy'].map((kind) => kind.slice('varve.'.length)) };
  if (name === 'REF' || name === 'SERVER') return { kind: 'free' };
  return name === 'SHELL' ? { kind: 'words', words: shells } : { kind: 'path' };
}
