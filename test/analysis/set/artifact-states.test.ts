import { describe, expect, it } from 'vitest';
import { imageSet } from '../../../src/analysis/set/image-set.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const tag = 'docker.io/library/web:1';

/** A dangling, a superseded and a live image with a manifest each; `index` leads to the first two. */
function images(): ArchiveDraft {
  const archive = new ArchiveDraft('images.tar');
  const indexDigests = [digestFor('index')];
  archive.image('dangling', { manifestDigests: [digestFor('dangling manifest')], indexDigests });
  archive.image('superseded', {
    manifestDigests: [digestFor('superseded manifest')],
    indexDigests,
    references: [tag],
    createdAt: '2024-01-01T00:00:00Z',
  });
  archive.image('live', {
    manifestDigests: [digestFor('live manifest')],
    references: [tag],
    createdAt: '2025-01-01T00:00:00Z',
  });
  return archive;
}

function statesOf(...archives: readonly ArchiveDraft[]): string[] {
  return [...imageSet(inventoryOf(archives)).artifactStates.values()];
}

describe('the state of an artifact', () => {
  it.each(['dangling', 'superseded', 'live'])('is that of the %s image that it describes', (state) => {
    const archive = images();
    archive.artifact('attestation', { kind: 'attestation', subject: digestFor(`${state} manifest`) });
    expect(statesOf(archive)).toEqual([state]);
  });

  it('follows an image of another archive', () => {
    const signatures = new ArchiveDraft('signatures.tar');
    signatures.artifact('signature', { subject: digestFor('dangling manifest') });
    expect(statesOf(signatures, images())).toEqual(['dangling']);
  });

  it('is that of the liveliest image behind an index', () => {
    const archive = images();
    archive.artifact('signature', { subject: digestFor('index') });
    expect(statesOf(archive)).toEqual(['superseded']);
  });

  it('is live without a subject, with one that is nowhere, and for an index that leads to nothing', () => {
    const archive = images();
    archive.artifact('chart');
    archive.artifact('signature', { subject: digestFor('elsewhere') });
    archive.artifact('empty index', { kind: 'index', subject: digestFor('dangling manifest') });
    expect(statesOf(archive)).toEqual(['live', 'live', 'live']);
  });

  it('passes along a chain of artifacts, in whatever order they stand', () => {
    const archive = images();
    archive.artifact('third', { subject: digestFor('second') });
    archive.artifact('second', { subject: digestFor('first') });
    archive.artifact('first', { subject: digestFor('dangling manifest') });
    expect(statesOf(archive)).toEqual(['dangling', 'dangling', 'dangling']);
  });

  it('is the liveliest where copies of one artifact describe different images', () => {
    const archive = images();
    archive.artifact('signature', { subject: digestFor('dangling manifest') });
    archive.artifact('signature', { subject: digestFor('live manifest') });
    archive.artifact('note', { subject: digestFor('signature') });
    expect(statesOf(archive)).toEqual(['dangling', 'live', 'live']);
  });

  it('is live in a loop and behind one', () => {
    const archive = images();
    archive.artifact('self', { subject: digestFor('self') });
    archive.artifact('a', { subject: digestFor('b') });
    archive.artifact('b', { subject: digestFor('a') });
    archive.artifact('behind', { subject: digestFor('a') });
    expect(statesOf(archive)).toEqual(['live', 'live', 'live', 'live']);
  });

  it('is live where one of several copies leads into a loop, except for the copy that leads out of it', () => {
    const archive = images();
    archive.artifact('a', { subject: digestFor('dangling manifest') });
    archive.artifact('a', { subject: digestFor('b') });
    archive.artifact('b', { subject: digestFor('a') });
    expect(statesOf(archive)).toEqual(['dangling', 'live', 'live']);
  });

  it('passes along a chain of 50,000 artifacts', () => {
    const inventory = inventoryOf([images()]);
    const archive = inventory.archives[0];
    const chain = Array.from({ length: 50_000 }, (_, position) => ({
      digest: digestFor(`link ${position}`),
      kind: 'artifact' as const,
      artifactType: null,
      subject: digestFor(position === 0 ? 'superseded manifest' : `link ${position - 1}`),
      indexDigests: [],
      references: [],
      localTags: [],
      reaches: [],
    }));
    archive?.artifacts.push(...chain.reverse());
    expect(new Set(imageSet(inventory).artifactStates.values())).toEqual(new Set(['superseded']));
  });
});
