/** Repairs from registries: what a damaged archive lacks is fetched by its digest, and nothing else. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { registryInputs } from '../../src/remote/input/registry-inputs.js';
import { repair } from '../../src/repair/repair.js';
import {
  dockerSave,
  image,
  layer,
  ociLayout,
  ociManifest,
  tagged,
  tar,
  writeLayoutFolder,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { MemoryRegistry } from '../remote/input/memory-registry.js';
import { errorsIn, statusOf } from './repairing.js';

const { newFolder } = temporaryFolder();
const spec = image({
  layers: ['one', 'two'].map((name) => layer({ files: [{ path: name, content: `${name} `.repeat(700) }] })),
  tags: ['docker.io/shop/api:1'],
});
const node = ociManifest(spec, { compression: 'gzip' });
const layers = node.blobs.filter(({ content }) => content[0] === 0x1f);
const from = ['docker://registry.test:5000/shop/api:1'];

let folder = '';
let registry = new MemoryRegistry();
beforeEach(async () => {
  folder = newFolder();
  registry = new MemoryRegistry();
  registry.push('shop/api', '1', node);
  await writeLayoutFolder(ociLayout(tagged(node, ['docker.io/shop/api:1'])), join(folder, 'layout'));
});

const inLayout = (digest = ''): string => join(folder, 'layout/blobs', digest.replace(':', '/'));
const options = () => ({
  from,
  workers: 0,
  inPlace: true,
  remote: registryInputs({ reader: () => registry, parallel: 2, wantsTag: () => true, referrers: false }),
});
const fetchedLayers = () => registry.requests.filter((request) => request.startsWith('GET blob'));
const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('varve-fetched-'));

describe('a repair from a registry', () => {
  it.each([
    ['missing', (path: string) => rmSync(path)],
    ['changed', (path: string) => writeFileSync(path, 'no layer')],
  ])('fetches the one blob that is %s by its digest, and heals the layout', async (_, damage) => {
    const [lost] = layers;
    damage(inLayout(lost?.digest));
    const before = leftovers();
    const result = await repair([join(folder, 'layout')], options());
    expect(statusOf(result)).toBe('healed');
    expect(await errorsIn(join(folder, 'layout'))).toEqual([]);
    expect(fetchedLayers()).toEqual([`GET blob shop/api ${lost?.digest} 0`]);
    expect(leftovers()).toEqual(before);
  });

  it('says of what it has healed from which image of the registry that came', async () => {
    rmSync(inLayout(layers[1]?.digest));
    const { healed } = await repair([join(folder, 'layout')], options());
    expect(JSON.stringify(healed)).toContain(from[0]);
  });

  it('heals a manifest without fetching a layer', async () => {
    rmSync(inLayout(node.descriptor.digest));
    const result = await repair([join(folder, 'layout')], options());
    expect(statusOf(result)).toBe('healed');
    expect(fetchedLayers()).toEqual([]);
  });

  it('fetches nothing but documents where nothing is damaged', async () => {
    expect(statusOf(await repair([join(folder, 'layout')], options()))).toBe('whole');
    expect(fetchedLayers()).toEqual([]);
  });

  it('finds the layer of a save archive by its diffID, whatever it is compressed with there', async () => {
    const path = join(folder, 'save.tar');
    const entries = dockerSave([spec], { variant: 'hybrid' });
    const layerEntry = entries.findLast(({ content }) => content.length > 2000 && content[0] !== 0x7b);
    const damaged = entries.map((entry) =>
      entry === layerEntry ? { ...entry, content: Buffer.alloc(entry.content.length, 7) } : entry,
    );
    writeFileSync(path, await tar(damaged));
    const result = await repair([path], options());
    expect(statusOf(result)).toBe('healed');
    expect(fetchedLayers()).toHaveLength(1);
    expect(await errorsIn(path)).toEqual([]);
  });

  it('heals nothing from a registry that sends other bytes, and says so by name', async () => {
    const [lost] = layers;
    rmSync(inLayout(lost?.digest));
    const wrong = Buffer.alloc(lost?.content.length ?? 0, 1);
    registry.repository('shop/api').blobs.set(lost?.digest ?? '', wrong);
    const result = await repair([join(folder, 'layout')], options());
    expect(statusOf(result)).toBe('refused');
    expect(result.notHealed[0]?.digest).toBe(lost?.digest);
  });
});
