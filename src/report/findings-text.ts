/**
 * Findings and what was not checked, as blocks, for every text that shows them. Errors and warnings are always there in
 * full. Hints are normal in the field and come in numbers, so they are counted by code unless the view is verbose; what
 * was not checked is counted by reason in the same way. Nothing is left out without its count.
 */
import { type Finding, type NotChecked, weightOf } from '../model/finding.js';
import { type Block, line, span, type View } from './document.js';
import { formatCount, joinWords, plural } from './units.js';

/** How many findings of each severity. */
export interface FindingCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly hints: number;
}

const shownSubjects = 3;
const shownSkipped = 10;

export function countFindings(findings: readonly Finding[]): FindingCounts {
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).reduce((sum, found) => sum + weightOf(found), 0);
  return { errors: count('error'), warnings: count('warning'), hints: count('hint') };
}

/** The findings of all archives that could be read: the others are counted as such. */
export function countReadable(
  archives: readonly { readonly status: string; readonly findings: readonly Finding[] }[],
): FindingCounts {
  return countFindings(archives.flatMap(({ status, findings }) => (status === 'unreadable' ? [] : findings)));
}

/** `2 errors, 1 warning and 3 hints`; null where there is nothing. */
export function countsText({ errors, warnings, hints }: FindingCounts): string | null {
  const parts = [
    errors === 0 ? null : plural(errors, 'error'),
    warnings === 0 ? null : plural(warnings, 'warning'),
    hints === 0 ? null : plural(hints, 'hint'),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : joinWords(parts);
}

/** The findings of one archive: errors first, then warnings, then hints, each in the order of the archive. */
export function findingBlocks(findings: readonly Finding[], view: View): Block[] {
  const shown = (['error', 'warning', ...(view.verbose ? (['hint'] as const) : [])] as const).flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
  const blocks: Block[] = shown.map((finding) => ({ kind: 'finding', finding }));
  const hints = hintsText(findings);
  return view.verbose || hints === null ? blocks : [...blocks, line([span(hints, 'dim')], 2, 2)];
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
