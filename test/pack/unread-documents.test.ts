/**
 * A manifest that is there and could not be read: nobody knows what it needs, so whatever it leads to is not written as if
 * it were whole. Stubbed, since root may read all and no disk fails when it is asked to.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadImages, openStore, saveImages } from '../../src/index.js';
import { scan } from '../../src/scan/scan.js';
import {
  blobNode,
  blobPath,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  writeLayoutFolder,
} from '../helpers/archive-builder.js';
import { changedFs } from '../helpers/changed-fs.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { freshScan, imageIds, packInto } from './packing.js';

/** The end of a path that cannot be opened. */
const failing = { path: '' };

changedFs((real) => ({
  openSync: (path: string, flags: string | number, mode?: number) => {
    if (failing.path !== '' && String(path).endsWith(failing.path)) {
      throw Object.assign(new Error(`EIO: i/o error, open '${path}'`), { code: 'EIO' });
    }
    return real.openSync(path, flags, mode);
  },
}));

const { at, newFolder } = temporaryFolder();
const quick = { workers: 0 } as const;
const [api, web] = ['api', 'web'].map((name) =>
  image({
    layers: [layer({ files: [{ path: name, content: name.repeat(500) }] })],
    tags: [`docker.io/shop/${name}:1`],
  }),
) as [ReturnType<typeof image>, ReturnType<typeof image>];
const apiManifest = ociManifest(api);
const webManifest = ociManifest(web);
const webIndex = ociIndex([webManifest]);
const odd = blobNode('application/vnd.example.notes', Buffer.from('{"notes":[]}'));

beforeAll(async () => {
  await writeLayoutFolder(ociLayout([...tagged(apiManifest, api.tags), ...tagged(webIndex, web.tags)]), at('set'));
  await writeLayoutFolder(
    ociLayout([...tagged(apiManifest, api.tags), ...tagged(odd, ['docker.io/shop/notes:1'])]),
    at('odd'),
  );
});

afterEach(() => {
  failing.path = '';
});

const cases = [
  ['a manifest', apiManifest, api, web],
  ['an index', webIndex, web, api],
  ['a manifest in an index', webManifest, web, api],
] as const;

describe.each(cases)('%s that cannot be read', (_, node, lost, other) => {
  const isUnread = { what: lost.tags[0], reason: expect.stringContaining(`${node.descriptor.digest} was not read`) };

  it('is not packed as if it needed nothing', async () => {
    const folder = newFolder();
    failing.path = blobPath(node.descriptor.digest);
    const result = await packInto(join(folder, 'out.tar'), [at('set')]);
    expect(result).toMatchObject({ status: 'refused', leftOut: [isUnread] });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is left out where that is asked for, and the others are packed', async () => {
    const folder = newFolder();
    failing.path = blobPath(node.descriptor.digest);
    const result = await packInto(join(folder, 'out.tar'), [at('set')], { keepGoing: true });
    expect(result.leftOut).toMatchObject([isUnread]);
    expect(imageIds(await freshScan(result))).toEqual([other.id]);
  });

  it('is not loaded, and the others are', async () => {
    const store = openStore(join(newFolder(), 'store'));
    failing.path = blobPath(node.descriptor.digest);
    const { leftOut } = await loadImages(store, [at('set')], quick);
    failing.path = '';
    expect(leftOut).toMatchObject([isUnread]);
    expect(imageIds(await scan([store.path], quick))).toEqual([other.id]);
  });

  it('is not saved out of a store', async () => {
    const folder = newFolder();
    const store = openStore(join(folder, 'store'));
    await loadImages(store, [at('set')], quick);
    failing.path = join('store', blobPath(node.descriptor.digest));
    const result = await saveImages(store, [...lost.tags], { ...quick, output: join(folder, 'out.tar') });
    expect(result).toMatchObject({ status: 'refused', leftOut: [{ reason: isUnread.reason }] });
    expect(existsSync(join(folder, 'out.tar'))).toBe(false);
  });
});

it('an index of two platforms is not saved as if it had one, where the manifest of the other cannot be read', async () => {
  const folder = newFolder();
  const store = openStore(join(folder, 'store'));
  await writeLayoutFolder(
    ociLayout(tagged(ociIndex([apiManifest, webManifest]), ['docker.io/shop/both:1'])),
    at('both'),
  );
  await loadImages(store, [at('both')], quick);
  failing.path = blobPath(webManifest.descriptor.digest);
  const output = join(folder, 'out.tar');
  expect(await saveImages(store, ['docker.io/shop/both:1'], { ...quick, output })).toMatchObject({
    status: 'refused',
    leftOut: [{ what: 'docker.io/shop/both:1', reason: expect.stringContaining('was not read') }],
  });
});

it('a body that is no manifest, and that an index names, is packed as it is', async () => {
  const result = await packInto(at('odd.tar'), [at('odd')]);
  expect(imageIds(await freshScan(result))).toEqual([api.id]);
});
