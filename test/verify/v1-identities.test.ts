import { describe, expect, it } from 'vitest';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { distinguishV1Images } from '../../src/verify/v1-identities.js';
import { ArchiveDraft, digestFor } from '../helpers/inventory-builder.js';

const id = 'f'.repeat(64);

interface Content {
  readonly layer: string;
  readonly sizeBytes?: number;
  /** Whether the layer was read. Default true. */
  readonly read?: boolean;
  readonly config?: Record<string, unknown>;
}

function v1({ layer, sizeBytes = 100, read = true, config = {} }: Content, given = id): ArchiveRecord {
  const archive = new ArchiveDraft(`${layer}.tar`, { format: 'docker-v1' });
  const unread = { claimedDigest: null, digest: null, diffId: null };
  const bodies = [archive.layer(layer, sizeBytes, read ? {} : unread)];
  archive.image('v1', { id: given, bodies, config, references: ['docker.io/library/old:1'] });
  return archive.record();
}

/** The IDs of the images of archives with these contents, in their order. */
function idsOf(contents: readonly Content[]): string[] {
  return distinguishV1Images(contents.map((content) => v1(content))).flatMap(({ images }) =>
    images.map((image) => image.id),
  );
}

const a = { layer: 'a' };
const b = { layer: 'b' };

describe('images of one v1 ID', () => {
  it('are one image where they hold the same', () => {
    expect(idsOf([a, a])).toEqual([id, id]);
  });

  it('are two images where their layers are different, whichever comes first', () => {
    const [first, second] = idsOf([a, b]);
    expect([first, second].sort()).toEqual([`${id}#1`, `${id}#2`]);
    expect(idsOf([b, a])).toEqual([second, first]);
    expect(idsOf([a, b, a])).toEqual([first, second, first]);
  });

  it('are two images where their run configuration is different', () => {
    expect(new Set(idsOf([a, { ...a, config: { User: 'root' } }])).size).toBe(2);
  });

  it('are two images where nothing but sizes is known, and they are different', () => {
    const unread = { ...a, read: false };
    expect(new Set(idsOf([unread, { ...unread, sizeBytes: 99 }])).size).toBe(2);
    expect(idsOf([unread, unread])).toEqual([id, id]);
  });

  it('are one where the one that was not read can be no other than the one that was', () => {
    expect(idsOf([{ ...a, read: false }, a])).toEqual([id, id]);
    expect(new Set(idsOf([{ ...a, read: false }, a, b])).size).toBe(3);
    expect(new Set(idsOf([{ ...a, read: false }, a, { ...b, sizeBytes: 99 }])).size).toBe(2);
  });

  it('keep their names when they are scanned again, and lose the number when they are alone', () => {
    const [first, second] = distinguishV1Images([v1(a), v1(b)]) as [ArchiveRecord, ArchiveRecord];
    expect(distinguishV1Images([first, second])).toEqual([first, second]);
    expect(distinguishV1Images([second])[0]?.images[0]?.id).toBe(id);
  });

  it('are left alone in archives of another format, whose IDs are digests', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('one', { bodies: [archive.layer('a', 1)] });
    expect(distinguishV1Images([archive.record()])).toEqual([archive.record()]);
    expect(archive.record().images[0]?.id).toBe(digestFor('one'));
  });
});
