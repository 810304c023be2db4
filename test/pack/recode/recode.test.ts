/** Packs whose layers get other forms: IDs and diffIDs stay, manifests get new digests, all that is listed. */
import { readFileSync, rmSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Inventory } from '../../../src/model/results/inventory.js';
import {
  attestation,
  dockerSave,
  type Entry,
  gzip,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  tar,
} from '../../helpers/archive-builder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { freshScan, imageIds, imageNames, packInto } from '../packing.js';

const { at, write } = temporaryFolder();

const base = layer({ files: [{ path: 'etc/os', content: 'tidewater'.repeat(4000) }] });
const app = image({
  layers: [base, layer({ files: [{ path: 'app', content: 'sediment '.repeat(3000) }] })],
  tags: ['docker.io/shop/api:1'],
});
const web = image({
  layers: [base, layer({ files: [{ path: 'web', content: 'delta '.repeat(3000) }] })],
  tags: ['docker.io/shop/web:2'],
});
const arm = image({ layers: [base], platform: { os: 'linux', architecture: 'arm64' } });

const layout = (spec: typeof app, compression: 'gzip' | 'none' | 'zstd' = 'gzip'): Entry[] =>
  ociLayout(tagged(ociManifest(spec, { compression }), spec.tags));

beforeAll(async () => {
  write({
    'app.tar': await tar(dockerSave([app], { variant: 'podman' })),
    'app.oci.tar': await tar(layout(app)),
    'app.zst.oci.tar': await tar(layout(app, 'zstd')),
    'web.tar': await tar(dockerSave([web], { variant: 'legacy' })),
    'web.tar.gz': gzip(await tar(dockerSave([web], { variant: 'legacy' }))),
    'index.tar': await tar(
      ociLayout(
        tagged(ociIndex([ociManifest(app), ociManifest(arm), attestation(ociManifest(app))]), ['docker.io/shop/all:3']),
      ),
    ),
  });
});

/** The diffIDs of each image, as they were computed of the bytes. */
function diffIds({ archives }: Inventory): string[] {
  return archives.flatMap(({ images, entries }) =>
    images.map(({ id, layers }) => {
      const own = layers.map(({ entry }) => (entry === null ? null : entries[entry]?.diffId));
      return `${id} ${own.join(' ')}`;
    }),
  );
}

function layerForms({ archives }: Inventory): (string | null)[] {
  return archives.flatMap(({ entries }) =>
    entries.filter(({ role }) => role === 'layer').map(({ compression }) => compression),
  );
}

const all = ['app.tar', 'app.oci.tar', 'app.zst.oci.tar', 'web.tar', 'web.tar.gz', 'index.tar'];

describe.each([
  { unify: true },
  { compress: 'none' as const },
  { compress: 'gzip' as const },
  { compress: 'gzip' as const, level: 9 },
])('a pack with %o', (options) => {
  const name = JSON.stringify(options).replaceAll(/\W/g, '-');

  it('keeps IDs, names and diffIDs, is as large as was planned, and has one form of each layer', async () => {
    const before = await freshScan(await packInto(at(`kept${name}.tar`), all.map(at)));
    const planned = await packInto(at(`${name}.tar`), all.map(at), { ...options, dryRun: true });
    const written = await packInto(at(`${name}.tar`), all.map(at), options);
    expect({ ...planned, status: 'written' }).toEqual(written);
    const inventory = await freshScan(written);
    expect(imageIds(inventory)).toEqual(imageIds(before));
    expect(imageNames(inventory)).toEqual(imageNames(before));
    expect([...new Set(diffIds(inventory))].sort()).toEqual([...new Set(diffIds(before))].sort());
    expect(layerForms(inventory)).toHaveLength(3);
    expect(inventory.archives[0]?.artifacts.map(({ kind }) => kind)).toEqual(['attestation']);
  });

  it('is the same to the byte in any order of the inputs, and packed again', async () => {
    await packInto(at(`1${name}.tar`), all.map(at), options);
    await packInto(at(`2${name}.tar`), [...all].reverse().map(at), options);
    await packInto(at(`3${name}.tar`), [at(`1${name}.tar`)], options);
    const bytes = readFileSync(at(`1${name}.tar`));
    expect(readFileSync(at(`2${name}.tar`)).equals(bytes)).toBe(true);
    expect(readFileSync(at(`3${name}.tar`)).equals(bytes)).toBe(true);
  });

  it('lists the digests that have changed, and every new manifest is in the pack', async () => {
    const written = await packInto(at(`listed${name}.tar`), all.map(at), options);
    const inventory = await freshScan(written);
    const present = new Set(inventory.archives.flatMap(({ entries }) => entries.map(({ digest }) => digest)));
    const { manifests = [], indexes = [], layers = [] } = written.recoded ?? {};
    expect(manifests.length + layers.length).toBeGreaterThan(0);
    for (const { before, after } of [...manifests, ...indexes, ...layers]) {
      expect(present.has(after)).toBe(true);
      expect(before).not.toBe(after);
    }
    for (const { manifestDigest } of written.images) expect(present.has(manifestDigest.after)).toBe(true);
  });
});

describe('the form that is asked for', () => {
  it.each([
    ['none', { compress: 'none' as const }, ['none', 'none', 'none']],
    ['gzip', { compress: 'gzip' as const }, ['gzip', 'gzip', 'gzip']],
  ])('is that of every layer: %s', async (_, options, forms) => {
    const inventory = await freshScan(await packInto(at('form.tar'), all.map(at), options));
    expect(layerForms(inventory)).toEqual(forms);
  });

  it('of gzip has no time and no name, and an unknown system', async () => {
    const folder = at('gzip-headers/');
    const result = await packInto(folder, [at('app.tar')], { compress: 'gzip' });
    for (const { after, diffId } of result.recoded?.layers ?? []) {
      const bytes = readFileSync(`${folder}blobs/${after.replace(':', '/')}`);
      expect([...bytes.subarray(0, 8)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
      expect(bytes[9]).toBe(255);
      expect(app.layers.map((each) => each.diffId)).toContain(diffId);
      expect(app.layers.some(({ tar: content }) => content.equals(gunzipSync(bytes)))).toBe(true);
    }
    expect(result.recoded?.layers).toHaveLength(2);
  });

  it('is refused where the level is none of it, or nothing has a level', async () => {
    const wrong = [
      { compress: 'gzip' as const, level: 10 },
      { compress: 'none' as const, level: 1 },
      { unify: true, level: 1 },
      { unify: true, compress: 'gzip' as const },
      { map: at('map.json') },
      { dropSignatures: true },
    ];
    for (const options of wrong) {
      await expect(packInto(at('wrong.tar'), [at('app.tar')], options)).rejects.toMatchObject({ code: 'usage' });
    }
  });
});

it('a manifest that lies there unnamed, and is that which is made of a save record, keeps what it needs', async () => {
  expect((await packInto(at('unnamed/'), [at('app.tar')])).status).toBe('written');
  for (const name of ['index.json', 'oci-layout']) rmSync(at(`unnamed/${name}`));
  const result = await packInto(at('again.tar'), [at('unnamed')], { unify: true });
  expect(imageNames(await freshScan(result))).toEqual([`docker.io/shop/api:1 ${app.id}`]);
});
