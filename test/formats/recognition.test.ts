/**
 * What an archive is, told by what it holds: each format, images in sub-folders, and what is refused with the reason.
 */
import { describe, expect, it } from 'vitest';
import {
  directory,
  dockerSave,
  type Entry,
  file,
  findEntry,
  ociLayout,
  rawTar,
  replaceContent,
  symlink,
} from '../helpers/archive-builder.js';
import { appImage, appManifest, baseImage } from './images.js';
import { claimsOf, readBytes, readEntries, refusalOf } from './read-entries.js';

const crane = dockerSave([appImage], { variant: 'crane' });
const legacy = dockerSave([appImage], { variant: 'legacy' });
const hybrid = dockerSave([appImage], { variant: 'hybrid' });
const layout = ociLayout([appManifest]);
const below = (folder: string, entries: readonly Entry[]): Entry[] =>
  entries.map((entry) => ({ ...entry, name: `${folder}/${entry.name}` }));
const dirFormat = [file('manifest.json', '{"schemaVersion": 2, "layers": []}'), file('version', 'Directory Transport')];

describe('the format of an archive', () => {
  it.each([
    ['docker-v1', 'docker before 1.10', dockerSave([appImage], { variant: 'v1' })],
    ['docker-archive', 'docker before 25', legacy],
    ['docker-archive', 'crane', crane],
    ['docker-oci', 'docker since 25', hybrid],
    ['oci-archive', 'writers of layouts', layout],
  ] as const)('is %s as written by %s', async (format, _, entries) => {
    expect((await claimsOf(entries)).format).toBe(format);
  });

  it('does not depend on the order of the entries', async () => {
    for (const entries of [legacy, hybrid, layout]) {
      const forth = await claimsOf(entries);
      expect((await claimsOf([...entries].reverse())).format).toBe(forth.format);
    }
  });

  it('is that of a layout by its blobs alone, which then lacks its index', async () => {
    const { format, findings } = await claimsOf(layout.filter(({ name }) => name.startsWith('blobs/')));
    expect(format).toBe('oci-archive');
    expect(findings).toContainEqual(expect.objectContaining({ code: 'document-missing', subject: 'index.json' }));
  });
});

