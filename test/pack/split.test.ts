/** A pack in parts: what `cat` makes of them, how they are read, and what is said of one that is lost, changed or in the wrong place. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import type { Pack } from '../../src/model/results/pack.js';
import { scan } from '../../src/scan/scan.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { packInto } from './packing.js';

const { at, newFolder } = temporaryFolder();
const inputs = ['samples/api-1.0-docker24.tar', 'samples/mirror', 'samples/tools-5-docker20.tar.gz'];
const splitBytes = 20_000;
let whole: Pack;

beforeAll(async () => {
  whole = await packInto(at('whole.tar'), inputs);
});

/** A pack in parts in a folder of its own. */
async function splitPack(): Promise<{ readonly pack: Pack; readonly path: (name: string) => string }> {
  const folder = newFolder();
  const path = (name: string): string => `${folder}/${name}`;
  return { pack: await packInto(path('all.tar'), inputs, { splitBytes }), path };
}

/** An inventory with another name for its archive. */
function called(name: string, inventory: Inventory): unknown {
  const { archives } = inventory;
  expect(archives).toHaveLength(1);
  return JSON.parse(JSON.stringify(inventory).replaceAll(JSON.stringify(archives[0]?.path), JSON.stringify(name)));
}

function faults({ archives }: Inventory): string[] {
  return archives.flatMap(({ status, findings }) => [
    status,
    ...findings
      .filter(({ code }) => code.startsWith('part-') || code === 'input-unreadable')
      .map(({ code, subject }) => `${code} ${subject?.split('/').at(-1)}`),
  ]);
}

describe('a pack in parts', () => {
  it('is as planned, and what it is in one file once its parts are put behind each other', async () => {
    const { pack, path } = await splitPack();
    const planned = await packInto(path('later.tar'), inputs, { splitBytes, dryRun: true });
    expect(pack).toEqual({
      ...whole,
      output: path('all.tar'),
      parts: pack.parts,
      lists: ['all.tar.split.json', 'all.tar.split.sha256'],
    });
    expect(planned.parts.map((part) => ({ ...part, name: part.name.replace('later', 'all') }))).toEqual(
      pack.parts.map((part) => ({ ...part, digest: null })),
    );
    const joined = Buffer.concat(pack.parts.map(({ name }) => readFileSync(path(name))));
    expect(joined.equals(readFileSync(at('whole.tar')))).toBe(true);
    expect(pack.parts.length).toBeGreaterThan(3);
    const { stdout } = spawnSync('sh', ['-c', 'cat all.tar.part*'], { cwd: path(''), maxBuffer: 1 << 30 });
    expect(stdout.equals(joined)).toBe(true);
  });

  it('reads as the whole one does, by its list, by a part, by its folder and by any number of threads', async () => {
    const { path } = await splitPack();
    const expected = await scan([at('whole.tar')], { workers: 0 });
    for (const workers of [0, 2]) {
      for (const input of ['all.tar.split.json', 'all.tar.part000', 'all.tar.part002', '']) {
        const found = await scan([path(input)], { workers });
        expect(called(at('whole.tar'), { ...found, passedOver: 0 }), `${input} ${workers}`).toEqual(expected);
        expect(reportOf(found).reclaim).toEqual(reportOf(expected).reclaim);
      }
    }
    const unread = await scan([path('all.tar.split.json')], { verify: false });
    expect(called('x', unread)).toEqual(called('x', await scan([at('whole.tar')], { verify: false })));
  });

  it('is read without its list, and may be packed again, to the same bytes', async () => {
    const { path } = await splitPack();
    rmSync(path('all.tar.split.json'));
    rmSync(path('all.tar.split.sha256'));
    expect(faults(await scan([path('')], { workers: 0 }))).toEqual(['ok']);
    await packInto(path('again.tar'), [path('all.tar.part000')]);
    expect(readFileSync(path('again.tar')).equals(readFileSync(at('whole.tar')))).toBe(true);
  });

  it('refuses an output that is one of its parts, and takes the place of no other parts', async () => {
    const { path } = await splitPack();
    await expect(packInto(path('all.tar.part001'), [path('all.tar.split.json')])).rejects.toMatchObject({
      code: 'usage',
    });
    const before = readdirSync(path(''));
    await expect(packInto(path('all.tar'), inputs, { splitBytes: 50_000 })).rejects.toMatchObject({ code: 'usage' });
    await expect(packInto(`${path('folder')}/`, inputs, { splitBytes })).rejects.toMatchObject({ code: 'usage' });
    await expect(packInto(path('b.tar'), inputs, { splitBytes: 1 })).rejects.toMatchObject({ code: 'usage' });
    await expect(packInto(path('b.tar'), inputs, { splitBytes: 0 })).rejects.toMatchObject({ code: 'usage' });
    expect(readdirSync(path(''))).toEqual(before);
  });
});

