/**
 * The bytes of one body: a stretch of its source, read by position; of a sparse file its pieces, with zeros between them.
 */
import { readContent } from '../archive/entry-content.js';
import { VarveError } from '../model/error.js';
import type { ByteSource } from '../sources/byte-source.js';
import { nameOfLocation } from '../sources/location.js';
import { openSource } from '../sources/open-source.js';
import type { BlobJob } from './observation.js';

/** Where the bytes of a body lie in their source. */
type BodyStretch = Pick<BlobJob, 'location' | 'offsetBytes' | 'sizeBytes' | 'sparse'>;

/**
 * Opens the body of a job; each read fills what it is given, unless the body ends. Throws VarveError `input-unreadable`,
 * reading too where the source has shrunk.
 */
export function openBody(
  { location, offsetBytes, sizeBytes, sparse }: BodyStretch,
  source: ByteSource = openSource(location, undefined),
): ByteSource {
  const place = { dataOffsetBytes: offsetBytes, sparse };
  const whole = (read: number, wanted: number): number => {
    if (read === wanted) return read;
    const reason = 'shorter than when its entries were read; it was changed meanwhile';
    throw new VarveError('input-unreadable', `${nameOfLocation(location)}: ${reason}`);
  };
  return {
    sizeBytes,
    seekable: source.seekable,
    read(target, positionBytes) {
      const chunk = target.subarray(0, Math.max(0, sizeBytes - positionBytes));
      const read = readContent(source, place, chunk, positionBytes);
      return typeof read === 'number' ? whole(read, chunk.length) : read.then((late) => whole(late, chunk.length));
    },
    identity: () => source.identity(),
    close: () => source.close(),
  };
}
