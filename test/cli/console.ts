/** A terminal, a pipe and an environment for one run inside the test's process. */
import { PassThrough, Readable } from 'node:stream';
import type { CommandIo } from '../../src/cli/command-io.js';
import { runProgram } from '../../src/cli/run.js';

export interface ConsoleFacts {
  readonly env?: Readonly<Record<string, string>>;
  readonly pipedInput?: boolean;
  /** Columns of a terminal; without them, both outputs are pipes. */
  readonly columns?: number;
  readonly signal?: AbortSignal;
  /** What somebody types. */
  readonly typed?: string;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What stands behind the streams of a run, for tests that look at a part of it. */
export function openConsole({ env = {}, pipedInput = false, columns, signal, typed }: ConsoleFacts = {}) {
  const stdout = collect(columns);
  const stderr = collect(columns);
  const io: CommandIo = {
    stdout: stdout.stream,
    stderr: stderr.stream,
    ...(typed === undefined ? {} : { stdin: Readable.from([typed]) }),
    env,
    pipedInput,
    signal: signal ?? new AbortController().signal,
  };
  return { io, stdout: stdout.text, stderr: stderr.text };
}

/** Runs `varve` with these words. */
export async function varve(argv: readonly string[], facts: ConsoleFacts = {}): Promise<Ended> {
  const { io, stdout, stderr } = openConsole(facts);
  const code = await runProgram(argv, io);
  return { code, stdout: stdout(), stderr: stderr() };
}

function collect(columns: number | undefined) {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const traits = columns === undefined ? {} : { isTTY: true, columns };
  return { stream: Object.assign(stream, traits), text: () => Buffer.concat(chunks).toString() };
}
