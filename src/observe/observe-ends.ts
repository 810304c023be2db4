/**
 * A body of which only the ends are looked at: its compression by magic number, and what it says itself of the size of
 * its content. Nothing is hashed or decoded.
 */
import { claimEndBytes, claimedContentBytes } from '../codec/claimed-size.js';
import { detectCodec } from '../codec/detect.js';
import type { BlobObservation } from './observation.js';

/** `start`: the first 512 bytes, or all there are; `endOf` gives so many of the last, and is asked where they matter. */
export function observeEnds(
  start: Uint8Array,
  endOf: (sizeBytes: number) => Uint8Array,
  storedBytes: number,
): BlobObservation {
  const codec = detectCodec(start);
  const facts = { digests: {}, storedBytes, compression: codec ?? 'none', layer: null } as const;
  if (codec === null) return facts;
  const claimedBytes = claimedContentBytes(codec, { start, end: endOf(claimEndBytes), storedBytes });
  return claimedBytes === null ? facts : { digests: {}, storedBytes, compression: codec, layer: null, claimedBytes };
}

/** The last bytes of what is pushed in pieces: as many as `observeEnds` asks for. */
export class LastBytes {
  #bytes: Buffer = Buffer.alloc(0);

  get bytes(): Buffer {
    return this.#bytes;
  }

  push(piece: Buffer): void {
    const end = piece.length < claimEndBytes ? Buffer.concat([this.#bytes, piece]) : piece;
    this.#bytes = Buffer.from(end.subarray(-claimEndBytes));
  }
}
