/**
 * Documents that are JSON, and nothing more: nested without end, with keys that every object has, with the wrong value in
 * every place. None makes a scan throw, and none is read as good.
 */
import { describe, expect, it } from 'vitest';
import {
  blobPath,
  digestOf,
  dockerSave,
  type Entry,
  editJson,
  file,
  image,
  layer,
  ociManifest,
  replaceContent,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { errorsOf, scanEntries } from './hostile.js';

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })], tags: ['docker.io/library/tiny:1'] });
const node = withoutPlatform(ociManifest(tiny));
const hybrid = dockerSave([tiny], { variant: 'hybrid' });
const legacy = dockerSave([tiny], { variant: 'legacy' });
const v1 = dockerSave([tiny], { variant: 'v1' });
const v1Json = v1.find(({ name }) => name.endsWith('/json'))?.name ?? '';

/** A layout whose manifest and config are these texts, each under its true digest. */
function layoutOf(manifest: string, config = '{}'): Entry[] {
  const entry = (text: string): Entry => file(blobPath(digestOf(text)), text);
  const descriptor = {
    mediaType: node.descriptor.mediaType,
    digest: digestOf(manifest),
    size: Buffer.byteLength(manifest),
  };
  return [
    file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
    file('index.json', JSON.stringify({ manifests: [descriptor] })),
    entry(manifest),
    entry(config),
  ];
}

/** A layout around a config, which is well formed but for it. */
function layoutAround(config: string): Entry[] {
  const descriptor = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf(config),
    size: Buffer.byteLength(config),
  };
  return layoutOf(JSON.stringify({ config: descriptor, layers: [] }), config);
}

const nested = (depth: number): string => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
const nestedObjects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Each document of each format, as an archive that is good but for it. */
const places: readonly [string, (content: string) => Entry[]][] = [
  ['manifest.json', (content) => replaceContent(hybrid, 'manifest.json', content)],
  ['repositories', (content) => replaceContent(legacy, 'repositories', content)],
  ['index.json', (content) => replaceContent(hybrid, 'index.json', content)],
  ['oci-layout', (content) => replaceContent(hybrid, 'oci-layout', content)],
  ['a v1 json', (content) => replaceContent(v1, v1Json, content)],
  ['a manifest', (content) => layoutOf(content)],
  ['a config', (content) => layoutAround(content)],
];

describe.each(places)('%s', (_, around) => {
  it.each([
    ['lists', nested(500_000)],
    ['lists without end', '['.repeat(1_000_000)],
  ])('may be nested without end, and is then invalid: %s', async (_kind, content) => {
    expect(errorsOf(await scanEntries(around(content)))).toContain('document-invalid');
  });

  it('may hold what it need not, nested without end', async () => {
    expect(['ok', 'failed', 'unchecked']).toContain((await scanEntries(around(nestedObjects(500_000)))).status);
  });

  it.each(['0', '"text"', 'true', 'null', '[[]]', '[null]', '[0]', '{"a": 1}', '', '\u0000', '[', '{"a'])(
    'never makes a scan throw: %j',
    async (content) => {
      const record = await scanEntries(around(content));
      expect(['ok', 'failed', 'unchecked']).toContain(record.status);
    },
  );

  it.each(['0', '"text"', 'true', '[null]', '[0]', '', '[', '{"a'])('is never good as %j', async (content) => {
    expect(errorsOf(await scanEntries(around(content)))).toContain('document-invalid');
  });

  it.each(['{"__proto__": {"polluted": true}}', '{"constructor": {"prototype": {"polluted": true}}}'])(
    'changes no object: %s',
    async (content) => {
      await scanEntries(around(content));
      expect(Reflect.get({}, 'polluted')).toBe(undefined);
    },
  );
});

describe('a document with one wrong value', () => {
  const wrong = [null, 0, -1, 1.5, '', 'x', true, [], [null], [[]], {}, { a: null }, { __proto__: null }];
  const paths: readonly [string, string, Entry[]][] = [
    ...['schemaVersion', 'mediaType', 'manifests', 'manifests.0', 'annotations'].map(
      (path): [string, string, Entry[]] => ['index.json', path, hybrid],
    ),
    ...['mediaType', 'digest', 'size', 'annotations', 'platform', 'data', 'urls', 'artifactType'].map(
      (key): [string, string, Entry[]] => ['index.json', `manifests.0.${key}`, hybrid],
    ),
    ...['0', '0.Config', '0.RepoTags', '0.RepoTags.0', '0.Layers', '0.Layers.0', '0.LayerSources'].map(
      (path): [string, string, Entry[]] => ['manifest.json', path, hybrid],
    ),
    ...['id', 'parent', 'created', 'os', 'container_config', 'config'].map((path): [string, string, Entry[]] => [
      v1Json,
      path,
      v1,
    ]),
  ];

  it.each(paths)('never makes a scan throw: %s at %s', async (name, path, entries) => {
    for (const value of wrong) {
      const record = await scanEntries(
        editJson(entries, name, (document) => withValue(document, path.split('.'), value)),
      );
      expect(['ok', 'failed', 'unchecked'], JSON.stringify(value)).toContain(record.status);
    }
  });

  it.each([
    'config',
    'layers',
    'layers.0',
    'config.digest',
    'config.mediaType',
    'layers.0.digest',
    'layers.0.mediaType',
    'subject',
  ])('never makes a scan throw: a manifest at %s', async (path) => {
    for (const value of wrong) {
      const manifest = JSON.stringify(withValue(JSON.parse(String(node.blobs[0]?.content)), path.split('.'), value));
      const record = await scanEntries([...layoutOf(manifest, String(tiny.config))]);
      expect(['ok', 'failed', 'unchecked'], JSON.stringify(value)).toContain(record.status);
    }
  });

  it.each([
    'architecture',
    'os',
    'variant',
    'os.version',
    'created',
    'author',
    'rootfs',
    'history',
    'config',
    'config/Labels',
  ])('never makes a scan throw: a config at %s', async (path) => {
    for (const value of wrong) {
      const config = JSON.stringify(withValue(JSON.parse(String(tiny.config)), path.split('/'), value));
      expect(['ok', 'failed', 'unchecked'], JSON.stringify(value)).toContain(
        (await scanEntries(layoutAround(config))).status,
      );
    }
  });

  it('is read where the value is right', async () => {
    expect(errorsOf(await scanEntries(editJson(hybrid, 'index.json', (document) => document)))).toEqual([]);
    expect(errorsOf(await scanEntries(layoutAround(String(image({ layers: [] }).config))))).toEqual([]);
  });
});

/** The document with another value at a path. */
function withValue(document: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy = structuredClone(document ?? {}) as Record<string, unknown>;
  copy[key] = withValue(copy[key], rest, value);
  return copy;
}
