/**
 * Save archives, `manifest.json` without a layout: what docker, podman, skopeo, crane, kaniko, ko and jib write. The same
 * images go through every shape, so that only names and documents differ.
 */
import { describe, expect, it } from 'vitest';
import { dockerSave, type Entry, file, hardLink, hexOf, image, symlink } from '../helpers/archive-builder.js';
import { appImage, baseImage, named, shell } from './images.js';
import { claimsAbout, claimsOf, codesOf, rolesOf, summaryOf } from './read-entries.js';
import { editRecords } from './save-records.js';

const both = [baseImage, appImage];
describe('an archive of docker before 25', () => {
  const entries = dockerSave(both, { variant: 'legacy' });

  it('is read without any finding', async () => {
    const claims = await claimsOf(entries);
    expect(claims.format).toBe('docker-archive');
    expect(codesOf(claims)).toEqual([]);
    expect(claims.notChecked).toEqual([]);
    expect(claims.images.map((one) => summaryOf(one, claims))).toMatchObject([
      { config: `${hexOf(baseImage.id)}.json`, tags: baseImage.tags, platform: 'linux/amd64' },
      { config: `${hexOf(appImage.id)}.json`, tags: appImage.tags, platform: 'linux/amd64' },
    ]);
  });

  it('takes the diffIDs of its layers from the config, never from the names of their folders', async () => {
    const claims = await claimsOf(entries);
    expect(claims.images[1]?.layers.map(({ diffId }) => diffId)).toEqual(appImage.layers.map(({ diffId }) => diffId));
    const layerClaims = claims.claims.filter(({ kind }) => kind === 'diffid');
    expect(layerClaims).toHaveLength(3);
    expect(claims.claims.filter((claim) => claim.kind === 'digest' && claim.named === 'layer')).toEqual([]);
  });

  it('lets the name of a config claim its digest', async () => {
    const name = `${hexOf(appImage.id)}.json`;
    expect(claimsAbout(name, await claimsOf(entries))).toEqual([
      { kind: 'digest', digest: appImage.id, named: 'config' },
    ]);
  });

  it('calls its documents documents, its layers layers and its configs blobs', async () => {
    const roles = rolesOf(await claimsOf(entries));
    const documents = Object.keys(roles).filter((name) =>
      /(?:\/json|\/VERSION|^manifest\.json|^repositories)$/.test(name),
    );
    expect(documents).toHaveLength(2 + 2 * 4);
    expect(documents.map((name) => roles[name])).toEqual(documents.map(() => 'document'));
    expect(Object.values(roles).filter((role) => role === 'layer')).toHaveLength(3);
    expect(roles[`${hexOf(baseImage.id)}.json`]).toBe('blob');
  });

  it('does not take a file named like a legacy document for one outside the folder of a layer', async () => {
    const claims = await claimsOf([...entries, file('payload/json', '{}'), file('a/b/VERSION', '1')]);
    expect(rolesOf(claims)).toMatchObject({ 'payload/json': 'stray', 'a/b/VERSION': 'stray' });
    expect(codesOf(claims)).toEqual(['file-unreferenced', 'file-unreferenced']);
  });

  it('verifies what a record lists as config or layer, though it be named like a legacy document', async () => {
    const folder = 'f'.repeat(64);
    const disguised = [...entries, file(`${folder}/json`, appImage.config), file(`${folder}/VERSION`, shell.tar)];
    const claims = await claimsOf(
      editRecords(disguised, () => ({ Config: `${folder}/json`, RepoTags: null, Layers: [`${folder}/VERSION`] })),
    );
    expect(rolesOf(claims)).toMatchObject({ [`${folder}/json`]: 'blob', [`${folder}/VERSION`]: 'layer' });
  });
});

describe('a repeated layer', () => {
  const id = (text: string): string => text.repeat(64);
  const linked = (link: Entry): Entry[] => [
    file('config.json', image({ layers: [shell, shell] }).config),
    file(`${id('a')}/layer.tar`, shell.tar),
    link,
    file(
      'manifest.json',
      JSON.stringify([
        { Config: 'config.json', RepoTags: [], Layers: [`${id('a')}/layer.tar`, `${id('b')}/layer.tar`] },
      ]),
    ),
  ];

  it.each([
    ['symlink', symlink(`${id('b')}/layer.tar`, `../${id('a')}/layer.tar`)],
    ['hard link', hardLink(`${id('b')}/layer.tar`, `${id('a')}/layer.tar`)],
  ])('may be a %s to its first copy, and is then one body', async (_, link) => {
    const claims = await claimsOf(linked(link));
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images.map((one) => summaryOf(one, claims))).toMatchObject([
      { layers: [`${id('a')}/layer.tar`, `${id('a')}/layer.tar`], diffIds: [shell.diffId, shell.diffId] },
    ]);
    expect(Object.values(rolesOf(claims)).filter((role) => role === 'layer')).toHaveLength(1);
  });

  it('is missing where its link leads nowhere', async () => {
    const claims = await claimsOf(linked(symlink(`${id('b')}/layer.tar`, `../${id('c')}/layer.tar`)));
    expect(codesOf(claims)).toEqual(['blob-missing', 'link-unresolved']);
  });

  it('is missing where its link leaves the archive', async () => {
    const claims = await claimsOf(linked(symlink(`${id('b')}/layer.tar`, `../../${id('a')}/layer.tar`)));
    expect(codesOf(claims)).toEqual(['blob-missing', 'path-escape']);
  });
});

