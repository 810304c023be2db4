/**
 * Hints, counts of findings and what was not checked, as blocks, for every text that shows them; errors and warnings are
 * those of fault-blocks.ts. Hints are normal in the field and come in numbers, so equal ones are one line unless the view is
 * verbose; what was not checked is counted by reason in the same way. Nothing is left out without its count.
 */
import { type Finding, type NotChecked, weightOf } from '../../model/finding.js';
import { type Block, line, span, type View } from '../blocks/document.js';
import { formatCount, joinWords, plural } from '../blocks/units.js';

/** For the tables of pages, which know the model by its types only. */
export { severityRank } from '../../model/finding.js';

/** How many findings of each severity. */
export interface SeverityCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly hints: number;
}

interface WithFindings {
  readonly path: string;
  readonly findings: readonly Finding[];
}

const shownSubjects = 3;
const shownSkipped = 10;

export function countFindings(findings: readonly Finding[]): SeverityCounts {
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).reduce((sum, found) => sum + weightOf(found), 0);
  return { errors: count('error'), warnings: count('warning'), hints: count('hint') };
}

/** `2 errors, 1 warning and 3 hints`; null where there is nothing. */
export function countsText({ errors, warnings, hints }: SeverityCounts): string | null {
  const parts = [
    errors === 0 ? null : plural(errors, 'error'),
    warnings === 0 ? null : plural(warnings, 'warning'),
    hints === 0 ? null : plural(hints, 'hint'),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : joinWords(parts);
}

/** Each hint of one archive in full, for a verbose view; the others have them by `hintBlocks`. */
export function listedHints(findings: readonly Finding[]): Block[] {
  return findings.filter(({ severity }) => severity === 'hint').map((finding) => ({ kind: 'finding', finding }));
}

/** The hints of all archives, a line for each code: equal ones of many archives are one, and who has one alone is named. */
export function hintBlocks(archives: readonly WithFindings[]): Block[] {
  const byCode = new Map<string, { readonly paths: Set<string>; total: number }>();
  for (const { path, findings } of archives) {
    for (const found of findings) {
      if (found.severity !== 'hint') continue;
      const known = byCode.get(found.code) ?? { paths: new Set<string>(), total: 0 };
      byCode.set(found.code, known);
      known.paths.add(path);
      known.total += weightOf(found);
    }
  }
  const widest = [...byCode].sort(([, a], [, b]) => b.paths.size - a.paths.size || b.total - a.total);
  return widest.map(([code, { paths, total }]) => {
    const [first = ''] = paths;
    const where = paths.size === 1 ? first : plural(paths.size, 'archive');
    return line([span(`${where}: ${countedCodes([[code, total]])}`, 'dim')], 2, 2);
  });
}

/** `4 hints: blob-unreferenced (3), key-case`; null where there is none. */
export function hintsText(findings: readonly Finding[]): string | null {
  const hints = findings.filter(({ severity }) => severity === 'hint');
  const { hints: total } = countFindings(hints);
  return total === 0
    ? null
    : `${plural(total, 'hint')}: ${countedCodes(hints.map(({ code, count }) => [code, count]))}`;
}

/** What was not checked in one archive, by reason; `label` stands before each where no heading says it. */
export function notCheckedBlocks(notChecked: readonly NotChecked[], view: View, label: string): Block[] {
  const byReason = new Map<string, string[]>();
  for (const { subject, reason } of notChecked) {
    const subjects = byReason.get(reason);
    if (subjects === undefined) byReason.set(reason, [subject]);
    else subjects.push(subject);
  }
  return [...byReason].flatMap(([reason, subjects]) => {
    const shown = view.verbose ? subjects : subjects.slice(0, shownSubjects);
    const more = subjects.length - shown.length;
    const lines = [...shown, ...(more === 0 ? [] : [`and ${formatCount(more)} more: -v lists them`])];
    return [line([span(label, 'warn'), span(reason)], 2, 2), ...lines.map((text) => line(text, 3))];
  });
}

/** What a search left alone, and why. */
export function skippedBlocks(skipped: readonly { path: string; reason: string }[], view: View): Block[] {
  const shown = view.verbose ? skipped : skipped.slice(0, shownSkipped);
  const items = shown.map(({ path, reason }): Block => ({ kind: 'item', text: `${path}: ${reason}` }));
  const more = skipped.length - shown.length;
  return more === 0 ? items : [...items, { kind: 'item', text: `and ${formatCount(more)} more: -v lists them` }];
}

/** `blob-unreferenced (3), key-case`: each code once, in first-seen order. */
export function countedCodes(codes: readonly (readonly [code: string, count: number | undefined])[]): string {
  const counts = new Map<string, number>();
  for (const [code, count = 1] of codes) counts.set(code, (counts.get(code) ?? 0) + count);
  return [...counts].map(([code, count]) => (count === 1 ? code : `${code} (${formatCount(count)})`)).join(', ');
}
