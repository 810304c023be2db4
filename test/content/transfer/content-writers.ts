/** Everything that content is written to, for the tests that each of them has to pass. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import type { ContentBlob, ContentWriter } from '../../../src/content/transfer/content.js';
import type { Digest } from '../../../src/model/digest.js';
import { RegistryClient } from '../../../src/remote/registry-client.js';
import { scanPlaces } from '../../../src/scan/scan.js';
import { StoreWriter } from '../../../src/store/arrival/store-writer.js';
import { changeStore } from '../../../src/store/change-store.js';
import { StoreFolder } from '../../../src/store/store-folder.js';
import { planArchive } from '../../../src/transfer/archive/archive-plan.js';
import { writeArchive } from '../../../src/transfer/archive/archive-writer.js';
import { RemoteWriter } from '../../../src/transfer/remote-content.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { remoteSettings } from '../../remote/remote-settings.js';
import { startRegistry, type TestRegistry } from '../../remote/servers/registry-server.js';
import { self } from '../../store/loading.js';

/** One kind of writer. */
export interface WriterKind {
  /** Does some work with a writer of these blobs, in a place of its own or in that of an earlier call. */
  within<T>(place: string, blobs: readonly ContentBlob[], work: (writer: ContentWriter) => Promise<T>): Promise<T>;
  /** The bytes of a blob under its name, as whoever reads the place finds them; null where there are none. */
  found(place: string, digest: Digest): Promise<Buffer | null>;
  /** Whether what was put by one writer is there for the next one. */
  readonly isShared: boolean;
}

const engine = 'node';
const signal = undefined;

/** The kinds, for the tests of one file. */
export function contentWriters(): Readonly<Record<string, WriterKind>> {
  const { at } = temporaryFolder();
  let registry: TestRegistry;
  let client: RegistryClient;
  beforeAll(async () => {
    registry = await startRegistry();
    client = new RegistryClient(remoteSettings({ plainHttp: true }));
  });
  afterAll(async () => {
    await client.close();
    await registry.close();
  });
  const store: WriterKind = {
    isShared: true,
    within: (place, _, work) =>
      changeStore(
        new StoreFolder(at(place)),
        { own: self, timeoutMs: 10_000, onWait: () => {}, signal, creates: true },
        async (open) => {
          const writer = new StoreWriter(open, { engine, signal });
          const result = await work(writer);
          await writer.finish();
          return result;
        },
      ),
    found: async (place, digest) => {
      const path = new StoreFolder(at(place)).blobPath(digest);
      return existsSync(path) ? readFileSync(path) : null;
    },
  };
  const archive: WriterKind = {
    isShared: false,
    within: async (place, blobs, work) => {
      const plan = await planArchive([{ name: 'oci-layout', text: '{"imageLayoutVersion":"1.0.0"}' }], blobs);
      const settings = { own: self, timeoutMs: 10_000, onWait: () => {}, onLeft: () => {}, engine, signal } as const;
      return writeArchive(at(`${place}.tar`), plan, settings, async (writer) => {
        const result = await work(writer);
        await writer.finish();
        return result;
      });
    },
    found: async (place, digest) => {
      if (!existsSync(at(`${place}.tar`))) return null;
      const { places } = await scanPlaces([at(`${place}.tar`)], { verify: false, workers: 0 });
      const body = places[0]?.bodies.find(({ entry }) => entry.name === `blobs/${digest.replace(':', '/')}`);
      if (body === undefined) return null;
      const { dataOffsetBytes: start, storedBytes } = body.entry;
      return readFileSync(at(`${place}.tar`)).subarray(start, start + storedBytes);
    },
  };
  const remote: WriterKind = {
    isShared: true,
    within: async (place, _, work) => {
      const at = { registry: registry.host, repository: place };
      const writer = new RemoteWriter(client, at, { engine, signal, mountsOf: () => [], documents: new Map() });
      const result = await work(writer);
      await writer.finish();
      return result;
    },
    found: async (place, digest) => registry.content.repositories.get(place)?.blobs.get(digest) ?? null,
  };
  return { 'a store': store, 'an archive': archive, 'a registry': remote };
}
