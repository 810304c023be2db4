/**
 * What the records of `manifest.json` say, and the file `repositories` beside it: tags, configs, layers, and what of them
 * is absent, too many or of the wrong form.
 */
import { describe, expect, it } from 'vitest';
import {
  changeEntry,
  dockerSave,
  dropEntry,
  type Entry,
  editJson,
  file,
  hexOf,
  image,
  renameEntry,
  replaceContent,
  symlink,
} from '../helpers/archive-builder.js';
import { appImage, named, program, settings, shell } from './images.js';
import { claimsOf, codesOf, summaryOf } from './read-entries.js';
import { editRecords } from './save-records.js';

describe('the tags of a record', () => {
  const entries = dockerSave([appImage], { variant: 'crane' });
  const tagsOf = async (RepoTags: unknown): Promise<string[]> => {
    const claims = await claimsOf(editRecords(entries, (record) => ({ ...record, RepoTags })));
    return claims.images.flatMap((one) => summaryOf(one, claims).tags);
  };

  it.each([[null], [[]], [undefined], [['']], [['<none>:<none>']]])('may be none: %j', async (tags) => {
    expect(await tagsOf(tags)).toEqual([]);
  });

  it('are normalised', async () => {
    expect(await tagsOf(['debian', 'quay.io/a/b:1', 'docker.io/library/x:y'])).toEqual([
      'docker.io/library/debian:latest',
      'docker.io/library/x:y',
      'quay.io/a/b:1',
    ]);
  });

  it('stay as they are where they are no reference', async () => {
    expect(await tagsOf(['Not A Reference', '__proto__', 'x\u001b[31m:y'])).toEqual([
      'Not A Reference',
      '__proto__',
      'x\u001b[31m:y',
    ]);
  });
});

describe('the file repositories', () => {
  const entries = dockerSave([appImage], { variant: 'legacy' });
  const withTags = (tags: object): Promise<{ findings: readonly { code: string }[] }> =>
    claimsOf(replaceContent(entries, 'repositories', JSON.stringify(tags)));

  it('may say what the records say', async () => {
    expect((await withTags({ 'registry.example.com/shop/app': { '2.1': 'x' } })).findings).toEqual([]);
  });

  it('is named where it lists other tags', async () => {
    expect((await withTags({ 'registry.example.com/shop/app': { '2.2': 'x' } })).findings).toMatchObject([
      {
        code: 'repositories-mismatch',
        severity: 'hint',
        subject: 'repositories',
        expected: 'registry.example.com/shop/app:2.1',
        actual: 'registry.example.com/shop/app:2.2',
      },
    ]);
  });

  it.each([[{}], [{ a: {} }]])('is named where it lists none: %j', async (tags) => {
    expect((await withTags(tags)).findings).toMatchObject([{ code: 'repositories-mismatch' }]);
  });

  it('keeps a name like __proto__ as a name', async () => {
    const { findings } = await claimsOf(replaceContent(entries, 'repositories', '{"__proto__": {"a": "b"}}'));
    expect(findings).toMatchObject([{ code: 'repositories-mismatch', actual: '__proto__:a' }]);
  });

  it('may be absent', async () => {
    expect((await claimsOf(dropEntry(entries, 'repositories'))).findings).toEqual([]);
  });
});

describe('what a record names and the archive lacks', () => {
  const entries = dockerSave([appImage], { variant: 'crane' });

  it('is missing: a layer', async () => {
    const name = entries.find((entry) => entry.name.endsWith('.tar.gz'))?.name ?? '';
    const claims = await claimsOf(dropEntry(entries, name));
    expect(claims.findings).toMatchObject([{ code: 'blob-missing', severity: 'error', subject: name }]);
    expect(claims.images[0]?.layers).toHaveLength(3);
  });

  it('is missing: the config, and the image keeps the ID that its name claims', async () => {
    const claims = await claimsOf(dropEntry(entries, appImage.id));
    expect(claims.findings).toMatchObject([{ code: 'blob-missing', subject: appImage.id }]);
    expect(claims.images).toMatchObject([{ configEntry: null, claimedId: appImage.id }]);
  });

  it('does not make one image of two whose configs are absent and claim nothing', async () => {
    const records = [
      { Config: 'a.json', RepoTags: ['a:1'] },
      { Config: 'b.json', RepoTags: ['b:1'] },
    ];
    const claims = await claimsOf([file('manifest.json', JSON.stringify(records))]);
    expect(claims.images.map(({ references }) => [...references])).toEqual([
      ['docker.io/library/a:1'],
      ['docker.io/library/b:1'],
    ]);
  });
});

