/**
 * Claims, observations and verdict of one archive → its record in the inventory, the last thing that knows all three.
 * Claimed and observed values keep their own fields; only where nothing was observed may a claim stand in, and then the
 * record says so (`intact: null`).
 */
import type { ArchiveEntry, EntryTable } from '../archive/entry-table.js';
import type { ArchiveClaims, Claim, ImageClaim } from '../formats/claims.js';
import { contentBytesOf } from '../model/content-size.js';
import { type Algorithm, algorithmOf, type Digest, isAlgorithm } from '../model/digest.js';
import { type Finding, finding } from '../model/finding.js';
import { accountIn } from '../model/foreign/accounts.js';
import { parseRunUser } from '../model/foreign/run-user.js';
import type { Compression } from '../model/media-type.js';
import type { ArchiveRecord, Coverage, EntryRecord, ImageRecord } from '../model/results/inventory.js';
import { isRestDue } from '../model/work/work.js';
import type { BlobObservation } from '../observe/observation.js';
import type { ObservedArchive } from './observed.js';
import { type Verdict, verifyArchive } from './verify-archive.js';

/** The record of an archive that holds images; yields wherever whoever makes it may rest. `verified`: whether bodies were hashed. */
export function* archiveRecord(
  claims: ArchiveClaims,
  observed: ObservedArchive,
  verified: boolean,
): Generator<undefined, ArchiveRecord, void> {
  const verdict = yield* verifyArchive(claims, observed, verified);
  const { table } = claims;
  const bodies = recordedEntries(table);
  const position = new Map(bodies.map((entry, i) => [entry.index, i]));
  const place = (index: number): number | null => position.get(index) ?? null;
  const places = (indexes: Iterable<number>): number[] =>
    [...indexes].flatMap((index) => place(index) ?? []).sort((a, b) => a - b);
  const byEntry = groupClaims(claims.claims);
  const entries: EntryRecord[] = [];
  for (const entry of bodies) {
    if (isRestDue()) yield;
    entries.push(entryRecord(entry, claims, byEntry.get(entry.index) ?? [], observed, verdict));
  }
  const images: ImageRecord[] = [];
  for (const image of claims.images) {
    if (isRestDue()) yield;
    images.push(imageRecord(image, claims, observed, entries, place, places));
  }
  const cached = entries.some((entry) => entry.cached !== undefined);
  return {
    path: table.path,
    ...(table.path === table.filePath ? null : { nestedIn: table.filePath }),
    format: claims.format,
    compression: table.compression,
    sizeBytes: table.sizeBytes,
    tarBytes: table.tarBytes,
    status: verdict.status === 'ok' && cached ? 'cached' : verdict.status,
    ...(table.location.kind === 'registry' ? { remote: true } : null),
    overhead: { ...table.overhead },
    coverage: verified ? coverageOf(table, verdict) : null,
    entries,
    images,
    artifacts: claims.artifacts.map((artifact) => ({ ...artifact, reaches: places(artifact.reaches) })),
    absentPlatforms: [...claims.absentPlatforms],
    findings: [...verdict.findings],
    notChecked: [...verdict.notChecked],
  };
}

/** The entries that a record lists, in its order. */
export function recordedEntries({ entries }: EntryTable): ArchiveEntry[] {
  return entries.filter((entry) => entry.type === 'file' || entry.storedBytes > 0);
}

/** The record of an input that cannot be read, or that is no image archive: what is not given is not known. */
export function unreadableRecord(
  path: string,
  code: 'input-unreadable' | 'not-an-image-archive',
  reason: string,
  facts: {
    /** Of the file. */
    readonly sizeBytes?: number | null;
    readonly compression?: Compression;
    readonly findings?: readonly Finding[];
    /** The file, where this is one of its sub-folders. */
    readonly nestedIn?: string;
  } = {},
): ArchiveRecord {
  return {
    path,
    ...(facts.nestedIn === undefined ? null : { nestedIn: facts.nestedIn }),
    format: null,
    compression: facts.compression ?? null,
    sizeBytes: facts.sizeBytes ?? null,
    tarBytes: null,
    status: 'unreadable',
    overhead: null,
    coverage: null,
    entries: [],
    images: [],
    artifacts: [],
    absentPlatforms: [],
    findings: [finding(code, withoutPath(reason, path)), ...(facts.findings ?? [])],
    notChecked: [],
  };
}

/** Who could not read a file says which; the record names it anyway, unless it is another one. */
function withoutPath(reason: string, path: string): string {
  return reason.startsWith(`${path}: `) ? reason.slice(path.length + 2) : reason;
}

/** How much of the archive a digest covers; added up part by part, the open part as well. */
function coverageOf({ entries, overhead }: EntryTable, { covered, coveredInside }: Verdict): Coverage {
  const { headerBytes, paddingBytes, endBytes, trailingBytes } = overhead;
  const coverage = {
    digestBytes: 0,
    contentBytes: 0,
    openBytes: headerBytes + paddingBytes + endBytes + trailingBytes,
  };
  for (const { index, storedBytes } of entries) {
    const part = covered.has(index) ? 'digestBytes' : coveredInside.has(index) ? 'contentBytes' : 'openBytes';
    coverage[part] += storedBytes;
  }
  return coverage;
}

function groupClaims(claims: readonly Claim[]): Map<number, Claim[]> {
  const groups = new Map<number, Claim[]>();
  for (const claim of claims) {
    const group = groups.get(claim.entry);
    if (group === undefined) groups.set(claim.entry, [claim]);
    else group.push(claim);
  }
  return groups;
}

