/**
 * The world as a command sees it. `main.ts` fills it from the process; tests fill it with streams of their own, so that a
 * whole run can happen inside one process.
 */
import { safeText } from '../report/blocks/safe-text.js';

export type OutputStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export interface CommandIo {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Where answers are typed; default: that of the process. */
  readonly stdin?: NodeJS.ReadableStream;
  /** False where standard error is known to be no terminal without being asked, which would set the stream up. */
  readonly isWatched?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether something is piped or redirected into standard input. */
  readonly pipedInput: boolean;
  /** Aborted by SIGINT or SIGTERM, whose name is the reason. */
  readonly signal: AbortSignal;
}

/**
 * Writes text and waits until it is handed over. A reader that has gone (`| head`) is no error: the run ends quietly, and
 * the answer is false.
 */
export async function write(stream: OutputStream, text: string): Promise<boolean> {
  if (text === '') return true;
  return new Promise<boolean>((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === null || error === undefined) resolve(true);
      else if (isClosed(error)) resolve(false);
      else reject(error);
    });
  });
}

/** One line on standard error. Parts of it may come from an archive, so it is made safe. */
export async function tell(io: CommandIo, message: string): Promise<void> {
  await tellPlain(io, `varve: ${safeText(message)}\n`);
}

/** Text of our own on standard error. Where that is full or gone, there is nobody to complain to: the run goes on. */
export async function tellPlain(io: CommandIo, text: string): Promise<void> {
  await write(io.stderr, text).catch(() => false);
}

function isClosed(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
}
