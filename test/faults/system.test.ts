/** Signals amid the work, and limits of the system. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { file, rawTar, writeArchives } from '../helpers/archive-builder.js';
import { count, folder, hook, program, runCommand } from './faulty-run.js';
import { writeLargeArchives, writeSharedArchive } from './large-archives.js';

const large = join(folder, 'large');
beforeAll(() => writeLargeArchives(large));

/** Much to look at: many archives, and one of many entries. */
const manyArchives = join(folder, 'many-small');
const manyEntries = join(folder, 'entries.tar');
const parts = 80;
beforeAll(() => {
  writeArchives(manyArchives, parts);
  writeFileSync(manyEntries, rawTar(Array.from({ length: parts }, (_, i) => file(`f${i}`, 'x'.repeat(10_000)))));
});

/** Sends the signal when the first read that the fault slows down has begun. Counts these reads, of 100 ms each. */
async function signalled(signal: 'SIGINT' | 'SIGTERM', name: string, fromByte: number, words: readonly string[]) {
  const countFile = join(folder, `${signal}-${name}-started`);
  const fault = { kind: 'slow', file: '.tar', fromByte, countFile };
  const child = spawn(process.execPath, ['--import', hook, program, ...words], {
    env: { ...process.env, VARVE_FAULT: JSON.stringify(fault) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  while (!existsSync(countFile)) await sleep(20);
  const sentAt = Date.now();
  child.kill(signal);
  const [code] = await ended;
  count(`${signal} amid the work`);
  count('milliseconds until the slowest of these had ended', 0);
  slowest(Date.now() - sentAt);
  return { code, output: await output, reads: readFileSync(countFile).length };
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, expected) => {
  it.each(['0', '2'])(`ends the hashing with ${expected} and leaves no file (%s workers)`, async (workers) => {
    const place = join(folder, `${signal}-${workers}`);
    mkdirSync(place);
    const words = ['scan', large, '-o', join(place, 'out.json'), '--cache', join(place, 'cache'), '--workers', workers];
    const { code, output } = await signalled(signal, workers, 5_000_000, words);
    expect([code, output]).toEqual([expected, ['', '']]);
    expect(readdirSync(place, { recursive: true }).filter((name) => /out|tmp/.test(String(name)))).toEqual([]);
  });

  it.each([
    ['the search of a folder', manyArchives, 0],
    ['the reading of headers', manyEntries, 4096],
  ])(`ends %s with ${expected}, and long before it is done`, async (name, path, fromByte) => {
    const { code, output, reads } = await signalled(signal, name, fromByte, ['ls', path]);
    expect([code, output]).toEqual([expected, ['', '']]);
    expect(reads).toBeLessThan(parts / 2);
  });
});

let slowestMs = 0;
function slowest(ms: number): void {
  count('milliseconds until the slowest of these had ended', Math.max(0, ms - slowestMs));
  slowestMs = Math.max(slowestMs, ms);
}

describe('file descriptors', () => {
  const many = join(folder, 'many');
  beforeAll(() => void writeArchives(many, 1000));

  function limited(descriptors: number, words: readonly string[], input?: string) {
    const line = `ulimit -n ${descriptors}; exec "${process.execPath}" "${program}" "$@"`;
    return runCommand('bash', ['-c', line, 'varve', ...words], input === undefined ? {} : { input });
  }

  it.each(['0', '2'])('that are 64 are enough for a thousand archives, with %s workers', async (workers) => {
    const { code, stdout, stderr } = await limited(64, ['verify', many, '--format', 'json', '--workers', workers]);
    count('a thousand archives with 64 file descriptors');
    expect([code, stderr]).toEqual([0, '']);
    const { summary } = JSON.parse(stdout) as { summary: { archives: number; errors: number } };
    expect(summary).toMatchObject({ archives: 1000, errors: 0 });
  });

  it.each([18, 19, 20, 21, 22])('that are %d end the run in order, with what was found or why not', async (most) => {
    const { code, stdout, stderr } = await limited(most, ['verify', large, resolve('samples'), '--workers', '2']);
    count('file descriptors that run out');
    expect([1, 3, 4]).toContain(code);
    expect(`${stdout}${stderr}`).toMatch(/^Checked .* archives: |EMFILE/m);
    expect(stderr).not.toContain('bug');
  });

  it.each([20, 22, 24, 26, 28, 30, 64])('that are %d lose nothing of standard input', async (most) => {
    const input = join(folder, 'input.tar.gz');
    writeSharedArchive(input);
    const words = ['verify', '-', '--format', 'json', '--workers'];
    const { code, stdout, stderr } = await limited(most, [...words, '2'], input);
    count('file descriptors that run out');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe((await limited(64, [...words, '0'], input)).stdout);
  });
});
