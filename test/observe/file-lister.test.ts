/** Lists of the files of layers: what they hold against what was written, by whatever way the layer comes, and their limits. */

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type FileList, type FileListRefusal, filesOf, type LayerFile } from '../../src/model/file-list.js';
import { observeBlob } from '../../src/observe/observe-blob.js';
import type { WorkContext } from '../../src/observe/work-context.js';
import { gzip, layer, type RawEntry, rawTar, type LayerFile as Written, zstd } from '../helpers/archive-builder.js';
import { chunksOf, type SparseForm, sparseEntry, sparseFile } from '../helpers/sparse-files.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { blobJob, workerContext } from './jobs.js';

const { writeFile } = temporaryFolder();
const hex = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

async function listOf(stored: Buffer, context: WorkContext = workerContext()): Promise<FileList | FileListRefusal> {
  const path = writeFile('layer', stored);
  const { layer: found } = await observeBlob(
    blobJob(path, stored.length, { layer: ['sha256'], probes: ['files'] }),
    context,
  );
  if (found === null || !found.ok || found.found?.files === undefined) throw new RangeError('no list was made');
  return found.found.files;
}

async function filesIn(stored: Buffer, context?: WorkContext): Promise<LayerFile[]> {
  const list = await listOf(stored, context);
  if ('refusal' in list) throw new RangeError(list.refusal);
  return [...filesOf(list)];
}

async function refusalOf(entries: readonly RawEntry[], context?: WorkContext): Promise<string> {
  const list = await listOf(rawTar(entries), context);
  return 'refusal' in list ? list.refusal : 'none';
}

const plain = { mode: 0o644, uid: 0, gid: 0, sizeBytes: 0, target: '', sha256: '', attributes: '' };
const big = Buffer.alloc(3 * 1024 ** 2, 'big ');
const files: readonly Written[] = [
  { path: './', type: 'directory', mode: 0o700 },
  { path: 'bin/', type: 'directory' },
  { path: 'bin/sh', content: 'shell', mode: 0o4755, uid: 1, gid: 2 },
  { path: 'bin/big', content: big },
  { path: 'bin/empty' },
  { path: 'bin/ash', type: 'link', linkname: 'bin/sh' },
  { path: 'lib', type: 'symlink', linkname: 'usr/lib' },
  { path: 'dev/tty', type: 'character-device', device: [5, 0], mode: 0o666 },
  { path: 'dev/sda', type: 'block-device', device: [8, 16] },
  { path: 'run/pipe', type: 'fifo' },
  { path: 'etc/.wh.passwd' },
];
const expected: readonly LayerFile[] = [
  { ...plain, path: '', type: 'directory', mode: 0o700 },
  { ...plain, path: 'bin', type: 'directory', mode: 0o755 },
  { ...plain, path: 'bin/sh', type: 'file', mode: 0o4755, uid: 1, gid: 2, sizeBytes: 5, sha256: hex('shell') },
  { ...plain, path: 'bin/big', type: 'file', sizeBytes: big.length, sha256: hex(big) },
  { ...plain, path: 'bin/empty', type: 'file', sha256: hex('') },
  { ...plain, path: 'bin/ash', type: 'link', target: 'bin/sh' },
  { ...plain, path: 'lib', type: 'symlink', mode: 0o777, target: 'usr/lib' },
  { ...plain, path: 'dev/tty', type: 'character', mode: 0o666, target: '5:0' },
  { ...plain, path: 'dev/sda', type: 'block', target: '8:16' },
  { ...plain, path: 'run/pipe', type: 'fifo' },
  { ...plain, path: 'etc/.wh.passwd', type: 'file', sha256: hex('') },
];

describe('the list of the files of a layer', () => {
  const { tar } = layer({ files });

  it.each([
    ['plain', tar],
    ['gzip', gzip(tar)],
    ['zstd', zstd(tar)],
  ])('has every entry with what its header says and the digest of its content: %s', async (_, stored) => {
    expect(await filesIn(stored)).toEqual(expected);
  });

  it('is the same with the portable engine', async () => {
    expect(await filesIn(layer({ files: files.slice(0, 3) }).tar, workerContext('noble'))).toEqual(
      expected.slice(0, 3),
    );
  });

  it('is made only where it is asked for', async () => {
    const path = writeFile('layer', tar);
    const { layer: found } = await observeBlob(blobJob(path, tar.length, { layer: ['sha256'] }), workerContext());
    expect(found).toMatchObject({ ok: true });
    expect(found).not.toHaveProperty('files');
  });

  it('has names and targets of any length, by GNU headers and by PAX records', async () => {
    const path = `${'long-folder/'.repeat(30)}name`;
    const target = 'x/'.repeat(150);
    for (const longNames of ['gnu', 'pax'] as const) {
      const found = await filesIn(rawTar([{ name: path, type: 'symlink', linkname: target, longNames }]));
      expect(found).toEqual([{ ...plain, path, type: 'symlink', mode: 0o777, target }]);
    }
  });

  it('has every byte of a name that is no UTF-8', async () => {
    const tarOf = rawTar([{ name: 'caf_' }]);
    tarOf[3] = 0xe9;
    tarOf.fill(' ', 148, 156);
    const sum = tarOf.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    tarOf.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect((await filesIn(tarOf))[0]?.path).toBe('caf\xe9');
  });

  it('has size and owner of PAX records', async () => {
    const pax = { size: '4', uid: '3000000', gid: '3000001' };
    const found = await filesIn(rawTar([{ name: 'x', content: Buffer.from('four'), pax }]));
    expect(found).toEqual([
      { ...plain, path: 'x', type: 'file', uid: 3_000_000, gid: 3_000_001, sizeBytes: 4, sha256: hex('four') },
    ]);
  });

  it('has extended attributes in the order of their names, in hexadecimal', async () => {
    const pax = { 'SCHILY.xattr.user.z': 'z\0', 'SCHILY.xattr.security.capability': 'é' };
    const found = await filesIn(rawTar([{ name: 'x', pax }]));
    expect(found[0]?.attributes).toBe('security.capability=c3a9,user.z=7a00');
  });

  it('is refused where readers see other files in the tar', async () => {
    const reason = await refusalOf([
      { name: 'x', content: Buffer.alloc(512), claimedSizeBytes: 0, pax: { size: '512' } },
    ]);
    expect(reason).toMatch(/^readers disagree on its tar: /);
  });

  it('may have no file at all', async () => {
    expect(await filesIn(rawTar([]))).toEqual([]);
  });

  it('holds a thousand files that share no chunk boundary with the reads', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({ path: `f${i}`, content: 'x'.repeat((i * 37) % 3000) }));
    const found = await filesIn(gzip(layer({ files: many }).tar));
    expect(found.map(({ path, sha256 }) => [path, sha256])).toEqual(
      many.map(({ path, content }) => [path, hex(content)]),
    );
  });
});

