/**
 * One archive in several files: by a list, which says what each part must be, or by numbered names alone. What is missing or
 * of another size is a finding of the archive, and what lies before it is what can be read. Hostile input: a list that
 * names anything, parts that come and go.
 */
import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Digest } from '../model/digest.js';
import { messageOf, VarveError } from '../model/error.js';
import { type Finding, finding } from '../model/finding.js';
import { type Limits, limitMessage } from '../model/limits.js';
import type { PartsList } from '../model/results/parts.js';
import { openFile } from '../sources/file-source.js';
import type { Location, Part } from '../sources/location.js';
import { systemPath } from '../sources/path-bytes.js';
import { arrived, type Steps } from '../sources/steps.js';
import type { PartSeries } from './part-series.js';

/** A part, and the digest that a list claims of it. */
export interface ClaimedPart {
  readonly path: string;
  readonly sizeBytes: number;
  readonly digest: Digest;
}

/** An archive in parts. */
export interface SplitArchive {
  /** What it is called: the list, or the first part. */
  readonly path: string;
  /** The names of all its parts, whether they are there or not. */
  readonly named: readonly string[];
  /** The parts that can be read as one. */
  readonly location: Extract<Location, { readonly kind: 'parts' }>;
  /** Those with a claim, as far as they are there; whoever reads all bytes holds them against it. */
  readonly claimed: readonly ClaimedPart[];
  readonly faults: readonly Finding[];
  /** Of the parts that are there. */
  readonly sizeBytes: number;
}

type SplitLimits = Pick<Limits, 'archiveParts' | 'documentBytes'>;

/** Reads the list at `path` and looks for its parts. Throws VarveError where it is none, or names more than is followed. */
export function* listedArchive(path: string, limits: SplitLimits): Steps<SplitArchive> {
  const list = yield* readList(path, limits);
  checkCount(list.parts.length, limits);
  const claims = list.parts.map(({ name, sizeBytes, digest }) => ({
    path: join(dirname(path), name),
    sizeBytes,
    digest,
  }));
  const parts: Part[] = [];
  const faults: Finding[] = [];
  const claimed: ClaimedPart[] = [];
  for (const claim of claims) {
    const fault = faultOf(claim);
    if (fault === null) claimed.push(claim);
    else faults.push(fault);
    if (faults.length === 0) parts.push({ path: claim.path, sizeBytes: claim.sizeBytes });
    yield;
  }
  return archiveOf(path, parts, { claimed, faults, named: list.parts.map(({ name }) => name) });
}

/** The archive that numbered parts in a folder are. Throws VarveError where they are more than is followed. */
export function seriesArchive(
  folder: string,
  { names, missing, beyond }: PartSeries,
  limits: SplitLimits,
): SplitArchive {
  checkCount(names.length + beyond.length, limits);
  const parts = names.map((name): Part => ({ path: join(folder, name), sizeBytes: sizeAt(join(folder, name)) ?? 0 }));
  const reason = `${missing} is not there, and ${beyond[0]} is; what lies behind it was not read`;
  const faults = missing === null ? [] : [finding('part-missing', reason, { subject: join(folder, missing) })];
  return archiveOf(parts[0]?.path ?? folder, parts, { claimed: [], faults, named: [...names, ...beyond] });
}

function archiveOf(
  path: string,
  parts: readonly Part[],
  { claimed, faults, named }: Pick<SplitArchive, 'claimed' | 'faults' | 'named'>,
): SplitArchive {
  const sizeBytes = named.reduce((sum, name) => sum + (sizeAt(join(dirname(path), name)) ?? 0), 0);
  return { path, named, location: { kind: 'parts', path, startBytes: 0, parts }, claimed, faults, sizeBytes };
}

function faultOf({ path, sizeBytes }: ClaimedPart): Finding | null {
  const found = sizeAt(path);
  const name = basename(path);
  if (found === null) {
    return finding('part-missing', `the list names ${name}, and it is not there; what lies behind it was not read`, {
      subject: path,
    });
  }
  if (found === sizeBytes) return null;
  return finding('part-changed', `${name} has another size than the list says; from it on nothing was read`, {
    subject: path,
    expected: `${sizeBytes} bytes`,
    actual: `${found} bytes`,
  });
}

/** Null where there is no file. */
function sizeAt(path: string): number | null {
  try {
    const stat = statSync(systemPath(path));
    return stat.isFile() ? stat.size : null;
  } catch {
    return null;
  }
}

function checkCount(count: number, { archiveParts }: SplitLimits): void {
  if (count <= archiveParts) return;
  throw new VarveError(
    'input-unreadable',
    limitMessage('archiveParts', archiveParts, `the archive has ${count} parts`),
  );
}

function* readList(path: string, { documentBytes }: SplitLimits): Steps<PartsList> {
  const file = openFile(path);
  let bytes: Buffer;
  try {
    if (file.sizeBytes > documentBytes) {
      const found = `the list of parts has ${file.sizeBytes} bytes`;
      throw new VarveError('input-unreadable', limitMessage('documentBytes', documentBytes, found));
    }
    bytes = Buffer.alloc(file.sizeBytes);
    bytes = bytes.subarray(0, file.read(bytes, 0));
  } finally {
    file.close();
  }
  // Most runs have none, and the library of schemas takes its time to load.
  const { parsePartsList } = yield* arrived(import('../model/results/parts.js'));
  try {
    return parsePartsList(bytes.toString('utf8'));
  } catch (cause) {
    throw new VarveError('input-unreadable', messageOf(cause), { cause });
  }
}
