/** A store that is healed in its place: from whatever has a blob intact, each by itself, with nothing lost on the way. */
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Repair } from '../../../src/model/results/repair/repair.js';
import { varve } from '../../cli/console.js';
import { dockerSave, image, layer, ociLayout, ociManifest, tagged, tar } from '../../helpers/archive-builder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { filesOf, loadInto, wholeStore } from '../loading.js';

const { at, write } = temporaryFolder();

const base = layer({ files: [{ path: 'etc/os', content: 'tidewater'.repeat(400) }] });
const own = (text: string) => layer({ files: [{ path: 'app', content: text.repeat(300) }] });
const api = image({ layers: [base, own('api')], created: '2024-02-01T00:00:00Z', tags: ['docker.io/shop/api:1'] });
const web = image({ layers: [base, own('web')], created: '2024-03-01T00:00:00Z', tags: ['docker.io/shop/web:1'] });
const webManifest = ociManifest(web, { compression: 'gzip' });
const apiManifest = ociManifest(api, { compression: 'none' });

beforeAll(async () => {
  write({
    'api.tar': await tar(ociLayout(tagged(apiManifest, api.tags))),
    'web.tar': await tar(ociLayout(tagged(webManifest, web.tags))),
    // The layers of api, compressed: what is inside is what the store has plain.
    'twin.tar': await tar(ociLayout(tagged(ociManifest(api, { compression: 'gzip' }), api.tags))),
    'plain web.tar': await tar(dockerSave([web], { variant: 'podman' })),
  });
});

async function storeOf(name: string): Promise<string> {
  await loadInto(at(name), ['api.tar', 'web.tar'].map(at));
  return at(name);
}

const pathOf = (store: string, digest: string): string => join(store, 'blobs/sha256', digest.slice('sha256:'.length));
const blobsOf = ({ descriptor, blobs }: typeof webManifest): string[] => [
  ...new Set([...blobs.map(({ digest }) => digest), descriptor.digest]),
];

/** Repairs a store; what a dry run says has to be what comes. */
async function repaired(store: string, ...from: string[]): Promise<{ readonly code: number; readonly result: Repair }> {
  const argv = ['repair', '--store', store, ...from.flatMap((one) => ['--from', at(one)]), '--format', 'json'];
  const before = filesOf(store);
  const planned = await varve([...argv, '--dry-run']);
  expect(filesOf(store), 'a dry run changes nothing').toEqual(before);
  const { code, stdout, stderr } = await varve(argv);
  expect(stdout, stderr).not.toBe('');
  const result = JSON.parse(stdout) as Repair;
  const plan = JSON.parse(planned.stdout) as Repair;
  expect(planned.code).toBe(code);
  expect(plan.status).toBe('planned');
  const { healed, notHealed, sizeBytes, blobs, copiedBytes } = plan;
  expect(result).toMatchObject({ healed, notHealed, sizeBytes, blobs, copiedBytes });
  return { code, result };
}

