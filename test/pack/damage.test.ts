/** Bodies that are not what they claim are never written: another copy is taken, or the image stays out. */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  absent,
  describe as describeNode,
  digestOf,
  dockerSave,
  type Entry,
  flipEntryByte,
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

const { at, write, writeFile, newFolder } = temporaryFolder();

const spec = image({
  layers: [layer({ files: [{ path: 'data', content: 'sediment'.repeat(2000) }] })],
  tags: ['docker.io/shop/api:1'],
});
const sound = image({
  layers: [layer({ files: [{ path: 'other', content: 'sound' }] })],
  tags: ['docker.io/shop/web:1'],
});

const podman = dockerSave([spec], { variant: 'podman' });
/** The entry of its layer. */
const layerName = (entries: readonly Entry[]): string =>
  [...entries].sort((a, b) => b.content.length - a.content.length)[0]?.name ?? '';
const damaged = flipEntryByte(podman, layerName(podman), 5000);

beforeAll(async () => {
  write({
    'damaged.tar': await tar(damaged),
    'intact.tar': await tar(podman),
    'intact.tar.gz': gzip(await tar(podman)),
    'damaged.tar.gz': gzip(await tar(damaged)),
    'sound.tar': await tar(dockerSave([sound], { variant: 'podman' })),
    'zstd.oci.tar': await tar(ociLayout([ociManifest(spec, { compression: 'gzip' })])),
  });
});

describe('a damaged layer', () => {
  it.each([
    ['another archive', 'intact.tar'],
    ['an archive that is compressed as a whole', 'intact.tar.gz'],
  ])('is taken from %s that has it intact', async (_, name) => {
    const result = await packInto(at(`from-${name}`), [at('damaged.tar'), at(name)]);
    expect(imageNames(await freshScan(result))).toEqual([`docker.io/shop/api:1 ${spec.id}`]);
  });

  it('is not written where nobody has it intact: nothing is, and the old file stays', async () => {
    const folder = newFolder();
    writeFile(`${folder.slice(at().length)}/out.tar`, 'old');
    const result = await packInto(`${folder}/out.tar`, [at('damaged.tar'), at('damaged.tar.gz'), at('sound.tar')]);
    expect(result.status).toBe('refused');
    expect(result.leftOut).toMatchObject([
      { what: 'docker.io/shop/api:1', reason: expect.stringContaining('expected') },
    ]);
    expect(readdirSync(folder)).toEqual(['out.tar']);
    expect(readFileSync(`${folder}/out.tar`, 'utf8')).toBe('old');
  });

  it('leaves its image out where that is asked for', async () => {
    const result = await packInto(at('going.tar'), [at('damaged.tar'), at('sound.tar')], { keepGoing: true });
    expect(imageIds(await freshScan(result))).toEqual([sound.id]);
    expect(result.leftOut.map(({ what }) => what)).toEqual(['docker.io/shop/api:1']);
  });

  it('gives the name of its image to the same image with another form of the layer', async () => {
    const result = await packInto(at('form.tar'), [at('damaged.tar'), at('zstd.oci.tar')]);
    expect(imageNames(await freshScan(result))).toEqual([`docker.io/shop/api:1 ${spec.id}`]);
  });

  it('is known before anything is written where all is verified first', async () => {
    const result = await packInto(at('verified.tar'), [at('damaged.tar')], { verify: true, dryRun: true });
    expect(result).toMatchObject({ status: 'refused', leftOut: [{ what: 'docker.io/shop/api:1' }] });
  });
});

