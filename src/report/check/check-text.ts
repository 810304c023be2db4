/**
 * The result of `check` as blocks: the verdict, a row for each rule, what speaks against those that were not kept, and
 * what to do about it. Rules that fail come first; the document keeps the order of the policy.
 */
import { tryParseDigest } from '../../model/digest.js';
import type { Check, CheckedRule } from '../../model/results/check.js';
import {
  type Block,
  type Cell,
  cell,
  gap,
  heading,
  line,
  type Span,
  span,
  type Tone,
  table,
  type View,
} from '../blocks/document.js';
import { digestName, imageNames } from '../blocks/names.js';
import { safeText } from '../blocks/safe-text.js';
import { cutText } from '../blocks/table.js';
import { formatBytes, formatCount, joinWords, plural } from '../blocks/units.js';
import { skippedBlocks } from '../verification/findings-text.js';

type Status = CheckedRule['status'];

const shownThings = 10;
const cellWidth = 40;
const order: readonly Status[] = ['fail', 'warn', 'skip', 'pass'];

const tones: Readonly<Record<Status, Tone>> = { fail: 'bad', warn: 'warn', skip: 'warn', pass: 'good' };

export function checkText(check: Check, view: View): Block[] {
  const sections: readonly Block[][] = [
    verdictLines(check),
    check.rules.length === 0 ? [] : [ruleTable(check.rules, view)],
    ...(['fail', 'warn', 'skip'] as const).map((status) => detailSection(check.rules, status, view)),
    unreadableSection(check),
    check.skipped.length === 0 ? [] : [heading('Passed over'), ...skippedBlocks(check.skipped, view)],
  ];
  return sections
    .filter((blocks) => blocks.length > 0)
    .flatMap((blocks, index) => (index === 0 ? blocks : [gap, ...blocks]));
}

function verdictLines({ verdict, failedBy, advice, verified, summary }: Check): Block[] {
  const rules = summary.pass + summary.fail + summary.warn + summary.skip;
  const blind = failedBy.includes('nothing-judged');
  const parts = [
    summary.fail === 0 ? null : `${summary.fail} of ${plural(rules, 'rule')} failed`,
    summary.unreadable === 0 ? null : `${plural(summary.unreadable, 'input')} could not be read`,
    blind || summary.fail > 0 || summary.unreadable > 0 ? null : `${summary.pass} of ${plural(rules, 'rule')} passed`,
    summary.warn === 0 ? null : plural(summary.warn, 'warning'),
    skippedPart(failedBy, summary.skip),
    failedBy.includes('no-image') ? 'no image is there to be judged' : null,
  ].filter((part) => part !== null);
  const scope = `${plural(summary.archives, 'archive')}, ${plural(summary.images, 'image')}`;
  const failed = verdict === 'fail';
  const unsure = summary.warn + summary.skip > 0;
  const first: Span[] = [
    span(`${failed ? 'FAIL' : 'PASS'}: ${joinWords(parts)}`, failed ? 'bad' : unsure ? 'warn' : 'good'),
    span(` (${scope}).`),
  ];
  const note = 'No layer was read: digests and bytes are as the archives claim them.';
  return [
    line(first),
    ...(advice === null ? [] : [line([span('next: ', 'dim'), span(advice)], 0, 6)]),
    ...(verified || summary.archives === summary.unreadable ? [] : [line([span(note, 'dim')])]),
  ];
}

function skippedPart(failedBy: Check['failedBy'], skipped: number): string | null {
  if (skipped === 0) return null;
  if (failedBy.includes('nothing-judged')) {
    const all = skipped === 1 ? 'the only rule was skipped' : `all ${formatCount(skipped)} rules were skipped`;
    return `nothing was judged, since ${all}`;
  }
  const judgement = failedBy.includes('skipped-rules') ? ', which this policy does not allow' : '';
  return `${formatCount(skipped)} skipped${judgement}`;
}

function ruleTable(rules: readonly CheckedRule[], view: View): Block {
  const sorted = order.flatMap((status) => rules.filter((rule) => rule.status === status));
  return table(
    [
      { title: 'STATUS' },
      { title: 'RULE', min: 12 },
      { title: 'EXPECTED', min: 12, drop: 2 },
      { title: 'FOUND', min: 16 },
      { title: 'SUBJECT', min: 12, cut: 'start', drop: 1 },
      { title: 'IMAGES', min: 8, drop: 3, shown: view.wide || rules.some(({ images }) => images.length > 0) },
    ],
    sorted.map((rule) => [
      statusCell(rule.status),
      cell(rule.rule),
      cell(shortened(expectedText(rule), view)),
      cell(shortened(foundText(rule), view)),
      cell(subjectText(rule, view)),
      cell(rule.images.length === 0 ? 'all' : rule.images.join(', ')),
    ]),
  );
}

