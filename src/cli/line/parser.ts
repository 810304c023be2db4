/**
 * The words after the program's name → a command and its options. yargs splits the words; what is unknown or has a wrong
 * value is told here, in our words, with the nearest thing that exists. Of yargs only its parser is taken: with its help
 * and its translations, which nobody would see, it takes as long to start as Node itself.
 */
import { Parser } from 'yargs/helpers';
import { joinWords } from '../../report/blocks/units.js';
import { aliasOf, type Command } from './command.js';
import { dockerWords } from './docker-words.js';
import { factsOf, type OptionName, optionFacts } from './options.js';
import { readOptions, type SomeOptions } from './read-options.js';
import { suggestion, UsageError } from './usage-error.js';

export interface ParsedLine {
  readonly command: Command;
  readonly options: SomeOptions;
}

type Values = Readonly<Record<string, unknown>>;

/** Reads a command line. Throws UsageError. */
export function parseLine(argv: readonly string[], commands: readonly Command[]): ParsedLine {
  const [word = '', ...rest] = argv;
  const command = commands.find(({ name }) => name === word);
  if (command === undefined) return refuse(word, commands);
  const values = split(rest, command);
  const unknown = Object.keys(values).find((key) => key !== '_' && !command.options.some((option) => option === key));
  if (unknown !== undefined) throw new UsageError(unknownOption(unknown, command, commands));
  return choose(command, values);
}

function choose(command: Command, values: Values): ParsedLine {
  const { name, many, leading = [] } = command.positional;
  const words = listOf(values['_']).map(String);
  if (!many && words.length > 1) {
    throw new UsageError(`${command.name} takes one ${name}; ${JSON.stringify(words[1])} is one too many`);
  }
  const empty = words.indexOf('');
  if (empty !== -1) throw new UsageError(`${leading[empty]?.name ?? name} is empty`);
  return { command, options: readOptions(command, words, values) };
}

function unknownOption(key: string, command: Command, commands: readonly Command[]): string {
  const written = dashed(key);
  const elsewhere = commands.filter((one) => one.options.some((name) => name === key || aliasOf(one, name) === key));
  if (elsewhere.length > 0) {
    const names = joinWords(elsewhere.map(({ name }) => name));
    return `${command.name} has no option ${written}; ${names} ${elsewhere.length === 1 ? 'has' : 'have'}`;
  }
  return `unknown option ${written}${key.length === 1 ? '' : suggestion(written, command.options.map(dashed))}`;
}

/** What is said where the first word is no command. Throws UsageError. */
export function refuse(word: string, commands: readonly Command[]): never {
  if (!word.startsWith('-')) {
    const names = [...commands.map(({ name }) => name), 'help', ...dockerWords];
    const hint =
      suggestion(word, names) || (/[./]/.test(word) ? '; the command comes first, as in varve report .' : '');
    throw new UsageError(`unknown command ${JSON.stringify(word)}${hint}`);
  }
  const option = word.replace(/=.*$/s, '');
  const names = (Object.keys(optionFacts) as OptionName[]).flatMap((name) => [name, factsOf(name).alias ?? name]);
  const known = option === '--' || names.some((name) => dashed(name) === option);
  throw new UsageError(known ? `a command is missing before ${option}` : `unknown option ${option}`);
}

/** `--in-use -` as `--in-use=-`: yargs takes a lone dash for a word of its own, however much an option waits for a value. */
function withLoneDashes(argv: readonly string[]): string[] {
  const words: string[] = [];
  for (const word of argv) {
    const name = words.at(-1)?.replace(/^--/, '') ?? '';
    const waits = words.at(-1) === `--${name}` && isOptionName(name) && factsOf(name).value !== undefined;
    if (word === '-' && waits) words.splice(-1, 1, `--${name}=-`);
    else words.push(word);
  }
  return words;
}

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionFacts, name);
}

/** Options by their names, and the words without a dash under `_`. */
function split(argv: readonly string[], command: Command): Values {
  const facts = command.options.map((name) => ({ name, value: factsOf(name).value, alias: aliasOf(command, name) }));
  const { argv: values, error } = Parser.detailed(withLoneDashes(argv), {
    // Repeated options come as an array by themselves; yargs' array type would take an absent value for none.
    boolean: facts.flatMap(({ name, value }) => (value === undefined ? name : [])),
    string: facts.flatMap(({ name, value }) => (value === undefined ? [] : name)),
    alias: Object.fromEntries(facts.flatMap(({ name, alias }) => (alias === undefined ? [] : [[name, alias]]))),
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'strip-aliased': true,
    },
  });
  if (error !== null) throw new UsageError(error.message, { cause: error });
  return values;
}

function dashed(key: string): string {
  return key.length === 1 ? `-${key}` : `--${key}`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
