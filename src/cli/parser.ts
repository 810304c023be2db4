/**
 * The words after the program's name → a command and its options. yargs splits the words; what is unknown or has a wrong
 * value is told here, in our words, with the nearest thing that exists.
 */
import yargs from 'yargs';
import { joinWords } from '../report/units.js';
import type { Command } from './command.js';
import { commands } from './commands/index.js';
import { type CommandOptions, factsOf, type OptionName, optionFacts } from './options.js';
import { readOptions } from './read-options.js';
import { suggestion, UsageError } from './usage-error.js';

export interface Parsed {
  readonly command: Command;
  readonly options: CommandOptions;
}

type Values = Readonly<Record<string, unknown>>;

/** What yargs puts beside the options. */
const ownKeys: ReadonlySet<string> = new Set(['_', '$0']);

/** Reads a command line. Throws UsageError. */
export function parse(argv: readonly string[]): Parsed {
  const chosen: { command: Command; values: Values }[] = [];
  const parser = baseParser();
  for (const command of commands) {
    parser.command({
      // Without [INPUT..]: yargs parses positional arrays a second time and loses `-` on the way.
      command: command.name,
      describe: command.summary,
      builder: (sub) => defineOptions(sub, command),
      handler: (values) => {
        chosen.push({ command, values });
      },
    });
  }
  let values: Values = {};
  // With a callback, yargs prints nothing and does not exit.
  parser.parse([...argv], {}, (error, parsed) => {
    if (error) throw new UsageError(error.message, { cause: error });
    values = parsed;
  });
  return chosen[0] === undefined ? refuse(values) : choose(chosen[0]);
}

function choose({ command, values }: { readonly command: Command; readonly values: Values }): Parsed {
  const { name, many, first } = command.positional;
  const known = command.options.flatMap((option) => [option, factsOf(option).alias ?? option]);
  const unknown = Object.keys(values).find((key) => !ownKeys.has(key) && !known.includes(key));
  if (unknown !== undefined) throw new UsageError(unknownOption(unknown, command));
  const words = listOf(values['_']).slice(1).map(String);
  if (!many && words.length > 1) {
    throw new UsageError(`${command.name} takes one ${name}; ${JSON.stringify(words[1])} is one too many`);
  }
  const empty = words.indexOf('');
  if (empty !== -1) throw new UsageError(`${empty === 0 && first !== undefined ? first.name : name} is empty`);
  return { command, options: readOptions(command, words, values) };
}

function unknownOption(key: string, command: Command): string {
  const written = dashed(key);
  const elsewhere = commands.filter(({ options }) =>
    options.some((name) => name === key || factsOf(name).alias === key),
  );
  if (elsewhere.length > 0) {
    const names = joinWords(elsewhere.map(({ name }) => name));
    return `${command.name} has no option ${written}; ${names} ${elsewhere.length === 1 ? 'has' : 'have'}`;
  }
  return `unknown option ${written}${key.length === 1 ? '' : suggestion(written, command.options.map(dashed))}`;
}

/** No command was found among the words. */
function refuse(values: Values): never {
  const [word] = listOf(values['_']);
  if (word !== undefined) {
    const names = commands.map(({ name }) => name);
    const written = String(word);
    const hint =
      suggestion(written, names) || (/[./]/.test(written) ? '; the command comes first, as in varve report .' : '');
    throw new UsageError(`unknown command ${JSON.stringify(written)}${hint}`);
  }
  const key = Object.keys(values).find((name) => !ownKeys.has(name)) ?? '';
  const known = Object.hasOwn(optionFacts, key);
  throw new UsageError(known ? `a command is missing before ${dashed(key)}` : `unknown option ${dashed(key)}`);
}

function baseParser() {
  return yargs([])
    .scriptName('varve')
    .locale('en')
    .exitProcess(false)
    .help(false)
    .version(false)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'strip-aliased': true,
    })
    .fail((message, error) => {
      throw new UsageError(message ?? error?.message ?? 'the command line cannot be read', { cause: error });
    });
}

function defineOptions(parser: ReturnType<typeof yargs>, command: Command) {
  for (const option of command.options) parser.option(option, yargsOption(option));
  return parser;
}

function yargsOption(name: OptionName) {
  const { alias, value } = factsOf(name);
  // Repeated options come as an array by themselves; yargs' array type would take an absent value for none.
  return {
    type: value === undefined ? ('boolean' as const) : ('string' as const),
    ...(alias === undefined ? {} : { alias }),
  };
}

function dashed(key: string): string {
  return key.length === 1 ? `-${key}` : `--${key}`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
