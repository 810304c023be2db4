/** What every source of bytes promises, held for each kind: a file, standard input, memory, and one that answers late. */

import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readContent } from '../../src/archive/entry-content.js';
import { indexTar, walkTar } from '../../src/archive/tar/tar-index.js';
import { parseDigest } from '../../src/model/digest.js';
import { limits } from '../../src/model/limits.js';
import { openBody } from '../../src/observe/body-source.js';
import { observeBlob } from '../../src/observe/observe-blob.js';
import { observeStream } from '../../src/observe/stream/observe-stream.js';
import { openBlob } from '../../src/remote/input/blob-source.js';
import { type ByteSource, fill } from '../../src/sources/byte-source.js';
import { openFile } from '../../src/sources/file-source.js';
import { fileAt } from '../../src/sources/location.js';
import { openSource } from '../../src/sources/open-source.js';
import { inTurns } from '../../src/sources/steps.js';
import { digestOf, file, gzip, layer, rawTar } from '../helpers/archive-builder.js';
import { lateSource, memorySource } from '../helpers/byte-sources.js';
import { seededRandom } from '../helpers/seeded-random.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { blobJob, workerContext } from '../observe/jobs.js';
import { MemoryRegistry } from '../remote/input/memory-registry.js';

const { writeFile } = temporaryFolder();
const bytes = seededRandom(5).bytes(200_001);

function blobOf(content: Buffer): ByteSource {
  const registry = new MemoryRegistry();
  const digest = parseDigest(digestOf(content));
  registry.repository('team/app').blobs.set(digest, content);
  const blob = { kind: 'blob', registry: registry.host, repository: 'team/app', digest } as const;
  return openBlob(registry, blob, content.length);
}

const kinds: Readonly<Record<string, (content: Buffer) => ByteSource>> = {
  'a file': (content) => openSource(fileAt(writeFile('source', content)), undefined),
  'a file in parts': (content) => {
    const sizes = [1, 70_000, 0, 512, content.length - 70_513];
    const parts = sizes.map((sizeBytes, at) => {
      const before = sizes.slice(0, at).reduce((sum, size) => sum + size, 0);
      return { path: writeFile(`part${at}`, content.subarray(before, before + sizeBytes)), sizeBytes };
    });
    return openSource({ kind: 'parts', path: 'parts', startBytes: 0, parts }, undefined);
  },
  memory: memorySource,
  'a blob of a registry': blobOf,
  'a late source': (content) => lateSource(content),
};

describe.each(Object.entries(kinds))('%s as a source of bytes', (_, open) => {
  it('gives all its bytes from the start to the end, at least one at a time', async () => {
    const source = open(bytes);
    const target = Buffer.alloc(70_000);
    const parts: Buffer[] = [];
    for (let at = 0; ; ) {
      const read = await source.read(target, at);
      if (read === 0) break;
      parts.push(Buffer.from(target.subarray(0, read)));
      at += read;
    }
    source.close();
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  });

  it('gives the bytes of any position, and none behind the end', async () => {
    const source = open(bytes);
    expect([source.sizeBytes, source.seekable]).toEqual([bytes.length, true]);
    for (const [from, length] of [
      [0, 1],
      [199_990, 20],
      [5, 4096],
      [100_000, 100_001],
      [0, 200_001],
    ] as const) {
      const target = Buffer.alloc(length);
      const read = await fill(source, target, from);
      expect(target.subarray(0, read).equals(bytes.subarray(from, from + length))).toBe(true);
      expect(read).toBe(Math.min(length, bytes.length - from));
    }
    expect(await fill(source, Buffer.alloc(9), bytes.length)).toBe(0);
    expect(await fill(source, Buffer.alloc(0), 3)).toBe(0);
    source.close();
  });

  it('has an identity that stays, and may be closed more than once', async () => {
    const source = open(bytes);
    expect(await source.identity()).toBe(await source.identity());
    expect(await source.identity()).not.toBeNull();
    source.close();
    source.close();
  });
});

it('a file has another identity once it was written to', () => {
  const path = writeFile('changing', 'a');
  const before = openFile(path);
  const first = before.identity();
  before.close();
  writeFile('changing', 'ab');
  const after = openFile(path);
  expect(after.identity()).not.toBe(first);
  after.close();
});

