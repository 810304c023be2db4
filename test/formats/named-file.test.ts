/** Files that documents name by ways that not all tools follow. */
import { describe, expect, it } from 'vitest';
import {
  blobPath,
  directory,
  dockerSave,
  type Entry,
  editJson,
  file,
  ociLayout,
  symlink,
  tar,
} from '../helpers/archive-builder.js';
import { appImage, appManifest } from './images.js';
import { claimsOf, codesOf, readBytes, rolesOf, summaryOf } from './read-entries.js';

const layout = ociLayout([appManifest]);
const firstLayer = blobPath(appManifest.blobs[2]?.digest ?? '');

function movedBlobs(from: string, to: string): Entry[] {
  return layout.map((entry) => ({ ...entry, name: entry.name.replace(from, to) }));
}

describe('blobs behind a link to a folder', () => {
  it.each<[string, Entry[]]>([
    ['blobs', [...movedBlobs('blobs/', 'store/'), symlink('blobs', 'store')]],
    ['blobs/sha256', [symlink('blobs/sha256', '../store'), ...movedBlobs('blobs/sha256/', 'store/')]],
    [
      'blobs, with an entry of the folder',
      [directory('store'), ...movedBlobs('blobs/', 'store/'), symlink('blobs', './store/')],
    ],
  ])('are read, with a warning that not all tools find them: %s', async (_, entries) => {
    const claims = await claimsOf(entries);
    expect(codesOf(claims)).toEqual(['path-not-portable']);
    const [image] = claims.images.map((each) => summaryOf(each, claims));
    expect(image?.layers.every((name) => name?.startsWith('store/'))).toBe(true);
    expect(Object.values(rolesOf(claims))).not.toContain('stray');
  });

  it('are as good as others in a folder', async () => {
    const bytes = await tar([...movedBlobs('blobs/', 'store/'), symlink('blobs', 'store')]);
    const read = readBytes(bytes, { container: 'folder' });
    expect(read).toMatchObject({ kind: 'image', claims: { findings: [] } });
  });

  it('are not there where the link leaves the archive', async () => {
    const claims = await claimsOf([...movedBlobs('blobs/', 'store/'), symlink('blobs', '/store')]);
    expect(codesOf(claims)).toContain('blob-missing');
    expect(codesOf(claims)).toContain('path-escape');
  });

  it('are ambiguous where entries have their names as well', async () => {
    const twin = file(firstLayer, 'another');
    const claims = await claimsOf([...movedBlobs('blobs/', 'store/'), symlink('blobs', 'store'), twin]);
    expect(codesOf(claims)).toContain('entry-ambiguous');
  });
});

describe('a name with backslashes', () => {
  const legacy = dockerSave([appImage], { variant: 'legacy' });
  const windows = editJson<{ Config: string; Layers: string[] }[]>(legacy, 'manifest.json', (records) =>
    records.map((record) => ({ ...record, Layers: record.Layers.map((layer) => layer.replaceAll('/', '\\')) })),
  );
  const layerNames = (entries: readonly Entry[]) =>
    entries.filter(({ name }) => name.endsWith('/layer.tar')).map(({ name }) => name);

  it('is that of the entry with slashes, with a warning', async () => {
    const claims = await claimsOf(windows);
    const plain = await claimsOf(legacy);
    expect(claims.images.map((each) => summaryOf(each, claims))).toEqual(
      plain.images.map((each) => summaryOf(each, plain)),
    );
    expect(codesOf(claims)).toEqual(layerNames(legacy).map(() => 'path-not-portable'));
  });

  it('is that of the entry with backslashes where there is one', async () => {
    const entries = windows.map((entry) => ({
      ...entry,
      name: entry.name.endsWith('/layer.tar') ? entry.name.replaceAll('/', '\\') : entry.name,
    }));
    expect(codesOf(await claimsOf(entries))).not.toContain('path-not-portable');
  });

  it('is ambiguous where both are there', async () => {
    const [name = ''] = layerNames(legacy);
    const claims = await claimsOf([...windows, file(name.replaceAll('/', '\\'), 'other')]);
    expect(claims.findings).toContainEqual(
      expect.objectContaining({ code: 'entry-ambiguous', subject: name.replaceAll('/', '\\') }),
    );
  });

  it('is missing where neither is there', async () => {
    const claims = await claimsOf(windows.filter(({ name }) => !name.endsWith('/layer.tar')));
    expect(codesOf(claims)).toContain('blob-missing');
  });
});

