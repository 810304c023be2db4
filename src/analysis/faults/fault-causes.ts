/**
 * Findings → causes, within one archive. A cause is a stored body, something that is absent, or the archive itself. What
 * follows from another cause is put to it: what is missing behind a cut, and what is wrong only by the word of a document
 * whose own bytes are wrong. Hints are no faults. Hostile input: any number of findings, images and names.
 */
import { tryParseDigest } from '../../model/digest.js';
import { type Finding, type FindingCode, severityRank } from '../../model/finding.js';
import type { ArchiveRecord } from '../../model/results/inventory.js';
import { textKey } from '../../model/text-key.js';
import { eachOf, mapped, type Work } from '../../model/work/work.js';

export interface Cause {
  /** Positions of its findings in those of the archive, in their order. */
  readonly findings: readonly number[];
  readonly lead: Finding;
  /** Positions of the bodies that it lies in; empty where they are absent or it is of no body. */
  readonly entries: readonly number[];
  /** What an absent thing is called: its digests where they are known, else the name that a document gives it. */
  readonly absent: readonly string[];
}

/** These end the reading: what would have come behind is missing because of them. */
const endings: ReadonlySet<FindingCode> = new Set([
  'archive-truncated',
  'archive-undecodable',
  'header-invalid',
  'part-missing',
]);

/** Their subject is a name or an image, not a body. */
const unplaced: ReadonlySet<FindingCode> = new Set([
  'expectation-failed',
  'index-incomplete',
  'parent-loop',
  'part-changed',
  'tag-ambiguous',
]);

/** What tells most of a cause stands first. */
const tellingCodes: readonly FindingCode[] = [
  'input-changed',
  'part-missing',
  'part-changed',
  'archive-undecodable',
  'archive-truncated',
  'header-invalid',
  'input-unreadable',
  'digest-mismatch',
  'config-name-mismatch',
  'diffid-mismatch',
  'layer-undecodable',
  'size-mismatch',
];

/** The causes of all errors and warnings, errors first, else in the order of the findings. */
export function* faultCauses(archive: ArchiveRecord): Work<Cause[]> {
  const { findings, status } = archive;
  const placed = findings.flatMap((found, position) => (found.severity === 'hint' ? [] : [{ found, position }]));
  if (placed.length === 0) return [];
  const bodies = new Bodies();
  yield* bodies.index(archive);
  const groups = new Map<string, Draft>();
  yield* eachOf(placed, ({ found, position }) => {
    const { key, entries, absent } =
      status === 'unreadable' ? { key: '', entries: [], absent: [] } : bodies.placeOf(found);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, entries, absent, findings: [position] });
    else group.findings.push(position);
  });
  foldEndings(groups, archive);
  yield* foldClaims(groups, archive);
  const causes = yield* mapped(groups.values(), ({ findings: own, entries, absent }): Cause => {
    const inOrder = own.toSorted((a, b) => a - b);
    return { findings: inOrder, lead: leadOf(inOrder, archive), entries, absent };
  });
  const rank = ({ lead }: Cause) => severityRank(lead.severity);
  return causes.sort((a, b) => rank(a) - rank(b) || (a.findings[0] ?? 0) - (b.findings[0] ?? 0));
}

/** The digest that a blob's name has, or that a text is; null where it is none. */
function digestOfName(name: string): string | null {
  const blob = /(?:^|\/)blobs\/([a-z0-9]+)\/([0-9a-f]{32,})$/.exec(name);
  if (blob !== null) return tryParseDigest(`${blob[1]}:${blob[2]}`);
  const hex = /(?:^|\/)([0-9a-f]{64})(?:\.[a-z.]+)?$/.exec(name);
  return hex === null ? tryParseDigest(name) : `sha256:${hex[1]}`;
}

interface Place {
  readonly key: string;
  readonly entries: readonly number[];
  readonly absent: readonly string[];
}

interface Draft extends Place {
  readonly findings: number[];
}

/** The bodies of an archive by the names that findings give them. */
class Bodies {
  readonly #byName = new Map<string, number[]>();

  *index({ entries }: ArchiveRecord): Work<void> {
    yield* eachOf(entries, ({ name, claimedDigest }, position) => {
      for (const key of new Set([name, digestOfName(name) ?? name, claimedDigest ?? name])) {
        const known = this.#byName.get(key);
        if (known === undefined) this.#byName.set(key, [position]);
        else known.push(position);
      }
    });
  }

  placeOf({ code, subject, count, expected }: Finding): Place {
    const nowhere = { entries: [], absent: [] };
    // A subject may be a long text out of a document, and no name of an entry is.
    const own = textKey(`${code}\0${subject}`);
    if (count !== undefined) return { key: `${own}\0counted`, ...nowhere };
    if (subject === null || unplaced.has(code)) return { key: `${own}\0${expected}`, ...nowhere };
    const key = textKey(subject);
    const name = digestOfName(subject) ?? subject;
    // A cut is a cause of its own, even where it is known in which body it lies.
    const entries = this.#byName.get(key) ?? this.#byName.get(textKey(name)) ?? [];
    if (endings.has(code)) return { key: own, entries, absent: [] };
    if (entries.length > 0) return { key: `body\0${entries[0]}`, entries, absent: [] };
    if (code !== 'blob-missing' && code !== 'document-missing') return { key: own, ...nowhere };
    // A save archive names its layers as it likes; what it expects in one is a diffID.
    const digest = tryParseDigest(expected ?? '');
    const names =
      digest === null || digest === name ? [name] : tryParseDigest(name) === null ? [digest] : [name, digest];
    return { key: absentKey(names[0] ?? ''), entries: [], absent: names };
  }
}

