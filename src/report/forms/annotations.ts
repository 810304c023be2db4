/**
 * Checks → workflow commands of GitHub Actions: lines on standard output that the runner turns into annotations. It obeys
 * whatever line begins with `::`, so every text from an archive passes `safeText`, which leaves no line end in it, and has
 * escaped what ends a message or a property. The runner shows ten annotations of a kind in a step and drops the others
 * without a word: the tenth says how many there are, and the rest follows for the log.
 */

import { endedLines } from '../blocks/pieces.js';
import { safeText } from '../blocks/safe-text.js';
import { formatCount, plural } from '../blocks/units.js';
import { countedCodes } from '../verification/findings-text.js';
import {
  type CheckCase,
  type CheckList,
  caseCount,
  countsOfChecks,
  fitLines,
  linesOfCheck,
  passedOver,
} from './checks.js';

/** Of each kind, in one step. */
const shownAnnotations = 10;

/** Of the paths that a search left out. */
const shownSkipped = 3;

const commands = { error: 'error', warning: 'warning', hint: 'notice' } as const;

type Annotated = keyof typeof commands;

/** The commands, errors first, and a last line that sums up. Hints are only counted unless the view is verbose. */
export function renderAnnotations(
  { title, groups }: CheckList,
  { verbose }: { readonly verbose: boolean },
): Iterable<string> {
  const all = groups.flatMap((group) => group.checks);
  const skipped = all.filter(({ rule }) => rule === passedOver);
  const checks = all.filter(({ rule }) => rule !== passedOver);
  const of = (level: Annotated) => checks.filter((check) => check.level === level);
  const hints = of('hint');
  const lines = [
    ...annotationsOf('error', of('error'), title),
    ...annotationsOf('warning', of('warning'), title),
    ...(verbose || hints.length === 0 ? annotationsOf('hint', hints, title) : [hintCounts(hints, title)]),
    ...skippedNotice(skipped, title),
    `${title}: ${countsOfChecks(checks)}`,
  ];
  return endedLines(lines);
}

function annotationsOf(level: Annotated, checks: readonly CheckCase[], title: string): string[] {
  const total = caseCount(checks);
  const lines = checks.map((check) => {
    const text = fitLines(linesOfCheck(check).map(safeText)).join('\n');
    return command(level, { file: check.path, title: check.title ?? check.rule }, text);
  });
  if (lines.length <= shownAnnotations) return lines;
  const more = total - shownAnnotations + 1;
  const log = total === lines.length ? 'them all' : plural(lines.length - 1, 'of them', 'of them');
  const note = `${formatCount(more)} more of ${plural(total, level)}: the log of this step has ${log}`;
  return lines.toSpliced(shownAnnotations - 1, 0, command(level, { file: null, title }, note));
}

/** One notice for all paths that a search left out: they are no findings, and ten of them would hide those. */
function skippedNotice(skipped: readonly CheckCase[], title: string): string[] {
  if (skipped.length === 0) return [];
  const shown = skipped.slice(0, shownSkipped).map(({ path, message }) => safeText(`${path}: ${message}`));
  const more = skipped.length - shown.length;
  const lines = [
    `${plural(skipped.length, 'path')} passed over`,
    ...shown,
    ...(more === 0 ? [] : [`and ${more} more`]),
  ];
  return [command('hint', { file: null, title }, lines.join('\n'))];
}

function hintCounts(hints: readonly CheckCase[], title: string): string {
  const codes = safeText(countedCodes(hints.map(({ rule, count }) => [rule, count])));
  return command('hint', { file: null, title }, `${plural(caseCount(hints), 'hint')}: ${codes}; -v lists them`);
}

/** One line: `::error file=a.tar,title=digest-mismatch::text`; the text is safe but for its own line ends. */
function command(level: Annotated, { file, title }: { file: string | null; title: string }, text: string): string {
  const properties = [...(file === null ? [] : [`file=${property(file)}`]), `title=${property(title)}`];
  return `::${commands[level]} ${properties.join(',')}::${data(text)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(safeText(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
