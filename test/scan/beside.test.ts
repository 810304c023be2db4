/** A folder that is an archive and has archives beside its parts, through the whole scan: each byte is counted once. */

import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { deletionUnits } from '../../src/analysis/removal/deletion-units.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import { finished } from '../../src/model/work/work.js';
import { scan } from '../../src/scan/scan.js';
import type { ScanOptions } from '../../src/scan/settings.js';
import { appImage, baseImage } from '../formats/images.js';
import {
  dockerSave,
  dropEntry,
  type Entry,
  gzip,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  tar,
  writeLayoutFolder,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { codesOf } from '../verify/scan-bytes.js';

const layout = ociLayout(tagged(ociManifest(baseImage), baseImage.tags));
const version = '{"imageLayoutVersion":"1.0.0"}';

const { newFolder } = temporaryFolder();
let folder = '';
let app: Buffer;

beforeAll(async () => {
  app = await tar(dockerSave([appImage], { variant: 'crane' }));
});

beforeEach(() => {
  folder = newFolder();
});

async function write(files: Readonly<Record<string, Buffer | string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** Of each archive: its path below the folder of the test, its status, what was found, and the IDs of its images. */
async function scanned(options: ScanOptions = {}) {
  const inventory = await scan([folder], { workers: 0, ...options });
  return { inventory, archives: inventory.archives.map((archive) => shown(archive)) };
}

function shown({ path, status, findings, images }: Inventory['archives'][number]) {
  const codes = findings.filter(({ severity }) => severity !== 'hint').map(({ code }) => code);
  return [path === folder ? '.' : path.slice(folder.length + 1), status, codes, images.map(({ id }) => id)];
}

const ids = { app: [appImage.id], base: [baseImage.id] };

describe('an archive beside the parts of a layout', () => {
  it('is read, and the layout has its own image, without a finding about either', async () => {
    await writeLayoutFolder(layout, folder);
    await write({ 'app.tar': app, 'old/app.tgz': gzip(app) });
    const { inventory, archives } = await scanned();
    expect(archives).toEqual([
      ['.', 'ok', [], ids.base],
      ['app.tar', 'ok', [], ids.app],
      ['old/app.tgz', 'ok', [], ids.app],
    ]);
    expect(inventory.archives.flatMap((archive) => codesOf(archive))).not.toContain('file-unreferenced');
  });

  it('counts once: the layout weighs what it weighed alone', async () => {
    await writeLayoutFolder(layout, folder);
    const alone = reportOf((await scanned()).inventory).reclaim;
    await write({ 'app.tar': app });
    const both = reportOf((await scanned()).inventory).reclaim;
    expect(both.totalBytes - alone.totalBytes).toBe(app.length);
    expect(both.unreferencedBytes).toBe(alone.unreferencedBytes);
  });

  it('is read beside an unpacked save archive, whose layers are its own', async () => {
    await writeLayoutFolder(dockerSave([baseImage], { variant: 'legacy' }), folder);
    await write({ 'app.tar': app });
    expect((await scanned()).archives).toEqual([
      ['.', 'ok', [], ids.base],
      ['app.tar', 'ok', [], ids.app],
    ]);
  });

  it('is read the same with the results of a run before', async () => {
    await writeLayoutFolder(layout, folder);
    const cache = { folder: newFolder() };
    await scanned({ cache });
    await write({ 'app.tar': app });
    const { archives } = await scanned({ cache });
    expect(archives.map(([path, , , images]) => [path, images])).toEqual([
      ['.', ids.base],
      ['app.tar', ids.app],
    ]);
  });

  it('that is damaged or none at all is named, and spoils nothing else', async () => {
    await writeLayoutFolder(layout, folder);
    await write({ 'app.tar': app.subarray(0, 4096), 'none.tar': 'text', 'some.bin': gzip(Buffer.from('text')) });
    const { inventory, archives } = await scanned();
    expect(archives.map(([path, status]) => [path, status])).toEqual([
      ['.', 'ok'],
      ['app.tar', 'failed'],
      ['none.tar', 'unreadable'],
    ]);
    expect(inventory.skipped).toEqual([{ path: join(folder, 'some.bin'), reason: 'no image archive' }]);
    expect(inventory.passedOver).toBe(0);
  });
});

describe('a folder that calls itself a layout and has no manifest', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['an oci-layout alone', { 'oci-layout': version }, ['layout-empty', 'nothing-compared']],
    ['an empty file of that name', { 'oci-layout': '' }, ['layout-empty', 'nothing-compared']],
    [
      'an index with no manifest',
      { 'oci-layout': version, 'index.json': '{"manifests":[]}' },
      ['layout-empty', 'nothing-compared'],
    ],
    [
      'an index of null',
      { 'oci-layout': version, 'index.json': '{"manifests":null}' },
      ['layout-empty', 'nothing-compared'],
    ],
    ['an index without a list', { 'oci-layout': version, 'index.json': '{}' }, ['document-invalid', 'layout-empty']],
    [
      'another version',
      { 'oci-layout': '{"imageLayoutVersion":"9"}', 'index.json': '{"manifests":[]}' },
      ['layout-version-unknown', 'layout-empty'],
    ],
    ['blobs and no index', { 'oci-layout': version, 'blobs/sha256/x': 'x' }, ['document-missing', 'layout-empty']],
    [
      'a save manifest of nothing',
      { 'manifest.json': 'null', 'blobs/sha256/x': 'x' },
      ['document-invalid', 'layout-empty'],
    ],
  ])('hides no archive beside it, and is warned of: %s', async (_, documents, codes) => {
    await write({ ...documents, 'app.tar': app });
    const { archives } = await scanned();
    expect(archives[0]).toMatchObject(['.', expect.any(String), codes, []]);
    expect(archives[1]).toEqual(['app.tar', 'ok', [], ids.app]);
    expect(archives).toHaveLength(2);
  });

  it('is no more than it was where nothing lies beside it', async () => {
    await write({ 'oci-layout': version });
    expect((await scanned()).archives).toEqual([['.', 'failed', ['document-missing'], []]]);
    await write({ 'index.json': '{"manifests":[]}' });
    expect((await scanned()).archives).toEqual([['.', 'unchecked', ['nothing-compared'], []]]);
  });

  it('is not one that has an artifact, an image elsewhere or a missing blob', async () => {
    await writeLayoutFolder(layout, folder);
    await write({ 'app.tar': app });
    expect((await scanned()).archives[0]?.[2]).toEqual([]);
    await rm(folder, { recursive: true });
    const elsewhere: Entry[] = ociLayout(tagged(ociIndex([ociManifest(baseImage)]), baseImage.tags));
    await writeLayoutFolder(dropEntry(elsewhere, 'oci-layout'), folder);
    await write({ 'app.tar': app });
    expect((await scanned()).archives[0]?.[2]).toEqual(['oci-layout-missing']);
  });
});

describe('a folder with something beside its parts', () => {
  /** Whether the folder may be deleted as a whole. */
  async function isDeletable(options: ScanOptions = {}): Promise<boolean | undefined> {
    const { inventory } = await scanned(options);
    return finished(deletionUnits(inventory)).find(({ path }) => path === folder)?.deletable;
  }

  it('is never deleted as a whole, be it an input of its own, left out or behind a link', async () => {
    await writeLayoutFolder(layout, folder);
    expect(await isDeletable()).toBe(true);
    await write({ 'app.tar': app });
    expect(await isDeletable()).toBe(false);
    expect(await isDeletable({ exclude: ['app.tar'] })).toBe(false);
    await rm(join(folder, 'app.tar'));
    await write({ 'some.bin': gzip(Buffer.from('text')) });
    expect(await isDeletable()).toBe(false);
    await rm(join(folder, 'some.bin'));
    await symlink('..', join(folder, 'more'));
    expect(await isDeletable()).toBe(false);
  });
});
