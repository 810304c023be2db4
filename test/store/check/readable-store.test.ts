/** Places of a store that cannot be read as one, and what is said of each; what is another kind of folder is left to its reader. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/model/error.js';
import { refuseUnreadable } from '../../../src/store/check/readable-store.js';
import { StoreFolder } from '../../../src/store/store-folder.js';
import { dockerSave, image, layer, tar } from '../../helpers/archive-builder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { loadInto } from '../loading.js';

const { at, write } = temporaryFolder();
let made = 0;

beforeAll(async () => {
  const spec = image({ layers: [layer({ files: [{ path: 'a', content: 'a' }] })], tags: ['docker.io/shop/api:1'] });
  write({ 'api.tar': await tar(dockerSave([spec], { variant: 'podman' })) });
});

async function loaded(): Promise<string> {
  const store = at(`store-${made++}`);
  await loadInto(store, [at('api.tar')]);
  return store;
}

const check = (path: string) => (): void => refuseUnreadable(new StoreFolder(path));

describe('a store that is to be read', () => {
  it.each([
    ['is missing', (index: string) => rmSync(index)],
    ['is empty', (index: string) => writeFileSync(index, '\n')],
    ['is no JSON', (index: string) => writeFileSync(index, '{"manifests":[')],
    ['has no list of manifests', (index: string) => writeFileSync(index, '{"schemaVersion":2}')],
  ])('whose index %s is refused with that, its path and what to do next', async (fault, damage) => {
    const store = await loaded();
    const index = join(store, 'index.json');
    damage(index);
    expect(check(store)).toThrow(StoreError);
    expect(check(store)).toThrow(`${index} ${fault}, and`);
    expect(check(store)).toThrow(`varve fsck --store ${store}`);
  });

  it('is taken as it is where its index lists something, or nothing', async () => {
    const store = await loaded();
    expect(check(store)).not.toThrow();
    writeFileSync(join(store, 'index.json'), '{"schemaVersion":2,"manifests":[]}');
    expect(check(store)).not.toThrow();
  });

  it('is said not to be there where nothing is, or nothing yet', () => {
    mkdirSync(at('begun/.varve'), { recursive: true });
    mkdirSync(at('made/blobs/sha256'), { recursive: true });
    for (const name of ['nowhere', 'begun', 'made', 'api.tar/below']) {
      expect(check(at(name)), name).toThrow(`there is no store at ${at(name)}; varve load makes one`);
    }
  });

  it('is said to be no folder where it is a file', () => {
    expect(check(at('api.tar'))).toThrow('is no folder');
  });

  it.runIf(process.getuid?.() !== 0)('is said not to be readable where its folder may not be read', async () => {
    const store = await loaded();
    chmodSync(store, 0);
    expect(check(store)).toThrow(`the store ${store} cannot be read: EACCES`);
    chmodSync(store, 0o700);
  });

  it('may be a folder of another kind, of which its reader says what it is', () => {
    write({ 'saved/manifest.json': '[]', 'saved/blobs/x': '', 'letters/one.txt': 'dear' });
    for (const name of ['saved', 'letters']) expect(check(at(name)), name).not.toThrow();
  });
});
