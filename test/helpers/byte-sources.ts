/** Sources of bytes in memory: one that answers at once, and one that answers late and in odd pieces. */
import type { ByteSource, SizedSource } from '../../src/sources/byte-source.js';
import { seededRandom } from './seeded-random.js';

/** Bytes in memory; counts what is read. */
export function memorySource(bytes: Buffer): SizedSource & { readonly readBytes: number } {
  let readBytes = 0;
  return {
    sizeBytes: bytes.length,
    seekable: true,
    get readBytes() {
      return readBytes;
    },
    read(target, positionBytes) {
      const read = bytes.copy(target, 0, positionBytes);
      readBytes += read;
      return read;
    },
    identity: () => `memory:${bytes.length}`,
    close: () => {},
  };
}

/** The same bytes as if they came over a network: later, by one to 700 bytes at a time, as the seed has it. */
export function lateSource(bytes: Buffer, seed = 1): ByteSource & { readonly sizeBytes: number } {
  const rng = seededRandom(seed);
  return {
    sizeBytes: bytes.length,
    seekable: true,
    async read(target, positionBytes) {
      await new Promise((resolve) => setImmediate(resolve));
      const piece = target.subarray(0, rng.integer(1, 700));
      return bytes.copy(piece, 0, positionBytes);
    },
    identity: async () => `late:${bytes.length}`,
    close: () => {},
  };
}
