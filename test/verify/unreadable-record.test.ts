/** What is said of an input that cannot be read: the file once, wherever its path stands beside the reason. */
import { describe, expect, it } from 'vitest';
import { unreadableRecord } from '../../src/verify/archive-record.js';

describe('the record of what cannot be read', () => {
  it.each([
    ['its own path', 'a/b.tar: cannot read at 512: EIO', 'cannot read at 512: EIO'],
    ['the path of another file', 'a/b.tar/index.json: EACCES', 'a/b.tar/index.json: EACCES'],
    ['no path', 'no such file or folder', 'no such file or folder'],
  ])('gives a reason that begins with %s', (_, reason, message) => {
    const { path, findings } = unreadableRecord('a/b.tar', 'input-unreadable', reason);
    expect([path, findings[0]?.message]).toEqual(['a/b.tar', message]);
  });

  it('knows no size, no compression and no structure but what it is given', () => {
    const unknown = { compression: null, sizeBytes: null, tarBytes: null, overhead: null };
    expect(unreadableRecord('a.tar', 'input-unreadable', 'gone')).toMatchObject(unknown);
    const facts = { sizeBytes: 0, compression: 'gzip' } as const;
    const known = unreadableRecord('a.tar', 'not-an-image-archive', 'empty', facts);
    expect(known).toMatchObject({ ...unknown, ...facts });
  });
});
