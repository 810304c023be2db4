/**
 * Has the system put a file on its disk while more of it is being written, so that little is left when it has to be there.
 * Nothing depends on it: it has a descriptor of its own, and what goes wrong on the disk is told to the descriptor of
 * whoever writes as well, and is heard where that one waits for all of it.
 */
import { closeSync, fdatasync, openSync } from 'node:fs';
import type { PutReport } from './transfer/content.js';

/** A file that is flushed while it is written. */
export interface BackgroundFlush {
  /** To be called after each writing. */
  wrote(sizeBytes: number): void;
  /** To be called before the file gets its name or goes. */
  end(): void;
}

/** So many bytes make it worthwhile to ask. */
const flushedTogetherBytes = 64 * 1024 * 1024;

/** Begins with the first bytes of a file that is there. */
export function backgroundFlush(path: string): BackgroundFlush {
  let fd: number | null = null;
  let isFlushing = false;
  let isEnded = false;
  let waitingBytes = 0;
  const closeIfEnded = (): void => {
    if (!isEnded || isFlushing || fd === null) return;
    closeSync(fd);
    fd = null;
  };
  return {
    wrote: (sizeBytes) => {
      waitingBytes += sizeBytes;
      if (isEnded || isFlushing || waitingBytes < flushedTogetherBytes) return;
      waitingBytes = 0;
      fd ??= openedOrNull(path);
      if (fd === null) return;
      isFlushing = true;
      fdatasync(fd, () => {
        isFlushing = false;
        closeIfEnded();
      });
    },
    end: () => {
      isEnded = true;
      closeIfEnded();
    },
  };
}

/** A report that has a file flushed while bytes come. */
export function flushing(report: PutReport, flush: BackgroundFlush): PutReport {
  return {
    ...report,
    onBytes: (sizeBytes) => {
      flush.wrote(sizeBytes);
      report.onBytes(sizeBytes);
    },
  };
}

function openedOrNull(path: string): number | null {
  try {
    return openSync(path, 'r+');
  } catch {
    return null;
  }
}
