/** A scan without bodies: headers, documents and first bytes, and figures that say so. */

import { beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import {
  blobPath,
  compress,
  dockerSave,
  gzip,
  tar,
  writeLayoutFolder,
  writeSparseArchive,
  zstd,
} from '../helpers/archive-builder.js';
import { changedFs } from '../helpers/changed-fs.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { app, base, baseLayer, everyWriter, ociEntries } from './archives.js';
import { bzip2 } from './bzip2-writer.js';

const reads = { bytes: 0, fail: '' };

changedFs((real) => ({
  openSync: (path: string, ...rest: []) => {
    if (reads.fail !== '' && path.endsWith(reads.fail)) throw new Error('EACCES: stubbed');
    return real.openSync(path, ...(rest as unknown as [string]));
  },
  readSync: (...args: Parameters<typeof real.readSync>) => {
    const n = real.readSync(...args);
    reads.bytes += n;
    return n;
  },
}));

const { at, write } = temporaryFolder();

async function read(...names: string[]): Promise<{ archives: ArchiveRecord[]; readBytes: number }> {
  reads.bytes = 0;
  const { archives } = await scan(names.map(at), { workers: 0, verify: false });
  return { archives, readBytes: reads.bytes };
}

beforeAll(async () => {
  for (const [writer, entries] of Object.entries(everyWriter()))
    write({ [`writers/${writer}.tar`]: await tar(entries) });
});

describe('a scan without bodies', () => {
  it('reads as little of 20 GiB as of 1 MiB', async () => {
    writeSparseArchive(at('small.tar'), 1024 ** 2);
    writeSparseArchive(at('huge.tar'), 20 * 1024 ** 3);
    const small = await read('small.tar');
    const huge = await read('huge.tar');
    expect(huge.readBytes).toBe(small.readBytes);
    expect(huge.readBytes).toBeLessThan(32 * 1024);
    expect(huge.archives[0]?.tarBytes).toBeGreaterThan(20 * 1024 ** 3);
  });

  it('marks its archives as unverified, and itself', async () => {
    const inventory = await scan([at('writers')], { workers: 0, verify: false });
    expect(inventory.verified).toBe(false);
    expect(new Set(inventory.archives.map(({ status }) => status))).toEqual(new Set(['unverified']));
  });

  it('knows images, tags and layers, and tells the compression of layers by their first bytes', async () => {
    const { archives } = await read('writers/oci.tar', 'writers/crane.tar', 'writers/hybrid.tar');
    for (const { images } of archives) expect(images.map(({ id }) => id)).toEqual([base.id, app.id]);
    const compressions = archives.map(({ entries }) =>
      entries.filter(({ role }) => role === 'layer').map(({ compression }) => compression),
    );
    expect(compressions.map((each) => [...new Set(each)].sort())).toEqual([
      ['gzip', 'none', 'zstd'],
      ['gzip'],
      ['none'],
    ]);
  });

  it('gives an uncompressed layer its size, and no other layer a guess', async () => {
    const { archives } = await read('writers/oci.tar');
    const layers = archives[0]?.entries.filter(({ role }) => role === 'layer') ?? [];
    expect(
      layers.map(
        ({ compression, uncompressedBytes, storedBytes }) =>
          uncompressedBytes === (compression === 'none' ? storedBytes : null),
      ),
    ).toEqual(layers.map(() => true));
  });

  it('knows layers by what is claimed of them, and marks it as that', async () => {
    const { archives } = await read('writers/oci.tar', 'writers/hybrid.tar');
    const layers = archives.flatMap(({ entries }) => entries.filter(({ role }) => role === 'layer'));
    expect(new Set(layers.map(({ diffId }) => diffId))).toEqual(
      new Set([base, app].flatMap(({ layers: own }) => own.map(({ diffId }) => diffId))),
    );
    expect(layers.map(({ claimedDiffId }) => claimedDiffId)).toEqual(layers.map(({ diffId }) => diffId));
  });

  it('notes what compressed layers say of their size: the truth, where they are of one member or frame', async () => {
    await writeLayoutFolder(ociEntries([base, app]), at('claims'));
    const { archives } = await read('writers/oci.tar', 'writers/crane.tar', 'claims');
    const whole = await scan(['writers/oci.tar', 'writers/crane.tar', 'claims'].map(at), { workers: 0 });
    const claimed = archives.map(({ entries }) => entries.map((entry) => entry.claimedUncompressedBytes ?? null));
    const known = whole.archives.map(({ entries }) =>
      entries.map(({ compression, uncompressedBytes }) => (compression === 'none' ? null : uncompressedBytes)),
    );
    expect(claimed).toEqual(known);
    expect(claimed.map((sizes) => sizes.some((size) => size !== null))).toEqual([true, true, true]);
  });

  it('notes the same in one pass, and of no body that it reads', async () => {
    const entries = await tar(ociEntries([base, app]));
    write({ 'claims.tar': entries, 'claims.tar.gz': gzip(entries), 'claims.tar.bz2': bzip2(entries) });
    const { archives } = await read('claims.tar', 'claims.tar.gz', 'claims.tar.bz2');
    const claims = archives.map((archive) => archive.entries.map((entry) => entry.claimedUncompressedBytes));
    expect(claims[1]).toEqual(claims[0]);
    expect(claims[2]).toEqual(claims[0]);
    const inventory = await scan([at('claims.tar'), at('claims.tar.gz')], { workers: 0 });
    const all = inventory.archives.flatMap((archive) => archive.entries);
    expect(all.filter((entry) => 'claimedUncompressedBytes' in entry)).toEqual([]);
  });

  it('notes nothing of a layer of several members or frames', async () => {
    const many = { tar: baseLayer.tar, diffId: baseLayer.diffId };
    const entries = [gzip(many.tar, { members: 3 }), zstd(many.tar, { frames: 3 })].map((content) =>
      dockerSave([app], { variant: 'hybrid' }).map((entry) =>
        entry.content.equals(many.tar) ? { ...entry, content } : entry,
      ),
    );
    write({ 'members.tar': await tar(entries[0] ?? []), 'frames.tar': await tar(entries[1] ?? []) });
    const { archives } = await read('members.tar', 'frames.tar');
    const layers = archives.map((archive) => archive.entries.filter(({ compression }) => compression !== 'none'));
    const packed = layers.map((each) => each.filter(({ role }) => role === 'layer'));
    expect(packed.map((each) => each.map(({ compression }) => compression))).toEqual([['gzip'], ['zstd']]);
    expect(packed.flat().filter((entry) => 'claimedUncompressedBytes' in entry)).toEqual([]);
  });

  it('says nothing about digests of bodies, and that it does not', async () => {
    const { archives } = await read('writers/oci.tar');
    const layers = archives[0]?.entries.filter(({ role }) => role === 'layer') ?? [];
    expect(layers.every(({ digest, intact }) => digest === null && intact === null)).toBe(true);
    expect(archives[0]?.notChecked).toMatchObject([{ reason: expect.stringContaining('only headers') }]);
  });

  it('still finds a document whose bytes are wrong', async () => {
    const entries = ociEntries([base]);
    const name = blobPath(base.id);
    const changed = entries.map((entry) =>
      entry.name === name ? { ...entry, content: Buffer.concat([entry.content, Buffer.from(' ')]) } : entry,
    );
    write({ 'changed.tar': await tar(changed) });
    const { archives } = await read('changed.tar');
    expect(archives[0]?.status).toBe('failed');
    expect(archives[0]?.findings.map(({ code }) => code)).toContain('digest-mismatch');
  });

  it('passes once over a compressed archive, without hashing it', async () => {
    write({ 'hybrid.tar.gz': gzip(await tar(dockerSave([app], { variant: 'hybrid' }))) });
    const { archives } = await read('hybrid.tar.gz');
    expect(archives[0]).toMatchObject({ status: 'unverified', compression: 'gzip', images: [{ id: app.id }] });
    expect(archives[0]?.notChecked).toMatchObject([{ reason: expect.stringContaining('only headers') }]);
  });

  it('reports a blob of a layout that may not be opened, and reads the rest', async () => {
    await writeLayoutFolder(ociEntries([base, app]), at('layout'));
    reads.fail = compress(baseLayer, 'gzip').digest.slice(7);
    const { archives } = await read('layout');
    reads.fail = '';
    expect(archives[0]).toMatchObject({
      status: 'failed',
      format: 'oci-layout',
      images: [{ id: base.id }, { id: app.id }],
    });
    expect(archives[0]?.findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'input-unreadable', subject: blobPath(compress(baseLayer, 'gzip').digest) },
    ]);
  });
});
