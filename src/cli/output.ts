/**
 * Where a result goes: standard output, or a file that is either complete or what it was before. The new bytes are
 * written beside the file and renamed over it; a device or a pipe, which a rename would destroy, is written to directly.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, VarveError } from '../model/error.js';
import { type CommandIo, write } from './command-io.js';
import type { CommandOptions } from './options.js';
import { UsageError } from './usage-error.js';

/**
 * Refuses an output that cannot be written, or that is a file which another option names, before hours of work are put into
 * it. Throws UsageError.
 */
export async function checkOutput(options: CommandOptions): Promise<void> {
  const { output } = options;
  if (output === null) return;
  await checkNamedFiles(output, options);
  const existing = await stat(output).catch(() => null);
  if (existing?.isDirectory()) throw new UsageError(`--output takes a file, and ${output} is a folder`);
  const target = existing !== null && !existing.isFile() ? output : dirname(await resolved(output));
  try {
    await access(target, constants.W_OK);
  } catch (cause) {
    throw new UsageError(`--output ${output} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** The inputs themselves are looked at where they are found. */
async function checkNamedFiles(
  output: string,
  { plan, policy, baseline, expectFile, inUse }: CommandOptions,
): Promise<void> {
  const existing = await stat(output).catch(() => null);
  if (existing === null || !existing.isFile()) return;
  const named = {
    '--plan': [plan],
    '--policy': [policy],
    '--baseline': [baseline],
    '--expect-file': [expectFile],
    '--in-use': inUse,
  };
  for (const [option, paths] of Object.entries(named)) {
    for (const path of paths) {
      const file = path === null ? null : await stat(path).catch(() => null);
      if (file?.dev !== existing.dev || file.ino !== existing.ino) continue;
      throw new UsageError(`--output ${output} is the file of ${option} and would be overwritten`);
    }
  }
}

/** Writes the result to where the options say. Throws VarveError `interrupted` or `internal`. */
export async function deliver(text: string, { output }: CommandOptions, io: CommandIo): Promise<void> {
  io.signal.throwIfAborted();
  try {
    if (output === null) await write(io.stdout, text);
    else await writeAtomically(output, text, io.signal);
  } catch (cause) {
    if (io.signal.aborted) throw cause;
    throw new OutputError(`${output ?? 'standard output'} was not written: ${messageOf(cause)}`, { cause });
  }
}

/** The disk is full, the folder has gone: neither a fault of the input nor a bug. */
export class OutputError extends VarveError {
  constructor(message: string, options: { readonly cause: unknown }) {
    super('internal', message, options);
    this.name = 'OutputError';
  }
}

async function writeAtomically(output: string, text: string, signal: AbortSignal): Promise<void> {
  const existing = await stat(output).catch(() => null);
  if (existing !== null && !existing.isFile()) {
    await writeFile(output, text, { signal });
    return;
  }
  const target = await resolved(output);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o666);
    try {
      if (existing !== null) await file.chmod(existing.mode & 0o777);
      await file.writeFile(text, { signal });
      await file.sync();
    } finally {
      await file.close();
    }
    signal.throwIfAborted();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The file behind symbolic links, so that a link stays a link; the path itself where there is none. */
async function resolved(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
