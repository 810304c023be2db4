/** docker's document of an image: its keys, what stands in them, and which are left out. */
import { describe, expect, it } from 'vitest';
import { type ImageDetails, imageDetails } from '../../../src/analysis/images/image-details.js';
import { imageSet } from '../../../src/analysis/set/image-set.js';
import { textHasher } from '../../../src/scan/hash-text.js';
import { ArchiveDraft, digestFor, type ImageFacts, inventoryOf } from '../../helpers/inventory-builder.js';

function detailsOf(...archives: readonly ArchiveDraft[]): ImageDetails {
  const inventory = inventoryOf(archives);
  const set = imageSet(inventory);
  const [details] = imageDetails(set.images, { inventory, set, sha256: textHasher(), contents: null });
  if (details === undefined) throw new RangeError('there is no image');
  return details;
}

function archiveWith(facts: ImageFacts, path = 'a.tar'): ArchiveDraft {
  const archive = new ArchiveDraft(path);
  archive.image('app', facts);
  return archive;
}

describe('the details of an image', () => {
  it("have docker's keys in docker's order, and then our own", () => {
    const archive = new ArchiveDraft('a.tar');
    const bodies = [archive.layer('a', 100), archive.layer('b', 20)];
    archive.image('app', {
      bodies,
      platform: 'linux/arm64/v8',
      osVersion: '10.0.1',
      createdAt: '2024-01-02T03:04:05Z',
      author: 'someone',
      config: { Later: 1, Cmd: ['a'], Env: ['A=b'] },
      history: [
        { createdAt: null, createdBy: null, comment: 'first', emptyLayer: false },
        { createdAt: null, createdBy: null, comment: 'last', emptyLayer: false },
      ],
    });
    const { Varve, ...docker } = detailsOf(archive);
    expect(Object.entries(docker)).toEqual([
      ['Id', digestFor('app')],
      ['RepoTags', []],
      ['RepoDigests', []],
      ['Parent', ''],
      ['Comment', 'last'],
      ['Created', '2024-01-02T03:04:05Z'],
      ['Author', 'someone'],
      ['Config', { Env: ['A=b'], Cmd: ['a'], Later: 1 }],
      ['Architecture', 'arm64'],
      ['Variant', 'v8'],
      ['Os', 'linux'],
      ['OsVersion', '10.0.1'],
      ['Size', 120],
      ['RootFS', { Type: 'layers', Layers: [digestFor('a'), digestFor('b')] }],
      ['Metadata', { LastTagTime: '0001-01-01T00:00:00Z' }],
    ]);
    expect(Object.keys(docker.Config ?? {})).toEqual(['Env', 'Cmd', 'Later']);
    expect(Varve).toMatchObject({
      state: 'dangling',
      platform: 'linux/arm64/v8',
      sizeBytes: 120,
      uniqueBytes: 120,
      archives: [{ path: 'a.tar', format: 'oci-archive', status: 'ok' }],
      fingerprint: null,
    });
  });

  it('leave out what docker leaves out where it is empty', () => {
    const details = detailsOf(archiveWith({ platform: null }));
    expect(details).toMatchObject({ Os: '', Architecture: '', Author: '', Comment: '', Config: null, Size: 0 });
    expect(Object.keys(details)).not.toEqual(expect.arrayContaining(['Created']));
    expect(Object.keys(details)).not.toEqual(expect.arrayContaining(['Variant']));
    expect(Object.keys(details)).not.toEqual(expect.arrayContaining(['OsVersion']));
  });

  it('have no size where that of a layer is not known, and no diffID where nobody claims one', () => {
    const archive = new ArchiveDraft('a.tar');
    const entry = archive.layer('a', 1, { uncompressedBytes: null, diffId: null });
    archive.image('app', { layers: [{ diffId: null, digest: null, entry, mediaType: null }] });
    expect(detailsOf(archive)).toMatchObject({ Size: null, RootFS: { Layers: [null] } });
  });
});

describe('the names of an image', () => {
  it('are short in RepoTags, and in full in Varve', () => {
    const references = ['docker.io/library/debian:12', 'docker.io/shop/api:1', 'ghcr.io/a/b:c'];
    expect(detailsOf(archiveWith({ references, localTags: ['latest'] }))).toMatchObject({
      RepoTags: ['debian:12', 'shop/api:1', 'ghcr.io/a/b:c'],
      RepoDigests: [],
      Varve: { references, localTags: ['latest'] },
    });
  });

  it('have the digests of the manifests and indexes that lead to them, in the archive that has the name', () => {
    const [m, i, other] = ['manifest', 'index', 'other'].map(digestFor);
    const first = archiveWith({
      references: ['docker.io/library/app:1', 'docker.io/library/app:2'],
      manifestDigests: [m as never],
      indexDigests: [i as never],
    });
    const second = archiveWith({ manifestDigests: [other as never] }, 'b.tar');
    expect(detailsOf(first, second)).toMatchObject({
      RepoTags: ['app:1', 'app:2'],
      RepoDigests: [`app@${m}`, `app@${i}`].sort(),
    });
  });

  it('with a digest are in RepoDigests, and in RepoTags if they have a tag too', () => {
    const references = [`docker.io/library/app:1@${digestFor('x')}`, `ghcr.io/b@${digestFor('y')}`];
    expect(detailsOf(archiveWith({ references }))).toMatchObject({
      RepoTags: ['app:1'],
      RepoDigests: [`app@${digestFor('x')}`, `ghcr.io/b@${digestFor('y')}`],
    });
  });
});