describe('images in sub-folders', () => {
  const nestedIn = async (entries: readonly Entry[]) => {
    const read = await readEntries(entries);
    return read.kind === 'nested' ? read.folders : read.kind;
  };

  it('are archives of their own', async () => {
    expect(await nestedIn([...below('a/one', layout), ...below('b', crane), ...below('c', legacy)])).toEqual([
      'a/one',
      'b',
      'c',
    ]);
  });

  it('are v1 archives too', async () => {
    expect(await nestedIn(below('old', dockerSave([baseImage], { variant: 'v1' })))).toEqual(['old']);
  });

  it('may lie in a folder that is named like a document', async () => {
    expect(await nestedIn([directory('oci-layout'), ...below('oci-layout', layout)])).toEqual(['oci-layout']);
    expect(await nestedIn([directory('index.json'), ...below('index.json', crane)])).toEqual(['index.json']);
  });

  it('may lie in a folder whose name has a line break', async () => {
    expect(await nestedIn(below('a\nb', layout))).toEqual(['a\nb']);
  });

  it.each([
    ['of v1', dockerSave([baseImage], { variant: 'v1' })],
    ['of a layout', layout],
    ['of crane', crane],
  ])('may be named with backslashes: %s', async (_, entries) => {
    const spelled = (separator: RegExp): Entry[] =>
      below('img', entries).map((entry) => ({ ...entry, name: entry.name.replace(separator, '\\') }));
    for (const named of [spelled(/\//g), spelled(/\//)]) {
      expect(await readEntries(named)).toMatchObject({
        kind: 'nested',
        folders: ['img'],
        findings: [{ code: 'path-not-portable', subject: 'img' }],
      });
    }
    const inner = below(
      'img',
      entries.map((entry) => ({ ...entry, name: entry.name.replaceAll('/', '\\') })),
    );
    expect(await readEntries(inner)).toMatchObject({ kind: 'nested', folders: ['img'], findings: [] });
  });

  it('are one archive where some names have slashes and some backslashes', async () => {
    const mixed = below('a/b', layout).map((entry, i) => ({
      ...entry,
      name: i % 2 === 0 ? entry.name : entry.name.replaceAll('/', '\\'),
    }));
    expect(await nestedIn(mixed)).toEqual(['a/b']);
  });

  it('do not count where their names climb out by backslashes', async () => {
    expect(await nestedIn(below('..\\a', layout))).toBe('refused');
    expect(await nestedIn(below('a\\..\\..\\b', layout))).toBe('refused');
  });

  it('do not count where they lie below another one', async () => {
    expect(await nestedIn([...below('a', layout), ...below('a/b', layout)])).toEqual(['a']);
  });

  it('do not count where their names climb out', async () => {
    expect(await nestedIn(below('../a', layout))).toBe('refused');
  });

  it('do not count where the folder of their blobs has another name', async () => {
    const renamed = layout.map((entry) => ({ ...entry, name: entry.name.replace(/^blobs/, 'globs') }));
    expect(await nestedIn(below('a', renamed))).toBe('refused');
    const retyped = layout.map((entry) => ({ ...entry, name: entry.name.replace('/sha256/', '/md5/') }));
    expect(await nestedIn(below('a', retyped))).toBe('refused');
  });

  it('do not count where only their bodies or only their documents are there', async () => {
    const isDocument = ({ name }: Entry): boolean => /^(?:manifest\.json|index\.json|oci-layout)$/.test(name);
    for (const whole of [crane, layout]) {
      expect(await nestedIn(below('a', whole.filter(isDocument)))).toBe('refused');
      expect(
        await nestedIn(
          below(
            'a',
            whole.filter((entry) => !isDocument(entry)),
          ),
        ),
      ).toBe('refused');
    }
  });

  it('do not count beside an image at the root', async () => {
    expect(await nestedIn([...crane, ...below('a', layout)])).toBe('image');
  });
});

describe('what is no image archive', () => {
  it.each<[string, RegExp, readonly Entry[]]>([
    ["skopeo's dir: format", /dir: format/, dirFormat],
    ['a manifest.json of something else', /no save manifest/, [file('manifest.json', '{"name": "app"}')]],
    ['a file system export', /file system export/, [directory('etc'), file('etc/passwd', 'root')]],
    ['a bare layer', /bare layer/, [file('srv/.wh.app', ''), file('srv/new', 'x')]],
    ['a Helm chart', /Helm chart/, [file('chart/Chart.yaml', 'name: chart'), file('chart/values.yaml', '')]],
    ["a registry's storage", /registry's storage/, [file('var/lib/registry/docker/registry/v2/blobs/x', 'x')]],
    ['a tar of anything else', /no manifest\.json, index\.json or repositories/, [file('readme.txt', 'hello')]],
    ['a tar with an index.json of its own', /no image archive/, [file('index.json', '{"pages": []}')]],
    ['a tar with an index.json that is no JSON', /no image archive/, [file('index.json', 'pages')]],
    ['a package of imgpkg', /imgpkg/, [file('manifest.json', '[{"Image":{"Refs":[]},"ImageIndex":null}]')]],
    ['a package of kbld with an index', /kbld/, [file('manifest.json', '[{"ImageIndex":{}},{"Image":{}}]')]],
  ])('is refused with the reason: %s', async (_, reason, entries) => {
    expect(await refusalOf(entries)).toMatch(reason);
  });

  it('is refused with the reason: an empty tar', () => {
    expect(readBytes(Buffer.alloc(1024))).toMatchObject({ kind: 'refused', reason: expect.stringContaining('empty') });
  });

  it('is refused with the reason: a tar whose first header is damaged', () => {
    expect(readBytes(rawTar([{ name: 'x', checksum: 'wrong' }]))).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/^no tar entry can be read: .*checksum/),
    });
  });

  it('is refused with the reason: a tar that is cut before any document', () => {
    const read = readBytes(Buffer.alloc(0), {
      truncated: true,
      entries: readBytesEntries([file('readme.txt', 'hello')]),
    });
    expect(read).toMatchObject({ kind: 'refused', reason: expect.stringContaining('cut') });
  });
});

/** Entries that were listed before a tar was cut. */
function readBytesEntries(entries: readonly Entry[]) {
  return entries.map((entry, index) => ({
    index,
    sourceIndex: index,
    name: entry.name,
    type: 'file' as const,
    linkName: null,
    offsetBytes: 0,
    dataOffsetBytes: 512,
    sizeBytes: entry.content.length,
    storedBytes: entry.content.length,
    structureBytes: { headerBytes: 512, paddingBytes: 0 },
    location: null,
  }));
}

describe('an image archive that resembles something else', () => {
  it('is one with a file system beside its documents', async () => {
    expect((await claimsOf([...crane, file('etc/passwd', 'root')])).format).toBe('docker-archive');
  });

  it('is one whose index.json has no blobs beside it', async () => {
    expect((await claimsOf([file('index.json', '{"manifests": []}')])).format).toBe('oci-archive');
  });

  it('is one whose index.json is damaged, beside blobs', async () => {
    const { format, findings } = await claimsOf(replaceContent(layout, 'index.json', '{'));
    expect(format).toBe('oci-archive');
    expect(findings).toContainEqual(expect.objectContaining({ code: 'document-invalid', subject: 'index.json' }));
  });

  it('is one whose manifest.json is damaged', async () => {
    const { format, findings } = await claimsOf(replaceContent(crane, 'manifest.json', '[{"Config": '));
    expect(format).toBe('docker-archive');
    expect(findings).toContainEqual(expect.objectContaining({ code: 'document-invalid', subject: 'manifest.json' }));
  });

  it('is one whose oci-layout is a link', async () => {
    const content = findEntry(layout, 'oci-layout');
    const linked = layout.filter(({ name }) => name !== 'oci-layout');
    const entries = [...linked, { ...content, name: 'docs/oci-layout' }, symlink('oci-layout', 'docs/oci-layout')];
    expect((await claimsOf(entries)).format).toBe('oci-archive');
  });
});
