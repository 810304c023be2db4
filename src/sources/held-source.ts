/**
 * A small file as it was at one moment: read once, whole, and then answered from memory, so that its headers, documents and
 * bodies take no calls of their own.
 */
import type { SizedSource } from './byte-source.js';
import { openLocal } from './local-source.js';
import type { LocalLocation } from './location.js';

/**
 * Reads what a location holds into `buffer`, which the source goes on to answer from; null where it is not smaller than that.
 * Throws VarveError `input-unreadable`.
 */
export function holdSource(location: LocalLocation, buffer: Buffer): SizedSource | null {
  const file = openLocal(location);
  try {
    const sizeBytes = file.read(buffer, 0);
    return sizeBytes === buffer.length ? null : heldSource(buffer.subarray(0, sizeBytes));
  } finally {
    file.close();
  }
}

function heldSource(bytes: Buffer): SizedSource {
  return {
    sizeBytes: bytes.length,
    seekable: true,
    read: (target, positionBytes) => (positionBytes < bytes.length ? bytes.copy(target, 0, positionBytes) : 0),
    // The bytes here never change.
    identity: () => 'held',
    close: () => {},
  };
}
