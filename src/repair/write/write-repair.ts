/**
 * A plan of a repair carried out: what is whole is copied as it stands, what is healed is verified while it is copied. Bodies
 * of archives that are compressed as a whole are unpacked beside the output first.
 */
import { type CopyTools, copyBody } from '../../content/copy-body.js';
import { decodeBody } from '../../content/decode-body.js';
import type { VisibleOutput } from '../../content/new-output.js';
import { type PackedPlace, Spool } from '../../content/spool.js';
import type { Digest } from '../../model/digest.js';
import { VarveError } from '../../model/error.js';
import type { Engine } from '../../observe/hasher.js';
import type { Progress } from '../../scan/settings.js';
import { isLocal, type Location, nameOfLocation } from '../../sources/location.js';
import { openSource } from '../../sources/open-source.js';
import { arrived, inTurns, type Steps } from '../../sources/steps.js';
import type { PlannedRepairFile } from '../plan/repair-plan.js';
import type { Stretch, TakenBody } from '../plan/slots.js';
import type { SourceBody } from '../plan/source-bodies.js';

export interface RepairWriting {
  readonly output: VisibleOutput;
  /** For bodies that have to be unpacked. */
  readonly spoolPath: string;
  /** Bodies of which the copies that can be sought have failed. */
  readonly suspects: ReadonlySet<Digest>;
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | null;
}

const chunkBytes = 1024 * 1024;

/** Where the stored bytes of a copy can be read by position. */
export type Places = (copy: SourceBody) => { readonly location: Location; readonly offsetBytes: number } | null;

/** Writes files; returns the bodies of which no copy is what it should be, each with the reason. */
export async function writeRepair(
  files: readonly PlannedRepairFile[],
  writing: RepairWriting,
): Promise<ReadonlyMap<Digest, string>> {
  const failures = new Map<Digest, string>();
  await withBodies(files, writing, (places) => inTurns(writeFiles(files, writing, places, failures), writing.signal));
  return failures;
}

/** Does some work with the bodies of these files at hand, those too that have to be unpacked first. Throws OutputError. */
export async function withBodies(
  files: readonly PlannedRepairFile[],
  writing: Pick<RepairWriting, 'spoolPath' | 'suspects' | 'signal'>,
  work: (places: Places) => Promise<void>,
): Promise<void> {
  const spool = new Spool(writing.spoolPath);
  try {
    const packed = files.flatMap(({ pieces }) =>
      pieces.flatMap((piece) => (piece.kind === 'taken' ? packedOf(piece, writing.suspects) : [])),
    );
    const starts = new Map([...(await spool.take(packed, writing.signal))].map(([{ copy }, start]) => [copy, start]));
    const places: Places = (copy) => {
      const start = starts.get(copy);
      if (start !== undefined) return { location: spool.location, offsetBytes: start };
      return copy.outer === 'none' ? { location: copy.location, offsetBytes: copy.entry.dataOffsetBytes } : null;
    };
    await work(places);
  } finally {
    spool.close();
  }
}

function packedOf(
  { copies, digest }: TakenBody,
  suspects: ReadonlySet<Digest>,
): (PackedPlace & { copy: SourceBody })[] {
  if (!suspects.has(digest) && copies.some(({ outer }) => outer === 'none')) return [];
  return copies.flatMap((copy) => {
    const { outer, location, entry } = copy;
    if (outer === 'none' || !isLocal(location)) return [];
    const { dataOffsetBytes: offsetBytes, storedBytes } = entry;
    return [{ copy, location, codec: outer, offsetBytes, storedBytes }];
  });
}

function* writeFiles(
  files: readonly PlannedRepairFile[],
  { output, engine, onProgress }: RepairWriting,
  places: Places,
  failures: Map<Digest, string>,
): Steps<void> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let doneBytes = 0;
  const onRead = (sizeBytes: number): void => {
    doneBytes = Math.min(totalBytes, doneBytes + sizeBytes);
    onProgress?.({ doneBytes, totalBytes, path: output.temporary });
  };
  for (const { name, pieces, sizeBytes } of files) {
    if (sizeBytes === 0) output.write(name, buffer.subarray(0, 0), 0);
    let start = 0;
    for (const piece of pieces) {
      const offset = start;
      const write = (bytes: Uint8Array, position: number): void => output.write(name, bytes, offset + position);
      if (piece.kind === 'bytes') write(piece.bytes, 0);
      else if (piece.kind === 'stretch') yield* copyStretch(piece, { engine, buffer, write, onRead });
      else {
        const problem = yield* copyTaken(piece, places, { engine, buffer, write, onRead });
        if (problem !== null) failures.set(piece.digest, problem);
      }
      start += piece.sizeBytes;
      yield;
    }
  }
}

function* copyStretch(
  { location, offsetBytes, sizeBytes }: Stretch,
  { buffer, write, onRead }: CopyTools,
): Steps<void> {
  const source = openSource(location, undefined);
  try {
    for (let done = 0; done < sizeBytes; ) {
      const chunk = buffer.subarray(0, Math.min(buffer.length, sizeBytes - done));
      const read = yield* arrived(source.read(chunk, offsetBytes + done));
      if (read === 0) {
        const reason = 'shorter than when its entries were read; it was changed meanwhile';
        throw new VarveError('input-unreadable', `${nameOfLocation(location)}: ${reason}`);
      }
      write(chunk.subarray(0, read), done);
      done += read;
      onRead(read);
      yield;
    }
  } finally {
    source.close();
  }
}

/** Copies a body from any of its copies, verified on its way; returns null, or why none is right. */
export function* copyTaken(body: TakenBody, places: Places, tools: CopyTools): Steps<string | null> {
  const { copies, digest, isDecoded, sizeBytes } = body;
  const found = copies.flatMap((copy) => {
    const place = places(copy);
    const { sparse } = copy.entry;
    if (place === null) return [];
    const { compression } = copy.observation;
    const codec = compression === null || compression === 'none' ? null : compression;
    return [{ ...place, sizeBytes: copy.sizeBytes, codec, ...(sparse === undefined ? null : { sparse }) }];
  });
  if (!isDecoded) return yield* copyBody(found, digest, tools);
  const compressed = found.flatMap(({ codec, ...place }) => (codec === null ? [] : [{ ...place, codec }]));
  return yield* decodeBody(compressed, { digest, sizeBytes }, tools);
}
