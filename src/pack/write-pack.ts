/**
 * A plan carried out: the documents as they were planned, the bodies copied and verified, each at the place that it has in the
 * plan. Bodies of archives that are compressed as a whole are unpacked beside the output first.
 */
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { paddingOf } from '../archive/tar/tar-cursor.js';
import { type BodyPlace, copyBody } from '../content/copy-body.js';
import { type NewOutput, temporaryBeside } from '../content/new-output.js';
import type { WrittenPart } from '../content/new-parts.js';
import { type PackedPlace, Spool } from '../content/spool.js';
import type { Digest } from '../model/digest.js';
import type { Engine } from '../observe/hasher.js';
import type { Progress } from '../scan/settings.js';
import { isLocal, nameOfLocation } from '../sources/location.js';
import { inTurns, type Steps } from '../sources/steps.js';
import type { PackPlan, PlannedFile } from './pack-plan.js';
import { openTarget, type PackTarget } from './pack-target.js';
import type { Copy } from './stored-content.js';
import type { TarStructure } from './tar-structure.js';

export interface WriteSettings {
  readonly target: PackTarget;
  /** Find the size alone, of what is only known once it was made. */
  readonly dryRun: boolean;
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | null;
}

const chunkBytes = 1024 * 1024;
const zeros = Buffer.alloc(1024);

export type CopiedFile = Extract<PlannedFile, { readonly copies: unknown }>;

/** The bodies of which some copies are passed over, since they would have to be unpacked and there are others. */
export function copiesAside(files: readonly PlannedFile[], suspects: ReadonlySet<Digest>): Digest[] {
  return files.flatMap((file) => {
    if (!('copies' in file) || suspects.has(file.digest)) return [];
    return new Set(file.copies.map(({ outer }) => outer === 'none')).size === 2 ? [file.digest] : [];
  });
}

export interface WrittenPlan {
  readonly plan: Pick<PackPlan, 'files' | 'copiedBytes'>;
  /** Null for a folder. */
  readonly structure: TarStructure | null;
  /** Bodies of which the copies that can be sought have failed. */
  readonly suspects: ReadonlySet<Digest>;
}

/** What became of a plan. */
export interface PackOutcome {
  /** The bodies of which no copy is what it should be, each with the reason: then nothing was written. */
  readonly failures: ReadonlyMap<Digest, string>;
  /** Of what was written; null where it was not. */
  readonly sizeBytes: number | null;
  /** The files that the archive is in, where these are several. */
  readonly parts: readonly WrittenPart[];
}

/** Writes a plan. Throws OutputError, VarveError `interrupted`. */
export async function writePack(written: WrittenPlan, settings: WriteSettings): Promise<PackOutcome> {
  const { target, dryRun, signal } = settings;
  const spool = new Spool(temporaryBeside(dryRun ? join(tmpdir(), basename(target.path)) : target.path));
  try {
    const placesOfFile = await bodyPlaces(written.plan.files, written.suspects, spool, signal);
    const refused = new Set<string>();
    const places = (file: CopiedFile): BodyPlace[] => placesOfFile(file).filter((place) => !refused.has(keyOf(place)));
    // What cannot be written over is begun anew, each time with at least one place less.
    for (;;) {
      const outcome = await writeOnce(written, { places, refused, settings });
      if (outcome !== null) return outcome;
    }
  } finally {
    spool.close();
  }
}

/** Null where a copy that failed has spoilt what was written. */
async function writeOnce(
  written: WrittenPlan,
  work: Pick<Writing, 'places' | 'refused' | 'settings'>,
): Promise<PackOutcome | null> {
  const { target, signal } = work.settings;
  const output = openTarget(target, work.settings.dryRun);
  try {
    const failures = new Map<Digest, string>();
    await inTurns(writeFiles(written, { ...work, output, failures }), signal);
    if (failures.size === 0 && output.isTorn()) return null;
    if (failures.size === 0) output.commit();
    return { failures, ...output.result() };
  } finally {
    output.abandon();
  }
}

function keyOf({ location, offsetBytes }: BodyPlace): string {
  return `${nameOfLocation(location)} ${offsetBytes}`;
}

interface Writing {
  readonly output: NewOutput;
  readonly places: (file: CopiedFile) => readonly BodyPlace[];
  /** Places that have not the bytes that they should have. */
  readonly refused: Set<string>;
  readonly failures: Map<Digest, string>;
  readonly settings: WriteSettings;
}

function* writeFiles({ plan, structure }: WrittenPlan, writing: Writing): Steps<void> {
  const { output, places, refused, failures, settings } = writing;
  const { engine, onProgress, target } = settings;
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let doneBytes = 0;
  const onRead = (sizeBytes: number): void => {
    doneBytes = Math.min(plan.copiedBytes, doneBytes + sizeBytes);
    onProgress?.({ doneBytes, totalBytes: plan.copiedBytes, path: target.path });
  };
  for (const [i, file] of plan.files.entries()) {
    const header = structure?.headers[i];
    const offsetBytes = structure?.offsetsBytes[i] ?? 0;
    const put = (bytes: Uint8Array, position: number): void => output.write(file.name, bytes, offsetBytes + position);
    if (header !== undefined) put(header, -header.length);
    if ('text' in file) put(Buffer.from(file.text), 0);
    else {
      if (file.sizeBytes === 0) put(buffer.subarray(0, 0), 0);
      const onRefused = (place: BodyPlace): unknown => refused.add(keyOf(place));
      const tools = { engine, buffer, write: put, onRead, onRefused };
      const problem = yield* copyBody(places(file), file.digest, tools);
      if (problem !== null) failures.set(file.digest, problem);
    }
    if (structure !== null) put(zeros.subarray(0, paddingOf(file.sizeBytes)), file.sizeBytes);
    yield;
  }
  if (structure !== null) output.write('', zeros, structure.sizeBytes - zeros.length);
}

/** Where the copies of each body can be read by position: those that have to be unpacked, where there are no others. */
export async function bodyPlaces(
  files: readonly PlannedFile[],
  suspects: ReadonlySet<Digest>,
  spool: Spool,
  signal: AbortSignal | undefined,
): Promise<Writing['places']> {
  const packed = files.flatMap((file) => ('copies' in file ? packedOf(file, suspects) : []));
  const starts = new Map([...(await spool.take(packed, signal))].map(([{ copy }, start]) => [copy, start]));
  return ({ copies }) =>
    copies.flatMap((copy) => {
      const { entry, location, outer, sizeBytes } = copy;
      const { dataOffsetBytes, sparse } = entry;
      const holes = sparse === undefined ? null : { sparse };
      const start = starts.get(copy);
      if (start !== undefined) return [{ sizeBytes, location: spool.location, offsetBytes: start, ...holes }];
      return outer === 'none' ? [{ sizeBytes, location, offsetBytes: dataOffsetBytes, ...holes }] : [];
    });
}

function packedOf({ copies, digest }: CopiedFile, suspects: ReadonlySet<Digest>): (PackedPlace & { copy: Copy })[] {
  if (!suspects.has(digest) && copies.some(({ outer }) => outer === 'none')) return [];
  return copies.flatMap((copy) => {
    const { outer, location, entry } = copy;
    if (outer === 'none' || !isLocal(location)) return [];
    const { dataOffsetBytes: offsetBytes, storedBytes } = entry;
    return [{ copy, location, codec: outer, offsetBytes, storedBytes }];
  });
}
