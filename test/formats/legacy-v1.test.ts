/**
 * Archives of docker before 1.10: a chain of folders, tags in `repositories`, and no digest anywhere.
 */
import { describe, expect, it } from 'vitest';
import {
  dockerSave,
  dropEntry,
  type Entry,
  file,
  findEntry,
  rawTar,
  replaceContent,
} from '../helpers/archive-builder.js';
import { recordOf } from '../verify/scan-bytes.js';
import { appImage, baseImage, named, shell } from './images.js';
import { claimsOf, codesOf, rolesOf, summaryOf } from './read-entries.js';

const entries = dockerSave([baseImage, appImage], { variant: 'v1' });

const id = (digit: string): string => digit.repeat(64);
function folder(own: string, fields: object = {}, layer: Buffer | null = shell.tar): Entry[] {
  const json = file(`${own}/json`, JSON.stringify({ id: own, ...fields }));
  return layer === null ? [json] : [json, file(`${own}/layer.tar`, layer)];
}
const tags = (document: object): Entry => file('repositories', JSON.stringify(document));

describe('an archive of docker before 1.10', () => {
  it('is read without any finding', async () => {
    const claims = await claimsOf(entries);
    expect([claims.format, codesOf(claims)]).toEqual(['docker-v1', []]);
    expect(claims.images.map((one) => summaryOf(one, claims))).toMatchObject([
      { tags: baseImage.tags, platform: 'linux/amd64' },
      { tags: appImage.tags, platform: 'linux/amd64' },
    ]);
  });

  it('builds the chain of an image from the parents, base first', async () => {
    const claims = await claimsOf(entries);
    const [base, app] = claims.images.map((one) => summaryOf(one, claims).layers);
    expect(app?.slice(0, 1)).toEqual(base);
    expect(app?.map((name) => findEntry(entries, name ?? '').content)).toEqual(appImage.layers.map(({ tar }) => tar));
  });

  it('has the time and the steps of its layers', async () => {
    const json = { created: '2015-01-02T03:04:05Z', comment: 'imported', container_config: { Cmd: ['sh', '-c', 'x'] } };
    const claims = await claimsOf([...folder(id('a')), ...folder(id('b'), { parent: id('a'), ...json })]);
    expect(claims.images.map(({ createdAt }) => createdAt)).toEqual([json.created]);
    expect(claims.images[0]?.history).toEqual([
      { createdAt: null, createdBy: null, comment: null, emptyLayer: false },
      { createdAt: json.created, createdBy: 'sh -c x', comment: 'imported', emptyLayer: false },
    ]);
  });

  it('has the id of its top layer as its own', async () => {
    const claims = await claimsOf(entries);
    expect(claims.images.map(({ claimedId }) => claimedId)).toEqual(
      claims.images.map((one) => summaryOf(one, claims).config?.replace('/json', '')),
    );
  });

  it('says of each layer that nothing is there to compare it with', async () => {
    const claims = await claimsOf(entries);
    expect(claims.claims).toEqual([]);
    expect(claims.notChecked.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 3 }, () => 'diffID: v1 documents name none'),
    );
  });

  it('has documents and layers, and nothing that is unreferenced', async () => {
    expect(new Set(Object.values(rolesOf(await claimsOf(entries))))).toEqual(new Set(['document', 'layer']));
  });

  it('may have no repositories: an image for each layer that none builds on', async () => {
    const claims = await claimsOf(dropEntry(entries, 'repositories'));
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images.map((one) => [summaryOf(one, claims).tags, one.layers.length])).toEqual([[[], 3]]);
  });

  it('is cut where it ends without end blocks and without repositories, as a newer archive may be', async () => {
    const legacy = dockerSave([appImage], { variant: 'legacy' });
    const lastLayer = legacy.findLastIndex(({ name }) => name.endsWith('/layer.tar'));
    expect(lastLayer).toBeGreaterThan(3);
    for (let end = 3; end <= lastLayer + 1; end++) {
      const record = await recordOf(rawTar(legacy.slice(0, end), { endBlocks: 0 }));
      expect([record.status, record.findings[0]?.code]).toEqual(['failed', 'end-blocks-missing']);
      expect(record.findings.map(({ code }) => code)).toContain('archive-truncated');
    }
  });

  it('is none where a config or a layer lies under its digest: then manifest.json is missing', async () => {
    for (const name of [`${'a'.repeat(64)}.json`, `${'b'.repeat(64)}.tar`]) {
      const record = await recordOf(rawTar([...entries, file(name, '{}')]));
      expect([record.status, record.findings.map(({ code }) => code)]).toEqual([
        'failed',
        expect.arrayContaining(['document-missing']),
      ]);
    }
    const other = await recordOf(rawTar([...entries, file(`${'a'.repeat(63)}.json`, '{}')]));
    expect(other.status).toBe('unchecked');
  });

  it('is not whole where a layer has no document', async () => {
    const json = entries.find(({ name }) => name.endsWith('/json'))?.name ?? '';
    const record = await recordOf(rawTar(entries.filter(({ name }) => name !== json)));
    const found = record.findings.filter(({ code }) => code === 'document-missing');
    expect([record.status, found.map(({ subject }) => subject)]).toEqual(['failed', [json]]);
  });

  it('is whole without repositories where it has end blocks, and without end blocks where it has repositories', async () => {
    const untagged = rawTar(entries.filter(({ name }) => name !== 'repositories'));
    expect((await recordOf(untagged)).findings.map(({ code }) => code)).toEqual(['nothing-compared']);
    const tagged = await recordOf(rawTar(entries, { endBlocks: 0 }));
    expect(tagged.findings.map(({ code }) => code)).toEqual(['end-blocks-missing', 'nothing-compared']);
  });

  it('may have layers beside its tagged images', async () => {
    const claims = await claimsOf([...dockerSave([named(baseImage, 'a:1')], { variant: 'v1' }), ...folder(id('e'))]);
    expect(claims.images.map((one) => summaryOf(one, claims).tags)).toEqual([['docker.io/library/a:1'], []]);
  });

  it('may have several tags for one image', async () => {
    const claims = await claimsOf(dockerSave([named(baseImage, 'a:1', 'quay.io/b/c:2')], { variant: 'v1' }));
    expect(claims.images.map((one) => summaryOf(one, claims).tags)).toEqual([
      ['docker.io/library/a:1', 'quay.io/b/c:2'],
    ]);
  });
});

