/**
 * The bytes of a blob into its place in a file, checked while they come: behind what came of it at an earlier time, as far as that
 * can be right. What is cut off stays, and can be gone on with. Hostile input: a sender of other bytes is stopped; nothing that was
 * received is taken before the whole is right.
 */
import { readSync } from 'node:fs';
import { interruption } from '../../model/error.js';
import type { Engine } from '../../observe/hasher.js';
import { createTurns } from '../../sources/steps.js';
import { guarded, unwritten } from '../new-output.js';
import { WriteBehind } from '../write-behind.js';
import type { ContentBlob, OpenContent, PutReport } from './content.js';
import { ContentCheck } from './content-check.js';

const chunkBytes = 1024 * 1024;

/** Where a blob comes to be, and how much of it is there. */
export interface BlobRegion {
  /** Open to read, and to write where more comes. */
  readonly fd: number;
  /** For messages. */
  readonly path: string;
  /** Of the first byte of the blob in the file. */
  readonly startBytes: number;
  /** So many bytes of it stand there from an earlier time. */
  readonly thereBytes: number;
}

export interface ReceiveSettings {
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
}

/** Receives a blob. Throws ContentError where it is not right, OutputError, `interrupted`, and what `open` throws. */
export async function receive(
  region: BlobRegion,
  blob: ContentBlob,
  open: OpenContent,
  report: PutReport,
  { engine, signal }: ReceiveSettings,
): Promise<void> {
  const check = new ContentCheck(blob, engine);
  await takeThere(region, check, signal);
  if (check.doneBytes > 0) report.onResumed(check.doneBytes);
  if (check.doneBytes < blob.sizeBytes || blob.sizeBytes === 0) {
    await append(region, check, open(check.doneBytes), signal, report);
  }
  report.onVerify();
  check.end();
}

/** Whether all of a blob stands there. Throws OutputError, VarveError `interrupted`. */
export async function isReceived(
  region: Omit<BlobRegion, 'thereBytes'>,
  blob: ContentBlob,
  { engine, signal }: ReceiveSettings,
): Promise<boolean> {
  const check = new ContentCheck(blob, engine);
  await takeThere({ ...region, thereBytes: blob.sizeBytes }, check, signal);
  return check.isRight();
}

/** Takes what comes; what is cut off can go on behind all of it. */
async function append(
  { fd, path, startBytes }: BlobRegion,
  check: ContentCheck,
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  report: PutReport,
): Promise<void> {
  const written = new WriteBehind(fd, startBytes + check.doneBytes);
  const failed = (cause: unknown): never => {
    throw unwritten(path, cause);
  };
  try {
    for await (const bytes of pieces) {
      if (signal?.aborted) throw interruption(signal);
      check.update(bytes);
      await written.write(bytes)?.catch(failed);
      report.onBytes(bytes.length);
    }
    await written.end().catch(failed);
  } finally {
    await written.settle();
  }
}

/** Takes what is there from an earlier time. */
async function takeThere(
  { fd, path, startBytes, thereBytes }: BlobRegion,
  check: ContentCheck,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (thereBytes === 0) return;
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, thereBytes));
  const rest = createTurns();
  while (check.doneBytes < thereBytes) {
    const wanted = Math.min(buffer.length, thereBytes - check.doneBytes);
    const read = guarded(path, () => readSync(fd, buffer, 0, wanted, startBytes + check.doneBytes));
    if (read === 0) break;
    check.update(buffer.subarray(0, read));
    await rest();
    if (signal?.aborted) throw interruption(signal);
  }
}