describe('a repair of a store', () => {
  it.each(blobsOf(webManifest).map((digest, i) => [i, digest] as const))(
    'brings missing blob %i of an image back, and says where it is from and what it was part of',
    async (_, digest) => {
      const store = await storeOf(`missing ${digest.slice(7, 15)}`);
      const bytes = readFileSync(pathOf(store, digest));
      rmSync(pathOf(store, digest));
      const { code, result } = await repaired(store, 'web.tar');
      expect([code, result.status, result.notHealed]).toEqual([0, 'written', []]);
      expect(result.healed).toMatchObject([{ digest, from: at('web.tar'), sizeBytes: bytes.length }]);
      expect(readFileSync(pathOf(store, digest)).equals(bytes)).toBe(true);
      await wholeStore(store);
    },
  );

  it('sets aside what is cut, changed or a link, and never deletes it', async () => {
    const store = await storeOf('damaged');
    const [first = '', second = '', third = ''] = blobsOf(webManifest);
    truncateSync(pathOf(store, first), 5);
    writeFileSync(pathOf(store, second), Buffer.alloc(readFileSync(pathOf(store, second)).length, 7));
    rmSync(pathOf(store, third));
    symlinkSync('/etc/hostname', pathOf(store, third));
    const { code, result } = await repaired(store, 'web.tar');
    expect([code, result.healed.length]).toEqual([0, 3]);
    expect(new Set(result.quarantined.map(({ digest }) => digest))).toEqual(new Set([first, second, third]));
    for (const { path } of result.quarantined) expect(readdirSync(join(path, '..')), path).not.toEqual([]);
    expect(readdirSync(join(store, '.varve/quarantine'))).toHaveLength(3);
    await wholeStore(store);
  });

  it('heals what it can, names the rest with the images that it costs, and ends with 1', async () => {
    const store = await storeOf('partly');
    const layerOfApi = apiManifest.blobs.at(-1)?.digest ?? '';
    const layerOfWeb = webManifest.blobs.at(-1)?.digest ?? '';
    for (const digest of [layerOfApi, layerOfWeb]) rmSync(pathOf(store, digest));
    const { code, result } = await repaired(store, 'web.tar');
    expect([code, result.archives[0]?.status]).toEqual([1, 'partly']);
    expect(result.healed.map(({ digest }) => digest)).toEqual([layerOfWeb]);
    expect(result.notHealed).toMatchObject([{ digest: layerOfApi, images: [api.id] }]);
    expect(existsSync(pathOf(store, layerOfWeb))).toBe(true);
    const again = await repaired(store, 'api.tar');
    expect([again.code, again.result.healed.length]).toEqual([0, 1]);
    await wholeStore(store);
  });

  it('decodes a plain layer out of a compressed twin', async () => {
    const store = await storeOf('twin');
    const layerOfApi = apiManifest.blobs.at(-1)?.digest ?? '';
    rmSync(pathOf(store, layerOfApi));
    const { code, result } = await repaired(store, 'twin.tar');
    expect([code, result.healed]).toMatchObject([0, [{ digest: layerOfApi, decoded: true }]]);
    await wholeStore(store);
  });

  it('makes a manifest again that a load had made, from the archive that has none', async () => {
    await loadInto(at('made'), [at('plain web.tar')]);
    const store = at('made');
    const [{ digest }] = JSON.parse(readFileSync(join(store, 'index.json'), 'utf8')).manifests as [{ digest: string }];
    const layerOfWeb =
      readdirSync(join(store, 'blobs/sha256'))
        .map((hex) => `sha256:${hex}`)
        .find((each) => each !== digest && each !== web.id) ?? '';
    for (const one of [digest, layerOfWeb]) rmSync(pathOf(store, one));
    const { code, result } = await repaired(store, 'plain web.tar');
    expect([code, result.notHealed]).toEqual([0, []]);
    expect(new Map(result.healed.map((each) => [each.digest, each.from]))).toEqual(
      new Map([
        [digest, at('plain web.tar')],
        [layerOfWeb, at('plain web.tar')],
      ]),
    );
    await wholeStore(store);
  });

  it('changes nothing in a store that is whole, and takes no lock for it', async () => {
    const store = await storeOf('whole');
    const before = filesOf(store);
    const { code, result } = await repaired(store, 'web.tar');
    expect([code, result.archives[0]?.status, result.blobs]).toEqual([0, 'whole', 0]);
    expect(filesOf(store)).toEqual(before);
  });

  it('leaves index, names and every other blob as they were, and works without --from from nothing', async () => {
    const store = await storeOf('rest');
    const digest = webManifest.descriptor.digest;
    const before = filesOf(store);
    rmSync(pathOf(store, digest));
    const none = await repaired(store);
    expect([none.code, none.result.healed]).toEqual([1, []]);
    await repaired(store, 'web.tar');
    const withoutTime = (files: ReadonlyMap<string, string>) =>
      [...files].map(([name, text]) => [name, text.slice(text.indexOf(' '))]);
    expect(withoutTime(filesOf(store))).toEqual(withoutTime(before));
  });

  it('takes a store that is named as an INPUT under its lock too, and refuses it in a folder of archives', async () => {
    const store = await storeOf('named/store');
    const digest = webManifest.descriptor.digest;
    rmSync(pathOf(store, digest));
    const folder = await varve(['repair', at('named'), '--in-place', '--from', at('web.tar')]);
    expect([folder.code, folder.stderr]).toEqual([2, expect.stringContaining('is a store: varve repair --store')]);
    expect(existsSync(pathOf(store, digest))).toBe(false);
    const named = await varve(['repair', store, '--in-place', '--from', at('web.tar')]);
    expect([named.code, named.stdout]).toEqual([0, expect.stringContaining('healed')]);
    await wholeStore(store);
  });

  it('refuses a store whose index cannot be read, and one that is not there', async () => {
    const store = await storeOf('headless');
    writeFileSync(join(store, 'index.json'), '{');
    const refused = await varve(['repair', '--store', store, '--from', at('web.tar')]);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('index.json')]);
    expect((await varve(['repair', '--store', at('nowhere'), '--from', at('web.tar')])).code).toBe(3);
    copyFileSync(at('web.tar'), at('no store'));
    expect((await varve(['repair', '--store', at('no store'), '--from', at('web.tar')])).code).toBe(3);
  });

  it('says of --like that blobs need no such word', async () => {
    const store = await storeOf('like');
    const { code, stderr } = await varve(['repair', '--store', store, '--like', at('web.tar')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--like')]);
  });
});