describe('the parents of a v1 image', () => {
  it('are reported where they form a circle, and each is listed once', async () => {
    const circle = [...folder(id('a'), { parent: id('b') }), ...folder(id('b'), { parent: id('a') })];
    const claims = await claimsOf([...circle, tags({ x: { 1: id('a') } })]);
    expect(claims.findings).toMatchObject([{ code: 'parent-loop', severity: 'error', subject: id('a') }]);
    expect(claims.images.map(({ layers }) => layers.length)).toEqual([2]);
  });

  it('are reported where they form a circle that no tag leads into', async () => {
    const circle = [...folder(id('a'), { parent: id('b') }), ...folder(id('b'), { parent: id('a') })];
    expect(codesOf(await claimsOf(circle))).toEqual(['parent-loop']);
  });

  it('are reported where a layer is its own', async () => {
    expect(codesOf(await claimsOf(folder(id('a'), { parent: id('a') })))).toEqual(['parent-loop']);
  });

  it('may be one for several images', async () => {
    const tree = [...folder(id('a')), ...folder(id('b'), { parent: id('a') }), ...folder(id('c'), { parent: id('a') })];
    const claims = await claimsOf(tree);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images.map(({ layers }) => layers.length)).toEqual([2, 2]);
  });

  it('may be an empty text', async () => {
    expect(codesOf(await claimsOf(folder(id('a'), { parent: '' })))).toEqual([]);
  });
});

describe('what is missing of a v1 image', () => {
  it('is a parent that is not there', async () => {
    const claims = await claimsOf(folder(id('a'), { parent: id('b') }));
    expect(claims.findings).toMatchObject([{ code: 'blob-missing', severity: 'error', subject: id('b') }]);
    expect(claims.images[0]?.layers.map(({ entry }) => entry === null)).toEqual([true, false]);
  });

  it('is the image that a tag names', async () => {
    const claims = await claimsOf([...folder(id('a')), tags({ x: { 1: id('f') } })]);
    expect(claims.findings).toMatchObject([{ code: 'blob-missing', subject: id('f') }]);
    expect(claims.images.map(({ claimedId }) => claimedId)).toEqual([id('f'), id('a')]);
  });

  it('is the file of a layer', async () => {
    const claims = await claimsOf(folder(id('a'), {}, null));
    expect(claims.findings).toMatchObject([{ code: 'blob-missing', subject: `${id('a')}/layer.tar` }]);
  });

  it('is nothing where all is there', async () => {
    expect(codesOf(await claimsOf(folder(id('a'))))).toEqual([]);
  });
});

describe('the documents of a v1 archive', () => {
  const name = entries.find((entry) => entry.name.endsWith('/json'))?.name ?? '';

  it.each(['{', '[]', '{"id": 1}', 'null'])('are invalid as %s', async (content) => {
    const claims = await claimsOf(replaceContent(entries, name, content));
    expect(claims.findings).toContainEqual(expect.objectContaining({ code: 'document-invalid', subject: name }));
  });

  it.each(['{', '[]', '{"a": 1}', '{"a": {"b": 1}}'])('are invalid as repositories of %s', async (content) => {
    const claims = await claimsOf(replaceContent(entries, 'repositories', content));
    expect(claims.findings).toContainEqual(
      expect.objectContaining({ code: 'document-invalid', subject: 'repositories' }),
    );
  });

  it('may leave out the id, which is then the name of the folder', async () => {
    const claims = await claimsOf([
      file(`${id('a')}/json`, '{}'),
      file(`${id('a')}/layer.tar`, shell.tar),
      tags({ x: { 1: id('a') } }),
    ]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images.map((one) => summaryOf(one, claims).layers)).toEqual([[`${id('a')}/layer.tar`]]);
  });

  it('keep a name like __proto__ as a tag of this archive', async () => {
    const claims = await claimsOf([...folder(id('a')), file('repositories', `{"__proto__": {"x": "${id('a')}"}}`)]);
    expect(claims.images.map((one) => summaryOf(one, claims).tags)).toEqual([['__proto__:x']]);
  });
});
