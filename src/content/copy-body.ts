/**
 * A body copied and verified in one pass: each chunk is read into one buffer, hashed and handed on. Where the bytes are not
 * what they were said to be, or cannot be read, the next copy is taken from its start; what was handed on of the last one is
 * then written over. Hostile input: a file that changes while it is read, or ends early.
 */
import type { SparseContent } from '../archive/entry-table.js';
import { algorithmOf, type Digest, isAlgorithm } from '../model/digest.js';
import { messageOf, VarveError } from '../model/error.js';
import { openBody } from '../observe/body-source.js';
import { type Engine, Hashers } from '../observe/hasher.js';
import { type Location, nameOfLocation } from '../sources/location.js';
import { arrived, type Steps } from '../sources/steps.js';

/** Where the bytes of a body lie. */
export interface BodyPlace {
  readonly location: Location;
  /** Of its first byte, or of the first stored piece of a sparse one. */
  readonly offsetBytes: number;
  /** Of its content. */
  readonly sizeBytes: number;
  readonly sparse?: SparseContent | undefined;
}

/** What a copy needs beside its places. */
export interface CopyTools {
  readonly engine: Engine;
  /** Used for every chunk. */
  readonly buffer: Buffer;
  /** Takes the bytes, which are valid only during the call; a position comes again where another copy is begun. */
  readonly write: (bytes: Buffer, positionBytes: number) => void;
  readonly onRead: (sizeBytes: number) => void;
  /** Is told of each place that has not these bytes. */
  readonly onRefused?: (place: BodyPlace) => void;
}

/** Copies the first place with these bytes. Returns null, or why none has them. Throws what `write` throws. */
export function* copyBody(places: readonly BodyPlace[], digest: Digest, tools: CopyTools): Steps<string | null> {
  const reasons: string[] = [];
  for (const place of places) {
    const reason = yield* copyFrom(place, digest, tools);
    if (reason === null) return null;
    tools.onRefused?.(place);
    reasons.push(reason);
  }
  return reasons.length === 0 ? 'there is no copy of it' : reasons.join('; ');
}

function* copyFrom(
  place: BodyPlace,
  expected: Digest,
  { engine, buffer, write, onRead }: CopyTools,
): Steps<string | null> {
  const { location, offsetBytes, sizeBytes } = place;
  const where = `${nameOfLocation(location)} at byte ${offsetBytes}`;
  const algorithm = algorithmOf(expected);
  if (!isAlgorithm(algorithm)) return `${where}: nobody here can check a digest by ${algorithm}`;
  const hashers = new Hashers(engine, [algorithm]);
  let body: ReturnType<typeof openBody> | null = null;
  try {
    body = openBody(place);
    for (let position = 0; position < sizeBytes; ) {
      const read = yield* arrived(
        body.read(buffer.subarray(0, Math.min(buffer.length, sizeBytes - position)), position),
      );
      const chunk = buffer.subarray(0, read);
      hashers.update(chunk);
      write(chunk, position);
      position += read;
      onRead(read);
      yield;
    }
  } catch (error) {
    if (error instanceof VarveError && error.code === 'input-unreadable') return messageOf(error);
    throw error;
  } finally {
    body?.close();
  }
  const found = hashers.digests()[algorithm];
  return found === expected ? null : `${where}: expected ${expected}, found ${found}`;
}
