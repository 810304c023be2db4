/** Whole scans: the same inventory whoever reads and however the archives are stored, and no fault that stops the rest. */

import { statSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { isReadable } from '../../src/analysis/set/distinct-images.js';
import { type ArchiveRecord, inventorySchema } from '../../src/model/results/inventory.js';
import { engines } from '../../src/observe/hasher.js';
import { scan } from '../../src/scan/scan.js';
import type { Progress } from '../../src/scan/settings.js';
import { blobPath, dockerSave, tar, writeLayoutFolder } from '../helpers/archive-builder.js';
import { sweep } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import {
  app,
  base,
  baseLayer,
  brokenArchives,
  diffIdsOf,
  everyWriter,
  largeArchive,
  lines,
  ociEntries,
  outerForms,
} from './archives.js';

const { at, write } = temporaryFolder();

beforeAll(async () => {
  for (const [writer, entries] of Object.entries(everyWriter())) {
    const bytes = await tar(entries);
    for (const [form, store] of Object.entries(outerForms)) write({ [`forms/${writer}.${form}`]: store(bytes) });
    await writeLayoutFolder(entries, at(`folders/${writer}`));
  }
  for (const [name, content] of Object.entries(await brokenArchives())) write({ [`broken/${name}`]: content });
  write({ 'large/large.tar': await largeArchive() });
});

describe('a scan', () => {
  it('knows the images, their tags and their layers, whoever wrote the archive', async () => {
    const { archives } = await scan([at('forms')], { workers: 0 });
    const plain = archives.filter(({ path, format }) => path.endsWith('.tar') && format !== 'docker-v1');
    expect(plain.map(({ format }) => format)).toEqual([
      'docker-archive',
      'docker-oci',
      'docker-archive',
      'docker-archive',
      'oci-archive',
      'docker-archive',
    ]);
    for (const { path, status, images } of plain) {
      const known = images.find(({ id }) => id === app.id);
      expect([path, status], path).toEqual([path, 'ok']);
      expect(known?.references, path).toEqual(app.tags);
      expect(
        known?.layers.map(({ diffId }) => diffId),
        path,
      ).toEqual(diffIdsOf(app));
    }
  });

  it('is an inventory that the schema admits, and its own copy after a trip through JSON', async () => {
    const inventory = await scan([at('forms'), at('broken'), at('folders')], { workers: 0 });
    expect(inventorySchema.parse(JSON.parse(JSON.stringify(inventory)))).toEqual(inventory);
  });

  it('accounts for every byte of every archive, whole or broken', async () => {
    const { archives } = await scan([at('forms'), at('broken'), at('folders')], { workers: 0 });
    for (const { path, entries, overhead, tarBytes } of archives.filter(isReadable)) {
      const bodies = entries.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
      const structure = Object.values(overhead).reduce((sum, part) => sum + part, 0);
      expect(bodies + structure, path).toBe(tarBytes);
    }
  });

  it('gives the same inventory to the byte for any number of threads', async () => {
    const inputs = ['large', 'forms', 'broken', 'folders'].map((name) => at(name));
    const [alone, ...others] = await Promise.all(
      sweep([0, 4, 1, 2], 2).map(async (workers) => JSON.stringify(await scan(inputs, { workers }))),
    );
    expect(JSON.parse(alone ?? '').archives.length).toBeGreaterThan(40);
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter((other) => other !== alone)).toEqual([]);
  });

  it.each(engines)('gives the same inventory by the engine %s', async (engine) => {
    const inputs = [at('forms'), at('broken')];
    const [first, second] = await Promise.all([scan(inputs, { workers: 0 }), scan(inputs, { workers: 0, engine })]);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });
});

