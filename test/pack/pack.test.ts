/** One archive of many: what is in it, who keeps a name, and that it is as large as was said. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  attestation,
  blobPath,
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
  withoutBlob,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { freshScan, imageIds, imageNames, packInto } from './packing.js';

const { at, write, newFolder } = temporaryFolder();

const base = layer({ files: [{ path: 'etc/os', content: 'tidewater'.repeat(400) }] });
const app = (version: string, created: string, tag = 'docker.io/shop/api:1') =>
  image({ layers: [base, layer({ files: [{ path: 'app', content: version.repeat(300) }] })], created, tags: [tag] });
const older = app('older', '2024-01-01T00:00:00Z');
const newer = app('newer', '2024-06-01T00:00:00Z');
const other = app('other', '2024-03-01T00:00:00Z', 'docker.io/shop/web:2');
const twinOfNewer = app('twin of newer', '2024-06-01T00:00:00Z');
const arm = image({
  layers: [base],
  platform: { os: 'linux', architecture: 'arm64' },
  created: '2024-06-01T00:00:00Z',
});

const layout = (spec: typeof older, compression: 'gzip' | 'none' | 'zstd' = 'gzip'): Entry[] =>
  ociLayout(tagged(ociManifest(spec, { compression }), spec.tags));

beforeAll(async () => {
  write({
    'older.tar': await tar(dockerSave([older], { variant: 'legacy' })),
    'newer.tar': await tar(dockerSave([newer], { variant: 'podman' })),
    'newer.oci.tar': await tar(layout(newer)),
    'newer.tar.gz': gzip(await tar(dockerSave([newer], { variant: 'podman' }))),
    'other.jib.tar': await tar(dockerSave([other], { variant: 'jib' })),
    'other.tar': await tar(dockerSave([other], { variant: 'hybrid' })),
    'rival.tar': await tar(dockerSave([twinOfNewer], { variant: 'crane' })),
    'v1.tar': await tar(dockerSave([other], { variant: 'v1' })),
    'index.tar': await tar(
      ociLayout(
        tagged(ociIndex([ociManifest(newer), ociManifest(arm), attestation(ociManifest(newer))]), [
          'docker.io/shop/api:1',
        ]),
      ),
    ),
    'a-layer-lacks.tar': await tar(
      ociLayout(tagged(withoutBlob(ociManifest(other), ociManifest(other).blobs[1]?.digest ?? ''), other.tags)),
    ),
  });
});

describe('a pack', () => {
  it('holds every image under its name, and is as large as was planned', async () => {
    const inputs = [at('newer.tar'), at('other.jib.tar'), at('index.tar')];
    const planned = await packInto(at('planned.tar'), inputs, { dryRun: true });
    const written = await packInto(at('all.tar'), inputs);
    expect(planned).toEqual({ ...written, output: at('planned.tar'), status: 'planned' });
    const inventory = await freshScan(written);
    expect(imageIds(inventory)).toEqual([newer.id, other.id, arm.id].sort());
    expect(imageNames(inventory)).toContain(`docker.io/shop/web:2 ${other.id}`);
    expect(imageNames(inventory)).toContain(`docker.io/shop/api:1 ${newer.id}`);
  });

  it('is the same to the byte, in whatever order its inputs come, and as a pack of itself', async () => {
    const inputs = ['older.tar', 'newer.tar', 'newer.oci.tar', 'other.jib.tar', 'index.tar', 'newer.tar.gz'].map(at);
    const first = await packInto(at('order-1.tar'), inputs);
    await packInto(at('order-2.tar'), [...inputs].reverse());
    await packInto(at('order-3.tar'), [first.output ?? '']);
    await packInto(at('order-4.tar'), [first.output ?? '', ...inputs]);
    const bytes = readFileSync(at('order-1.tar'));
    for (const name of ['order-2.tar', 'order-3.tar', 'order-4.tar']) {
      expect(readFileSync(at(name)).equals(bytes), name).toBe(true);
    }
  });

  it('is a pack of itself where an index has another name than one of its platforms has', async () => {
    const index = ociIndex([ociManifest(newer), ociManifest(arm)]);
    write({ 'index-by-another-name.tar': await tar(ociLayout(tagged(index, ['docker.io/shop/all:3']))) });
    await packInto(at('names-1.tar'), [at('newer.oci.tar'), at('index-by-another-name.tar')]);
    const again = await packInto(at('names-2.tar'), [at('names-1.tar')]);
    expect(again.superseded).toEqual([]);
    expect(readFileSync(at('names-2.tar')).equals(readFileSync(at('names-1.tar')))).toBe(true);
  });

  it('is an OCI image layout in a folder, with the same files', async () => {
    const folder = `${newFolder()}/layout/`;
    const result = await packInto(folder, [at('newer.tar'), at('other.tar')]);
    await packInto(at('same.tar'), [at('newer.tar'), at('other.tar')]);
    const [fromFolder, fromTar] = [
      await freshScan(result),
      await freshScan({ ...result, output: at('same.tar'), sizeBytes: readFileSync(at('same.tar')).length }),
    ];
    expect(fromFolder.archives[0]?.entries.map(({ name }) => name).sort()).toEqual(
      fromTar.archives[0]?.entries.map(({ name }) => name).sort(),
    );
  });

  it('has each stored body once, and those of both forms where a layer is stored in two', async () => {
    const result = await packInto(at('forms.tar'), [at('newer.tar'), at('newer.oci.tar'), at('newer.tar.gz')]);
    const inventory = await freshScan(result);
    const names = inventory.archives[0]?.entries.map(({ name }) => name) ?? [];
    expect(new Set(names).size).toBe(names.length);
    const layers = inventory.archives[0]?.entries.filter(({ role }) => role === 'layer') ?? [];
    expect(layers.map(({ compression }) => compression).sort()).toEqual(['gzip', 'gzip', 'none', 'none']);
  });

  it('keeps manifests byte for byte, and says where an image had none', async () => {
    const manifest = ociManifest(newer).descriptor.digest;
    const { images } = await packInto(at('kept.tar'), [at('newer.oci.tar'), at('other.tar'), at('older.tar')]);
    const of = (id: string) => images.filter((row) => row.id === id).map((row) => row.manifestDigest);
    expect(of(newer.id)).toEqual([{ before: manifest, after: manifest }]);
    expect(of(older.id)).toEqual([{ before: null, after: expect.stringMatching(/^sha256:/) }]);
  });

  it('keeps an index with its platforms and what attests to them', async () => {
    const inventory = await freshScan(await packInto(at('kept-index.tar'), [at('index.tar')]));
    const [archive] = inventory.archives;
    expect(archive?.images.map(({ indexDigests }) => indexDigests.length)).toEqual([1, 1]);
    expect(archive?.artifacts.map(({ kind }) => kind)).toEqual(['attestation']);
  });

  it('of picked platforms leaves the others out of the index that names them', async () => {
    const result = await packInto(at('arm.tar'), [at('index.tar')], { images: [arm.id] });
    const [archive] = (await freshScan(result)).archives;
    expect(archive?.images.map(({ id }) => id)).toEqual([arm.id]);
    expect(archive?.artifacts).toEqual([]);
  });
});

describe('a name that several images have', () => {
  it('stays with the newer one, and the older one goes in without it', async () => {
    const result = await packInto(at('newest.tar'), [at('older.tar'), at('newer.tar')]);
    const inventory = await freshScan(result);
    expect(imageNames(inventory)).toEqual([`<none> ${older.id}`, `docker.io/shop/api:1 ${newer.id}`].sort());
    expect(result.superseded.map(({ name, id }) => [name, id])).toEqual([['docker.io/shop/api:1', older.id]]);
  });

  it('is refused where nothing says which is newer, and nothing is written', async () => {
    const packing = packInto(at('contested.tar'), [at('newer.tar'), at('rival.tar')]);
    await expect(packing).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('shop/api:1') });
    expect(() => readFileSync(at('contested.tar'))).toThrow('ENOENT');
  });

  it('stays with the archive that is preferred, or with none where that is asked for', async () => {
    const inputs = [at('newer.tar'), at('rival.tar')];
    const preferred = await freshScan(await packInto(at('preferred.tar'), inputs, { prefer: [at('rival.tar')] }));
    expect(imageNames(preferred)).toContain(`docker.io/shop/api:1 ${twinOfNewer.id}`);
    const untagged = await freshScan(await packInto(at('untagged.tar'), inputs, { untagContested: true }));
    expect(imageNames(untagged)).toEqual([`<none> ${newer.id}`, `<none> ${twinOfNewer.id}`].sort());
  });

  it('stays with an index that has the image and its other platforms', async () => {
    const inventory = await freshScan(await packInto(at('fullest.tar'), [at('newer.oci.tar'), at('index.tar')]));
    expect(imageNames(inventory)).toEqual(
      [`docker.io/shop/api:1 ${newer.id}`, `docker.io/shop/api:1 ${arm.id}`].sort(),
    );
  });

  it('cannot be preferred for an archive that is not among the inputs', async () => {
    const packing = packInto(at('nobody.tar'), [at('newer.tar')], { prefer: ['elsewhere.tar'] });
    await expect(packing).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('images in a state that stays out', () => {
  it('are not packed', async () => {
    const result = await packInto(at('live.tar'), [at('older.tar'), at('newer.tar')], { without: ['superseded'] });
    expect(imageIds(await freshScan(result))).toEqual([newer.id]);
    expect(result.superseded).toEqual([]);
  });
});

describe('an image that is not whole', () => {
  it('is refused by name, and nothing is written', async () => {
    const result = await packInto(at('lacks.tar'), [at('a-layer-lacks.tar'), at('newer.tar')]);
    expect(result.status).toBe('refused');
    expect(result.leftOut.map(({ what }) => what)).toEqual(['docker.io/shop/web:2']);
    expect(() => readFileSync(at('lacks.tar'))).toThrow('ENOENT');
  });

  it('is left out where that is asked for, and the others are written', async () => {
    const result = await packInto(at('others.tar'), [at('a-layer-lacks.tar'), at('newer.tar')], { keepGoing: true });
    expect(imageIds(await freshScan(result))).toEqual([newer.id]);
  });

  it('is made whole by what another archive has of it', async () => {
    const gz = ociManifest(other);
    write({ 'same-layers.tar': await tar(ociLayout([gz])) });
    const result = await packInto(at('healed.tar'), [at('a-layer-lacks.tar'), at('same-layers.tar')]);
    expect(imageNames(await freshScan(result))).toEqual([`docker.io/shop/web:2 ${other.id}`]);
  });

  it('gives its name to the same image in another form that is whole', async () => {
    const plain = ociLayout([ociManifest(other, { compression: 'none' })]);
    write({ 'plain.tar': await tar(plain) });
    const result = await packInto(at('substitute.tar'), [at('a-layer-lacks.tar'), at('plain.tar')]);
    expect(imageNames(await freshScan(result))).toEqual([`docker.io/shop/web:2 ${other.id}`]);
  });

  it('is refused where it was saved before image configs, with what to do', async () => {
    const result = await packInto(at('v1-pack.tar'), [at('v1.tar')]);
    expect(result).toMatchObject({ status: 'refused', leftOut: [{ reason: expect.stringContaining('docker load') }] });
  });
});

describe('an archive that readers read in different ways', () => {
  it('is not packed, and is named with the reason', async () => {
    const entries = layout(newer);
    const doubled = [
      ...entries,
      ...entries
        .filter(({ name }) => name === 'index.json')
        .map((entry) => ({ ...entry, content: Buffer.from('{"schemaVersion":2,"manifests":[]}') })),
    ];
    write({ 'doubled.tar': await tar(doubled) });
    const result = await packInto(at('trusting.tar'), [at('doubled.tar'), at('other.tar')], { keepGoing: true });
    expect(imageIds(await freshScan(result))).toEqual([other.id]);
  });
});

it('a layout whose blobs are named by SHA-512 is packed as it is', async () => {
  const node = ociManifest(newer, { algorithm: 'sha512' });
  write({ 'sha512.tar': await tar(ociLayout(tagged(node, newer.tags))) });
  const [archive] = (await freshScan(await packInto(at('sha512-pack.tar'), [at('sha512.tar')]))).archives;
  expect(archive?.entries.map(({ name }) => name)).toContain(blobPath(node.descriptor.digest));
});