describe('inputs that cannot be packed', () => {
  it('as a file that is no archive refuse the whole, unless what can is asked for', async () => {
    writeFile('no.tar', 'no tar');
    const inputs = [at('no.tar'), at('sound.tar')];
    expect(await packInto(at('refused.tar'), inputs)).toMatchObject({ status: 'refused' });
    const result = await packInto(at('some.tar'), inputs, { keepGoing: true });
    expect(imageIds(await freshScan(result))).toEqual([sound.id]);
    expect(result.leftOut.map(({ what }) => what)).toEqual([at('no.tar')]);
  });

  it('as an output that is one of them are usage errors', async () => {
    await expect(packInto(at('sound.tar'), [at('sound.tar')])).rejects.toMatchObject({ code: 'usage' });
  });

  it('into a folder with files in it are usage errors', async () => {
    write({ 'full/file': 'x' });
    await expect(packInto(at('full'), [at('sound.tar')])).rejects.toMatchObject({ code: 'usage' });
  });

  it('as nothing at all are usage errors', async () => {
    await expect(packInto(at('none.tar'), [at('sound.tar')], { images: [] })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('an archive that names images which are not there', () => {
  const lost = ociIndex([absent(ociManifest(spec)), absent(ociManifest(sound))]);
  const beside = () => tar(ociLayout([...tagged(lost, ['docker.io/shop/lost:1']), ociManifest(sound)]));

  it('alone is told by its index, whatever else goes in', async () => {
    write({ 'lost.tar': await tar(ociLayout(tagged(lost, ['docker.io/shop/lost:1']))) });
    for (const inputs of [[at('lost.tar')], [at('lost.tar'), at('sound.tar')]]) {
      const result = await packInto(at('with-lost.tar'), inputs);
      expect(result.status).toBe('refused');
      expect(new Set(result.leftOut.map(({ what }) => what))).toEqual(new Set(['docker.io/shop/lost:1']));
    }
  });

  it('is packed without them where images are picked', async () => {
    write({ 'lost.tar': await tar(ociLayout(tagged(lost, ['docker.io/shop/lost:1']))) });
    const result = await packInto(at('picked.tar'), [at('lost.tar'), at('sound.tar')], { images: [sound.id] });
    expect(imageIds(await freshScan(result))).toEqual([sound.id]);
  });

  it('goes on by a platform that is there', async () => {
    write({ 'beside.tar': await beside() });
    const result = await packInto(at('with-beside.tar'), [at('beside.tar')]);
    expect(imageIds(await freshScan(result))).toEqual([sound.id]);
  });
});

it.each([
  ['the document that names its images is damaged', () => flipFirst(ociLayout([ociManifest(spec)]), 'index.json')],
  ['the document that names its images is null', () => [{ name: 'manifest.json', content: Buffer.from('null') }]],
])('an archive is told where %s', async (_, entries) => {
  write({ 'unknown.tar': await tar(entries()) });
  const result = await packInto(at('unknown.out.tar'), [at('unknown.tar'), at('sound.tar')]);
  expect(result).toMatchObject({ status: 'refused', leftOut: [{ what: at('unknown.tar') }] });
});

function flipFirst(entries: readonly Entry[], name: string): Entry[] {
  return flipEntryByte(entries, name, 0);
}

it('a run that is interrupted leaves nothing', async () => {
  const folder = newFolder();
  const packing = packInto(`${folder}/out.tar`, [at('sound.tar')], { signal: AbortSignal.abort('SIGINT') });
  await expect(packing).rejects.toMatchObject({ code: 'interrupted' });
  expect(readdirSync(folder)).toEqual([]);
});

it('a pack gives the names that damaged archives have to what is whole', async () => {
  const renamed = ociLayout(tagged(ociManifest(spec), ['docker.io/shop/renamed:1']));
  write({ 'renamed.tar': await tar(renamed) });
  const result = await packInto(at('names.tar'), [at('damaged.tar'), at('renamed.tar')]);
  expect(imageNames(await freshScan(result))).toEqual(
    [`docker.io/shop/api:1 ${spec.id}`, `docker.io/shop/renamed:1 ${spec.id}`].sort(),
  );
});

it.each([
  ['before', ['lying.tar', 'honest.tar']],
  ['after', ['honest.tar', 'lying.tar']],
])('an archive that states a wrong size, %s one that has the image whole, takes it from no pack', async (_, names) => {
  const node = ociManifest(sound);
  const lying = describeNode(node, { size: node.descriptor.size + 1 });
  write({
    'lying.tar': await tar(ociLayout(tagged(lying, sound.tags))),
    'honest.tar': await tar(ociLayout(tagged(node, sound.tags))),
  });
  const result = await packInto(at(`sizes-${names[0]}`), names.map(at), { keepGoing: true });
  expect(imageNames(await freshScan(result))).toEqual([`docker.io/shop/web:1 ${sound.id}`]);
});

describe('a layer to which one of two images gives a wrong size', () => {
  const base = layer({ files: [{ path: 'base', content: 'sediment'.repeat(900) }] });
  const own = (name: string) =>
    image({ layers: [base, layer({ files: [{ path: name, content: name }] })], tags: [`docker.io/shop/${name}:1`] });
  const [right, wrong] = [own('right'), own('wrong')];
  /** As skopeo 1.9.3 writes it of a layer that is there already. */
  const missized = (node: ReturnType<typeof ociManifest>) => {
    const document = JSON.parse(node.blobs[0]?.content.toString() ?? '');
    document.layers[0].size = 0;
    const bytes = Buffer.from(JSON.stringify(document));
    const digest = digestOf(bytes);
    return {
      descriptor: { ...node.descriptor, digest, size: bytes.length },
      blobs: [{ digest, content: bytes }, ...node.blobs.slice(1)],
    };
  };

  it('is there for the other, and the image with the wrong size alone is left out', async () => {
    const nodes = [ociManifest(right), missized(ociManifest(wrong))];
    const roots = nodes.flatMap((node, i) => tagged(node, (i === 0 ? right : wrong).tags));
    write({ 'sizes.tar': await tar(ociLayout(roots)) });
    const result = await packInto(at('sizes.out.tar'), [at('sizes.tar')], { keepGoing: true });
    expect(result.leftOut.map(({ what }) => what)).toEqual(['docker.io/shop/wrong:1']);
    expect(imageIds(await freshScan(result))).toEqual([right.id]);
  });
});