describe('an archive that is compressed as a whole', () => {
  const facts = ({ path: _, sizeBytes, compression, ...rest }: ArchiveRecord) => rest;

  it.each(Object.keys(outerForms).filter((form) => form !== 'tar'))(
    'has the record of the plain one, as %s',
    async (form) => {
      for (const writer of Object.keys(everyWriter())) {
        const { archives } = await scan([at(`forms/${writer}.tar`), at(`forms/${writer}.${form}`)], { workers: 0 });
        const [plain, stored] = archives as [ArchiveRecord, ArchiveRecord];
        // A streamed blob is hashed before anybody says by which algorithm, so a sha512 claim can stay unchecked; none is made here.
        expect(facts(stored), writer).toEqual(facts(plain));
        expect(stored.compression, writer).not.toBe('none');
      }
    },
  );

  it('has the same record as the plain one where no bodies are read', async () => {
    for (const writer of Object.keys(everyWriter())) {
      const inputs = [at(`forms/${writer}.tar`), at(`forms/${writer}.tar.gz`)];
      const { archives } = await scan(inputs, { workers: 0, verify: false });
      const withoutPath = archives.map((archive) => JSON.stringify(facts(archive)).replaceAll(archive.path, 'PATH'));
      expect(withoutPath[1], writer).toBe(withoutPath[0]);
    }
  });
});

describe('an unpacked archive', () => {
  it('holds the images of the packed one', async () => {
    for (const writer of Object.keys(everyWriter())) {
      const { archives } = await scan([at(`forms/${writer}.tar`), at(`folders/${writer}`)], { workers: 0 });
      const images = archives.map(({ images }) =>
        images.map(({ id, references, layers }) => [id, references, layers.map(({ diffId }) => diffId)]),
      );
      expect(images[1], writer).toEqual(images[0]);
      expect(
        archives.map(({ status }) => status),
        writer,
      ).toEqual(writer === 'v1' ? ['unchecked', 'unchecked'] : ['ok', 'ok']);
    }
  });
});

describe('a broken archive', () => {
  it('never stops the others, and stands in its place', async () => {
    const inventory = await scan([at('forms/oci.tar'), at('nowhere.tar'), at('broken'), at('forms/jib.tar.xz')], {
      workers: 0,
    });
    expect(lines(inventory, at())).toEqual([
      'forms/oci.tar ok oci-archive',
      'nowhere.tar unreadable null',
      'broken/bad.tar.zst failed oci-archive',
      'broken/cut.tar failed oci-archive',
      'broken/cut.tar.gz failed oci-archive',
      'broken/empty.tar unreadable null',
      'broken/export.tar unreadable null',
      'broken/flipped.tar failed docker-oci',
      'broken/header.tar failed oci-archive',
      'broken/layer.tar failed oci-archive',
      'broken/text.tar unreadable null',
      'forms/jib.tar.xz ok docker-archive',
    ]);
  });

  it('keeps its size on the disk where it has one, and says of nothing unknown that it is 0', async () => {
    const names = ['nowhere.tar', 'broken/empty.tar', 'broken/text.tar', 'broken/export.tar'];
    const { archives } = await scan(names.map(at), { workers: 0 });
    const sizes = names.slice(1).map((name) => statSync(at(name)).size);
    expect(archives.map(({ sizeBytes }) => sizeBytes)).toEqual([null, ...sizes]);
    expect(archives.map(({ compression }) => compression)).toEqual([null, null, null, 'none']);
    expect(archives.map(({ tarBytes, overhead }) => [tarBytes, overhead])).toEqual(names.map(() => [null, null]));
  });

  it.each([
    ['flipped.tar', 'digest-mismatch'],
    ['cut.tar', 'archive-truncated'],
    ['cut.tar.gz', 'archive-truncated'],
    ['header.tar', 'header-invalid'],
    ['layer.tar', 'layer-undecodable'],
    ['empty.tar', 'not-an-image-archive'],
    ['export.tar', 'not-an-image-archive'],
    ['bad.tar.zst', 'archive-undecodable'],
  ])('has the finding of its fault: %s, %s', async (name, code) => {
    const { archives } = await scan([at(`broken/${name}`)], { workers: 0 });
    expect(archives[0]?.findings.map((found) => found.code)).toContain(code);
  });

  it('still shows what is whole', async () => {
    const { archives } = await scan([at('broken/flipped.tar')], { workers: 0 });
    const broken = archives[0]?.entries.filter(({ intact }) => intact === false).map(({ name }) => name);
    expect(broken).toEqual([blobPath(baseLayer.diffId)]);
    expect(archives[0]?.images.map(({ id }) => id)).toEqual([base.id, app.id]);
  });
});

