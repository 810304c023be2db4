/**
 * Where an archive that is written goes: the file or folder of --output, or standard output, once it is whole. What is said of
 * it goes to standard output, or beside an archive there to standard error.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, OutputError } from '../../../../model/error.js';
import { withFolderAside } from '../../../../pack/folder-aside.js';
import { leftBehind } from '../../../../pack/left-behind.js';
import { withInput } from '../../../../pack/pack.js';
import { archiveForm, type PackTarget, packTarget } from '../../../../pack/pack-target.js';
import type { Block } from '../../../../report/blocks/document.js';
import { joined } from '../../../../report/blocks/pieces.js';
import { createdSince } from '../../../../report/blocks/relative-time.js';
import { formatBytes } from '../../../../report/blocks/units.js';
import { renderText } from '../../../../report/forms/terminal.js';
import { type CommandIo, tell, tellPlain } from '../../../command-io.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions, OptionValues } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliver } from '../../../output/output.js';
import { renderResult } from '../../../output/render.js';

type FormOptions = OptionValues<'split' | 'max'> & Partial<OptionValues<'outer'>>;
type Options = CommandOptions<'output' | 'dry-run' | 'format' | 'quiet'> & FormOptions;

/** Where an archive is written to, and where standard input lies meanwhile; null where it is none of the inputs. */
export interface ArchiveWay {
  readonly output: string;
  readonly spooledInput: string | null;
}

/** What a command that writes an archive tells of it. */
interface WrittenResult {
  readonly status: 'planned' | 'written' | 'refused';
  readonly output: string | null;
}

/** Has an archive written where the options say; `target` reads what that is. Throws UsageError, VarveError `usage`, and what the work throws. */
export async function withArchiveOutput<T>(
  options: Options,
  { io }: Context,
  work: (way: ArchiveWay) => Promise<T>,
  target = targetOf,
): Promise<T> {
  checkStandardOutput(options, io);
  if (options.output !== null) {
    const { path } = target(options.output, options);
    if (!options.quiet) await tellLeftBehind(path, io);
  }
  // What is not written beside the output is written where nobody looks.
  const isAside = options.dryRun ? options.words.includes('-') : options.output === null;
  const withAside = (aside: string | null): Promise<T> => {
    const unwritten = join(aside ?? tmpdir(), `${randomUUID()}.tar`);
    const output = options.output ?? unwritten;
    const beside = aside === null ? output : join(aside, 'input');
    return withInput({ inputs: options.words, beside, signal: io.signal }, (spooledInput) =>
      work({ output, spooledInput }),
    );
  };
  return isAside ? withFolderAside(withAside) : withAside(null);
}

/** Throws VarveError `usage`. */
export function targetOf(output: string, { split, outer, limits }: FormOptions): PackTarget {
  return packTarget(output, archiveForm(split, outer ?? null, limits));
}

/** Says what earlier runs have begun beside the output and not finished; who of them still runs, nobody can tell here. */
async function tellLeftBehind(output: string, io: CommandIo): Promise<void> {
  const nowMs = Date.now();
  const now = { seconds: nowMs / 1000, nanoseconds: 0 };
  for (const { path, sizeBytes, writtenMs } of leftBehind(output)) {
    const since = createdSince(new Date(writtenMs).toISOString(), now);
    const what = `${path} (${formatBytes(sizeBytes)}, written to ${since?.toLowerCase()})`;
    await tell(io, `${what} is an output that was not finished; where no other run is at it, it can be deleted`);
  }
}

/** An archive is nothing to look at, and nothing else may stand beside it. Throws UsageError. */
function checkStandardOutput({ output, dryRun, format, split }: Options, { stdout }: CommandIo): void {
  if (output === null && split !== null) throw new UsageError('--split needs -o FILE: its parts are called after it');
  if (output !== null || dryRun) return;
  if (stdout.isTTY === true) {
    throw new UsageError('a terminal takes no archive: give -o FILE, -o DIR/, a pipe, or --dry-run');
  }
  if (format === 'json')
    throw new UsageError('--format json needs -o FILE: the archive itself goes to standard output');
}

/** Sends an archive that was written to standard output where it belongs there, and tells what was written. */
export async function tellArchive<Result extends WrittenResult>(
  result: Result,
  blocks: (told: Result) => readonly Block[],
  options: Options,
  context: Context,
): Promise<void> {
  const told: Result = options.output === null ? { ...result, output: null } : result;
  if (options.output === null && result.output !== null && result.status === 'written') {
    await sendTo(context.io, result.output);
  }
  if (options.output === null && !options.dryRun) {
    if (options.quiet) return;
    await tellPlain(context.io, joined(renderText(blocks(told), { color: false, width: null })));
    return;
  }
  const toStandardOutput = { ...options, output: null };
  const rendered = renderResult(told, () => blocks(told), toStandardOutput, context, true);
  await deliver(rendered, toStandardOutput, context.io);
}

/** Whoever reads may stop reading. Throws OutputError. */
export async function sendTo({ stdout, signal }: CommandIo, path: string): Promise<void> {
  try {
    await pipeline(createReadStream(path), stdout, { end: false, signal });
  } catch (cause) {
    if (signal.aborted) throw cause;
    if (cause instanceof Error && 'code' in cause && cause.code === 'EPIPE') return;
    throw new OutputError(`standard output was not written: ${messageOf(cause)}`, { cause });
  }
}
