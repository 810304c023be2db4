/** Inventories as input: recorded and not ok, in their place, once, and only where they are accepted. */

import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/model/results/inventory.js';
import { parseInventory } from '../../src/scan/read-inventory.js';
import { scan } from '../../src/scan/scan.js';
import type { ScanOptions } from '../../src/scan/settings.js';
import { blobPath, dockerSave, flipEntryByte, gzip, tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { app, base, baseLayer, lines } from './archives.js';

const { at, write } = temporaryFolder();
const run = (names: readonly string[], options: ScanOptions = {}): Promise<Inventory> =>
  scan(names.map(at), { workers: 0, ...options });
const short = (inventory: Inventory): string[] => lines(inventory, at());

let recorded: Inventory;

beforeAll(async () => {
  const hybrid = dockerSave([base], { variant: 'hybrid' });
  write({
    'good.tar': await tar(hybrid),
    'bad.tar': await tar(flipEntryByte(hybrid, blobPath(baseLayer.diffId), 700)),
    'other.tar.gz': gzip(await tar(dockerSave([app], { variant: 'crane' }))),
    'empty.tar': '',
  });
  recorded = await run(['good.tar', 'bad.tar', 'empty.tar']);
  write({ 'inventory.json': JSON.stringify(recorded) });
});

describe('a recorded archive', () => {
  it('is recorded, and not ok, where it was ok; everything else stays as it was', async () => {
    const read = await run(['inventory.json']);
    expect(short(read)).toEqual([
      'good.tar recorded docker-oci',
      'bad.tar failed docker-oci',
      'empty.tar unreadable null',
    ]);
    const as = (inventory: Inventory) => inventory.archives.map(({ status: _, recorded: __, ...rest }) => rest);
    expect(as(read)).toEqual(as(recorded));
    expect(read.archives.map((archive) => archive.recorded)).toEqual([true, true, true]);
    expect(read.verified).toBe(true);
  });

  it('is ok where the caller vouches for it', async () => {
    expect(await run(['inventory.json'], { acceptRecorded: true })).toEqual(recorded);
  });

  it('is verified as it was recorded where nothing else is read, and as all else is where something is', async () => {
    write({ 'claims.json': JSON.stringify({ ...recorded, verified: false }) });
    const verified = async (...names: readonly string[]) => (await run(names, { verify: false })).verified;
    expect(await verified('inventory.json')).toBe(true);
    expect(await verified('claims.json')).toBe(false);
    expect(await verified('inventory.json', 'other.tar.gz')).toBe(false);
    expect(await verified('other.tar.gz')).toBe(false);
    expect(await verified('missing')).toBe(false);
  });

  it('stands where its inventory was named', async () => {
    const names = ['other.tar.gz', 'missing', 'inventory.json', 'nothing'];
    expect(short(await run(names))).toEqual([
      'other.tar.gz ok docker-archive',
      'missing unreadable null',
      'good.tar recorded docker-oci',
      'bad.tar failed docker-oci',
      'empty.tar unreadable null',
      'nothing unreadable null',
    ]);
    expect(short(await run(['inventory.json', 'other.tar.gz'])).at(-1)).toBe('other.tar.gz ok docker-archive');
  });

  it('has beside it what the search that it was found by left out', async () => {
    const skipped = [{ path: 'left.tar', reason: 'excluded' }];
    write({ 'left.json': JSON.stringify({ ...recorded, skipped }) });
    const read = await run(['left.json']);
    expect(read.skipped).toEqual([{ path: 'left.tar', reason: `excluded (as ${at('left.json')} says)` }]);
  });

  it('is unchecked and not ok where an inventory of before calls ok what was compared with no digest', async () => {
    write({ 'v1.tar': await tar(dockerSave([base], { variant: 'v1' })) });
    const today = await run(['v1.tar']);
    const [archive] = today.archives;
    const before = { ...today, archives: [{ ...archive, status: 'ok', findings: [] }] };
    write({ 'before.json': JSON.stringify(before) });
    const read = await run(['before.json'], { acceptRecorded: true });
    expect(today.archives.map(({ status }) => status)).toEqual(['unchecked']);
    expect(read.archives).toEqual(today.archives);
  });

  it('counts once where it is also on disk, and the disk wins', async () => {
    const read = await run(['inventory.json', 'good.tar', 'empty.tar']);
    expect(short(read)).toEqual(['bad.tar failed docker-oci', 'good.tar ok docker-oci', 'empty.tar unreadable null']);
    expect(read.skipped.map(({ path }) => path)).toEqual([at('good.tar'), at('empty.tar')]);
  });

  it('counts once where it is on disk under another way of writing its path', async () => {
    const read = await scan([at('inventory.json'), relative('.', at('good.tar'))], { workers: 0 });
    expect(read.archives.map(({ path, status }) => [path, status])).toEqual([
      [at('bad.tar'), 'failed'],
      [at('empty.tar'), 'unreadable'],
      [relative('.', at('good.tar')), 'ok'],
    ]);
  });

  it('that lay in a sub-folder of an archive counts once where that archive is on disk', async () => {
    const [archive] = recorded.archives;
    const nested = { ...recorded, archives: [{ ...archive, path: `${at('good.tar')}!/pkg/one` }] };
    write({ 'nested.json': JSON.stringify(nested) });
    expect(short(await run(['nested.json', 'good.tar']))).toEqual(['good.tar ok docker-oci']);
    expect(short(await run(['nested.json', 'bad.tar']))).toEqual([
      'good.tar!/pkg/one recorded docker-oci',
      'bad.tar failed docker-oci',
    ]);
  });

  it('counts once where two inventories record it alike, and twice where they do not', async () => {
    const later = {
      ...recorded,
      archives: recorded.archives.map((archive, i) => (i === 0 ? { ...archive, tarBytes: 1 } : archive)),
    };
    write({ 'same.json': JSON.stringify(recorded, null, 2), 'later.json': JSON.stringify(later) });
    expect((await run(['inventory.json', 'same.json'])).archives).toHaveLength(3);
    const both = await run(['inventory.json', 'later.json']);
    expect(short(both)).toEqual([
      'good.tar recorded docker-oci',
      'bad.tar failed docker-oci',
      'empty.tar unreadable null',
      'good.tar recorded docker-oci',
    ]);
    expect(both.skipped).toHaveLength(2);
  });

  it('makes the whole unverified where its scan read no bodies', async () => {
    write({ 'unverified.json': JSON.stringify(await run(['good.tar'], { verify: false })) });
    const read = await run(['unverified.json', 'bad.tar']);
    expect([read.verified, read.archives[0]?.status]).toEqual([false, 'unverified']);
  });
});

describe('an inventory', () => {
  it('is refused as wrong usage where bytes are needed', async () => {
    await expect(run(['good.tar', 'inventory.json'], { inventories: false })).rejects.toMatchObject({
      name: 'VarveError',
      code: 'usage',
      message: expect.stringContaining('inventory.json'),
    });
  });

  it('that lies in a searched folder is passed over, and no wrong usage', async () => {
    const { passedOver, archives } = await run([''], { inventories: false });
    expect(passedOver).toBeGreaterThan(0);
    expect(archives.every(({ status }) => status !== 'recorded')).toBe(true);
  });

  it.each([
    ['is cut', (text: string) => text.slice(0, -5), /not an inventory/],
    [
      'is of another version',
      (text: string) => text.replace('"schemaVersion":1', '"schemaVersion":9'),
      /schemaVersion/,
    ],
    ['lacks a field', (text: string) => text.replace('"tarBytes"', '"tarbytes"'), /tarBytes/],
    ['has a negative size', (text: string) => text.replace(/"tarBytes":\d+/, '"tarBytes":-1'), /tarBytes/],
    [
      'does not say what an archive weighs that was read',
      (text: string) => text.replace(/"tarBytes":\d+/, '"tarBytes":null'),
      /tarBytes: null, though the archive was read/,
    ],
    [
      'points to an entry that is not there',
      (text: string) => text.replace(/"configEntry":\d+/, '"configEntry":99'),
      /99/,
    ],
  ])('that %s is unreadable, in its place, and the others are read', async (_, change, message) => {
    write({ 'broken.json': change(JSON.stringify(recorded)) });
    const read = await run(['broken.json', 'good.tar']);
    expect(short(read)).toEqual(['broken.json unreadable null', 'good.tar ok docker-oci']);
    expect(read.archives[0]?.findings).toMatchObject([
      { code: 'input-unreadable', message: expect.stringMatching(message) },
    ]);
  });

  it('of before, with zeros for what is not known of an unreadable archive, is read as one of today', () => {
    const zeros = { headerBytes: 0, paddingBytes: 0, endBytes: 0, trailingBytes: 0 };
    const before = { compression: 'none', tarBytes: 0, overhead: zeros };
    const archives = recorded.archives.flatMap((archive) => [
      { ...archive, ...(archive.status === 'unreadable' ? { ...before, sizeBytes: 0 } : {}) },
      { ...archive, ...(archive.status === 'unreadable' ? { ...before, sizeBytes: 77 } : {}) },
    ]);
    const read = parseInventory(JSON.stringify({ ...recorded, archives })).archives;
    const unreadable = read.filter(({ status }) => status === 'unreadable');
    expect(unreadable).toMatchObject([
      { compression: null, sizeBytes: null, tarBytes: null, overhead: null },
      { compression: 'none', sizeBytes: 77, tarBytes: null, overhead: null },
    ]);
    expect(read.filter(({ status }) => status !== 'unreadable')).toEqual(
      archives.filter(({ status }) => status !== 'unreadable'),
    );
  });

  it('says at which place its text is wrong', () => {
    const parse = (text: string) => () => parseInventory(text);
    expect(parse('{')).toThrowError(expect.objectContaining({ code: 'document-invalid' }));
    expect(parse('{"kind":"varve.inventory"}')).toThrowError(/at schemaVersion/);
    expect(parse('[]')).toThrowError(/at the top/);
    expect(parseInventory(JSON.stringify(recorded))).toEqual(recorded);
  });

  it('of archives that are gone still tells what they held', async () => {
    write({ 'gone.tar': await tar(dockerSave([app], { variant: 'podman' })) });
    write({ 'gone.json': JSON.stringify(await run(['gone.tar'])) });
    rmSync(at('gone.tar'));
    const { archives } = await run(['gone.json']);
    expect(archives[0]?.images.map(({ id }) => id)).toEqual([app.id]);
  });
});
