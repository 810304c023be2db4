/** What each digest of an image rests on: bytes that were hashed, bytes that were not, or a claim alone. */
import { describe, expect, it } from 'vitest';
import { type Basis, type ImageIdentities, imageIdentities } from '../../../src/analysis/set/identities.js';
import { imageSet } from '../../../src/analysis/set/image-set.js';
import { chainIds } from '../../../src/model/chain-id.js';
import type { ArchiveRecord } from '../../../src/model/results/inventory.js';
import { textHasher } from '../../../src/scan/hash-text.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const sha256 = textHasher();

/** The identities of the first image of these archives. */
function identitiesOf(...archives: readonly ArchiveDraft[]): ImageIdentities {
  const inventory = inventoryOf(archives);
  const [image] = imageSet(inventory).images;
  if (image === undefined) throw new RangeError('there is no image');
  return imageIdentities(image, inventory, sha256);
}

/** An archive whose image has a manifest, an index and two layers; all bytes were hashed and are right. */
function wholeArchive(path: string, facts: Partial<ArchiveRecord> = {}): ArchiveDraft {
  const archive = new ArchiveDraft(path, facts);
  const [manifest, index] = [archive.body('manifest'), archive.body('index')];
  const bodies = [archive.layer('a', 100), archive.layer('b', 50, { form: 'tar.gz' })];
  archive.image('app', {
    bodies,
    manifestDigests: [digestFor('manifest')],
    indexDigests: [digestFor('index')],
    reaches: [manifest, index, ...bodies],
  });
  return archive;
}

/** Everything that has a basis. */
function basesOf({ config, manifests, indexes, layers }: ImageIdentities): Record<string, (Basis | undefined)[]> {
  return {
    documents: [config, ...manifests, ...indexes].map(({ basis }) => basis),
    diffIds: layers.map(({ diffId }) => diffId?.basis),
    chainIds: layers.map(({ chainId }) => chainId?.basis),
    blobs: layers.flatMap(({ blobs }) => blobs.map(({ basis }) => basis)),
  };
}

describe('the identities of an image', () => {
  it('are all of its digests', () => {
    const [first, second] = chainIds([digestFor('a'), digestFor('b')], sha256);
    const sure = { basis: 'recomputed' };
    expect(identitiesOf(wholeArchive('a.tar'))).toEqual({
      config: { digest: digestFor('app'), ...sure },
      manifests: [{ digest: digestFor('manifest'), ...sure }],
      indexes: [{ digest: digestFor('index'), ...sure }],
      layers: [
        {
          diffId: { digest: digestFor('a'), ...sure },
          chainId: { digest: first, ...sure },
          sizeBytes: 100,
          claimedSizeBytes: null,
          blobs: [
            {
              digest: digestFor('a'),
              ...sure,
              archive: 'a.tar',
              entry: 'a.tar',
              storedBytes: 100,
              compression: 'none',
            },
          ],
        },
        {
          diffId: { digest: digestFor('b'), ...sure },
          chainId: { digest: second, ...sure },
          sizeBytes: 50,
          claimedSizeBytes: null,
          blobs: [
            {
              digest: digestFor('b as tar.gz'),
              ...sure,
              archive: 'a.tar',
              entry: 'b.tar.gz',
              storedBytes: 50,
              compression: 'gzip',
            },
          ],
        },
      ],
    });
  });

  it('have a blob for each archive that holds the image', () => {
    const { layers } = identitiesOf(wholeArchive('a.tar'), wholeArchive('b.tar'));
    expect(layers.map(({ blobs }) => blobs.map(({ archive }) => archive))).toEqual([
      ['a.tar', 'b.tar'],
      ['a.tar', 'b.tar'],
    ]);
  });
});

