/** Standard input by threads of its own, in a process of its own: whatever comes and however, the record that one thread gives. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { json, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/model/results/inventory.js';
import {
  dockerSave,
  file,
  flipByte,
  gzip,
  image,
  layer,
  rawHeader,
  rawTar,
  seededRandom,
  zstd,
} from '../helpers/archive-builder.js';
import { sweep } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { writeFile } = temporaryFolder();
const mebibyte = 1024 ** 2;
const heldBytes = 8 * mebibyte;
const program = new URL('../../dist/src/cli/main.cjs', import.meta.url).pathname;
const module = new URL('../../dist/src/scan/scan.js', import.meta.url).href;

const noise = seededRandom(8).bytes(10 * mebibyte);
const archiveOf = (content: Buffer): Buffer =>
  rawTar(dockerSave([image({ layers: [layer({ files: [{ path: 'a', content }] })] })], { variant: 'podman' }));
const archive = archiveOf(noise);
const codecs = { gzip: (content: Buffer) => gzip(content, { level: 0 }), zstd } as const;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

interface Scanned {
  readonly inventory: Inventory;
  /** How many threads were started. */
  readonly threads: number;
}

/** A process that scans its standard input. */
function start(options: object): Child {
  const script = `
    import { scan } from ${JSON.stringify(module)};
    let threads = 0;
    process.on('worker', () => threads++);
    const inventory = await scan(['-'], ${JSON.stringify(options)});
    process.stdout.write(JSON.stringify({ inventory, threads }), () => process.exit());`;
  // Not by `-e`: no thread starts with that.
  return quiet(spawn(process.execPath, [writeFile('scan.mjs', script)], { stdio: 'pipe' }));
}

/** A child may end before it has read all. */
function quiet(child: Child): Child {
  child.stdin.on('error', () => {});
  return child;
}

async function scanned(content: Buffer, options: object = { workers: 2 }): Promise<Scanned> {
  const child = start(options);
  child.stdin.end(content);
  return (await json(child.stdout)) as Scanned;
}

/** What two threads give, which has to be what one does. */
async function compared(content: Buffer, changed: object = {}): Promise<Scanned> {
  const alone = await scanned(content, { workers: 0, ...changed });
  const together = await scanned(content, { workers: 2, ...changed });
  expect(alone.threads).toBe(0);
  expect(JSON.stringify(together.inventory)).toBe(JSON.stringify(alone.inventory));
  return together;
}

const statusOf = ({ inventory }: Scanned): string | undefined => inventory.archives[0]?.status;

describe.each(Object.entries(codecs))('standard input that is long and compressed with %s', (_, compress) => {
  const stored = compress(archive);

  const inputs: readonly (readonly [name: string, content: Buffer, status: string])[] = [
    ['whole', stored, 'ok'],
    ['cut short', stored.subarray(0, 9 * mebibyte), 'failed'],
    ['damaged in its middle', flipByte(stored, 5 * mebibyte), 'failed'],
    ['damaged in its structure', Buffer.concat([stored.subarray(0, 9 * mebibyte), Buffer.alloc(99), stored]), 'failed'],
    ['of no tar', compress(noise), 'unreadable'],
    ['of an archive and something behind it', Buffer.concat([stored, noise]), 'failed'],
  ];

  it.each(sweep(inputs, 2))('has the same record by threads: %s', async (_name, content, status) => {
    const result = await compared(content);
    expect([result.threads, statusOf(result)]).toEqual([2, status]);
  });
});

describe('standard input that is long and compressed', () => {
  it.each(sweep(Object.entries(codecs), 1))('may come slowly, and in little pieces: %s', async (_, compress) => {
    const stored = compress(archive);
    const child = start({ workers: 2 });
    const output = json(child.stdout);
    for (let at = 0; at < stored.length; at += 4099) {
      child.stdin.write(stored.subarray(at, at + 4099));
      if (at % (64 * 4099) === 0) await sleep(10);
    }
    child.stdin.end();
    const { inventory, threads } = (await output) as Scanned;
    expect([inventory, threads]).toEqual([(await scanned(stored, { workers: 0 })).inventory, 2]);
  });
});

describe('the threads of standard input', () => {
  const small = zstd(archiveOf(noise.subarray(0, 7 * mebibyte)));
  const ofSize = (sizeBytes: number): Buffer =>
    zstd(archiveOf(noise.subarray(0, 7 * mebibyte)), { skippable: [Buffer.alloc(sizeBytes - small.length - 8)] });

  const lengths = [
    [-1, 0],
    [1, 2],
    [0, 2],
  ] as const;

  it.each(sweep(lengths, 2))('are there from a length on: %d bytes beyond it', async (beyond, threads) => {
    const content = ofSize(heldBytes + beyond);
    expect(content).toHaveLength(heldBytes + beyond);
    expect(await compared(content)).toMatchObject({ threads, inventory: { archives: [{ status: 'ok' }] } });
  });

  const without: readonly (readonly [where: string, content: Buffer, options: object])[] = [
    ['for what is not compressed', archive, { workers: 2 }],
    ['where headers are enough', zstd(archive), { workers: 2, verify: false }],
    ['where one thread is asked for', zstd(archive), { workers: 1 }],
    ['where no number of threads is asked for', zstd(archive), {}],
  ];

  it.each(sweep(without, 2))('are not there %s', async (_, content, options) => {
    const alone = await scanned(content, { ...options, workers: 0 });
    expect(await scanned(content, options)).toEqual({ ...alone, threads: 0 });
  });

  it('end at a bomb, and wait for no more of it', async () => {
    const limits = { expansionRatio: 2, freeExpansionBytes: mebibyte };
    const bomb = Buffer.concat([
      gzip(rawTar([file('a', noise)], { endBlocks: 0 }), { level: 0 }),
      gzipSync(Buffer.alloc(40 * mebibyte)),
    ]);
    const alone = await scanned(Buffer.concat([bomb, noise]), { workers: 0, limits });
    const child = start({ workers: 2, limits });
    const output = json(child.stdout);
    const broken = once(child.stdin, 'error');
    child.stdin.write(bomb);
    // There is always more to come.
    const writing = setInterval(() => child.stdin.write(noise.subarray(0, mebibyte)), 20);
    expect(await output).toEqual({ ...alone, threads: 2 });
    expect(alone.inventory.archives[0]?.findings.map(({ code }) => code)).toContain('limit-exceeded');
    expect(await broken).toMatchObject([{ code: 'EPIPE' }]);
    clearInterval(writing);
  });
});

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s to threads of standard input', (signal, expected) => {
  const zeros = gzipSync(Buffer.alloc(50 * mebibyte));
  const huge = 2000 * mebibyte;
  const header = rawHeader({ name: 'huge', claimedSizeBytes: huge, sizeEncoding: 'base-256' });
  const first = gzip(Buffer.concat([header, noise]), { level: 0 });

  const moments = [
    ['while they decode', [first, ...Array.from({ length: 30 }, () => zeros)]],
    ['while the threads wait for more', [first]],
    ['while its start is held', [zstd(archive).subarray(0, mebibyte)]],
  ] as const;

  it.each(sweep(moments, 2))(`ends with ${expected} %s`, async (_, parts) => {
    const child = quiet(spawn(process.execPath, [program, 'verify', '-', '--workers', '2'], { stdio: 'pipe' }));
    const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    await new Promise((taken) => child.stdin.write(Buffer.concat(parts), taken));
    await sleep(300);
    child.kill(signal);
    expect(await output).toEqual(['', '', [expected, null]]);
  });
});