describe('a layer that lies', () => {
  it('is found out, and its honest copies keep their own facts, wherever it stands', async () => {
    const good = await tar(dockerSave([base], { variant: 'hybrid' }));
    const { 'flipped.tar': flipped } = (await brokenArchives()) as { 'flipped.tar': Buffer };
    write({ 'lie/1-liar.tar': flipped, 'lie/2-good.tar': good, 'lie/3-good.tar': good });
    for (const order of [
      [1, 2, 3],
      [3, 1, 2],
      [2, 3, 1],
    ]) {
      const names = order.map((n) => at(`lie/${n}-${n === 1 ? 'liar' : 'good'}.tar`));
      const { archives } = await scan(names, { workers: 0 });
      const layers = archives.map(({ entries }) => entries.find(({ name }) => name === blobPath(baseLayer.diffId)));
      expect(layers.map((entry) => entry?.diffId === baseLayer.diffId)).toEqual(order.map((n) => n !== 1));
      expect(layers.map((entry) => entry?.intact)).toEqual(order.map((n) => n !== 1));
      expect(layers.map((entry) => entry?.uncompressedBytes)).toEqual(Array(3).fill(baseLayer.tar.length));
    }
  });
});

describe('the progress of a scan', () => {
  it('never goes back, ends at the total, and counts a second look on top', async () => {
    const seen: Progress[] = [];
    await scan([at('lie'), at('large')], { workers: 0, onProgress: (progress) => void seen.push(progress) });
    const done = seen.map(({ doneBytes }) => doneBytes);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(seen.at(-1)?.doneBytes).toBe(seen.at(-1)?.totalBytes);
    expect(new Set(seen.map(({ totalBytes }) => totalBytes)).size).toBe(2);
    expect(seen.every(({ path }) => path.startsWith(at()))).toBe(true);
  });

  it('counts the bytes of the file where an archive is compressed as a whole', async () => {
    const seen: Progress[] = [];
    const name = at('forms/oci.tar.gz');
    await scan([name], { workers: 0, onProgress: (progress) => void seen.push(progress) });
    const { archives } = await scan([name], { workers: 0 });
    const sizeBytes = archives[0]?.sizeBytes;
    expect(seen.at(-1)).toEqual({ doneBytes: sizeBytes, totalBytes: sizeBytes, path: name });
  });
});

describe('a scan that is interrupted', () => {
  it('rejects with interrupted, before and amid its work, in either adapter', async () => {
    for (const workers of [0, 2]) {
      const before = scan([at('large')], { workers, signal: AbortSignal.abort() });
      await expect(before).rejects.toMatchObject({ code: 'interrupted' });
      const controller = new AbortController();
      const amid = scan([at('large'), at('forms')], { workers, signal: controller.signal });
      setTimeout(() => controller.abort(), 5);
      await expect(amid).rejects.toMatchObject({ code: 'interrupted' });
    }
  });
});

describe('images in sub-folders of one archive', () => {
  it('are archives of their own, each byte in one of them, stored plainly or not', async () => {
    const inner = (folder: string, entries: ReturnType<typeof ociEntries>) =>
      entries.map((entry) => ({ ...entry, name: `${folder}/${entry.name}` }));
    const packed = await tar([
      ...inner('pkg/one', ociEntries([base])),
      ...inner('pkg/two', dockerSave([app], { variant: 'hybrid' })),
    ]);
    write({ 'nested/a.tar': packed, 'nested/a.tar.gz': outerForms['tar.gz']?.(packed) ?? '' });
    const { archives } = await scan([at('nested')], { workers: 0 });
    expect(archives.map(({ path, status }) => [path.slice(at('nested/').length), status])).toEqual([
      ['a.tar!/pkg/one', 'ok'],
      ['a.tar!/pkg/two', 'ok'],
      ['a.tar.gz!/pkg/one', 'ok'],
      ['a.tar.gz!/pkg/two', 'ok'],
    ]);
    expect(archives.map(({ images }) => images[0]?.id)).toEqual([base.id, app.id, base.id, app.id]);
    for (const pair of [archives.slice(0, 2), archives.slice(2)]) {
      expect(pair.reduce((sum, { tarBytes }) => sum + (tarBytes ?? 0), 0)).toBe(packed.length);
    }
  });
});
