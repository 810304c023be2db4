/** What is asked on a terminal, and what is piped in instead. What is typed for a secret is not shown. */
import { createInterface } from 'node:readline/promises';
import { PassThrough } from 'node:stream';
import { interruption } from '../../model/error.js';
import type { CommandIo } from '../command-io.js';
import { tellPlain } from '../command-io.js';

const longestSecretBytes = 64 * 1024;

/** The answer to a question. Throws the reason of the signal. */
export async function askLine(question: string, { stderr, signal }: CommandIo): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: stderr });
  try {
    return (await lines.question(question, { signal })).trim();
  } finally {
    lines.close();
  }
}

/** The same, of which nothing is echoed. */
export async function askHidden(question: string, io: CommandIo): Promise<string> {
  await tellPlain(io, question);
  // With a terminal for its input alone, readline has that one echo nothing.
  const lines = createInterface({ input: process.stdin, output: new PassThrough().resume(), terminal: true });
  try {
    return await lines.question('', { signal: io.signal });
  } finally {
    lines.close();
    await tellPlain(io, '\n');
  }
}

/** All that is piped in, without the end of its last line. */
export async function pipedSecret({ signal }: CommandIo): Promise<string> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    if (signal.aborted) throw interruption(signal);
    sizeBytes += piece.length;
    if (sizeBytes > longestSecretBytes) break;
    pieces.push(piece);
  }
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
