/**
 * Two descriptions in one archive: docker's `manifest.json` and an OCI layout, as `docker save` writes them since version
 * 25. What either lists counts, and neither hides what the other lacks.
 */
import { describe, expect, it } from 'vitest';
import {
  blobPath,
  dockerSave,
  dropEntry,
  type Entry,
  editJson,
  file,
  findEntry,
  gzip,
  hexOf,
  ociLayout,
  ociManifest,
  renameEntry,
  replaceContent,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { appImage, baseImage, named, program, shell } from './images.js';
import { claimsAbout, claimsOf, codesOf, rolesOf, summaryOf } from './read-entries.js';

const both = [baseImage, appImage];
const hybrid = dockerSave(both, { variant: 'hybrid' });
const orphanCodes = (count: number): string[] => Array.from({ length: count }, () => 'blob-unreferenced');

describe('an archive of docker 25 and later', () => {
  it('has a v1 config for each layer that nothing refers to, and no other finding', async () => {
    const claims = await claimsOf(hybrid);
    expect(claims.format).toBe('docker-oci');
    // The v1 configs of the base layer are two: in the base image it is the top.
    expect(codesOf(claims)).toEqual(orphanCodes(4));
    expect(claims.findings.every(({ severity }) => severity === 'hint')).toBe(true);
  });

  it('has each image once, with what both descriptions say of it', async () => {
    const claims = await claimsOf(hybrid);
    expect(claims.images.map((one) => summaryOf(one, claims))).toMatchObject(
      both.map((spec) => ({
        config: blobPath(spec.id),
        tags: spec.tags,
        diffIds: spec.layers.map(({ diffId }) => diffId),
      })),
    );
    expect(claims.images.map(({ manifestDigests }) => manifestDigests.size)).toEqual([1, 1]);
    expect(claims.images[1]?.layers.map(({ digest }) => digest)).toEqual(appImage.layers.map(({ diffId }) => diffId));
    expect(claims.images[1]?.layers[0]?.mediaType).toBe('application/vnd.oci.image.layer.v1.tar');
  });

  it('does not take the tag alone in index.json for another tag', async () => {
    const claims = await claimsOf(hybrid);
    expect(claims.images.map(({ localTags }) => [...localTags])).toEqual([[], []]);
  });

  it('lets every blob name and every descriptor claim', async () => {
    const claims = await claimsOf(hybrid);
    expect(claimsAbout(blobPath(shell.diffId), claims)).toEqual([
      { kind: 'diffid', digest: shell.diffId },
      { kind: 'digest', digest: shell.diffId, named: 'blob' },
      { kind: 'size', sizeBytes: shell.tar.length },
      { kind: 'compression', compression: 'none', mediaType: 'application/vnd.oci.image.layer.v1.tar' },
    ]);
    const blobs = Object.entries(rolesOf(claims)).filter(([name]) => name.startsWith('blobs/'));
    expect(blobs.map(([name]) => claimsAbout(name, claims).length > 0)).toEqual(blobs.map(() => true));
    expect(new Set(blobs.map(([, role]) => role))).toEqual(new Set(['blob', 'layer']));
  });

  it('may come without tags', async () => {
    const claims = await claimsOf(dockerSave([named(appImage)], { variant: 'hybrid' }));
    expect(codesOf(claims)).toEqual(orphanCodes(3));
    expect(claims.images.map((one) => summaryOf(one, claims).tags)).toEqual([[]]);
  });

  it('has an image of the layout alone as well', async () => {
    const claims = await claimsOf(
      editJson<object[]>(dropEntry(hybrid, 'repositories'), 'manifest.json', (records) => records.slice(0, 1)),
    );
    expect(claims.images.map((one) => summaryOf(one, claims).config)).toEqual([
      blobPath(baseImage.id),
      blobPath(appImage.id),
    ]);
    expect(codesOf(claims)).toEqual(orphanCodes(4));
  });
});

describe('index.json beside manifest.json', () => {
  const withIndex = (manifests: unknown): Entry[] =>
    editJson<object>(hybrid, 'index.json', (index) => ({ ...index, manifests }));
  const incomplete = (entries: readonly Entry[]) =>
    claimsOf(entries).then(({ findings }) => findings.filter(({ code }) => code === 'index-incomplete'));

  it.each([[null], [[]], [undefined]])('is incomplete where it lists %j', async (manifests) => {
    const claims = await claimsOf(withIndex(manifests));
    expect(claims.images).toHaveLength(2);
    expect(claims.findings.filter(({ code }) => code === 'index-incomplete')).toMatchObject([
      { severity: 'warning', subject: baseImage.tags[0] },
      { severity: 'warning', subject: appImage.tags[0] },
    ]);
  });

  it('is incomplete where it lists fewer images', async () => {
    const entries = editJson<{ manifests: object[] }>(hybrid, 'index.json', (index) => ({
      ...index,
      manifests: index.manifests.slice(0, 1),
    }));
    expect(await incomplete(entries)).toMatchObject([{ subject: appImage.tags[0] }]);
  });

  it('is complete where it lists them all', async () => {
    expect(await incomplete(hybrid)).toEqual([]);
  });

  it('is missing where only oci-layout is there', async () => {
    const claims = await claimsOf(dropEntry(hybrid, 'index.json'));
    expect(claims.findings).toContainEqual(
      expect.objectContaining({ code: 'document-missing', severity: 'error', subject: 'index.json', actual: 'absent' }),
    );
  });
});

describe('a manifest of docker 25.0.0', () => {
  const manifestOf = (entries: readonly Entry[]): string => {
    const index = JSON.parse(findEntry(entries, 'index.json').content.toString());
    return blobPath(index.manifests[1].digest);
  };

  it('has too few layers where it lists none', async () => {
    const name = manifestOf(hybrid);
    const claims = await claimsOf(editJson<object>(hybrid, name, (manifest) => ({ ...manifest, layers: null })));
    expect(claims.findings).toContainEqual(
      expect.objectContaining({
        code: 'layer-count-mismatch',
        subject: blobPath(appImage.id),
        expected: '3 layers',
        actual: '0 layers',
      }),
    );
    expect(claims.images[1]?.layers).toHaveLength(3);
  });

  it('lets a wrong size be a claim of its own', async () => {
    const name = manifestOf(hybrid);
    const edited = editJson<{ layers: { size: number }[] }>(hybrid, name, (manifest) => ({
      ...manifest,
      layers: manifest.layers.map((layer) => ({ ...layer, size: layer.size + 1 })),
    }));
    expect(claimsAbout(blobPath(program.diffId), await claimsOf(edited))).toContainEqual({
      kind: 'size',
      sizeBytes: program.tar.length + 1,
    });
  });
});

describe('a layout that lacks oci-layout', () => {
  it('is accepted with a warning', async () => {
    const claims = await claimsOf(dropEntry(hybrid, 'oci-layout'));
    expect(claims.format).toBe('docker-oci');
    expect(claims.findings).toContainEqual(
      expect.objectContaining({ code: 'oci-layout-missing', severity: 'warning', subject: 'oci-layout' }),
    );
    expect(claims.images).toHaveLength(2);
  });

  it('is no layout at all where manifest.json alone leads to its blobs', async () => {
    const claims = await claimsOf(dropEntry(dropEntry(hybrid, 'oci-layout'), 'index.json'));
    expect(claims.format).toBe('docker-archive');
    // The two manifests are orphans as well.
    expect(codesOf(claims)).toEqual(orphanCodes(6));
  });

  it('may have blobs with a suffix, as older rules_oci wrote', async () => {
    const body = gzip(shell.tar);
    const stored = `blobs/sha256/${'a'.repeat(64)}.tar.gz`;
    const config = Buffer.from(JSON.stringify({ rootfs: { diff_ids: [shell.diffId] }, history: [{}] }));
    const claims = await claimsOf([
      file('blobs/sha256/config', config),
      file(stored, body),
      file('manifest.json', JSON.stringify([{ Config: 'blobs/sha256/config', RepoTags: ['a:1'], Layers: [stored] }])),
    ]);
    expect([claims.format, codesOf(claims)]).toEqual(['docker-archive', []]);
    expect(claimsAbout(stored, claims)).toContainEqual({
      kind: 'digest',
      digest: `sha256:${'a'.repeat(64)}`,
      named: 'blob',
    });
  });
});

describe('a layer that both descriptions store differently', () => {
  it('is the file of the record, whose digest and type no manifest names', async () => {
    const gzipped = withoutPlatform(ociManifest(baseImage));
    const name = `${hexOf(shell.diffId)}.tar`;
    const record = { Config: blobPath(baseImage.id), RepoTags: ['a:1'], Layers: [name] };
    const claims = await claimsOf([
      ...ociLayout([gzipped]),
      file(name, shell.tar),
      file('manifest.json', JSON.stringify([record])),
    ]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images.map((one) => summaryOf(one, claims).layers)).toEqual([[name]]);
    expect(claims.images[0]?.layers).toMatchObject([{ diffId: shell.diffId, digest: null, mediaType: null }]);
    expect(claims.images[0]?.reaches.size).toBe(4);
  });

  it('is the blob of the manifest where the file of the record is absent', async () => {
    const gzipped = withoutPlatform(ociManifest(baseImage));
    const record = { Config: blobPath(baseImage.id), RepoTags: ['a:1'], Layers: ['absent.tar'] };
    const claims = await claimsOf([...ociLayout([gzipped]), file('manifest.json', JSON.stringify([record]))]);
    expect(codesOf(claims)).toEqual(['blob-missing']);
    expect(claims.images[0]?.layers).toMatchObject([{ diffId: shell.diffId, digest: gzipped.blobs[2]?.digest }]);
  });
});

describe('a config that both descriptions name differently', () => {
  it('claims its digest under the name of the record too', async () => {
    const moved = editJson<{ Config: string }[]>(
      [...hybrid, file(`${hexOf(appImage.id)}.json`, appImage.config)],
      'manifest.json',
      ([base, app]) => [base, { ...app, Config: `${hexOf(appImage.id)}.json` }],
    );
    const claims = await claimsOf(moved);
    expect(claimsAbout(`${hexOf(appImage.id)}.json`, claims)).toEqual([
      { kind: 'digest', digest: appImage.id, named: 'config' },
    ]);
  });

  it('is no way around the claim of a name', async () => {
    const path = `blobs/${hexOf(appImage.id)}.json`;
    const entries = editJson<{ Config: string }[]>(
      renameEntry(dockerSave([appImage], { variant: 'legacy' }), `${hexOf(appImage.id)}.json`, path),
      'manifest.json',
      ([record]) => [{ ...record, Config: path }],
    );
    expect(claimsAbout(path, await claimsOf(entries))).toEqual([
      { kind: 'digest', digest: appImage.id, named: 'config' },
    ]);
  });
});

describe('a manifest.json that is no save manifest', () => {
  it('is invalid beside a layout, whose images are read all the same', async () => {
    const claims = await claimsOf(replaceContent(hybrid, 'manifest.json', '{"schemaVersion": 2}'));
    expect(claims.images).toHaveLength(2);
    expect(claims.findings).toContainEqual(
      expect.objectContaining({ code: 'document-invalid', severity: 'error', subject: 'manifest.json' }),
    );
  });
});
