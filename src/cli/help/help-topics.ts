/**
 * `varve help filters` and `varve help format`: what several commands have in common and is too long for the help of each.
 * docs/cli.md says the same; a test holds the two against each other.
 */
import { defaultPolicy } from '../../analysis/policy/policy.js';
import { formOf, ruleFamilies } from '../../analysis/policy/rules/rules.js';
import { filterKeys } from '../../query/filters.js';
import { standardFunctions } from '../../template/functions.js';
import type { Command } from '../line/command.js';
import type { Format } from '../line/options.js';
import { type HelpTopic, paragraph, type Row, section, widthOfText } from './help.js';

/** A placeholder of templates: its name, the commands that have it, and what it is. */
const placeholders: readonly (readonly [name: string, of: readonly string[], meaning: string])[] = [
  ['.ID', ['ls', 'history'], 'image ID, short unless --no-trunc; in history of the last step only'],
  ['.Repository', ['ls'], 'name without tag, or <none>'],
  ['.Tag', ['ls'], 'tag, or <none>'],
  ['.Digest', ['ls'], 'digest of the manifest or index, or <none>'],
  ['.CreatedSince', ['ls', 'history'], 'age, as in "3 weeks ago"'],
  ['.CreatedAt', ['ls', 'history'], 'time of creation'],
  ['.Size', ['ls', 'history'], 'size of the layers, uncompressed; ~ before what they only claim'],
  ['.Compressed', ['ls', 'history'], 'the layers as they are stored, with the form'],
  ['.Containers', ['ls'], 'always N/A: an archive knows of none'],
  ['.SharedSize', ['ls'], 'of the size, what other images share'],
  ['.UniqueSize', ['ls'], 'of the size, what is its own'],
  ['.Reference', ['ls'], 'full name'],
  ['.Platform', ['ls'], 'os/architecture/variant'],
  ['.State', ['ls'], 'live, dangling or superseded'],
  ['.Labels', ['ls'], 'labels, values by key: {{index .Labels "maintainer"}}'],
  ['.Layers', ['ls'], 'diffIDs, base first'],
  ['.Archives', ['ls', 'search'], 'paths of the archives that hold it'],
  ['.CreatedBy', ['history'], 'the command of the step'],
  ['.Comment', ['history'], 'its comment'],
  ['.Layer', ['history'], 'diffID of the layer that it made'],
  ['.Empty', ['history'], 'whether it made none'],
  ['.OtherImages', ['history'], 'how many other images have that layer'],
  ['.Name', ['search'], 'name of the repository, or <none>'],
  ['.Repository', ['search'], 'its name in full'],
  ['.Description', ['search'], 'what its labels say of it, short unless --no-trunc'],
  ['.StarCount', ['search'], 'always N/A: an archive knows of none'],
  ['.IsOfficial', ['search'], '[OK] or nothing'],
  ['.Tags', ['search'], 'its tags'],
  ['.Labels', ['search'], 'keys of the labels that hold the term'],
  ['.Images', ['search'], 'IDs of its images'],
];

/** The text of a topic, which tells what these commands have of it, for a terminal of so many columns. */
export function topicText(topic: HelpTopic, columns: number | null, commands: readonly Command[]): string {
  const width = widthOfText(columns);
  switch (topic) {
    case 'filters':
      return filtersText(commands, width);
    case 'format':
      return formatText(commands, width);
    case 'policy':
      return policyText(width);
  }
}

function policyText(width: number): string {
  const words =
    'varve check holds archives against rules: each --rule is one, and --policy FILE has any number of them. A rule of ' +
    'the command line stands for what the file says of it. In a list, commas part the items.';
  const without = defaultPolicy().entries.map(
    ({ rule, severity }): Row => [rule.name, severity === 'fail' ? 'fails' : 'warns only'],
  );
  return [
    'Rules: --rule NAME[=VALUE], --policy FILE\n\n',
    paragraph(words, width),
    ...Object.entries(ruleFamilies).map(([family, rules]) =>
      section(
        family,
        rules.map((rule): Row => [formOf(rule), `${rule.meaning} Takes ${rule.kind.takes}.`]),
        width,
      ),
    ),
    section('Without any rule', without, width),
    '\nIn a file:\n',
    ...policyExample.map((text) => `  ${text}\n`),
  ].join('');
}

