/** A load into a store that has all of it already: what was seen to be right, and has not changed since, is not read again. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseDigest } from '../../src/model/digest.js';
import { StoreFolder } from '../../src/store/store-folder.js';
import { dockerSave, image, layer, tar } from '../helpers/archive-builder.js';
import { changedFs } from '../helpers/changed-fs.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { loadInto, wholeStore } from './loading.js';

/** Blobs of a store that were opened to be read. */
const opened = new Set<string>();

changedFs((real) => ({
  openSync: (path: string, flags: string | number, mode?: number) => {
    if (String(path).includes('/blobs/sha256/')) opened.add(String(path));
    return real.openSync(path, flags, mode);
  },
}));

const { at, write, newFolder } = temporaryFolder();
const spec = image({
  layers: [layer({ files: [{ path: 'data', content: 'sediment'.repeat(3000) }] })],
  tags: ['docker.io/shop/api:1'],
});
/** Until then a file may change without a trace. */
const settledMs = 60;

beforeAll(async () => {
  write({ 'api.tar': await tar(dockerSave([spec], { variant: 'podman' })) });
});

beforeEach(() => opened.clear());

/** A store that has been loaded into and was looked at a moment later. */
async function settledStore(): Promise<string> {
  const store = `${newFolder()}/store`;
  await loadInto(store, [at('api.tar')]);
  await delay(settledMs);
  await loadInto(store, [at('api.tar')]);
  opened.clear();
  return store;
}

describe('a second load of an archive', () => {
  it('reads no blob of the store, and writes none', async () => {
    const store = await settledStore();
    const { writtenBytes, layers } = await loadInto(store, [at('api.tar')]);
    expect([writtenBytes, layers.map(({ status }) => status)]).toEqual([0, ['already-exists']]);
    expect([...opened]).toEqual([]);
  });

  it('reads a blob whose file was written to, and puts it right', async () => {
    const store = await settledStore();
    const path = new StoreFolder(store).blobPath(parseDigest(spec.layers[0]?.diffId ?? ''));
    writeFileSync(path, Buffer.alloc(readFileSync(path).length));
    const { quarantined, writtenBytes } = await loadInto(store, [at('api.tar')]);
    expect([quarantined.length, writtenBytes]).toEqual([1, spec.layers[0]?.tar.length]);
    await wholeStore(store);
  });

  it('reads every blob where what the store knew of them is gone', async () => {
    const store = await settledStore();
    rmSync(new StoreFolder(store).knownPath);
    await loadInto(store, [at('api.tar')]);
    expect(opened.size).toBe(3);
  });
});