describe('the basis', () => {
  it('is unverified where bytes are there and were not hashed', () => {
    const archive = new ArchiveDraft('a.tar', { status: 'unverified' });
    const bodies = ['a', 'b'].map((name) => archive.layer(name, 1, { digest: null, intact: null }));
    archive.image('app', { bodies });
    expect(basesOf(identitiesOf(archive))).toEqual({
      // Documents are small, and always hashed.
      documents: ['recomputed'],
      diffIds: ['unverified', 'unverified'],
      chainIds: ['unverified', 'unverified'],
      blobs: ['unverified', 'unverified'],
    });
  });

  it('is never better than unverified for what an inventory recorded', () => {
    const bases = basesOf(identitiesOf(wholeArchive('a.tar', { status: 'recorded' })));
    expect(new Set(Object.values(bases).flat())).toEqual(new Set(['unverified']));
  });

  it('is recomputed as soon as one copy was hashed now', () => {
    const archives = [wholeArchive('a.tar', { status: 'recorded' }), wholeArchive('b.tar')];
    expect(basesOf(identitiesOf(...archives))).toMatchObject({
      documents: ['recomputed', 'recomputed', 'recomputed'],
      diffIds: ['recomputed', 'recomputed'],
    });
  });

  it('is claimed where the bytes are absent', () => {
    const archive = new ArchiveDraft('a.tar');
    const layers = [{ diffId: digestFor('a'), digest: digestFor('x'), entry: null, mediaType: null }];
    archive.image('app', { layers, configEntry: null, manifestDigests: [digestFor('elsewhere')] });
    const found = identitiesOf(archive);
    expect(basesOf(found)).toEqual({
      documents: ['claimed', 'claimed'],
      diffIds: ['claimed'],
      chainIds: ['claimed'],
      blobs: ['claimed'],
    });
    expect(found.layers[0]?.blobs).toEqual([
      { digest: digestFor('x'), basis: 'claimed', archive: 'a.tar', entry: null, storedBytes: null, compression: null },
    ]);
  });

  it('is claimed where the bytes have another digest', () => {
    const archive = new ArchiveDraft('a.tar', { status: 'failed' });
    const wrong = { digest: digestFor('wrong'), diffId: digestFor('wrong'), intact: false };
    const entry = archive.layer('a', 1, wrong);
    archive.image('app', {
      layers: [{ diffId: digestFor('a'), digest: digestFor('a'), entry, mediaType: null }],
    });
    expect(basesOf(identitiesOf(archive))).toMatchObject({ diffIds: ['claimed'], blobs: ['claimed'] });
  });

  it('of a diffID is claimed where the content is not to be looked at, of its blob all the same recomputed', () => {
    const archive = new ArchiveDraft('a.tar');
    const entry = archive.layer('a', 1, { diffId: null, compression: null, uncompressedBytes: null });
    archive.image('app', {
      layers: [{ diffId: digestFor('inside'), digest: digestFor('a'), entry, mediaType: 'application/x+encrypted' }],
    });
    expect(basesOf(identitiesOf(archive))).toMatchObject({ diffIds: ['claimed'], blobs: ['recomputed'] });
  });

  it('of a chainID is the weakest of the diffIDs up to it', () => {
    const archive = new ArchiveDraft('a.tar');
    const sure = archive.layer('a', 1);
    const open = archive.layer('b', 1, { digest: null, intact: null });
    const absent = { diffId: digestFor('c'), digest: null, entry: null, mediaType: null };
    archive.image('app', {
      layers: [archive.layerRecord(sure), archive.layerRecord(open), archive.layerRecord(sure), absent],
    });
    expect(basesOf(identitiesOf(archive))['chainIds']).toEqual(['recomputed', 'unverified', 'unverified', 'claimed']);
  });
});

it('a layer of which nobody knows a diffID has neither it nor a chainID', () => {
  const archive = new ArchiveDraft('a.tar', { format: 'docker-v1' });
  const entry = archive.layer('a', 1, { diffId: null, digest: null, claimedDigest: null });
  archive.image('app', { layers: [{ diffId: null, digest: null, entry, mediaType: null }] });
  expect(identitiesOf(archive).layers).toMatchObject([
    { diffId: null, chainId: null, blobs: [{ digest: null, basis: 'unverified' }] },
  ]);
});
