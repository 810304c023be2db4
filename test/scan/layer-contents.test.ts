/** The files of layers that a scan hands over: the same by every way of reading, and all of them or none. */
import { describe, expect, it } from 'vitest';
import { scanContents } from '../../src/index.js';
import type { Digest } from '../../src/model/digest.js';
import { type FileList, filesOf } from '../../src/model/file-list.js';
import { limits } from '../../src/model/limits.js';
import { LayerContents } from '../../src/scan/layer-contents.js';
import {
  dockerSave,
  gzip,
  image,
  layer,
  ociLayout,
  ociManifest,
  tagged,
  tar,
  zstd,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { writeFile } = temporaryFolder();
const base = layer({ files: [{ path: 'bin/sh', content: 'shell' }] });
const app = layer({ files: [{ path: 'srv/app', content: 'x'.repeat(9000) }, { path: 'bin/.wh.sh' }] });
const spec = image({ layers: [base, app], tags: ['docker.io/library/app:1'] });
const saved = await tar(dockerSave([spec], { variant: 'hybrid' }));
const oci = await tar(ociLayout(tagged(ociManifest(spec), spec.tags)));

/** The paths of each layer of the image, or why there are none. */
async function pathsBy(bytes: Buffer, options: { workers?: number; limitBytes?: number } = {}): Promise<unknown[]> {
  const { limitBytes } = options;
  const changed = limitBytes === undefined ? {} : { limits: { fileListsBytes: limitBytes } };
  const path = writeFile('archive', bytes);
  const { contents } = await scanContents([path], { workers: options.workers ?? 0, ...changed });
  return spec.layers.map(({ diffId }) => {
    const found = contents.get(diffId as Digest);
    if (found === null || 'refusal' in found) return found;
    return [...filesOf(found)].map(({ path }) => path);
  });
}

const expected = [['bin/sh'], ['srv/app', 'bin/.wh.sh']];

describe('a scan that is asked for lists of files', () => {
  it.each([
    ['in this thread', saved, 0],
    ['in workers', saved, 2],
    ['of an archive that is compressed with gzip as a whole', gzip(saved), 0],
    ['of one that is compressed with zstd', zstd(saved), 0],
    ['of an OCI archive with compressed layers', oci, 0],
  ])('makes one for each layer: %s', async (_, bytes, workers) => {
    expect(await pathsBy(bytes, { workers })).toEqual(expected);
  });

  it('has none of a layer that nobody read', async () => {
    const { contents } = await scanContents([writeFile('archive', saved)], { verify: false });
    expect(contents.get(base.diffId as Digest)).toBeNull();
  });

  it('makes none at all where all together are too large, in whatever order they came', async () => {
    const none = { refusal: expect.stringMatching(/^fileListsBytes:/), scope: 'all' };
    expect(await pathsBy(saved, { limitBytes: 100 })).toEqual([none, none]);
  });
});

describe('the lists of a scan', () => {
  const list = (texts: string): FileList => ({
    count: 1,
    texts: Buffer.from(texts),
    ends: new Uint32Array([texts.length, texts.length, texts.length]),
    types: new Uint8Array(1),
    modes: new Uint16Array(1),
    owners: new Float64Array(2),
    sizes: new Float64Array(1),
    digests: new Uint8Array(32),
  });
  const [a, b] = [base.diffId as Digest, app.diffId as Digest];

  it('are found by every digest of their layer, and the first of equal layers counts', () => {
    const lists = new LayerContents(limits.fileListsBytes);
    lists.add([a, b], list('first'));
    lists.add([a], list('second'));
    expect(lists.get(b)).toEqual(list('first'));
    expect(lists.get(a)).toEqual(list('first'));
  });

  it('count bytes once for equal layers', () => {
    const lists = new LayerContents(100);
    lists.add([a], list('x'));
    lists.add([a], list('x'));
    expect(lists.get(a)).toEqual(list('x'));
    lists.add([b], list('x'));
    expect(lists.get(a)).toMatchObject({ scope: 'all' });
  });

  it('are all refused once one was refused for all, before it and after it', () => {
    const lists = new LayerContents(limits.fileListsBytes);
    lists.add([a], list('x'));
    lists.add([b], { refusal: 'fileListsBytes: too many', scope: 'all' });
    lists.add([a], list('x'));
    expect(lists.get(a)).toMatchObject({ scope: 'all' });
  });

  it('keep a refusal that is about one layer to that layer', () => {
    const lists = new LayerContents(limits.fileListsBytes);
    lists.add([a], { refusal: 'sparse', scope: 'layer' });
    lists.add([b], list('x'));
    expect(lists.get(a)).toEqual({ refusal: 'sparse', scope: 'layer' });
    expect(lists.get(b)).toEqual(list('x'));
  });
});
