/** What `varve explain` and `varve help WORD` say, laid out like the help. */

import type { Explanation } from '../../model/results/explanation.js';
import { joinWords } from '../../report/blocks/units.js';
import { nearWords } from '../../words/near-words.js';
import type { Command } from '../line/command.js';
import { UsageError } from '../line/usage-error.js';
import { explain, nearExplained } from './explanations.js';
import { isHelpTopic, paragraph, type Row, section, widthOfText } from './help.js';

/**
 * What the words of a command line mean: all of them together, as in `image ID`, or each. Throws UsageError, for a command
 * with where its page is, else with what is near among them and `pages`, what `varve help` has beside them.
 */
export function explained(
  words: readonly string[],
  commands: readonly Command[],
  pages: readonly string[] = [],
): Explanation[] {
  const together = explain(words.join(' '));
  if (together.length > 0) return together;
  const each = words.flatMap((word) => explainedWord(word, commands, pages));
  return [...new Map(each.map((one) => [`${one.type} ${one.name}`, one])).values()];
}

function explainedWord(word: string, commands: readonly Command[], pages: readonly string[]): Explanation[] {
  const found = explain(word);
  if (found.length > 0) return found;
  if (isHelpTopic(word) || commands.some(({ name }) => name === word)) {
    throw new UsageError(`${JSON.stringify(word)} has a page of its own: varve help ${word}`);
  }
  const near = [...new Set([...nearWords(word, pages, 1), ...nearExplained(word)])];
  const [only, ...others] = near;
  const hint =
    only === undefined
      ? '; varve --help lists the commands, varve explain the words'
      : others.length === 0
        ? `; did you mean ${only}?`
        : `; near are ${joinWords(near)}`;
  throw new UsageError(`nothing is called ${JSON.stringify(word)}${hint}`);
}

/** Each explanation in full. */
export function explanationText(explanations: readonly Explanation[], columns: number | null): string {
  const width = widthOfText(columns);
  return explanations.map((one) => oneText(one, width)).join('\n');
}

/** All that can be explained, each in a line or two. */
export function explanationListText(explanations: readonly Explanation[], columns: number | null): string {
  const width = widthOfText(columns);
  const rows = (test: (one: Explanation) => boolean) =>
    explanations.filter(test).map(({ name, meaning }): Row => [name, meaning]);
  return [
    paragraph('varve explain NAME tells of one of these what it means and what to do.', width),
    section(
      'Words',
      rows(({ type }) => type === 'word'),
      width,
    ),
    ...(['error', 'warning', 'hint'] as const).map((severity) =>
      section(
        `Findings: ${severity}s`,
        rows((one) => one.severity === severity),
        width,
      ),
    ),
    section(
      'Rules of varve check',
      rows(({ type }) => type === 'rule'),
      width,
    ),
  ].join('');
}

function oneText(
  { type, name, also, severity, meaning, raised, text, advice, related, page }: Explanation,
  width: number,
): string {
  const kind = { finding: `finding, ${severity}`, word: 'word', rule: 'rule of varve check' }[type];
  const paragraphs = [
    meaning,
    ...(raised === null ? [] : [`Raised when ${raised}`]),
    ...(text === null ? [] : [text]),
    ...(advice === null ? [] : [`What to do: ${advice}`]),
    ...(also.length === 0 ? [] : [`Also called: ${joinWords(also)}.`]),
    `${related.length === 0 ? '' : `See also: ${joinWords(related)}. `}More: ${page}`,
  ];
  return `${name} (${kind})\n${paragraphs.map((words) => `\n${paragraph(words, width, 2)}`).join('')}`;
}
