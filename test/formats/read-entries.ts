/**
 * What the readers of formats make of a list of entries: the tar is written and indexed in memory, no body is hashed, and
 * nothing but `archive` and `formats` takes part.
 */

import { beginsAsDocument, DocumentReader } from '../../src/archive/document-reader.js';
import { EntryNames } from '../../src/archive/entry-names.js';
import type { EntryTable } from '../../src/archive/entry-table.js';
import { indexTar } from '../../src/archive/tar/tar-index.js';
import type { ArchiveClaims, Claim, ImageClaim } from '../../src/formats/claims.js';
import { type ReadArchive, readArchive } from '../../src/formats/read-archive.js';
import { limits } from '../../src/model/limits.js';
import { RunBudget } from '../../src/model/work/run-budget.js';
import { startsTar } from '../../src/observe/tar-start.js';
import { fileAt } from '../../src/sources/location.js';
import { atOnce } from '../../src/sources/steps.js';
import { type Entry, tar } from '../helpers/archive-builder.js';
import { memorySource } from '../helpers/byte-sources.js';

/** What an archive of these bytes is read as. */
export function readBytes(bytes: Buffer, table: Partial<EntryTable> = {}): ReadArchive {
  return atOnce(readingOf(bytes, table));
}

function readingOf(bytes: Buffer, table: Partial<EntryTable> = {}): ReturnType<typeof readArchive> {
  const file = memorySource(bytes);
  const whole: EntryTable = {
    ...indexTar(file, limits),
    path: 'test.tar',
    filePath: 'test.tar',
    location: fileAt('test.tar'),
    container: 'tar',
    compression: 'none',
    sizeBytes: bytes.length,
    ...table,
  };
  const documents = new DocumentReader({ kind: 'file', file }, limits);
  return readArchive({
    table: whole,
    names: new EntryNames(whole, limits),
    limits,
    held: new RunBudget(limits).account(),
    readDocument: (entry) => documents.read(entry),
    isTar: (entry) => documents.look(entry, startsTar),
    mayBeDocument: (entry) => documents.look(entry, beginsAsDocument),
  });
}

/** What a tar of these entries is read as. */
export async function readEntries(entries: readonly Entry[]): Promise<ReadArchive> {
  return readBytes(await tar(entries));
}

/** How often the reading of an archive of these entries may rest. */
export async function restsOf(entries: readonly Entry[]): Promise<number> {
  let rests = 0;
  for (const reading = readingOf(await tar(entries)); !reading.next().done; ) rests++;
  return rests;
}

/** The claims of an archive of these entries; throws where it is read as no image. */
export async function claimsOf(entries: readonly Entry[]): Promise<ArchiveClaims> {
  return claimsIn(await readEntries(entries));
}

/** The claims of what was read; throws where it is no image. */
function claimsIn(read: ReadArchive): ArchiveClaims {
  if (read.kind !== 'image') throw new Error(`read as ${JSON.stringify(read)}`);
  return read.claims;
}

/** The reason for which an archive of these entries is refused. */
export async function refusalOf(entries: readonly Entry[]): Promise<string> {
  const read = await readEntries(entries);
  if (read.kind !== 'refused') throw new Error(`read as ${read.kind}`);
  return read.reason;
}

/** The codes of the findings, each as often as it was raised, sorted. */
export function codesOf({ findings }: Pick<ArchiveClaims, 'findings'>): string[] {
  return findings.map(({ code }) => code).sort();
}

/** An image as a test wants to compare it: lists sorted, entries by their names. */
export function summaryOf(image: ImageClaim, { table }: ArchiveClaims) {
  const nameOf = (index: number | null): string | null =>
    index === null ? null : (table.entries[index]?.name ?? null);
  return {
    config: nameOf(image.configEntry),
    tags: [...image.references, ...image.localTags].sort(),
    layers: image.layers.map((layer) => nameOf(layer.entry)),
    diffIds: image.layers.map((layer) => layer.diffId),
    platform: image.platform,
    reaches: [...image.reaches].map(nameOf).sort(),
  };
}

/** The claims about the entry of that name, without who makes them. */
export function claimsAbout(name: string, { claims, table }: ArchiveClaims): object[] {
  const isAbout = (claim: Claim): boolean => table.entries[claim.entry]?.name === name;
  return claims.filter(isAbout).map(({ entry: _entry, source: _source, ...rest }) => rest);
}

/** The roles of the entries that have a body, by name. */
export function rolesOf({ roles, table }: ArchiveClaims): Record<string, string> {
  const files = table.entries.filter((entry) => entry.type === 'file');
  return Object.fromEntries(files.map((entry) => [entry.name, roles[entry.index] ?? '']));
}
