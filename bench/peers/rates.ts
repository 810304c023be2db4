/**
 * The limit and how near the digest phase comes to it, in the same rounds: SHA-256 by `openssl speed` and a plain read of
 * the same files, each on all processors at once, and the digest stage over those files.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { median, rounded } from '../statistics.js';
import { isThere, readAll, run } from './processes.js';

const cores = availableParallelism();

/** Bytes a second, of all cores together unless the name says otherwise. */
interface Rates {
  readonly sha256OneCore: number;
  readonly sha256: number;
  readonly read: number;
  readonly digestPhase: number;
}

/** The medians of the rounds, and the limit that follows: each core reads and then hashes. Empty without openssl. */
export async function measureRates(files: readonly string[], rounds: number): Promise<Record<string, number>> {
  if (!isThere('openssl')) return {};
  const samples: Rates[] = [];
  for (let round = 0; round < rounds; round++) {
    readAll(files);
    const read = await readRate(files);
    samples.push({ read, sha256OneCore: hashRate(1), sha256: hashRate(cores), digestPhase: digestPhaseRate(files) });
  }
  const of = (name: keyof Rates): number => rounded(median(samples.map((sample) => sample[name])));
  const [sha256, read] = [of('sha256'), of('read')];
  const limit = rounded(1 / (1 / sha256 + 1 / read));
  return { sha256OneCore: of('sha256OneCore'), sha256, read, limit, digestPhase: of('digestPhase') };
}

/** By so many processes of openssl at the same time, for a second. */
function hashRate(processes: number): number {
  const options = ['-mr', '-seconds', '1', '-bytes', `${1024 * 1024}`, '-multi', `${processes}`, '-evp', 'sha256'];
  const { stdout } = run({ argv: ['openssl', 'speed', ...options] });
  return Number(stdout.trim().split('\n').at(-1)?.split(':').at(-1));
}

function digestPhaseRate(files: readonly string[]): number {
  return rateOf(run({ argv: [process.execPath, 'dist/bench/peers/digest-phase.js', ...files] }).stdout);
}

/** All cores read at the same time: each all files, so that none is done before the others. */
async function readRate(files: readonly string[]): Promise<number> {
  const outputs = await Promise.all(
    Array.from({ length: cores }, () => outputOf(process.execPath, ['dist/bench/peers/read-files.js', ...files])),
  );
  return outputs.reduce((sum, output) => sum + rateOf(output), 0);
}

function outputOf(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${program} ends with ${code}`))));
  });
}

/** `bytes milliseconds` as bytes a second. */
function rateOf(output: string): number {
  const [bytes = 0, elapsedMs = 1] = output.trim().split(' ').map(Number);
  return (bytes / elapsedMs) * 1000;
}