describe('a foreign layer', () => {
  const foreign = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
  const entries = dockerSave([named(appImage)], { variant: 'podman' });
  const without = (diffId: string, sources: object): Entry[] =>
    editRecords(
      dropEntry(entries, `${hexOf(diffId)}.tar`).filter((entry) => entry.type !== 'symlink'),
      (record) => ({ ...record, LayerSources: sources }),
    );

  it('may be absent where its source says that it is one', async () => {
    const sources = { [program.diffId]: { mediaType: foreign, size: 1, digest: program.diffId, urls: ['https://x'] } };
    expect((await claimsOf(without(program.diffId, sources))).findings).toMatchObject([
      { code: 'layer-foreign-absent', severity: 'hint', subject: `${hexOf(program.diffId)}.tar` },
    ]);
  });

  it('does not excuse another layer that is absent', async () => {
    const sources = { [program.diffId]: { mediaType: foreign, size: 1, digest: program.diffId } };
    expect(codesOf(await claimsOf(without(settings.diffId, sources)))).toEqual(['blob-missing']);
  });

  it('is told by its media type, not by its urls', async () => {
    const mediaType = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
    const sources = { [program.diffId]: { mediaType, size: 1, digest: program.diffId, urls: ['https://x'] } };
    expect(codesOf(await claimsOf(without(program.diffId, sources)))).toEqual(['blob-missing']);
  });
});

describe('layers and diffIDs', () => {
  const withConfig = (overrides: object): Promise<Awaited<ReturnType<typeof claimsOf>>> =>
    claimsOf(dockerSave([image({ layers: [shell, program], overrides: { ...overrides } })], { variant: 'jib' }));
  const diffIds = [shell.diffId, program.diffId];

  it.each([
    ['fewer', { diff_ids: [shell.diffId] }, '1 layers'],
    ['more', { diff_ids: [...diffIds, settings.diffId] }, '3 layers'],
    ['none', {}, '0 layers'],
  ])('must be as many: %s diffIDs', async (_, rootfs, expected) => {
    const { findings } = await withConfig({ rootfs });
    expect(findings.filter(({ code }) => code !== 'key-case')).toMatchObject([
      { code: 'layer-count-mismatch', severity: 'error', subject: 'config.json', expected, actual: '2 layers' },
    ]);
  });

  it('say which layer cannot be compared for want of a diffID', async () => {
    const { notChecked } = await withConfig({ rootfs: { diff_ids: [shell.diffId] } });
    expect(notChecked.map(({ reason }) => reason)).toEqual(['diffID: the image config names none']);
  });

  it('may be none, of an image without layers', async () => {
    const claims = await claimsOf(dockerSave([image({ layers: [] })], { variant: 'crane' }));
    expect(codesOf(claims)).toEqual([]);
  });

  it('must be digests', async () => {
    const { findings, images } = await withConfig({ rootfs: { diff_ids: [shell.diffId, 'sha256:XYZ'] } });
    expect(findings.filter(({ code }) => code === 'document-invalid')).toMatchObject([{ actual: 'sha256:XYZ' }]);
    expect(images[0]?.layers.map(({ diffId }) => diffId)).toEqual([shell.diffId, null]);
  });

  it('may be the same layer twice in one image', async () => {
    const claims = await claimsOf(dockerSave([image({ layers: [shell, program, shell] })], { variant: 'podman' }));
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images[0]?.layers.map(({ diffId }) => diffId)).toEqual([shell.diffId, program.diffId, shell.diffId]);
  });
});

