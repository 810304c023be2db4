/** What apko's build writes: names as crane gives them, and an index over manifests at the top. */
import { describe, expect, it } from 'vitest';
import { dockerSave, type Entry, file, ociLayout } from '../helpers/archive-builder.js';
import { appImage, appManifest } from './images.js';
import { claimsAbout, claimsOf, codesOf, rolesOf } from './read-entries.js';

const crane = dockerSave([appImage], { variant: 'crane' });
const manifestName = appManifest.descriptor.digest;
const manifest = ociLayout([appManifest]).find(({ name }) => name.endsWith(manifestName.slice('sha256:'.length)));
const index = (digest: string): Entry =>
  file(
    'index.json',
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ mediaType: appManifest.descriptor.mediaType, digest, size: manifest?.content.length ?? 0 }],
    }),
  );
const apko = [...crane, file(manifestName, manifest?.content ?? ''), index(manifestName)];

describe('a save archive with an index and no folder of blobs', () => {
  it('is read from both, without a finding', async () => {
    const claims = await claimsOf(apko);
    expect([claims.format, codesOf(claims), claims.images.length]).toEqual(['docker-archive', [], 1]);
    expect([...(claims.images[0]?.manifestDigests ?? [])]).toEqual([manifestName]);
    expect(Object.values(rolesOf(claims))).not.toContain('stray');
  });

  it('has its manifests compared with the digests of the index', async () => {
    expect(claimsAbout(manifestName, await claimsOf(apko))).toContainEqual(
      expect.objectContaining({ kind: 'digest', digest: manifestName }),
    );
  });

  it('lacks a manifest that lies nowhere', async () => {
    const claims = await claimsOf(apko.filter(({ name }) => name !== manifestName));
    expect(codesOf(claims)).toEqual(['blob-missing', 'index-incomplete']);
  });
});

describe('an index.json', () => {
  const layout = (text: string): Entry[] =>
    ociLayout([appManifest]).map((entry) => (entry.name === 'index.json' ? file('index.json', text) : entry));

  it.each(['{}', '{"schemaVersion":2}', '{"schemaVersion":2,"config":{},"layers":[]}'])(
    'without a list of manifests is invalid: %s',
    async (text) => {
      expect(codesOf(await claimsOf(layout(text)))).toContain('document-invalid');
    },
  );

  it.each(['{"manifests":null}', '{"schemaVersion":2,"manifests":[]}'])('may have an empty one: %s', async (text) => {
    expect(codesOf(await claimsOf(layout(text)))).not.toContain('document-invalid');
  });
});