function entryRecord(
  entry: ArchiveEntry,
  claims: ArchiveClaims,
  own: readonly Claim[],
  observed: ObservedArchive,
  verdict: Verdict,
): EntryRecord {
  const role = claims.roles[entry.index] ?? 'stray';
  const stored = own.find((claim) => claim.kind === 'digest' && claim.named === 'blob') as
    | { digest: Digest }
    | undefined;
  const claimedDiffId = own.find((claim) => claim.kind === 'diffid')?.digest;
  const observation = role === 'document' ? undefined : observed.bodies.get(entry.index);
  const hashed = observation !== undefined && Object.keys(observation.digests).length > 0;
  const layer = role === 'layer' ? layerFacts(entry, observation, claimedDiffId ?? null, claims) : null;
  return {
    name: entry.name,
    storedBytes: entry.storedBytes,
    structureBytes: entry.structureBytes.headerBytes + entry.structureBytes.paddingBytes,
    role,
    claimedDigest: stored?.digest ?? null,
    digest: observation === undefined ? null : pick(observation.digests, stored?.digest),
    intact: verdict.broken.has(entry.index) ? false : hashed && !verdict.uncompared.has(entry.index) ? true : null,
    compression: layer?.compression ?? null,
    diffId: layer?.diffId ?? null,
    ...(claimedDiffId === undefined ? null : { claimedDiffId }),
    uncompressedBytes: layer?.uncompressedBytes ?? null,
    ...(layer === null || layer.claimedBytes === undefined ? null : { claimedUncompressedBytes: layer.claimedBytes }),
    ...(observation?.cached === undefined ? null : { cached: observation.cached }),
  };
}

interface LayerFacts {
  readonly compression: Compression | null;
  readonly diffId: Digest | null;
  readonly uncompressedBytes: number | null;
  readonly claimedBytes?: number | undefined;
}

function layerFacts(
  entry: ArchiveEntry,
  observation: BlobObservation | undefined,
  claimed: Digest | null,
  claims: ArchiveClaims,
): LayerFacts {
  const compression = observation?.compression ?? null;
  if (claims.layers.get(entry.index)?.opaque !== null) return { compression, diffId: null, uncompressedBytes: null };
  const layer = observation?.layer ?? null;
  if (layer?.ok) return { compression, diffId: pick(layer.diffIds, claimed), uncompressedBytes: layer.sizeBytes };
  if (layer !== null) return { compression, diffId: null, uncompressedBytes: null };
  const uncompressedBytes = compression === 'none' ? contentBytesOf(entry) : null;
  return { compression, diffId: claimed, uncompressedBytes, claimedBytes: observation?.claimedBytes };
}

/** The observed digest by the algorithm of the claim, else whichever there is. */
function pick(digests: Partial<Record<Algorithm, Digest>>, claimed: Digest | null | undefined): Digest | null {
  const algorithm = claimed == null ? 'sha256' : algorithmOf(claimed);
  return (isAlgorithm(algorithm) ? digests[algorithm] : undefined) ?? digests.sha256 ?? digests.sha512 ?? null;
}

function imageRecord(
  image: ImageClaim,
  claims: ArchiveClaims,
  observed: ObservedArchive,
  entries: readonly EntryRecord[],
  place: (index: number) => number | null,
  places: (indexes: Iterable<number>) => number[],
): ImageRecord {
  const config = image.configEntry === null ? undefined : observed.bodies.get(image.configEntry);
  const observedId = config === undefined ? null : pick(config.digests, null);
  const id = (claims.format === 'docker-v1' ? image.claimedId : (observedId ?? image.claimedId)) ?? 'unknown';
  return {
    id,
    configEntry: image.configEntry === null ? null : place(image.configEntry),
    manifestDigests: [...image.manifestDigests],
    indexDigests: [...image.indexDigests],
    references: [...image.references].sort(),
    localTags: [...image.localTags].sort(),
    platform: image.platform,
    createdAt: image.createdAt,
    layers: image.layers.map((layer) => {
      const entry = layer.entry === null ? null : place(layer.entry);
      const observed = entry === null ? null : (entries[entry]?.diffId ?? null);
      return {
        diffId: layer.diffId ?? observed,
        ...(layer.diffId === null ? null : { claimedDiffId: layer.diffId }),
        digest: layer.digest,
        entry,
        mediaType: layer.mediaType,
      };
    }),
    history: image.history,
    author: image.author,
    config: image.config,
    ...namedUserOf(image, observed),
    osVersion: image.osVersion,
    reaches: places(image.reaches),
  };
}

/** What the layers say of a user by name; nothing where one of them was not read to its end. */
function namedUserOf(
  { config, layers }: ImageClaim,
  { bodies }: ObservedArchive,
): Pick<ImageRecord, 'namedUser'> | null {
  const written = config?.['User'];
  const user = typeof written === 'string' ? parseRunUser(written) : null;
  if (user?.kind !== 'name') return null;
  const accounts = layers.map(({ entry }) => {
    const layer = entry === null ? null : (bodies.get(entry)?.layer ?? null);
    return layer?.ok && layer.tar.problem === null ? (layer.tar.accounts ?? 'untouched') : null;
  });
  const namedUser = accountIn(accounts, user.name);
  return namedUser === null ? null : { namedUser };
}
