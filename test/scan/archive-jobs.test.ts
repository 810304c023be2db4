/**
 * Archives as jobs: what a thread makes of a whole archive by itself is what a scan without threads makes of it, to the last
 * field, for whatever comes in a folder; and what a run may hold in all is refused at the same place.
 */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { limitsWith } from '../../src/model/limits.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import { createControl, stop } from '../../src/observe/control.js';
import { createArchiveThread, smallArchiveBytes } from '../../src/scan/jobs/archive-job.js';
import { scan, scanPlaces } from '../../src/scan/scan.js';
import type { Progress, ScanOptions } from '../../src/scan/settings.js';
import type { DoneArchive } from '../../src/scan/source-in-progress.js';
import { dockerSave, image, layer, rawTar, seededRandom, tar } from '../helpers/archive-builder.js';
import { randomSet } from '../helpers/random-archives.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { at } = temporaryFolder();
const folder = at('set');
/** By no job: where its documents are kept, each archive takes the long way. */
const theLongWay = async (options: ScanOptions = {}): Promise<Inventory> =>
  (await scanPlaces([folder], { workers: 0, ...options })).inventory;
let alone: Inventory;

/** What lies in a folder of archives: random ones, cut and changed ones, what is none, one that is large, one in parts of folders. */
beforeAll(async () => {
  mkdirSync(folder);
  cpSync('samples', join(folder, 'samples'), { recursive: true });
  const random = seededRandom(1903);
  for (let i = 0; readdirSync(folder).length < 420; i++) {
    for (const [name, bytes] of Object.entries(await randomSet(random))) {
      writeFileSync(join(folder, `${i}-${name}`), bytes);
      if (random.integer(0, 3) > 0) continue;
      const changed = Buffer.from(bytes);
      const place = random.integer(0, changed.length - 1);
      changed.writeUInt8(changed.readUInt8(place) ^ 4, place);
      writeFileSync(join(folder, `${i}-changed-${name}`), changed);
      writeFileSync(join(folder, `${i}-cut-${name}`), bytes.subarray(0, random.integer(1, bytes.length - 1)));
    }
  }
  const content = seededRandom(5).bytes(2 * smallArchiveBytes);
  const large = image({ layers: [layer({ files: [{ path: 'large', content }] })], tags: ['shop/large:1'] });
  writeFileSync(join(folder, 'large.tar'), await tar(dockerSave([large], { variant: 'podman' })));
  writeFileSync(join(folder, 'no-images.tar'), rawTar([{ name: 'readme', content: Buffer.from('nothing') }]));
  writeFileSync(join(folder, 'empty.tar'), '');
  alone = await theLongWay();
}, 60_000);

/** What a job makes of a file, or null. */
async function byJob(path: string): Promise<DoneArchive | null> {
  const archives = [{ path, location: { kind: 'file', path } as const }];
  const text = await createArchiveThread(() => undefined)({
    archives,
    engine: 'node',
    limits: limitsWith({}),
    control: createControl(),
  });
  return (JSON.parse(text) as (DoneArchive | null)[])[0] ?? null;
}

/** As it stands in a file: fields that are there without a value are none. */
const written = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** So many that a set of this size is done by them; without, this thread does those that are very small. */
const many = 16;

describe('a set of small archives', () => {
  it.each([
    ['many threads', many],
    ['this thread alone', 0],
  ])('has the same inventory by %s as by no job, and is told as it goes', { timeout: 120_000 }, async (_, workers) => {
    const told: Progress[] = [];
    const found = await scan([folder], { workers, onProgress: (progress) => told.push(progress) });
    expect(found).toEqual(alone);
    const done = told.map(({ doneBytes }) => doneBytes);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(told.at(-1)?.doneBytes).toBe(told.at(-1)?.totalBytes);
    expect(new Set(told.map(({ path }) => path)).size).toBeGreaterThan(10);
  });

  it('has the same inventory where this thread does some of them as well, and is given up as ever', {
    timeout: 120_000,
  }, async () => {
    const copy = at('copy');
    cpSync(folder, copy, { recursive: true });
    const { inventory } = await scanPlaces([folder, copy], { workers: 0 });
    expect(inventory.archives.length).toBeGreaterThan(800);
    expect(await scan([folder, copy], { takesPart: true })).toEqual(inventory);
    const later = new AbortController();
    const onProgress = () => later.abort(new Error('enough'));
    const given = scan([folder, copy], { takesPart: true, signal: later.signal, onProgress });
    await expect(given).rejects.toThrow('interrupted');
  });

  it.each([
    ['runImages', 40],
    ['runDocumentValues', 20_000],
  ] as const)('is refused beyond %s at the same archive', { timeout: 120_000 }, async (limit, value) => {
    const limits = { [limit]: value };
    const refused = await theLongWay({ limits });
    expect(await scan([folder], { workers: many, limits })).toEqual(refused);
    expect(await scan([folder], { workers: 0, limits })).toEqual(refused);
  });

  it('is told to its last byte where no thread can answer for any of it', { timeout: 120_000 }, async () => {
    const refused = at('refused');
    mkdirSync(refused);
    const bytes = rawTar([{ name: 'readme', content: Buffer.from('nothing') }]);
    for (let i = 0; i < 280; i++) writeFileSync(join(refused, `${i}.tar`), bytes.subarray(0, 512 + (i % 2) * 512));
    const told: Progress[] = [];
    await scan([refused], { workers: many, onProgress: (progress) => told.push(progress) });
    const done = told.map(({ doneBytes }) => doneBytes);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect([told.length > 0, told.at(-1)?.doneBytes]).toEqual([true, told.at(-1)?.totalBytes]);
  });

  it.each([many, 0])('is given up when the signal fires: %i threads', async (workers) => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(scan([folder], { workers, signal })).rejects.toThrow('interrupted');
    const later = new AbortController();
    const onProgress = () => later.abort(new Error('enough'));
    await expect(scan([folder], { workers, signal: later.signal, onProgress })).rejects.toThrow('interrupted');
  });
});

describe('the job of one archive', () => {
  it('gives the record of a scan, for nearly all that are neither compressed nor broken off', async () => {
    const plain = alone.archives.filter(
      ({ compression, nestedIn }) => compression === 'none' && nestedIn === undefined,
    );
    let given = 0;
    for (const archive of plain) {
      const done = await byJob(archive.path);
      if (done === null) continue;
      given++;
      expect(done.record, archive.path).toEqual(written(archive));
    }
    expect(given / plain.length).toBeGreaterThan(0.7);
  });

  it('leaves what is too large, is not there, or has images in folders', async () => {
    const nested = at('nested.tar');
    const spec = (name: string) =>
      dockerSave([image({ layers: [layer({ files: [{ path: 'own', content: name }] })], tags: [`shop/${name}:1`] })], {
        variant: 'podman',
      });
    const inside = (name: string) => spec(name).map((entry) => ({ ...entry, name: `${name}/${entry.name}` }));
    writeFileSync(nested, await tar([...inside('api'), ...inside('web')]));
    const [here] = (await scan([nested])).archives;
    expect(here?.nestedIn).toBe(nested);
    expect([await byJob(nested), await byJob(join(folder, 'large.tar')), await byJob(at('absent.tar'))]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('ends where a stop was asked for', async () => {
    const control = createControl();
    stop(control);
    const path = join(folder, '0-1.tar');
    const archives = [{ path, location: { kind: 'file', path } as const }];
    await expect(
      createArchiveThread(() => undefined)({ archives, engine: 'node', limits: limitsWith({}), control }),
    ).rejects.toThrow('interrupted');
  });
});
