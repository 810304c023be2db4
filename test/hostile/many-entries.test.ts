/**
 * Archives of very many entries: within the limit they are read, past it that is said by name, and equal names, links and
 * strays cost no more than a look each.
 */
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.js';
import { dockerSave, type Entry, file, image, layer, rawHeader, rawTar, symlink } from '../helpers/archive-builder.js';
import { countOf, errorsOf, limitsHit, scanBytes, scanEntries } from './hostile.js';

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })] });
const crane = dockerSave([tiny], { variant: 'crane' });

/** A tar of empty entries, each a header; followed by those of an image. */
function withEmpty(count: number, nameOf: (i: number) => string): Buffer {
  const headers = Array.from({ length: count }, (_, i) => rawHeader({ name: nameOf(i) }));
  return Buffer.concat([...headers, rawTar(crane)]);
}

describe('an archive of many entries', () => {
  it('may have 200,000', async () => {
    const record = await scanBytes(withEmpty(200_000, (i) => `file-${i}`));
    expect([record.status, record.images.length]).toEqual(['ok', 1]);
    expect(countOf(record, 'file-unreferenced')).toBe(200_000);
  });

  it('may have as many as the limit', async () => {
    const record = await scanBytes(withEmpty(limits.entries - crane.length, (i) => `file-${i}`));
    expect([record.status, limitsHit(record)]).toEqual(['ok', []]);
  });

  it('may not have more', async () => {
    const record = await scanBytes(withEmpty(limits.entries - crane.length + 1, (i) => `file-${i}`));
    expect(limitsHit(record)).toEqual(['entries']);
    expect(record.status).not.toBe('ok');
  });
});

describe('one name', () => {
  it('may come 200,000 times with equal bodies', async () => {
    const record = await scanBytes(withEmpty(200_000, () => 'same'));
    expect(record.status).toBe('ok');
    expect(countOf(record, 'entry-repeated')).toBe(199_999);
  });

  it('may not come 50,000 times with one other body', async () => {
    const bodies = Array.from({ length: 50_000 }, () => file('same', ''));
    const record = await scanEntries([...bodies, file('same', 'x'), ...crane]);
    expect(countOf(record, 'entry-ambiguous')).toBe(50_000);
    expect(record.findings.length).toBeLessThan(2 * limits.findings);
  });
});

describe('links', () => {
  const chain = (length: number): Entry[] =>
    Array.from({ length }, (_, i) => symlink(`link-${i}`, i + 1 < length ? `link-${i + 1}` : 'end'));

  it('may lead to a file over as many others as the limit', async () => {
    const record = await scanEntries([...chain(limits.linkHops), file('end', 'x'), ...crane]);
    expect(record.status).toBe('ok');
    expect(countOf(record, 'link-unresolved')).toBe(0);
  });

  it('may not lead over more, unless the limit is raised', async () => {
    const entries = [...chain(limits.linkHops + 1), file('end', 'x'), ...crane];
    const record = await scanEntries(entries);
    expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['linkHops']]);
    expect(record.findings.filter(({ code }) => code === 'limit-exceeded')).toMatchObject([{ subject: 'link-0' }]);
    expect(countOf(record, 'link-unresolved')).toBe(0);
    expect((await scanEntries(entries, { linkHops: limits.linkHops + 1 })).status).toBe('ok');
  });

  const circle = (length: number): Entry[] =>
    Array.from({ length }, (_, i) => symlink(`link-${i}`, `link-${(i + 1) % length}`));

  it.each([1, 2, 3, 20, limits.linkHops])('may form a circle of %d, and lead nowhere', async (length) => {
    const record = await scanEntries([...circle(length), symlink('into', 'link-0'), ...crane]);
    expect(record.status).toBe('ok');
    expect(countOf(record, 'link-unresolved')).toBe(length + 1);
  });

  it('may form a circle that is longer than anyone follows', async () => {
    const record = await scanEntries([...circle(100_000), ...crane]);
    expect(limitsHit(record)).toContain('linkHops');
    expect(countOf(record, 'limit-exceeded')).toBe(100_000);
  });

  it('in place of a layer lead to one body, or to none', async () => {
    const loop = [symlink('a.tar', 'b.tar'), symlink('b.tar', 'a.tar')];
    const records = [{ Config: 'c.json', RepoTags: [], Layers: ['a.tar'] }];
    const record = await scanEntries([
      ...loop,
      file('c.json', tiny.config),
      file('manifest.json', JSON.stringify(records)),
    ]);
    expect(errorsOf(record)).toEqual(['blob-missing']);
  });
});

describe('v1 layers', () => {
  const id = (i: number): string => i.toString(16).padStart(64, '0');
  const v1 = (count: number, tags: number): Entry[] => [
    ...Array.from({ length: count }, (_, i) => file(`${id(i)}/json`, i === 0 ? '{}' : `{"parent":"${id(i - 1)}"}`)),
    file(
      'repositories',
      JSON.stringify({ x: Object.fromEntries(Array.from({ length: tags }, (_, i) => [`t${i}`, id(count - 1 - i)])) }),
    ),
  ];

  it('may be as many in one chain as the limit', async () => {
    const record = await scanEntries(v1(limits.layers, 1));
    expect([limitsHit(record), record.images[0]?.layers.length]).toEqual([[], limits.layers]);
  });

  it('may not be more', async () => {
    const record = await scanEntries(v1(limits.layers + 1, 1));
    expect(limitsHit(record)).toEqual(['layers']);
  });

  it('share one limit where many tags lead into one long chain', async () => {
    const record = await scanEntries(v1(20_000, 20_000));
    expect(limitsHit(record)).toEqual(['layers', 'listedLayers']);
    expect(record.images.reduce((sum, { layers }) => sum + layers.length, 0)).toBe(limits.listedLayers);
  });
});

describe('tags', () => {
  it('may be 100,000 for one image', async () => {
    const RepoTags = Array.from({ length: 100_000 }, (_, i) => (i % 2 === 0 ? `a.example/x:${i}` : `LOCAL ${i}`));
    const records = [{ Config: tiny.id, RepoTags, Layers: [crane[0]?.name] }];
    const record = await scanEntries([...crane.slice(0, -1), file('manifest.json', JSON.stringify(records))]);
    expect([record.status, record.images[0]?.references.length]).toEqual(['ok', 50_000]);
  });

  it('may be claimed by 50,000 images, which is a warning for each', async () => {
    const records = Array.from({ length: 50_000 }, (_, i) => ({ Config: `${i}`, RepoTags: ['a.example/x:1'] }));
    const record = await scanEntries([file('manifest.json', JSON.stringify(records))]);
    expect(countOf(record, 'tag-ambiguous')).toBe(49_999);
  });
});

describe('images in sub-folders', () => {
  const folders = (count: number): Entry[] =>
    Array.from({ length: count }, (_, i) => [
      file(`${i}/oci-layout`, '{"imageLayoutVersion":"1.0.0"}'),
      file(`${i}/index.json`, '{"manifests":[]}'),
      file(`${i}/blobs/sha256/${'a'.repeat(64)}`, ''),
    ]).flat();

  it('may be as many as the limit, and past it that is said', async () => {
    expect(limitsHit(await scanEntries(folders(limits.nestedArchives)))).toEqual([]);
    expect(limitsHit(await scanEntries(folders(limits.nestedArchives + 1)))).toEqual(['nestedArchives']);
  });
});