const policyExample: readonly string[] = [
  'rules:',
  '  intact: true',
  '  max-reclaimable: 10%',
  '  max-image-size:',
  '    value: 500MB',
  '    severity: warn',
  "    images: ['shop/*']",
];

function filtersText(commands: readonly Command[], width: number): string {
  const rows = (docker: boolean) =>
    filterKeys
      .filter((key) => key.docker === docker)
      .map(({ form, help, takes }): Row => [form, `${help}. Takes ${takes}`]);
  const rule =
    'Different filters must all hold; what several of one key mean is said below. Rows are selected, not images: of an ' +
    'image with two names, only the row that matches is shown.';
  return [
    `Filters: -f KEY=VALUE, --filter KEY=VALUE\n\n`,
    paragraph(`Taken by ${namesOf(commands, ({ options }) => options.includes('filter'))}. ${rule}`, width),
    section('As in docker', rows(true), width),
    section('Beyond docker', rows(false), width),
    section(
      'In varve search alone',
      [['is-official=true|false', 'what lies under docker.io/library/, or the rest']],
      width,
    ),
    '\nExamples:\n',
    "  varve ls images/ -f 'reference=*/api' -f label=stage=test\n",
    '  varve ls images/ -f until=720h -f superseded=true -q\n',
    '  varve report images/ -f platform=linux/arm64\n',
  ].join('');
}

function formatText(commands: readonly Command[], width: number): string {
  const withTemplates = namesOf(commands, ({ formats }) => formats.includes('template'));
  const language =
    'A text with {{ }} is a Go template, as in docker: text/template with its pipelines, if, range, with, variables, ' +
    `comments and nested templates. ${withTemplates} take one. It prints a line for each row; \\t and \\n stand for a tab ` +
    'and a line end. With the word table before it, it prints columns below their heads: table {{.ID}}\\t{{.Tag}}. ' +
    'varve inspect takes any path of its document, as in {{json .Config.Env}}.';
  const safety =
    'A template that means nothing is refused with the column of the fault. Characters that a terminal would obey are ' +
    'escaped in the values; json escapes them in its own way.';
  return [
    'Formats: --format FORMAT\n\n',
    section('Forms', Object.entries(forms), width).trimStart(),
    `\nTemplates:\n${paragraph(language, width, 2)}${paragraph(safety, width, 2)}`,
    `\nFunctions:\n${paragraph(functionNames.join(' '), width, 2)}`,
    ...commands
      .map(({ name }) => ({ name, rows: placeholdersOf(name) }))
      .filter(({ rows }) => rows.length > 0)
      .map(({ name, rows }) => section(`Placeholders of varve ${name}`, rows, width)),
    '\nExamples:\n',
    "  varve ls . --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.UniqueSize}}'\n",
    '  varve ls . -f dangling=true --format \'{{.ID}} {{join .Archives " "}}\'\n',
    '  varve inspect . --format \'{{.Id}} {{index .Config.Labels "maintainer"}}\'\n',
  ].join('');
}

/** There is nothing to call: data holds no functions. */
const functionNames = Object.keys(standardFunctions)
  .filter((name) => name !== 'call')
  .sort();

/** The compiler holds that none is missing. */
const forms: Readonly<Record<Exclude<Format, 'template'>, string>> = {
  table: 'columns that fit the terminal; the default of most commands',
  wide: 'more columns, none of them cut',
  json: 'the document that varve schema describes',
  ndjson: 'one object a line; of a report, the summary first',
  csv: 'one table for a spreadsheet, sizes in bytes',
  markdown: 'for a job summary, a pull request or a wiki',
  html: 'one page with pictures and tables, for a browser',
  junit: 'JUnit XML: a suite for each archive, a case for each finding',
  sarif: 'SARIF 2.1.0, for code scanning',
  github: 'annotations of a GitHub Actions run',
  mermaid: 'a graph, of varve tree',
  script: 'commands for a shell, of varve plan',
  both: 'an archive that is an OCI image layout and a docker save archive at once, of varve save',
  oci: 'an OCI image layout alone, of varve save',
  docker: 'a docker save archive alone, of varve save',
};

function placeholdersOf(command: string): Row[] {
  return placeholders.flatMap(([name, of, meaning]): Row[] => (of.includes(command) ? [[name, meaning]] : []));
}

function namesOf(commands: readonly Command[], test: (command: Command) => boolean): string {
  const names = commands.filter(test).map(({ name }) => name);
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