describe('the history of an image', () => {
  const historyCodes = async (options: object): Promise<string[]> =>
    codesOf(await claimsOf(dockerSave([image({ layers: [shell, program], ...options })], { variant: 'crane' })));

  it('may have steps without a layer', async () => {
    const history = [{ created_by: 'a' }, { created_by: 'b', empty_layer: true }, { created_by: 'c' }];
    expect(await historyCodes({ history })).toEqual([]);
  });

  it.each([
    ['absent', 'none'],
    ['too short', [{ created_by: 'a' }]],
    ['too long', [{ created_by: 'a' }, { created_by: 'b' }, { created_by: 'c' }]],
  ])('is a hint where it is %s', async (_, history) => {
    expect(await historyCodes({ history })).toEqual(['history-mismatch']);
  });
});

describe('an image in two records', () => {
  it('is one image with the tags of both', async () => {
    const entries = editJson<object[]>(dockerSave([appImage], { variant: 'crane' }), 'manifest.json', ([record]) => [
      record,
      { ...record, RepoTags: ['other:1'] },
    ]);
    const claims = await claimsOf(entries);
    expect(claims.images.map((one) => summaryOf(one, claims).tags)).toEqual([
      ['docker.io/library/other:1', ...appImage.tags],
    ]);
  });
});

describe('a file that no record names', () => {
  it('is a hint with its place', async () => {
    const entries = [...dockerSave([appImage], { variant: 'crane' }), file('notes.txt', 'hello')];
    const claims = await claimsOf(entries);
    const entry = claims.table.entries.find(({ name }) => name === 'notes.txt');
    expect(claims.findings).toMatchObject([
      { code: 'file-unreferenced', severity: 'hint', subject: 'notes.txt', offsetBytes: entry?.offsetBytes },
    ]);
  });

  it('is one hint for all files of an operating system', async () => {
    const junk = ['._manifest.json', '.DS_Store', 'a/._b', '__MACOSX/x'].map((name) => file(name, 'junk'));
    const { findings } = await claimsOf([...dockerSave([appImage], { variant: 'crane' }), ...junk]);
    expect(findings).toMatchObject([{ code: 'junk-entry', severity: 'hint' }]);
  });

  it('is not a name that only resembles those', async () => {
    const names = ['_x', 'a.DS_Store', '__MACOSXX/x'].map((name) => file(name, 'data'));
    const claims = await claimsOf([...dockerSave([appImage], { variant: 'crane' }), ...names]);
    expect(codesOf(claims)).toEqual(['file-unreferenced', 'file-unreferenced', 'file-unreferenced']);
  });
});

describe('the save manifest', () => {
  const entries = dockerSave([appImage], { variant: 'crane' });

  it.each(['[', 'null', '{"x": 1}', '"text"', '[1]', '[{"Config": 1}]', '[{"Config": "a", "Layers": "b"}]'])(
    'is invalid as %s where a layout makes the archive one of images',
    async (content) => {
      const hybrid = dockerSave([appImage], { variant: 'hybrid' });
      expect(codesOf(await claimsOf(replaceContent(hybrid, 'manifest.json', content)))).toContain('document-invalid');
    },
  );

  it('may be an empty list', async () => {
    const claims = await claimsOf(replaceContent(entries, 'manifest.json', '[]'));
    expect(claims.images).toEqual([]);
    expect(new Set(codesOf(claims))).toEqual(new Set(['file-unreferenced']));
  });

  it('is missing where the names are those of a save archive', async () => {
    const { findings, format } = await claimsOf(dropEntry(entries, 'manifest.json'));
    expect(format).toBe('docker-archive');
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'document-missing',
        severity: 'error',
        subject: 'manifest.json',
        actual: 'absent',
      }),
    );
  });

  it('may be reached by a link inside the archive', async () => {
    const moved = [
      ...renameEntry(entries, 'manifest.json', 'docs/manifest.json'),
      symlink('manifest.json', 'docs/manifest.json'),
    ];
    const claims = await claimsOf(moved);
    expect([claims.format, claims.images.length]).toEqual(['docker-archive', 1]);
  });

  it('is missing where it is a link that leads nowhere', async () => {
    const claims = await claimsOf(changeEntry(entries, 'manifest.json', () => symlink('manifest.json', 'nowhere')));
    expect(claims.findings).toContainEqual(expect.objectContaining({ code: 'document-missing', actual: 'a symlink' }));
  });
});
