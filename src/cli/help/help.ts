/**
 * The help texts. They are laid out here and not by the parser, so that placeholders stand beside their options and that
 * `--help` need not load the parser at all.
 */

import { exitCodeHelp } from '../exit-codes.js';
import { aliasOf, type Command } from '../line/command.js';
import { spellings } from '../line/docker-words.js';
import { factsOf, type OptionName } from '../line/options.js';

const maxWidth = 100;

/** What `varve help` explains beside the commands. */
const topics = {
  filters: 'the keys of --filter',
  format: 'the forms of --format, and Go templates with their placeholders',
  policy: 'the rules of varve check, and what it asks for without any',
} as const;

export type HelpTopic = keyof typeof topics;

export type Row = readonly [term: string, meaning: string];

export const helpTopics = Object.keys(topics) as readonly HelpTopic[];

export function isHelpTopic(word: string | undefined): word is HelpTopic {
  return word !== undefined && Object.hasOwn(topics, word);
}

export function widthOfText(columns: number | null): number {
  return Math.max(40, Math.min(columns ?? maxWidth, maxWidth));
}

/** The help text of a command, or of the program (null) and its commands, for a terminal of so many columns. */
export function helpText(command: Command | null, columns: number | null, commands: readonly Command[]): string {
  const width = widthOfText(columns);
  return command === null ? programHelp(commands, width) : commandHelp(command, width);
}

/** `[INPUT..]`, `[KIND]`, `TERM [INPUT..]`; the first is the usual one. */
function positionalForms({ positional: { name, many, leading = [], forms } }: Command): readonly [string, ...string[]] {
  return forms ?? [[...leading.map((word) => word.name), `[${name}${many ? '..' : ''}]`].join(' ')];
}

function programHelp(commands: readonly Command[], width: number): string {
  const about =
    'Reads saved container images offline: what is in them, is every byte what its digest says, what can go. ' +
    'Packs, repairs, stores and moves them.';
  const moreRows = [
    ...Object.entries(topics).map(([topic, what]): Row => [`varve help ${topic}`, what]),
    ['varve help WORD', 'what a word of the results or the code of a finding means; varve explain lists them'],
    ['varve images, image ls ..', `docker's spellings work: ${Object.keys(spellings).join(', ')}`],
  ] as const;
  const rows = commands.map((command): Row => [`${command.name} ${positionalForms(command)[0]}`, command.summary]);
  return [
    'Usage: varve COMMAND [OPTION..] [INPUT..]\n\n',
    paragraph(about, width),
    section('Commands', rows, width),
    section(
      'Options',
      [
        ['--help', 'this text; of a command: varve COMMAND --help'],
        ['--version', 'the version'],
      ],
      width,
    ),
    section('More', moreRows, width),
    section('Exit codes', exitCodeHelp, width),
  ].join('');
}

function commandHelp(command: Command, width: number): string {
  const examples = command.examples.map(([line, does]) => `  ${line}\n${paragraph(does, width, 6)}`).join('');
  const options = command.options.map((name) => optionRow(name, command));
  return [
    `${usageLines(command)}\n`,
    paragraph(command.description, width),
    section('Arguments', argumentRows(command), width),
    section('Options', options, width),
    `\nExamples:\n${examples}`,
    section('Exit codes', exitCodeHelp, width),
  ].join('');
}

function usageLines(command: Command): string {
  return positionalForms(command)
    .map((form, index) => `${index === 0 ? 'Usage:' : '      '} varve ${command.name} [OPTION..] ${form}\n`)
    .join('');
}

function argumentRows({ positional: { name, describe, leading = [] } }: Command): Row[] {
  return [...leading.map((word): Row => [word.name, word.describe]), [name, describe]];
}

function optionRow(name: OptionName, command: Command): Row {
  const { value, describe } = factsOf(name);
  const alias = aliasOf(command, name);
  const term = `${alias === undefined ? '    ' : `-${alias}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
  if (name === 'format') {
    const forms = command.formats.map((format) => (format === 'template' ? 'Go template' : format));
    return [term, `${describe}: ${forms.join(', ')}`];
  }
  return [term, name === 'fail-on' ? `${describe}; default ${command.failOn ?? 'never'}` : describe];
}

export function section(title: string, rows: readonly Row[], width: number): string {
  const termWidth = Math.max(...rows.map(([term]) => term.length)) + 4;
  const lines = rows.map(
    ([term, meaning]) => `  ${term}`.padEnd(termWidth) + paragraph(meaning, width, termWidth).trimStart(),
  );
  return `\n${title}:\n${lines.join('')}`;
}

/** Words in lines of that width, each set in by `indent`. */
export function paragraph(text: string, width: number, indent = 0): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && indent + last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `${' '.repeat(indent)}${line}\n`).join('');
}
