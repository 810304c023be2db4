/**
 * Where the bytes of one body come from: a stretch of a file, read by position; of a sparse file its pieces, with zeros
 * between them.
 */

import { readContent } from '../archive/entry-content.js';
import { VarveError } from '../model/error.js';
import { openByteFile } from '../sources/byte-file.js';
import type { BlobJob } from './observation.js';

/** A source that never keeps anyone waiting for long. */
export interface BodySource {
  /** Fills `target` with what follows `positionBytes`, where the last read ended; returns how much, 0 at the end. */
  read(target: Buffer, positionBytes: number): number;
  close(): void;
}

/** Opens the body of a job. Throws VarveError `input-unreadable`, reading too where the file has shrunk. */
export function openBody({ path, offsetBytes, sizeBytes, sparse }: BlobJob): BodySource {
  const place = { dataOffsetBytes: offsetBytes, sparse };
  const file = openByteFile(path);
  return {
    read(target, positionBytes) {
      const chunk = target.subarray(0, sizeBytes - positionBytes);
      if (readContent(file, place, chunk, positionBytes) < chunk.length) {
        const reason = 'shorter than when its entries were read; it was changed meanwhile';
        throw new VarveError('input-unreadable', `${path}: ${reason}`);
      }
      return chunk.length;
    },
    close: () => file.close(),
  };
}
