/**
 * One large gzip layer on more cores than one: what this machine takes with each number of threads that it has cores for,
 * and what the scheduler makes of the measured costs on 1 to 16 (split-model.ts).
 *
 *   npm run bench:cores -- ARCHIVE [ROUNDS]     the largest gzip layer in it counts, or the archive as a whole; 5 rounds
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { LayerScan } from '../../src/archive/layer-scan.js';
import { createDecoder } from '../../src/codec/create-decoder.js';
import { resolveGuesses } from '../../src/codec/gzip/guessed-window.js';
import { decodeSegment } from '../../src/codec/gzip/segment.js';
import { limits } from '../../src/model/limits.js';
import { mostHelpers } from '../../src/threads/split/helping-thread.js';
import { usualSplitting } from '../../src/threads/split/split-choice.js';
import { mostSlots, slotsPerThread } from '../../src/threads/split/split-jobs.js';
import { median, rounded } from '../statistics.js';
import { membersOf } from '../tar-members.js';
import { type StretchCosts, splitEnd } from './split-model.js';

interface Stretch {
  readonly file: number;
  readonly offset: number;
  readonly size: number;
}

const [path, rounds = '5'] = process.argv.slice(2);
if (path === undefined) throw new TypeError('which archive?');
const file = openSync(path, 'r');
const layer = largestGzip(file, statSync(path).size);
const threadCounts = [1, 2, 3, 4, 6, 8, 12, 16];
const simulated = { helpers: mostHelpers, slotsPerThread, slots: mostSlots };

const measured = Array.from({ length: Number(rounds) }, () => measureCosts(layer));
const cost = (of: (costs: Costs) => number): number => median(measured.map(of));
const [decode, rest, stored, ahead] = [
  cost((c) => c.decode),
  cost((c) => c.rest),
  cost((c) => c.stored),
  cost((c) => c.ahead),
];
console.log(
  `${layer.size} bytes of gzip become ${measured[0]?.bytes}. Nanoseconds a byte of what it becomes, one thread:`,
);
console.log(
  `decode ${rounded(decode)}, hash and scan ${rounded(rest)}, stored digest ${rounded(stored)}, decode ahead ${rounded(ahead)}`,
);

console.log('\nBy simulation with these costs: so many times as fast as one thread');
const stretches = Math.max(1, Math.floor(layer.size / usualSplitting.segmentBytes));
const costsOf = (threads: number): StretchCosts => {
  const alone = decode + rest + stored;
  // From four threads on another one hashes the stored bytes.
  return { alone: threads < 4 ? alone : decode + rest, ahead, rest: threads < 4 ? rest + stored : rest };
};
for (const threads of threadCounts.filter((count) => count > 2)) {
  const one = stretches * (decode + rest + stored);
  const end = splitEnd({ layers: 1, stretches, threads }, costsOf(threads), simulated);
  const many = splitEnd(
    { layers: 38, stretches, threads },
    { alone: decode + rest + stored, ahead, rest: rest + stored },
    simulated,
  );
  console.log(
    `${`${threads}`.padStart(2)} threads: one layer ${rounded(one / end)}; 38 layers take ${rounded(many / one)} times one`,
  );
}

console.log('\nvarve verify, in turns: seconds');
const counts = threadCounts.filter((count) => count <= availableParallelism());
const times = counts.map((): number[] => []);
for (let round = 0; round < Number(rounds); round++) {
  for (const [i, workers] of counts.entries()) {
    const startedMs = performance.now();
    spawnSync(process.execPath, ['dist/src/cli/main.cjs', 'verify', '--workers', `${workers}`, path]);
    times[i]?.push((performance.now() - startedMs) / 1000);
  }
}
for (const [i, workers] of counts.entries()) {
  const ratio = median(times[0] ?? []) / median(times[i] ?? []);
  console.log(
    `${`${workers}`.padStart(2)} threads: ${rounded(median(times[i] ?? []))}, ${rounded(ratio)} times as fast as one`,
  );
}
closeSync(file);

function largestGzip(archive: number, sizeBytes: number): Stretch {
  const isGzip = (offset: number): boolean => {
    const magic = Buffer.alloc(2);
    readSync(archive, magic, 0, 2, offset);
    return magic.readUInt16BE() === 0x1f8b;
  };
  if (isGzip(0)) return { file: archive, offset: 0, size: sizeBytes };
  const found = [...membersOf(archive)].filter(({ content }) => isGzip(content)).sort((a, b) => b.size - a.size)[0];
  if (found === undefined) throw new TypeError('no gzip layer in it');
  return { file: archive, offset: found.content, size: found.size };
}

interface Costs {
  readonly decode: number;
  readonly rest: number;
  readonly stored: number;
  readonly ahead: number;
  readonly bytes: number;
}

/** Processor time, also where others want the processors meanwhile: of the parts by the clock, as much of each as of the whole. */
function measureCosts({ file: from, offset, size }: Stretch): Costs {
  const read = (target: Uint8Array, at: number): number =>
    readSync(from, target, 0, Math.min(target.length, Math.max(0, size - at)), offset + at);
  const decoder = createDecoder('gzip');
  if (decoder instanceof Promise) throw new TypeError('gzip is decoded at once');
  const [storedHash, hash, scan] = [createHash('sha256'), createHash('sha256'), new LayerScan(limits)];
  const spent = { rest: 0, stored: 0 };
  let bytes = 0;
  const started = beginTiming();
  const sink = (made: Uint8Array): void => {
    const before = performance.now();
    bytes += made.length;
    hash.update(made);
    scan.push(Buffer.from(made.buffer, made.byteOffset, made.byteLength));
    spent.rest += performance.now() - before;
  };
  const buffer = Buffer.alloc(128 * 1024);
  for (let at = 0; at < size; ) {
    const length = read(buffer, at);
    at += length;
    const before = performance.now();
    storedHash.update(buffer.subarray(0, length));
    spent.stored += performance.now() - before;
    decoder.write(buffer.subarray(0, length), sink);
  }
  const { clockMs, usedMs } = started();
  decoder.close();
  const perByte = (ms: number): number => (((ms * usedMs) / clockMs) * 1e6) / bytes;
  const decodeMs = clockMs - spent.rest - spent.stored;
  return {
    decode: perByte(decodeMs),
    rest: perByte(spent.rest),
    stored: perByte(spent.stored),
    ahead: measureAhead(read, size),
    bytes,
  };
}

function measureAhead(read: (target: Uint8Array, at: number) => number, size: number): number {
  const { segmentBytes } = usualSplitting;
  const room = { made: new Uint8Array(8 * segmentBytes), other: new Uint8Array(6 * segmentBytes) };
  const window = new Uint8Array(32 * 1024);
  let [ms, bytes] = [0, 0];
  for (let from = segmentBytes; from + 2 * segmentBytes < size; from += segmentBytes) {
    const started = beginTiming();
    const segment = decodeSegment({ from, to: from + segmentBytes, read }, room);
    const guessed = segment?.guessedBytes ?? 0;
    resolveGuesses(room.made.subarray(0, guessed), room.other.subarray(0, guessed), window, window.length);
    // What fails counts as well: it costs its time, and is decoded again.
    ms += started().usedMs;
    bytes += segment?.lengthBytes ?? 0;
  }
  return (ms * 1e6) / bytes;
}

/** Returns what the clock and the processors have gone on since. */
function beginTiming(): () => { readonly clockMs: number; readonly usedMs: number } {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { clockMs: performance.now() - startedMs, usedMs: (user + system) / 1000 };
  };
}