describe('entries with backslashes', () => {
  const back = (name: string) => name.replaceAll('/', '\\');
  const lastBack = (name: string) => name.replace(/\/(?=[^/]*$)/, '\\');
  const imagesIn = (claims: Awaited<ReturnType<typeof claimsOf>>) =>
    claims.images.map(({ claimedId, references, layers }) => ({
      claimedId,
      references,
      found: layers.map(({ entry }) => entry !== null),
    }));
  const respelled = (entries: readonly Entry[], spell: (name: string) => string): Entry[] =>
    entries.map((entry) => ({ ...entry, name: entry.type === 'directory' ? entry.name : spell(entry.name) }));

  it.each([
    ['an old save archive, by manifest.json', dockerSave([appImage], { variant: 'legacy' }), back],
    ['a v1 archive', dockerSave([appImage], { variant: 'v1' }), back],
    ['a layout', layout, back],
    ['a layout, the last of them only', layout, lastBack],
    ['a save archive with blobs', dockerSave([appImage], { variant: 'hybrid' }), back],
  ] as const)('are the files of %s, with a warning', async (_, entries, spell) => {
    const claims = await claimsOf(respelled(entries, spell));
    const plain = await claimsOf(entries);
    expect(imagesIn(claims)).toEqual(imagesIn(plain));
    expect(new Set(codesOf(claims))).toEqual(new Set([...codesOf(plain), 'path-not-portable']));
    expect(Object.values(rolesOf(claims)).sort()).toEqual(Object.values(rolesOf(plain)).sort());
  });

  it('are those of a v1 archive without tags', async () => {
    const entries = dockerSave([appImage], { variant: 'v1' }).filter(({ name }) => name !== 'repositories');
    const claims = await claimsOf(respelled(entries, back));
    expect(imagesIn(claims)).toEqual(imagesIn(await claimsOf(entries)));
  });

  it('are found over a link whose target has backslashes', async () => {
    const target = file('store/x.tar', 'layer');
    const [name = ''] = legacyLayers();
    const linked = [...withoutLayer(name), target, symlink(name, back(`../${target.name}`))];
    const claims = await claimsOf(linked);
    expect(codesOf(claims)).toContain('path-not-portable');
    expect(codesOf(claims)).not.toContain('blob-missing');
  });

  it('are not followed where they lead out of the archive, or in a circle', async () => {
    const [name = ''] = legacyLayers();
    for (const link of ['..\\..\\x.tar', '..\\..\\..\\etc\\x', name.slice(65), `..\\${back(name)}`]) {
      const claims = await claimsOf([...withoutLayer(name), symlink(name, link)]);
      expect(codesOf(claims)).toContain('blob-missing');
    }
  });

  it('are no reason to find what a disk does not: behind a link that goes over another one', async () => {
    const [name = ''] = legacyLayers();
    const links = [directory('far/deep'), symlink('near', 'far/deep'), file('x.tar', 'layer')];
    for (const link of ['../near/../x.tar', '..\\near\\..\\x.tar']) {
      const bytes = await tar([...withoutLayer(name), ...links, symlink(name, link)]);
      const read = readBytes(bytes, { container: 'folder' });
      expect(read).toMatchObject({
        kind: 'image',
        claims: { findings: expect.arrayContaining([expect.objectContaining({ code: 'blob-missing' })]) },
      });
    }
  });

  it('are ambiguous beside the same names with slashes', async () => {
    const claims = await claimsOf([...layout, file(back(firstLayer), 'other')]);
    expect(claims.findings).toContainEqual(
      expect.objectContaining({ code: 'entry-ambiguous', subject: firstLayer, actual: back(firstLayer) }),
    );
    const v1 = dockerSave([appImage], { variant: 'v1' });
    const document = v1.find(({ name }) => name.endsWith('/json'));
    expect(codesOf(await claimsOf([...v1, file(back(document?.name ?? ''), '{}')]))).toContain('entry-ambiguous');
  });

  function legacyLayers(): string[] {
    const entries = dockerSave([appImage], { variant: 'legacy' });
    return entries.filter(({ name }) => name.endsWith('/layer.tar')).map(({ name }) => name);
  }

  function withoutLayer(name: string): Entry[] {
    return dockerSave([appImage], { variant: 'legacy' }).filter((entry) => entry.name !== name);
  }
});

describe('documents that lie below a link', () => {
  it.each([
    ['a save archive', dockerSave([appImage], { variant: 'crane' }), 'd/manifest.json'],
    ['a layout', layout, 'd/index.json'],
  ] as const)('are an error beside those of %s', async (_, entries, name) => {
    const claims = await claimsOf([...entries, symlink('d', '.'), file(name, '[]')]);
    expect(claims.findings).toContainEqual(expect.objectContaining({ code: 'entry-ambiguous', subject: name }));
  });

  it('are an error as well where images lie in folders of the archive', async () => {
    const nested = layout.map((entry) => ({ ...entry, name: `images/${entry.name}` }));
    const read = readBytes(await tar([...nested, symlink('d', 'images'), file('d/index.json', '{}')]));
    expect(read).toMatchObject({ kind: 'nested', findings: [{ code: 'entry-ambiguous', subject: 'd/index.json' }] });
  });
});