describe('an archive of podman or skopeo', () => {
  const entries = dockerSave(both, { variant: 'podman' });

  it('is read without any finding, its links leading to the layers', async () => {
    const claims = await claimsOf(entries);
    expect([claims.format, codesOf(claims)]).toEqual(['docker-archive', []]);
    expect(claims.images.map((one) => summaryOf(one, claims).layers)).toEqual(
      both.map((spec) => spec.layers.map((layer) => `${hexOf(layer.diffId)}.tar`)),
    );
  });

  it('lets the name of a layer claim a digest', async () => {
    expect(claimsAbout(`${hexOf(shell.diffId)}.tar`, await claimsOf(entries))).toEqual([
      { kind: 'digest', digest: shell.diffId, named: 'layer' },
      { kind: 'diffid', digest: shell.diffId },
    ]);
  });

  it('may have an empty list of tags', async () => {
    const claims = await claimsOf(dockerSave([named(appImage)], { variant: 'podman' }));
    expect(codesOf(claims)).toEqual([]);
    expect([...(claims.images[0]?.references ?? [])]).toEqual([]);
  });

  it('lets a link claim by its own name and by that of the file it leads to', async () => {
    const name = `${hexOf(shell.diffId)}.tar`;
    const alias = `${'e'.repeat(64)}.tar`;
    const aliased = editRecords([...entries, symlink(alias, name)], (record) => ({
      ...record,
      Layers: record.Layers.map((path) => (path === name ? alias : path)),
    }));
    const claims = claimsAbout(name, await claimsOf(aliased));
    expect(claims).toContainEqual({ kind: 'digest', digest: `sha256:${'e'.repeat(64)}`, named: 'layer' });
    expect(claims).toContainEqual({ kind: 'digest', digest: shell.diffId, named: 'layer' });
  });
});

describe('an archive of crane, kaniko or ko', () => {
  it.each([
    ['none', '.tar'],
    ['gzip', '.tar.gz'],
    ['zstd', '.tar.zst'],
  ] as const)('is read without any finding, compressed by %s', async (compression, suffix) => {
    const claims = await claimsOf(dockerSave(both, { variant: 'crane', compression }));
    expect([claims.format, codesOf(claims)]).toEqual(['docker-archive', []]);
    expect(claims.images.map((one) => summaryOf(one, claims).config)).toEqual([baseImage.id, appImage.id]);
    expect(Object.keys(rolesOf(claims)).filter((name) => name.endsWith(suffix))).toHaveLength(3);
  });

  it('lets the name of the config and those of the layers claim digests', async () => {
    const entries = dockerSave([baseImage], { variant: 'crane' });
    const claims = await claimsOf(entries);
    const layerName = entries.find(({ name }) => name.endsWith('.tar.gz'))?.name ?? '';
    expect(claimsAbout(baseImage.id, claims)).toEqual([{ kind: 'digest', digest: baseImage.id, named: 'config' }]);
    expect(claimsAbout(layerName, claims)).toContainEqual({
      kind: 'digest',
      digest: `sha256:${layerName.slice(0, 64)}`,
      named: 'layer',
    });
  });
});

describe('an archive of jib', () => {
  const entries = dockerSave([appImage], { variant: 'jib' });

  it('has names that claim nothing, which is no fault', async () => {
    const claims = await claimsOf(entries);
    expect(claimsAbout('config.json', claims)).toEqual([]);
    expect(codesOf(claims)).toEqual(['key-case']);
    expect(claims.images.map((one) => summaryOf(one, claims))).toMatchObject([
      { config: 'config.json', tags: appImage.tags, diffIds: appImage.layers.map(({ diffId }) => diffId) },
    ]);
  });

  it('has keys in other case, which are read and named', async () => {
    const { findings } = await claimsOf(entries);
    expect(findings).toMatchObject([
      { code: 'key-case', severity: 'hint', subject: 'manifest.json', actual: 'config, repoTags, layers' },
    ]);
  });

  it('is read as Go reads it where one key stands there in two spellings, with both readings', async () => {
    const twice = editRecords(dockerSave([appImage], { variant: 'crane' }), (record) => ({
      ...record,
      config: 'elsewhere',
    }));
    const claims = await claimsOf(twice);
    expect(claims.images).toMatchObject([{ configEntry: null }]);
    expect(claims.findings).toContainEqual(
      expect.objectContaining({ code: 'key-ambiguous', severity: 'error', expected: '"elsewhere"' }),
    );
  });
});

describe('names as nix writes them', () => {
  it.each(['/', './', './/', './/./'])('are one name with the prefix %s or without', async (prefix) => {
    const plain = dockerSave([appImage], { variant: 'legacy' });
    const prefixed = plain.map((entry) => ({ ...entry, name: prefix + entry.name }));
    const claims = await claimsOf(prefixed);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images).toEqual((await claimsOf(plain)).images);
  });
});
