/** Which blobs of a store need not be read again to be known, and which do. */
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseDigest } from '../../../src/model/digest.js';
import { KnownBlobs } from '../../../src/store/arrival/known-blobs.js';
import { StoreFolder } from '../../../src/store/store-folder.js';
import { digestOf } from '../../helpers/archive-builder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const { newFolder } = temporaryFolder();
const bytes = Buffer.from('a blob of a store');
const digest = parseDigest(digestOf(bytes));

async function withOne(): Promise<{ readonly store: StoreFolder; readonly path: string }> {
  const folder = newFolder();
  const store = new StoreFolder(folder);
  mkdirSync(join(folder, '.varve/uploads'), { recursive: true });
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  const path = store.blobPath(digest);
  writeFileSync(path, bytes);
  const known = new KnownBlobs(store);
  known.note(digest);
  // Until then it might change without a trace.
  await delay(60);
  await known.keep();
  return { store, path };
}

describe('a blob that was seen to be right', () => {
  it('is known by whoever looks later, as long as its file is the same', async () => {
    const { store } = await withOne();
    expect(new KnownBlobs(store).isKnown(digest)).toBe(true);
    expect(new KnownBlobs(store).isKnown(parseDigest(digestOf('another')))).toBe(false);
  });

  it('is not known any more when its file was written to, whatever size and time say', async () => {
    const { store, path } = await withOne();
    const before = new Date(2020, 1, 1);
    utimesSync(path, before, before);
    writeFileSync(path, Buffer.alloc(bytes.length));
    utimesSync(path, before, before);
    expect(new KnownBlobs(store).isKnown(digest)).toBe(false);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -5)],
    ['of another version', (text: string) => text.replace('varve-known-blobs 1', 'varve-known-blobs 2')],
    ['no list at all', () => 'nothing of the kind'],
  ])(
    'is not known where the list is %s, which is as it was until there is something to remember',
    async (_, change) => {
      const { store } = await withOne();
      const list = change(readFileSync(store.knownPath, 'utf8'));
      writeFileSync(store.knownPath, list);
      const known = new KnownBlobs(store);
      expect(known.isKnown(digest)).toBe(false);
      await known.keep();
      expect(readFileSync(store.knownPath, 'utf8')).toBe(list);
      known.note(digest);
      await known.keep();
      expect(new KnownBlobs(store).isKnown(digest)).toBe(true);
    },
  );
});
