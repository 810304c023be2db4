/**
 * Rules about the bytes themselves: does every digest fit, does every name mean one thing. What was not checked, or was
 * only recorded earlier, is unknown and never good.
 */
import { type Finding, weightOf } from '../../../model/finding.js';
import type { ArchiveRecord } from '../../../model/results/inventory.js';
import { archiveSubject, type Facts, flagRule, type Judgement, judged, type PolicyRule, unknown } from './rule.js';

const ambiguous: ReadonlySet<string> = new Set([
  'entry-ambiguous',
  'key-ambiguous',
  'readers-disagree',
  'tag-ambiguous',
]);

export const integrityRules: readonly PolicyRule[] = [
  flagRule({
    name: 'intact',
    scope: 'archives',
    needsBodies: true,
    meaning: 'Every digest, size and diffID of every archive fits its bytes, and no archive has an error.',
    advice: 'varve verify lists every fault with both digests; fetch or save the archive again.',
    expected: 'no error',
    observe: ({ inventory }) => inventory.archives.map(intactness),
  }),
  flagRule({
    name: 'no-ambiguous',
    scope: 'archives',
    needsBodies: true,
    meaning: 'No entry name has several bodies, and no tag of an archive several images: all tools read the same.',
    advice: 'Write the archive again with one tool; varve verify says which entry or tag has several meanings.',
    expected: 'one meaning',
    observe: ({ inventory }) => readable({ inventory }).map(clarity),
  }),
];

function readable({ inventory }: Pick<Facts, 'inventory'>): readonly ArchiveRecord[] {
  return inventory.archives.filter(({ status }) => status !== 'unreadable');
}

function intactness({ path, status, findings, notChecked }: ArchiveRecord): Judgement {
  const subject = archiveSubject(path);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (status === 'failed' || errors.length > 0) return judged(subject, false, counted(errors), weigh(errors));
  if (status === 'unreadable') return judged(subject, false, 'unreadable', Number.MAX_SAFE_INTEGER);
  if (status === 'recorded')
    return unknown(subject, 'recorded: an inventory says it was intact, nothing was checked now');
  if (status === 'cached') return unknown(subject, 'cached: an earlier run found it intact, nothing was computed now');
  if (status === 'unverified') return unknown(subject, 'its bytes were not read');
  if (status === 'unchecked')
    return unknown(subject, 'unchecked: nothing in it was compared with a digest, for it names none');
  const [open] = notChecked;
  if (open === undefined) return judged(subject, true, null);
  const others = notChecked.reduce((sum, thing) => sum + weightOf(thing), 0) - 1;
  const more = others === 0 ? '' : `, and ${others} more`;
  return unknown(subject, `not checked: ${open.subject}: ${open.reason}${more}`);
}

function clarity({ path, status, findings, notChecked }: ArchiveRecord): Judgement {
  const subject = archiveSubject(path);
  const found = findings.filter(({ code }) => ambiguous.has(code));
  if (found.length > 0) return judged(subject, false, counted(found), weigh(found));
  // Entries of one name and one size are told apart by their bytes alone.
  if (status === 'unverified' && notChecked.length > 0) return unknown(subject, 'its bytes were not read');
  return judged(subject, true, null);
}

/** How many findings these are, with those that are only counted. */
function weigh(findings: readonly Finding[]): number {
  return findings.reduce((sum, found) => sum + weightOf(found), 0);
}

/** `digest-mismatch (2), size-mismatch` */
function counted(findings: readonly Finding[]): string {
  const counts = new Map<string, number>();
  for (const found of findings) counts.set(found.code, (counts.get(found.code) ?? 0) + weightOf(found));
  return [...counts].map(([code, times]) => (times === 1 ? code : `${code} (${times})`)).join(', ');
}
