/** An archive on standard input, in a process of its own: whatever the pipe does, the record of the file. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveRecord, Inventory } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import { dockerSave, tar } from '../helpers/archive-builder.js';
import { sweep } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { app, base, largeArchive, ociEntries, outerForms } from './archives.js';

const { at, write } = temporaryFolder();
const module = new URL('../../dist/src/scan/scan.js', import.meta.url).href;

/** A process that scans its standard input and prints the inventory, or the code of what was thrown. */
function start(options = '{}', input: 'pipe' | 'ignore' | number = 'pipe'): ChildProcess {
  const script = `
    import { scan } from ${JSON.stringify(module)};
    const controller = new AbortController();
    process.once('SIGTERM', () => controller.abort());
    process.stderr.write('ready');
    const text = await scan(${JSON.stringify(['-'])}, { workers: 0, signal: controller.signal, ...${options} })
      .then(JSON.stringify, (error) => JSON.stringify({ code: error.code }));
    process.stdout.write(text, () => process.exit());`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: [input, 'pipe', 'pipe'] });
}

async function outputOf(child: ChildProcess): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of child.stdout ?? []) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString());
}

async function pipe(content: Buffer, pieceBytes = content.length, options = '{}'): Promise<Inventory> {
  const child = start(options);
  const output = outputOf(child);
  for (let at = 0; at < content.length; at += pieceBytes) {
    child.stdin?.write(content.subarray(at, at + pieceBytes));
    await sleep(1);
  }
  child.stdin?.end();
  return (await output) as Inventory;
}

let plain: Buffer;
const facts = ({ path: _, ...rest }: ArchiveRecord) => rest;

beforeAll(async () => {
  plain = await tar(ociEntries([base, app]));
});

describe('standard input', () => {
  it.each(sweep(Object.entries(outerForms), 2))(
    'has the record of the same bytes in a file: %s',
    async (form, store) => {
      const content = store(plain);
      write({ [form]: content });
      const { archives } = await scan([at(form)], { workers: 0 });
      const piped = await pipe(content);
      expect(piped.archives.map(({ path }) => path)).toEqual(['-']);
      expect(piped.archives.map(facts)).toEqual(archives.map(facts));
    },
  );

  it('may come in pieces, slowly', async () => {
    const content = outerForms['tar.gz']?.(plain) ?? Buffer.alloc(0);
    expect(await pipe(content, 700)).toEqual(await pipe(content));
  });

  it('may come in a byte, then the rest', async () => {
    const child = start();
    const output = outputOf(child);
    const content = outerForms['tar.zst']?.(plain) ?? Buffer.alloc(0);
    child.stdin?.write(content.subarray(0, 1));
    await sleep(100);
    child.stdin?.end(content.subarray(1));
    expect(((await output) as Inventory).archives).toMatchObject([{ status: 'ok', compression: 'zstd' }]);
  });

  it('that is nothing or no archive is unreadable', async () => {
    const results = [await pipe(Buffer.alloc(0)), await pipe(Buffer.from('hello world'))];
    expect(results.map(({ archives }) => archives[0]?.status)).toEqual(['unreadable', 'unreadable']);
    expect(results.map(({ archives }) => [archives[0]?.sizeBytes, archives[0]?.tarBytes])).toEqual([
      [0, null],
      [11, null],
    ]);
    expect(results.map(({ archives }) => archives[0]?.findings[0]?.code)).toEqual([
      'not-an-image-archive',
      'not-an-image-archive',
    ]);
  });

  it('may be a file, or nothing at all', async () => {
    write({ 'file.tar.xz': outerForms['tar.xz']?.(plain) ?? '' });
    const fd = openSync(at('file.tar.xz'), 'r');
    const fromFile = (await outputOf(start('{}', fd))) as Inventory;
    closeSync(fd);
    const { archives } = await scan([at('file.tar.xz')], { workers: 0 });
    expect(fromFile.archives.map(facts)).toEqual(archives.map(facts));
    const fromNothing = (await outputOf(start('{}', 'ignore'))) as Inventory;
    expect(fromNothing.archives.map(({ status }) => status)).toEqual(['unreadable']);
  });

  it('is read beside a pool', async () => {
    write({ 'large.tar': await largeArchive() });
    const inputs = JSON.stringify([at('large.tar'), '-']);
    const script = `
      import { scan } from ${JSON.stringify(module)};
      process.stdout.write(JSON.stringify(await scan(${inputs}, { workers: 2 })), () => process.exit());`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin?.end(await tar(dockerSave([app], { variant: 'crane' })));
    const { archives } = (await outputOf(child)) as Inventory;
    expect(archives.map(({ path, status }) => [path, status])).toEqual([
      [at('large.tar'), 'ok'],
      ['-', 'ok'],
    ]);
  });

  it.each([
    ['nothing has come', 0],
    ['some has come', 5000],
  ])('can be left while it waits for more, when %s', async (_, bytes) => {
    const child = start();
    const output = outputOf(child);
    child.stdin?.write(plain.subarray(0, bytes));
    await once(child.stderr as Readable, 'data');
    await sleep(100);
    child.kill('SIGTERM');
    expect(await output).toEqual({ code: 'interrupted' });
    await once(child, 'exit');
  });
});
