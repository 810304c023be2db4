/** What two tools would read differently though no digest is wrong: an entry name with several bodies. */
import type { ArchiveEntry } from '../archive/entry-table.js';
import { contentBytesOf } from '../model/content-size.js';
import { algorithms } from '../model/digest.js';
import { type Finding, finding } from '../model/finding.js';
import type { ObservedArchive } from './observed.js';

type Bodies = ObservedArchive['bodies'];

interface Difference {
  readonly what: 'type' | 'link target' | 'size' | 'content';
  readonly first: string;
  readonly last: string;
}

/** The entries of one name against the last of them; `unhashed`: entries whose bytes would have to be known. */
export function compareRepeats(
  entries: readonly ArchiveEntry[],
  bodies: Bodies,
): { readonly findings: readonly Finding[]; readonly unhashed: readonly ArchiveEntry[] } {
  const last = entries.at(-1);
  const findings: Finding[] = [];
  const unhashed: ArchiveEntry[] = [];
  if (last === undefined || entries.every((entry) => entry.type === 'directory')) return { findings, unhashed };
  for (const entry of entries.slice(0, -1)) {
    const difference = differenceOf(entry, last, bodies);
    const at = { subject: last.name, offsetBytes: entry.offsetBytes };
    if (difference === 'unknown') unhashed.push(last);
    else if (difference === null) {
      findings.push(finding('entry-repeated', `the same entry stands again at ${last.offsetBytes}`, at));
    } else {
      const { what, first: actual, last: expected } = difference;
      const message = `another entry of this name stands at ${last.offsetBytes}, with other ${what}; some tools take the first, some the last`;
      findings.push(finding('entry-ambiguous', message, { ...at, expected, actual }));
    }
  }
  return { findings, unhashed };
}

function differenceOf(a: ArchiveEntry, b: ArchiveEntry, bodies: Bodies): Difference | 'unknown' | null {
  if (a.type !== b.type) return { what: 'type', first: a.type, last: b.type };
  if (a.linkName !== b.linkName) {
    return { what: 'link target', first: String(a.linkName), last: String(b.linkName) };
  }
  const [first, last] = [contentBytesOf(a), contentBytesOf(b)];
  if (first !== last) return { what: 'size', first: `${first} bytes`, last: `${last} bytes` };
  if (a.type !== 'file' || first === 0) return null;
  const ofFirst = bodies.get(a.index)?.digests;
  const ofLast = bodies.get(b.index)?.digests;
  for (const algorithm of algorithms) {
    const [first, last] = [ofFirst?.[algorithm], ofLast?.[algorithm]];
    if (first !== undefined && last !== undefined) return first === last ? null : { what: 'content', first, last };
  }
  return 'unknown';
}
