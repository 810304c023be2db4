/**
 * Where a result goes: standard output, or a file that is either complete or what it was before. The new bytes are
 * written beside the file and renamed over it; a device or a pipe, which a rename would destroy, is written to directly.
 */
import { randomBytes } from 'node:crypto';
import { constants, promises } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, OutputError } from '../../model/error.js';
import { inChunks } from '../../report/blocks/pieces.js';
import { type CommandIo, write } from '../command-io.js';
import type { CommandLine, OptionValues } from '../line/read-options.js';
import { UsageError } from '../line/usage-error.js';

/** Where a result goes, and the files that it must not overwrite. */
export type OutputOptions = Pick<CommandLine, 'namedFiles'> & OptionValues<'output'>;

/**
 * Refuses an output that cannot be written, or that is a file which another option names, before hours of work are put into
 * it. Throws UsageError.
 */
export async function checkOutput({ output, namedFiles }: OutputOptions): Promise<void> {
  if (output === null) return;
  await checkNamedFiles(output, namedFiles);
  const existing = await promises.stat(output).catch(() => null);
  if (existing?.isDirectory()) throw new UsageError(`--output takes a file, and ${output} is a folder`);
  const target = existing !== null && !existing.isFile() ? output : dirname(await resolved(output));
  try {
    await promises.access(target, constants.W_OK);
  } catch (cause) {
    throw new UsageError(`--output ${output} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** The inputs themselves are looked at where they are found. */
async function checkNamedFiles(output: string, namedFiles: CommandLine['namedFiles']): Promise<void> {
  const existing = await promises.stat(output).catch(() => null);
  if (existing === null || !existing.isFile()) return;
  for (const { option, path } of namedFiles) {
    const file = await promises.stat(path).catch(() => null);
    if (file?.dev !== existing.dev || file.ino !== existing.ino) continue;
    throw new UsageError(`--output ${output} is the file of ${option} and would be overwritten`);
  }
}

/** A result as it is written: as one text where it is short, in pieces where it may be longer than any text can be. */
export type Rendered = string | Iterable<string>;

/** Writes the result to where the options say. Throws VarveError `interrupted` or `internal`. */
export async function deliver(result: Rendered, { output }: OptionValues<'output'>, io: CommandIo): Promise<void> {
  io.signal.throwIfAborted();
  const source = new Source(typeof result === 'string' ? [result] : result, io.signal);
  try {
    if (output === null) await print(source.chunks(), io);
    else await writeAtomically(output, source.chunks(), io.signal);
  } catch (cause) {
    if (io.signal.aborted || source.isBroken) throw cause;
    throw new OutputError(`${output ?? 'standard output'} was not written: ${messageOf(cause)}`, { cause });
  }
}

/** The pieces of a result, put together; between two chunks signals are heard. */
class Source {
  /** Whether they could not be made, which is no fault of whoever takes them. */
  isBroken = false;
  readonly #pieces: Iterable<string>;
  readonly #signal: AbortSignal;

  constructor(pieces: Iterable<string>, signal: AbortSignal) {
    this.#pieces = pieces;
    this.#signal = signal;
  }

  /** Throws the reason of the signal, and what the pieces throw. */
  async *chunks(): AsyncGenerator<string> {
    let isFirst = true;
    for (const chunk of this.#made()) {
      if (!isFirst) await new Promise((resolve) => setImmediate(resolve));
      isFirst = false;
      this.#signal.throwIfAborted();
      yield chunk;
    }
  }

  *#made(): Generator<string> {
    try {
      yield* inChunks(this.#pieces);
    } catch (error) {
      this.isBroken = true;
      throw error;
    }
  }
}

/** Ends as soon as nobody reads any more. */
async function print(chunks: AsyncIterable<string>, { stdout }: CommandIo): Promise<void> {
  for await (const chunk of chunks) if (!(await write(stdout, chunk))) return;
}

async function writeAtomically(output: string, chunks: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  const existing = await promises.stat(output).catch(() => null);
  if (existing !== null && !existing.isFile()) {
    await promises.writeFile(output, chunks, { signal });
    return;
  }
  const target = await resolved(output);
  // So many characters have room for more behind them, whatever they are.
  const name = basename(target).slice(0, 76);
  const temporary = join(dirname(target), `.${name}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await promises.open(temporary, 'wx', 0o666);
    try {
      if (existing !== null) await file.chmod(existing.mode & 0o777);
      for await (const chunk of chunks) await file.writeFile(chunk, { signal });
      await file.sync();
    } finally {
      await file.close();
    }
    signal.throwIfAborted();
    await promises.rename(temporary, target);
  } catch (error) {
    await promises.rm(temporary, { force: true });
    throw error;
  }
}

/** The file behind symbolic links, so that a link stays a link; the path itself where there is none. */
async function resolved(path: string): Promise<string> {
  return promises.realpath(path).catch(() => path);
}
