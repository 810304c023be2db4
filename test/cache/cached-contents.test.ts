/** Files of layers out of a cache: no more of them are held than the limit of a run, however many it has kept. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CacheFolder } from '../../src/cache/cache-folder.js';
import { CachedContents } from '../../src/cache/cached-contents.js';
import type { Digest } from '../../src/model/digest.js';
import { bytesOfList, type FileList } from '../../src/model/file-list.js';
import type { BlobObservation } from '../../src/observe/observation.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { folder } = temporaryFolder();

it('cached lists of files beyond what all lists of a run may take are refused for every layer', () => {
  const contents = (limitBytes: number): CachedContents =>
    new CachedContents(new CacheFolder(join(folder, 'cache'), 10 ** 9, () => {}), 'node', limitBytes);
  const list: FileList = {
    count: 1,
    texts: Buffer.from('a'),
    ends: new Uint32Array([1, 1, 1]),
    types: new Uint8Array(1),
    modes: new Uint16Array(1),
    owners: new Float64Array(2),
    sizes: new Float64Array(1),
    digests: new Uint8Array(32),
  };
  const tar = {
    entries: 1,
    problem: null,
    disagreements: [],
    duplicatePath: null,
    pathsUnchecked: false,
    endBlocks: true,
    trailingData: false,
  };
  const layers = ['a', 'b', 'c'].map((digit) => ({
    layer: { ok: true, diffIds: { sha256: `sha256:${digit.repeat(64)}` as Digest }, sizeBytes: 1024, tar } as const,
  }));
  const writer = contents(10 ** 9);
  for (const { layer } of layers) writer.keep({ layer: { ...layer, found: { files: list } } });
  const outcomes = (limitBytes: number): unknown[] => {
    const reader = contents(limitBytes);
    return layers.map((facts) => {
      const { layer } = reader.complete<Pick<BlobObservation, 'layer'>>(facts) ?? { layer: null };
      const files = layer?.ok ? layer.found?.files : undefined;
      return files === undefined ? null : 'refusal' in files ? files.scope : files.count;
    });
  };
  const size = bytesOfList(list);
  expect(outcomes(3 * size)).toEqual([1, 1, 1]);
  expect(outcomes(size)).toEqual([1, 1, 'all']);
});