function statusCell(status: Status): Cell {
  return cell(status === 'fail' ? 'FAIL' : status, tones[status]);
}

/** What a rule expects; the names of those with a limit say which way it goes. */
export function expectedText({ rule, expected, unit }: CheckedRule): string {
  if (typeof expected !== 'number') return expected ?? '';
  const bound = rule.startsWith('max-') ? 'at most ' : rule.startsWith('min-') ? 'at least ' : '';
  return `${bound}${figureText(expected, unit)}`;
}

function foundText(rule: CheckedRule): string {
  if (rule.status === 'skip') return `n/a: ${rule.reason ?? ''}`;
  if (rule.actual !== null) return figureText(rule.actual, rule.unit);
  return rule.status === 'pass' ? `${formatCount(rule.checked)} checked` : '';
}

function subjectText(rule: CheckedRule, view: View): string {
  const more = rule.violations.length - 1;
  const name = rule.status === 'skip' ? null : subjectName(rule, view);
  return `${name ?? ''}${name !== null && more > 0 ? ` +${formatCount(more)}` : ''}`;
}

/** Images and digests are called as in the other tables. */
function subjectName(
  { subject, image }: Pick<CheckedRule, 'subject' | 'image'>,
  { wide }: Pick<View, 'wide'>,
): string | null {
  if (subject === null) return null;
  if (subject === image || tryParseDigest(subject) !== null) return digestName(subject, wide);
  return image === null ? subject : (imageNames([subject])[0] ?? subject);
}

/** What is long here stands in full below the table, or in the wide view. */
function shortened(text: string, { wide }: View): string {
  return wide ? text : cutText(safeText(text), cellWidth, 'end');
}

/** A figure with its unit; the empty text where there is none. */
export function figureText(figure: string | number | null, unit: CheckedRule['unit']): string {
  if (typeof figure !== 'number') return figure ?? '';
  if (unit === 'bytes') return figure < 0 ? `-${formatBytes(-figure)}` : formatBytes(figure);
  return unit === 'percent' ? `${Number(figure.toPrecision(4))} %` : formatCount(figure);
}

const titles = { fail: 'Failed', warn: 'Warnings', skip: 'Skipped' } as const;

/** What is behind the rows of one status. */
function detailSection(rules: readonly CheckedRule[], status: keyof typeof titles, view: View): Block[] {
  const own = rules.filter((rule) => rule.status === status);
  return own.length === 0 ? [] : [heading(titles[status]), ...own.flatMap((rule) => detailBlocks(rule, view))];
}

function detailBlocks(rule: CheckedRule, view: View): Block[] {
  if (rule.status === 'skip') {
    const things = rule.unknown.map((thing) => {
      const name = subjectName(thing, view);
      return name === null ? thing.reason : `${name}: ${thing.reason}`;
    });
    return [
      line([span(rule.rule, 'strong'), span(things.length > 0 ? '' : `: ${rule.reason ?? ''}`)]),
      ...items(things, view),
    ];
  }
  const things = rule.violations.map((violation) => violationText(violation, rule, view));
  return [
    line([span(rule.rule, 'strong'), span(`: ${rule.meaning}`)], 0, 2),
    ...items(things, view),
    line([span('next: ', 'dim'), span(rule.advice)], 2, 6),
  ];
}

/** `NAME: figure in archive +2` */
export function violationText(
  violation: CheckedRule['violations'][number],
  { unit }: CheckedRule,
  view: Pick<View, 'wide'>,
): string {
  const { subject, actual, archives } = violation;
  const [first] = archives;
  const more = archives.length > 1 ? ` +${formatCount(archives.length - 1)}` : '';
  const where = first === undefined || first === subject ? '' : ` in ${first}${more}`;
  const found = figureText(actual, unit);
  const name = subjectName(violation, view);
  return `${[name, found === '' ? null : found].filter((part) => part !== null).join(': ')}${where}`;
}

function items(texts: readonly string[], { verbose }: View): Block[] {
  const shown = verbose ? texts : texts.slice(0, shownThings);
  const more = texts.length - shown.length;
  const all = more === 0 ? shown : [...shown, `and ${formatCount(more)} more: -v lists them`];
  return all.map((text): Block => ({ kind: 'item', text }));
}

function unreadableSection({ archives }: Check): Block[] {
  const paths = archives.filter(({ status }) => status === 'unreadable').map(({ path }) => path);
  if (paths.length === 0) return [];
  return [heading('Could not be read'), ...paths.map((path): Block => ({ kind: 'item', text: path }))];
}
