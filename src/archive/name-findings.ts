/**
 * Findings about names and links alone: what climbs out, what leads nowhere, and what loaders read in two ways. One kind of
 * them unpacks an archive to a folder and opens its files there; the other looks for names in the tar. Where a link takes
 * part in the way to an entry, the two may come to different files. Hostile input: each entry may have a finding.
 */
import { type Finding, finding } from '../model/finding.js';
import { isRestDue } from '../model/work/work.js';
import { type EntryNames, leadsOut, linkTarget } from './entry-names.js';
import type { ArchiveEntry, EntryTable } from './entry-table.js';
import { NamePrefixes } from './name-prefixes.js';

/** Who reads in which way, as far as that is known (docs/formats.md). */
const onDisk = 'what unpacks to a folder (docker load; podman and skopeo an OCI archive)';
const byName = 'what looks for names in the tar (containerd, crane; podman and skopeo a docker archive)';

/** What climbs out of the archive, and links that lead nowhere; null where whoever reads may rest. */
export function* nameFindings(table: EntryTable, names: EntryNames): Generator<Finding | null> {
  const folders = yield* foldersLinkedTo(table, names);
  for (const entry of table.entries) {
    if (isRestDue()) yield null;
    const at = { subject: entry.name, offsetBytes: entry.offsetBytes };
    const out = leadsOut(entry);
    if (out === 'name') {
      yield finding('path-escape', 'the entry name climbs out of the archive', at);
    } else if (out === 'link') {
      yield finding('path-escape', `the link points out of the archive, to ${entry.linkName}`, at);
    } else if (isUnresolved(entry, names) && !folders.has(entry)) {
      const limit = names.beyondLimit(entry);
      yield limit === null
        ? finding('link-unresolved', `the link leads to no file: ${entry.linkName}`, at)
        : finding('limit-exceeded', limit, at);
    }
  }
}

function isUnresolved(entry: ArchiveEntry, names: EntryNames): boolean {
  // What lies beside a sub-folder that is read as an archive cannot be looked up there.
  return entry.linkName !== null && !entry.name.startsWith('/') && !names.leadsSomewhere(entry);
}

/** Links to folders that have no entry of their own: something lies in them. */
function* foldersLinkedTo(
  { entries }: EntryTable,
  names: EntryNames,
): Generator<null, ReadonlySet<ArchiveEntry>, void> {
  const targets = new NamePrefixes<ArchiveEntry[]>();
  const byTarget = new Map<string, ArchiveEntry[]>();
  for (const entry of entries) {
    if (isRestDue()) yield null;
    const target = isUnresolved(entry, names) ? linkTarget(entry) : null;
    if (target === null) continue;
    const links = byTarget.get(target);
    if (links !== undefined) links.push(entry);
    else {
      const first = [entry];
      byTarget.set(target, first);
      targets.add(target, first);
    }
  }
  const found = new Set<ArchiveEntry>();
  if (byTarget.size === 0) return found;
  for (const { name } of entries) {
    if (isRestDue()) yield null;
    targets.above(name, (links) => {
      for (const link of links.splice(0)) found.add(link);
      return false;
    });
  }
  return found;
}

/** Entries of a tar that loaders take for different files, or find at different names; null where whoever reads may rest. */
export function* ambiguousWays({ entries }: EntryTable, names: EntryNames): Generator<Finding | null> {
  const above = new NamePrefixes<ArchiveEntry>();
  for (const entry of entries) {
    if (isRestDue()) yield null;
    if (entry.type !== 'directory') above.add(entry.name, entry);
  }
  for (const entry of entries) {
    if (isRestDue()) yield null;
    const barrier = above.above(entry.name);
    const problem = barrier === null ? linkProblem(entry, names) : entryBelow(barrier);
    if (problem === null) continue;
    const { message, ...sides } = problem;
    yield finding('entry-ambiguous', message, { ...sides, subject: entry.name, offsetBytes: entry.offsetBytes });
  }
}

interface Problem {
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
}

function entryBelow({ name, type, linkName }: ArchiveEntry): Problem {
  const what = linkName === null ? `a ${type}` : `a ${type} to ${linkName}`;
  const disk = type === 'symlink' ? 'writes this entry where the link leads' : 'cannot have both';
  const message = `${name} above it is no folder: ${onDisk} ${disk}; ${byName} takes the name as it stands`;
  return { message, expected: 'a directory', actual: what };
}

function linkProblem(entry: ArchiveEntry, names: EntryNames): Problem | null {
  if (entry.type === 'symlink') return names.crossesLink(entry) ? wayOverLink(entry) : null;
  return entry.type === 'link' ? hardLinkProblem(entry, names) : null;
}

function wayOverLink({ linkName }: ArchiveEntry): Problem {
  const message = `the link leads over another link, to ${linkName}: ${onDisk} goes where that one leads; ${byName} takes the way as it is written`;
  return { message };
}

function hardLinkProblem(entry: ArchiveEntry, names: EntryNames): Problem | null {
  const target = linkTarget(entry);
  if (target === null) return null;
  const end = names.get(target);
  if (end?.type === 'symlink') {
    const message = `a hard link to ${target}, which is a symlink: ${onDisk} gets that symlink in another place; ${byName} goes on from where it is`;
    return { message, expected: 'a link to a file', actual: `a link to a symlink to ${end.linkName}` };
  }
  const folder = entry.name.slice(0, entry.name.lastIndexOf('/') + 1);
  const beside = folder === '' ? undefined : names.get(folder + entry.linkName);
  if (beside === undefined || beside === end || beside.type === 'directory') return null;
  const message = `a hard link to ${target} for ${onDisk}, and for crane to ${beside.name}, which takes it from the folder of the link`;
  return { message, expected: target, actual: beside.name };
}