it('a file that is not there is unreadable, by its name', () => {
  expect(() => openSource(fileAt('/nowhere/a'), undefined)).toThrowError(
    expect.objectContaining({ code: 'input-unreadable', message: expect.stringContaining('/nowhere/a') }),
  );
});

it('standard input gives all its bytes once, from a pipe and from a file, and knows no end and no identity', () => {
  const module = pathToFileURL(resolve('dist/src/sources/standard-input.js')).href;
  const script = `
    const { openStandardInput } = await import(${JSON.stringify(module)});
    const source = openStandardInput(undefined);
    const target = Buffer.alloc(70_000);
    const parts = [];
    for (let at = 0; ; ) {
      const read = await source.read(target, at);
      if (read === 0) break;
      parts.push(Buffer.from(target.subarray(0, read)));
      at += read;
    }
    const facts = JSON.stringify([source.sizeBytes, source.seekable, source.identity()]);
    source.close();
    source.close();
    process.stdout.write(facts + require('node:crypto').hash('sha256', Buffer.concat(parts)));`;
  const digest = hash('sha256', bytes);
  const code = `const require = (await import('node:module')).createRequire(import.meta.url);${script}`;
  const words = ['--input-type=module', '--eval', code];
  const piped = spawnSync(process.execPath, words, { input: bytes, encoding: 'utf8' });
  const path = writeFile('input', bytes);
  const shell = spawnSync('sh', ['-c', '"$0" "$@" < "$INPUT"', process.execPath, ...words], {
    encoding: 'utf8',
    env: { ...process.env, INPUT: path },
  });
  expect([piped.stdout, shell.stdout]).toEqual([`[null,false,null]${digest}`, `[null,false,null]${digest}`]);
});

describe('what reads is the same over a source that answers late', () => {
  const content = gzip(
    layer({
      files: [
        { path: 'a', content: bytes },
        { path: 'b', content: 'x' },
      ],
    }).tar,
  );
  const plain = rawTar([
    file('manifest.json', '[]'),
    file('blob', content),
    { ...file('n'.repeat(150), 'y'), longNames: 'gnu' },
  ]);

  it('the index of a tar', async () => {
    for (const seed of [1, 2, 3]) {
      expect(await inTurns(walkTar(lateSource(plain, seed), limits), undefined)).toEqual(
        indexTar(memorySource(plain), limits),
      );
    }
  });

  it('the observation of a body, from any place in its source', async () => {
    const source = Buffer.concat([Buffer.alloc(777), content]);
    const job = blobJob('late', content.length, { offsetBytes: 777, layer: ['sha256'], probes: ['files'] });
    const atOnce = await observeBlob(job, workerContext(), openBody(job, memorySource(source)));
    const late = await observeBlob(job, workerContext(), openBody(job, lateSource(source)));
    expect(late).toEqual(atOnce);
    expect(late).toMatchObject({ compression: 'gzip', layer: { ok: true } });
  });

  it('the pass over an archive', async () => {
    const archive = gzip(plain);
    const job = {
      kind: 'stream',
      location: fileAt('late'),
      sizeBytes: archive.length,
      bodies: true,
      probes: [],
    } as const;
    const atOnce = await observeStream(job, workerContext(), memorySource(archive));
    expect(await observeStream(job, workerContext(), lateSource(archive))).toEqual(atOnce);
    expect(atOnce.bodies.size).toBe(3);
  });

  it('the content of a sparse file', async () => {
    const pieces = [
      { offsetBytes: 10, lengthBytes: 5000, storedAtBytes: 0 },
      { offsetBytes: 9000, lengthBytes: 3000, storedAtBytes: 5000 },
    ];
    const sparse = { form: 'pax', sizeBytes: 20_000, pieces, refusal: null } as const;
    const place = { dataOffsetBytes: 100, sparse };
    const [now, later] = [Buffer.alloc(20_000), Buffer.alloc(20_000, 1)];
    expect(readContent(memorySource(bytes), place, now, 0)).toBe(20_000);
    expect(await readContent(lateSource(bytes), place, later, 0)).toBe(20_000);
    expect(later.equals(now)).toBe(true);
  });

  it('a body whose source has shrunk is unreadable', async () => {
    const job = blobJob('late', 500);
    const body = openBody(job, lateSource(Buffer.alloc(499)));
    await expect(observeBlob(job, workerContext(), body)).rejects.toMatchObject({ code: 'input-unreadable' });
  });
});