describe('a sparse file of a layer', () => {
  const content = Buffer.concat([Buffer.alloc(512, 'x'), Buffer.alloc(200_000), Buffer.from('end')]);
  const written = (bytes: Buffer, form: SparseForm): RawEntry[] => sparseFile('s', bytes, chunksOf(bytes), form);

  it.each(['0.0', '0.1', '1.0'] as const)('of the form %s is listed as its content', async (form) => {
    const found = await filesIn(gzip(rawTar([...written(content, form), { name: 'after' }])));
    expect(found).toEqual([
      { ...plain, path: 's', type: 'file', sizeBytes: content.length, sha256: hex(content) },
      { ...plain, path: 'after', type: 'file', sha256: hex('') },
    ]);
  });

  it('that is nothing but a hole is listed as zeros', async () => {
    const zeros = Buffer.alloc(1000);
    const [found] = await filesIn(rawTar(written(zeros, '1.0')));
    expect(found).toEqual({ ...plain, path: 's', type: 'file', sizeBytes: 1000, sha256: hex(zeros) });
  });

  it('of type S, which no runtime unpacks, leaves the layer without a list', async () => {
    expect(await refusalOf(written(content, 'gnu'))).toMatch(/sparse/);
  });

  it('whose holes have more than 64 MiB with those of others leaves the layer without a list', async () => {
    const half = 33 * 1024 ** 2;
    const chunks = [{ offset: half, sizeBytes: 0 }];
    const holes = ['a', 'b'].map((name) =>
      sparseEntry({ name, stored: Buffer.alloc(0), chunks, realSizeBytes: half, form: '1.0' }),
    );
    expect(await refusalOf(holes[0] ?? [])).toBe('none');
    expect(await refusalOf(holes.flat())).toMatch(/holes/);
  });

  it('that readers put together in different ways leaves the layer without a list', async () => {
    const chunks = [
      { offset: 0, sizeBytes: 5 },
      { offset: 1024, sizeBytes: 3 },
    ];
    const stored = Buffer.from('8 bytes.');
    expect(await refusalOf(sparseEntry({ name: 'a', stored, chunks, realSizeBytes: 1027, form: '1.0' }))).toMatch(
      /GNU tar/,
    );
  });
});

describe('there is no list', () => {
  it.each<[string, RawEntry, RegExp]>([
    ['a path that leads upwards', { name: 'a/../../b' }, /leads upwards/],
    ['a sparse file', { name: 'x', pax: { 'GNU.sparse.major': '1' } }, /sparse/],
    ['an entry of no known type', { name: 'x', typeflag: 'Z' }, /of the type "Z"/],
    ['an attribute whose name has a line end', { name: 'x', pax: { 'SCHILY.xattr.user.a\nb': '1' } }, /proper name/],
  ])('for a layer with %s', async (_, entry, reason) => {
    expect(await refusalOf([{ name: 'fine' }, entry])).toMatch(reason);
  });

  it('for a layer whose tar is cut', async () => {
    const { tar } = layer({ files: [{ path: 'a', content: 'x'.repeat(2000) }] });
    expect(await listOf(tar.subarray(0, 1500))).toMatchObject({
      refusal: expect.stringMatching(/damaged/),
      scope: 'layer',
    });
  });

  it('for one file more than the limit layerFiles', async () => {
    const entries = ['a', 'b', 'c'].map((name) => ({ name }));
    expect(await refusalOf(entries, workerContext('node', { layerFiles: 3 }))).toBe('none');
    expect(await refusalOf(entries, workerContext('node', { layerFiles: 2 }))).toMatch(/^layerFiles:/);
  });

  it('for all layers once those of a scan take more than the limit fileListsBytes together', async () => {
    const { tar } = layer({ files: [{ path: 'a' }] });
    const context = workerContext('node', { fileListsBytes: 2 * 4096 });
    const found = [await listOf(tar, context), await listOf(tar, context), await listOf(tar, context)];
    expect(found.map((list) => 'refusal' in list)).toEqual([false, false, true]);
    expect(found[2]).toMatchObject({ refusal: expect.stringMatching(/^fileListsBytes:/), scope: 'all' });
  });
});
