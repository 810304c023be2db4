/** Which images a pack takes: by platform, by age, by what is needed; and what becomes of an index of which only a part goes in. */
import { beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import {
  attestation,
  dockerSave,
  gzip,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  tar,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { freshScan, imageIds, imageNames, packInto } from './packing.js';

const { at, write } = temporaryFolder();
const name = 'docker.io/shop/api:1';
const base = layer({ files: [{ path: 'base', content: 'base'.repeat(500) }] });

function build(
  text: string,
  day: number,
  platform = { os: 'linux', architecture: 'amd64', variant: '' },
  tags = [name],
) {
  const own = layer({ files: [{ path: 'own', content: text.repeat(90) }] });
  return image({ layers: [base, own], created: `2024-06-${String(day).padStart(2, '0')}T00:00:00Z`, platform, tags });
}
const amd = build('amd', 9);
const arm = build('arm', 9, { os: 'linux', architecture: 'arm64', variant: 'v8' });
const arm7 = build('arm7', 9, { os: 'linux', architecture: 'arm', variant: 'v7' });
const windows = build('windows', 9, { os: 'windows', architecture: 'amd64', variant: '' });
const releases = [1, 2, 3, 4].map((day) => build(`release ${day}`, day, undefined, [`docker.io/shop/web:${day}`]));
const untagged = build('untagged', 5, undefined, []);
const index = ociIndex([
  ...[amd, arm, arm7, windows].map((spec) => ociManifest(spec)),
  attestation(ociManifest(amd)),
  attestation(ociManifest(arm)),
]);

beforeAll(async () => {
  write({
    'index.tar': await tar(ociLayout(tagged(index, [name]))),
    'releases.tar': await tar(dockerSave([...releases, untagged], { variant: 'hybrid' })),
    'raw.tar': await tar(dockerSave(releases.slice(0, 1), { variant: 'podman' })),
    'raw.tar.gz': gzip(await tar(dockerSave(releases.slice(0, 1), { variant: 'podman' }))),
    'packed.tar': await tar(ociLayout(tagged(ociManifest(releases[0] ?? amd), releases[0]?.tags ?? []))),
  });
});

describe('a pack of some platforms', () => {
  it.each([
    [['linux/amd64'], [amd]],
    [['linux/arm64'], [arm]],
    [
      ['linux/arm64/v8', 'linux/arm'],
      [arm, arm7],
    ],
    [['linux'], [amd, arm, arm7]],
    [
      ['windows/amd64', 'linux/aarch64'],
      [windows, arm],
    ],
  ])('%j takes their images alone, with the index as it is', async (platforms, images) => {
    const result = await packInto(at('platforms.tar'), [at('index.tar')], { platforms });
    const inventory = await freshScan(result);
    const [archive] = inventory.archives;
    expect(imageIds(inventory)).toEqual(images.map(({ id }) => id).sort());
    expect(archive?.images.map(({ indexDigests, references }) => [indexDigests, references])).toEqual(
      images.map(() => [[index.descriptor.digest], [name]]),
    );
    // An attestation goes with its image.
    const attested = images.filter((spec) => spec === amd || spec === arm).length;
    expect(archive?.artifacts.filter(({ kind }) => kind === 'attestation')).toHaveLength(attested);
    expect(archive?.absentPlatforms.length).toBeGreaterThan(0);
    const again = await packInto(at('again.tar'), [at('platforms.tar')]);
    expect(again).toEqual({ ...result, output: at('again.tar'), inputBytes: result.sizeBytes });
  });

  it('refuses a platform that no image is for with those that there are, and a text that is none', async () => {
    const refused = packInto(at('x.tar'), [at('index.tar')], { platforms: ['linux/amd64', 'linux/riscv64'] });
    await expect(refused).rejects.toMatchObject({
      code: 'usage',
      message:
        'no image is for the platform linux/riscv64; there are linux/amd64, linux/arm/v7, linux/arm64, windows/amd64',
    });
    await expect(packInto(at('x.tar'), [at('index.tar')], { platforms: ['arm64'] })).rejects.toMatchObject({
      code: 'usage',
    });
  });
});

describe('a pack of the newest images', () => {
  it.each([1, 2, 3, 9])('takes %i of each repository, and what has no name', async (keepLast) => {
    const inventory = await freshScan(await packInto(at('last.tar'), [at('releases.tar')], { keepLast }));
    const kept = [...releases.slice(-keepLast), untagged].map(({ id }) => id);
    expect(imageIds(inventory)).toEqual([...new Set(kept)].sort());
  });

  it('counts each platform for itself', async () => {
    const inventory = await freshScan(await packInto(at('each.tar'), [at('index.tar')], { keepLast: 1 }));
    expect(imageIds(inventory)).toHaveLength(4);
  });

  it.each([0, 1.5, -1])('is not one of %d', async (keepLast) => {
    await expect(packInto(at('x.tar'), [at('releases.tar')], { keepLast })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a pack of what is needed', () => {
  it('leaves out attestations and images without a name', async () => {
    const result = await packInto(at('needed.tar'), [at('index.tar'), at('releases.tar')], { onlyNeeded: true });
    const inventory = await freshScan(result);
    expect(imageIds(inventory)).toEqual([amd, arm, arm7, windows, ...releases].map(({ id }) => id).sort());
    expect(inventory.archives[0]?.artifacts).toEqual([]);
    const { danglingBytes, supersededBytes, unreferencedBytes, duplicateBytes } = reportOf(inventory).reclaim;
    expect([danglingBytes, supersededBytes, unreferencedBytes, duplicateBytes]).toEqual([0, 0, 0, 0]);
  });

  it('has the same images in one form, the one that has the name', async () => {
    const inputs = [at('raw.tar'), at('packed.tar'), at('raw.tar.gz')];
    const needed = await packInto(at('one-form.tar'), inputs, { onlyNeeded: true });
    expect(needed.images).toMatchObject([
      { references: releases[0]?.tags, manifestDigest: { before: expect.any(String) } },
    ]);
    const both = await packInto(at('both.tar'), inputs);
    expect(both.images).toHaveLength(2);
    expect(imageNames(await freshScan(needed))).toEqual(imageNames(await freshScan(both)));
  });
});