describe('a part of a pack', () => {
  it.each([1, 2, 3])('that is lost is named, by its list and by a gap (%i)', async (lost) => {
    const { path } = await splitPack();
    rmSync(path(`all.tar.part00${lost}`));
    expect(faults(await scan([path('')], { workers: 0 }))).toEqual(['failed', `part-missing all.tar.part00${lost}`]);
    rmSync(path('all.tar.split.json'));
    expect(faults(await scan([path('')], { workers: 0 }))).toEqual(['failed', `part-missing all.tar.part00${lost}`]);
  });

  it('that is the first and is lost leaves nothing to read, and is named', async () => {
    const { path } = await splitPack();
    rmSync(path('all.tar.part000'));
    const found = await scan([path('all.tar.split.json')], { workers: 0 });
    expect(faults(found)).toEqual(['unreadable', 'input-unreadable undefined', 'part-missing all.tar.part000']);
  });

  it('that is the last and is lost is named by its list', async () => {
    const { path, pack } = await splitPack();
    const last = pack.parts.at(-1)?.name ?? '';
    rmSync(path(last));
    expect(faults(await scan([path('')], { workers: 0 }))).toEqual(['failed', `part-missing ${last}`]);
  });

  it('that has one other bit is named, wherever that is', async () => {
    const { path, pack } = await splitPack();
    for (const [i, { name }] of pack.parts.entries()) {
      const bytes = readFileSync(path(name));
      const changed = Buffer.from(bytes);
      const position = (i * 7919) % bytes.length;
      changed[position] = (changed[position] ?? 0) ^ 1;
      writeFileSync(path(name), changed);
      const found = await scan([path('all.tar.split.json')], { workers: 0 });
      expect(found.archives[0]?.findings).toContainEqual(
        expect.objectContaining({ code: 'part-changed', subject: path(name), expected: pack.parts[i]?.digest }),
      );
      writeFileSync(path(name), bytes);
    }
  });

  it('that was changed for another one is named, and so is the other one', async () => {
    const { path } = await splitPack();
    renameSync(path('all.tar.part001'), path('x'));
    renameSync(path('all.tar.part002'), path('all.tar.part001'));
    renameSync(path('x'), path('all.tar.part002'));
    const found = faults(await scan([path('')], { workers: 0 }));
    expect(found.slice(0, 3)).toEqual(['failed', 'part-changed all.tar.part001', 'part-changed all.tar.part002']);
  });

  it('that is shorter or longer is named where only headers are read, too', async () => {
    const { path } = await splitPack();
    const bytes = readFileSync(path('all.tar.part002'));
    for (const other of [bytes.subarray(1), Buffer.concat([bytes, Buffer.from('x')]), Buffer.alloc(0)]) {
      writeFileSync(path('all.tar.part002'), other);
      const found = await scan([path('')], { verify: false });
      expect(faults(found)).toEqual(['failed', 'part-changed all.tar.part002']);
    }
  });
});
