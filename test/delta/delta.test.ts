/** What a delta holds: what the other side lacks, and nothing that it is known to have. */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DeltaOptions, delta } from '../../src/delta/delta.js';
import type { Delta } from '../../src/model/results/delta/delta.js';
import { scan } from '../../src/scan/scan.js';
import { flipEntryByte, gzip, tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { build, layoutBuild, savedBuild } from './deltas.js';

const { at, write, writeFile } = temporaryFolder();
const still = { workers: 0 };

beforeAll(async () => {
  const damaged = savedBuild(1);
  const largest = [...damaged].sort((a, b) => b.content.length - a.content.length)[0]?.name ?? '';
  write({
    '1.tar': await tar(savedBuild(1)),
    '2.tar': await tar(savedBuild(2)),
    '1.oci.tar': await tar(layoutBuild(1)),
    '2.oci.tar': await tar(layoutBuild(2)),
    '2.plain.oci.tar': await tar(layoutBuild(2, 'none')),
    '1.damaged.tar': await tar(flipEntryByte(damaged, largest, 2000)),
    '1.tar.gz': gzip(await tar(savedBuild(1))),
  });
  writeFile('1.json', JSON.stringify(await scan([at('1.tar')], still)));
  writeFile('1.headers.json', JSON.stringify(await scan([at('1.oci.tar')], { ...still, verify: false })));
  writeFile('1.damaged.json', JSON.stringify(await scan([at('1.damaged.tar')], still)));
});

const planned = (name: string, have: string, options: Partial<DeltaOptions> = {}): Promise<Delta> =>
  delta([at(name)], { ...still, have: [at(have)], output: at('planned.tar'), dryRun: true, ...options });

const statuses = ({ layers }: Delta): string[] => layers.map(({ status }) => status);

describe('a delta', () => {
  it('has the layer that is new, and leaves the base to the other side', async () => {
    const result = await planned('2.tar', '1.json');
    expect(statuses(result)).toEqual(['already-exists', 'added']);
    expect(result.layers.map(({ diffId }) => diffId)).toEqual(build(2).layers.map(({ diffId }) => diffId));
    expect(result.base).toEqual({ blobs: 1, sizeBytes: build(2).layers[0]?.tar.length, unverifiedBlobs: 0 });
    expect(result.sizeBytes).toBeLessThan(result.whole.sizeBytes);
  });

  it.each([
    ['an inventory', '1.json'],
    ['an archive', '1.tar'],
    ['a compressed archive', '1.tar.gz'],
  ])('is the same for %s of the other side', async (_, have) => {
    await delta([at('2.tar')], { ...still, have: [at(have)], output: at(`of-${have}.tar`) });
    await delta([at('2.tar')], { ...still, have: [at('1.json')], output: at('reference.tar') });
    expect(readFileSync(at(`of-${have}.tar`)).equals(readFileSync(at('reference.tar')))).toBe(true);
  });

  it('adds a layer that the other side has in another form alone', async () => {
    expect(statuses(await planned('2.oci.tar', '1.json'))).toEqual(['added', 'added']);
    expect(statuses(await planned('2.plain.oci.tar', '1.json'))).toEqual(['already-exists', 'added']);
  });

  it('adds a layer that the other side has damaged', async () => {
    expect(statuses(await planned('2.tar', '1.damaged.json'))).toEqual(['added', 'added']);
  });

  it('takes names of blobs for digests where nobody has hashed them, and counts those', async () => {
    const claimed = await planned('2.oci.tar', '1.headers.json');
    expect(statuses(claimed)).toEqual(['already-exists', 'added']);
    expect(claimed.base.unverifiedBlobs).toBe(1);
    expect((await planned('2.oci.tar', '1.oci.tar', { verify: true })).base.unverifiedBlobs).toBe(0);
  });

  it('of what is all there has no layer and no image, and is small', async () => {
    const result = await planned('1.oci.tar', '1.oci.tar', { verify: true });
    expect(statuses(result)).toEqual(['already-exists', 'already-exists']);
    await delta([at('1.oci.tar')], { ...still, have: [at('1.oci.tar')], output: at('nothing.tar') });
    const [archive] = (await scan([at('nothing.tar')], still)).archives;
    expect([archive?.status, archive?.images, archive?.artifacts.length]).toEqual(['ok', [], 1]);
  });

  it('verifies, and tells of each blob that its base has', async () => {
    await delta([at('2.tar')], { ...still, have: [at('1.json')], output: at('verified.tar') });
    const [archive] = (await scan([at('verified.tar')], still)).archives;
    expect(archive?.status).toBe('ok');
    expect(archive?.findings.map(({ code, subject }) => [code, subject])).toEqual([
      ['blob-in-base', build(2).layers[0]?.diffId],
    ]);
    expect(archive?.images.map(({ id, references }) => [id, references])).toEqual([
      [build(2).id, ['docker.io/shop/api:1']],
    ]);
  });

  it('is a layout where the path ends in a slash, with the same files', async () => {
    await delta([at('2.tar')], { ...still, have: [at('1.json')], output: at('layout/') });
    const [[folder], [archive]] = [
      (await scan([at('layout')], still)).archives.map(({ entries }) => entries),
      (await scan([at('verified.tar')], still)).archives.map(({ entries }) => entries),
    ];
    expect(folder?.map(({ name }) => name).sort()).toEqual(archive?.map(({ name }) => name).sort());
  });
});

describe('a delta that cannot be made', () => {
  it('for a side of which nothing can be read is refused, and written whole where that is asked for', async () => {
    const refused = await planned('2.tar', 'nowhere.json');
    expect([refused.status, refused.leftOut.map(({ what }) => what)]).toEqual(['refused', [at('nowhere.json')]]);
    expect(existsSync(at('planned.tar'))).toBe(false);
    expect(statuses(await planned('2.tar', 'nowhere.json', { keepGoing: true }))).toEqual(['added', 'added']);
  });

  it('for nothing at all, or of an inventory, is a usage error', async () => {
    const nothing = delta([at('2.tar')], { ...still, have: [], output: at('planned.tar') });
    await expect(nothing).rejects.toMatchObject({ code: 'usage' });
    await expect(planned('1.json', '1.json')).rejects.toMatchObject({ code: 'usage' });
  });

  it('since its recipe is over a limit is a usage error that names the limit', async () => {
    const made = planned('2.tar', '1.json', { limits: { documentBytes: 1500 } });
    await expect(made).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('documentBytes') });
  });

  it('over what the other side has is a usage error', async () => {
    const made = delta([at('2.tar')], { ...still, have: [at('1.tar')], output: at('1.tar') });
    await expect(made).rejects.toMatchObject({ code: 'usage' });
  });
});
