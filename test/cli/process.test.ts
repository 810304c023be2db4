/** The built program as its own process: signals, closed pipes, redirected input. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { file, tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { writeArchives } from './archives.js';

const program = resolve('dist/src/cli/main.cjs');
const { folder, newFolder } = temporaryFolder();

beforeAll(async () => {
  await writeArchives(folder);
});

function start(...argv: string[]): ChildProcessByStdio<Writable, Readable, Readable> {
  const child = spawn(process.execPath, [program, ...argv], { cwd: folder, stdio: 'pipe' });
  // A child that ends early closes its input; that is its right.
  child.stdin.on('error', () => {});
  return child;
}

async function finish(child: ChildProcessByStdio<Writable, Readable, Readable>) {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { stdout, stderr, code, signal };
}

it('an archive comes in by standard input, named -', async () => {
  const child = start('verify', '-');
  createReadStream(join(folder, 'base.tar')).pipe(child.stdin);
  const { code, stdout } = await finish(child);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok +- /);
});

it('piped input that nobody named is refused', async () => {
  const child = start('verify');
  child.stdin.end();
  const { code, stderr } = await finish(child);
  expect(code).toBe(2);
  expect(stderr).toContain('name - to read standard input');
});

it('a closed standard output ends quietly', async () => {
  const child = start('report', '.');
  child.stdin.end();
  child.stdout.destroy();
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(stderr).not.toMatch(/EPIPE|bug/);
  expect(child.exitCode).toBe(3);
});

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, expected) => {
  it.each(['0', '1'])(`ends a scan with ${expected} and leaves no file (%s workers)`, async (workers) => {
    const empty = newFolder();
    const child = start('scan', '-', '-o', join(empty, 'out.json'), '--workers', workers);
    const start4M = (await tar([file('layer.tar', Buffer.alloc(4_000_000))])).subarray(0, 3_000_000);
    // More than the pipe holds: once it is taken, the program is at work, and then waits for the rest.
    await new Promise((taken) => child.stdin.write(start4M, taken));
    child.kill(signal);
    const { code, stdout, stderr } = await finish(child);
    const left = await readdir(empty);
    expect([code, stdout, stderr, left]).toEqual([expected, '', '', []]);
  });
});