/** The group of what is absent. */
function absentKey(name: string | null): string {
  return textKey(`absent\0${name}`);
}

function merge(groups: Map<string, Draft>, from: string, into: string): void {
  const source = groups.get(from);
  const target = groups.get(into);
  if (source === undefined || target === undefined || from === into) return;
  for (const position of source.findings) target.findings.push(position);
  groups.delete(from);
}

/** What is absent, and the body that is cut, are so because the reading ended. */
function foldEndings(groups: Map<string, Draft>, { findings }: ArchiveRecord): void {
  const isEnding = ({ findings: positions }: Draft) =>
    positions.some((position) => endings.has(findings[position]?.code ?? 'input-changed'));
  const all = [...groups].filter(([, group]) => isEnding(group));
  const [first] = all;
  if (first === undefined) return;
  const [into, { entries }] = first;
  const cut = new Set(entries);
  for (const [key] of all.slice(1)) merge(groups, key, into);
  for (const [key, group] of [...groups]) {
    if (group.absent.length > 0 || group.entries.some((entry) => cut.has(entry))) merge(groups, key, into);
  }
}

/** What contradicts nothing but a document whose own bytes are wrong is the fault of that document. */
function* foldClaims(groups: Map<string, Draft>, archive: ArchiveRecord): Work<void> {
  const suspects = [...groups].filter(([, group]) => restsOnClaims(group, archive));
  if (suspects.length === 0) return;
  const claimants = yield* brokenClaimants(groups, archive);
  if (claimants.size === 0) return;
  for (const [key, { entries, absent }] of suspects) {
    const names = [...entries.map((entry) => `body\0${entry}`), ...absent.map(absentKey)];
    const claimant = names.map((name) => claimants.get(name)).find((found) => found != null);
    if (claimant !== undefined) merge(groups, key, claimant);
  }
}

/** Whether it is absent, or has the digest of its own name, or one that is nearly the claimed one: a damaged claim. */
function restsOnClaims({ entries, absent, findings: positions }: Draft, archive: ArchiveRecord): boolean {
  if (absent.length > 0) return true;
  const records = entries.map((entry) => archive.entries[entry]);
  if (records.length === 0 || records.some((record) => record?.role === 'document')) return false;
  if (records.every((record) => record?.claimedDigest != null && record.claimedDigest === record.digest)) return true;
  return positions.every((position) => {
    const found = archive.findings[position];
    return found?.code === 'diffid-mismatch' && isNearly(found.expected ?? '', found.actual ?? '');
  });
}

/** Digests of different bytes have one digit of sixteen in common; of a claim in which a bit is wrong, nearly all. */
function isNearly(expected: string, actual: string): boolean {
  if (expected.length !== actual.length) return false;
  let same = 0;
  for (let i = 0; i < actual.length; i++) if (expected[i] === actual[i]) same += 1;
  return same * 4 > actual.length * 3;
}

/** For each body, and each absent thing, the broken document of the images that list it; null where one has none. */
function* brokenClaimants(
  groups: ReadonlyMap<string, Draft>,
  archive: ArchiveRecord,
): Work<Map<string, string | null>> {
  const claimants = new Map<string, string | null>();
  yield* eachOf(archive.images, ({ layers, configEntry, reaches }) => {
    const listed = new Set(layers.map(({ entry }) => entry));
    const documents = reaches.filter((entry) => !listed.has(entry) && archive.entries[entry]?.intact === false);
    const broken = documents.map((entry) => `body\0${entry}`).find((key) => groups.has(key)) ?? null;
    const names = layers.flatMap(({ entry, digest, diffId }) =>
      entry === null ? [digest, diffId].map(absentKey) : [`body\0${entry}`],
    );
    if (configEntry !== null) names.push(`body\0${configEntry}`);
    for (const name of names) {
      if (name !== broken) claimants.set(name, claimants.get(name) === null ? null : broken);
    }
  });
  return claimants;
}

function leadOf(positions: readonly number[], { findings, status }: ArchiveRecord): Finding {
  const own = positions.map((position) => findings[position]).filter((found) => found !== undefined);
  const gravest = own.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
  const candidates = own.filter(({ severity }) => severity === gravest);
  const [first] = candidates;
  if (first === undefined) throw new RangeError('a cause without findings');
  // Of an input that could not be read, the first is the reason.
  if (status === 'unreadable') return first;
  const telling = tellingCodes.map((code) => candidates.find((found) => found.code === code));
  return telling.find((found) => found !== undefined) ?? first;
}
