/**
 * The content fingerprint from end to end: the same for rebuilds, another after any change, and what the page says, by an
 * oracle that was written from docs/inspect.md.
 */

import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../../src/analysis/contents/fingerprint.js';
import { inspect } from '../../../src/index.js';
import {
  dockerSave,
  type ImageOptions,
  type ImageSpec,
  image,
  type LayerFile,
  layer,
  ociLayout,
  ociManifest,
  tagged,
  tar,
} from '../../helpers/archive-builder.js';
import { contentOracle } from '../../helpers/content-oracle.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const { writeFile } = temporaryFolder();
let written = 0;

async function fingerprintOf(bytes: Buffer): Promise<Fingerprint> {
  written += 1;
  const [details] = await inspect([writeFile(`${written}.tar`, bytes)], { workers: 0 });
  const found = details?.Varve.fingerprint;
  if (found == null) throw new RangeError('the image has no fingerprint');
  return found;
}

const saved = async (spec: ImageSpec): Promise<Fingerprint> =>
  fingerprintOf(await tar(dockerSave([spec], { variant: 'legacy' })));

const baseFiles: readonly LayerFile[] = [
  { path: 'etc/', type: 'directory' },
  { path: 'etc/passwd', content: 'root:x:0:0', mode: 0o644 },
  { path: 'etc/shadow', content: 'root:*', mode: 0o640, gid: 42 },
  { path: 'usr/bin/sudo', content: 'sudo', mode: 0o4755 },
  { path: 'bin', type: 'symlink', linkname: 'usr/bin' },
  { path: 'usr/bin/doas', type: 'link', linkname: 'usr/bin/sudo' },
  { path: 'dev/null', type: 'character-device', device: [1, 3], mode: 0o666 },
  { path: 'var/cache/a', content: 'a' },
  { path: 'var/cache/b/c', content: 'c' },
];
const appFiles: readonly LayerFile[] = [
  { path: 'bin/app', content: 'x'.repeat(5000), mode: 0o755, uid: 1000, gid: 1000 },
  { path: 'etc/.wh.shadow' },
  { path: 'var/cache/.wh..wh..opq' },
  {
    path: 'var/cache/new',
    content: 'new',
    pax: { 'SCHILY.xattr.security.capability': 'cap', 'SCHILY.xattr.user.x': '' },
  },
  { path: 'var/cache-2', content: 'sorted behind what is in var/cache' },
];
const config = {
  Env: ['PATH=/usr/bin'],
  Cmd: ['app'],
  User: '1000',
  Labels: { é: 'ü', a: '' },
  ExposedPorts: { '80/tcp': {} },
};

interface Build {
  readonly layers?: readonly (readonly LayerFile[])[];
  readonly config?: ImageOptions['config'];
  readonly platform?: ImageOptions['platform'];
  readonly created?: string;
  readonly mtime?: number;
  readonly overrides?: ImageOptions['overrides'];
}

function build(facts: Build = {}): ImageSpec {
  const layers = (facts.layers ?? [baseFiles, appFiles]).map((files) => layer({ files, mtime: facts.mtime ?? 0 }));
  return image({
    layers,
    config: facts.config ?? config,
    created: facts.created ?? '2024-01-01T00:00:00Z',
    tags: ['docker.io/library/app:1'],
    ...(facts.platform === undefined ? {} : { platform: facts.platform }),
    ...(facts.overrides === undefined ? {} : { overrides: facts.overrides }),
  });
}

describe('the fingerprint', () => {
  it('is what the page defines, by another program', async () => {
    const spec = build();
    const oracle = await contentOracle({
      tars: spec.layers.map((made) => made.tar),
      config,
      platform: 'linux/amd64',
    });
    expect(await saved(spec)).toEqual({ ...oracle, fileCount: 15, reason: null });
  });

  it('is that of an image without layers and configuration too', async () => {
    const spec = build({ layers: [], config: {} });
    const oracle = await contentOracle({ tars: [], config: {}, platform: 'linux/amd64' });
    expect(await saved(spec)).toEqual({ ...oracle, fileCount: 1, reason: null });
  });
});

const reversed = [...baseFiles.filter(({ type }) => type !== 'link')].reverse();
const links = baseFiles.filter(({ type }) => type === 'link');
const merged = [
  ...baseFiles.filter(({ path }) => !path.startsWith('var/') && path !== 'etc/shadow'),
  ...appFiles.filter(({ path }) => !path.includes('.wh.')),
];

describe('the fingerprint stays', () => {
  it.each<[string, Build]>([
    ['other times of files, image and history', { mtime: 1_700_000_000, created: '2025-06-01T10:20:30.5Z' }],
    ['another order of the entries of a layer', { layers: [[...reversed, ...links], appFiles] }],
    ['the same files in one layer', { layers: [merged] }],
    ['the same files in many layers', { layers: [...baseFiles.map((file) => [file]), appFiles] }],
    [
      'a layer that adds and one that removes',
      { layers: [baseFiles, appFiles, [{ path: 'tmp', content: 't' }], [{ path: '.wh.tmp' }]] },
    ],
    [
      'names in PAX records',
      { layers: [baseFiles.map((file) => ({ ...file, pax: { path: `./${file.path}` } })), appFiles] },
    ],
    ['names of users', { layers: [baseFiles.map((file) => ({ ...file, pax: { uname: 'root' } })), appFiles] }],
    [
      'a hard link as a file',
      {
        layers: [
          baseFiles.map((file) => (file.type === 'link' ? { path: file.path, content: 'sudo', mode: 0o4755 } : file)),
          appFiles,
        ],
      },
    ],
    ['another author and builder', { overrides: { author: 'someone', docker_version: '19' } }],
    [
      'what an old builder says of its container',
      { config: { ...config, Hostname: 'a1b2', Image: 'sha256:00', Volumes: null, OnBuild: [], Tty: false } as object },
    ],
    ['other keys first', { config: Object.fromEntries(Object.entries(config).reverse()) }],
  ])('for a rebuild with %s', async (_, facts) => {
    expect(await saved(build(facts))).toEqual(await saved(build()));
  });

  it.each(['gzip', 'zstd'] as const)('in an OCI archive with layers compressed by %s', async (compression) => {
    const node = ociManifest(build(), { compression });
    expect(await fingerprintOf(await tar(ociLayout(tagged(node, ['docker.io/library/app:1']))))).toEqual(
      await saved(build()),
    );
  });
});

const change = (path: string, facts: Partial<LayerFile>): readonly (readonly LayerFile[])[] =>
  [baseFiles, appFiles].map((files) => files.map((file) => (file.path === path ? { ...file, ...facts } : file)));

describe('the fingerprint is another one', () => {
  it.each<[string, 'files' | 'runConfig', Build]>([
    ['byte', 'files', { layers: change('bin/app', { content: `${'x'.repeat(4999)}y` }) }],
    ['size', 'files', { layers: change('bin/app', { content: 'x'.repeat(5001) }) }],
    ['mode', 'files', { layers: change('etc/passwd', { mode: 0o664 }) }],
    ['setuid bit', 'files', { layers: change('usr/bin/sudo', { mode: 0o755 }) }],
    ['user', 'files', { layers: change('bin/app', { uid: 1001 }) }],
    ['group', 'files', { layers: change('bin/app', { gid: 1001 }) }],
    ['owner of a folder', 'files', { layers: change('etc/', { uid: 1 }) }],
    ['link target', 'files', { layers: [...change('bin', { linkname: '/usr/bin' })] }],
    ['device', 'files', { layers: change('dev/null', { device: [1, 5] }) }],
    ['type', 'files', { layers: change('dev/null', { type: 'fifo' }) }],
    ['attribute', 'files', { layers: change('var/cache/new', { pax: { 'SCHILY.xattr.security.capability': 'cap' } }) }],
    ['path', 'files', { layers: change('etc/passwd', { path: 'etc/passwd-' }) }],
    ['whiteout', 'files', { layers: [baseFiles, appFiles.filter(({ path }) => path !== 'etc/.wh.shadow')] }],
    ['opaque whiteout', 'files', { layers: [baseFiles, appFiles.filter(({ path }) => !path.endsWith('opq'))] }],
    ['empty folder more', 'files', { layers: [baseFiles, [...appFiles, { path: 'opt/', type: 'directory' }]] }],
    ['value of the configuration', 'runConfig', { config: { ...config, Env: ['PATH=/usr/bin', 'X=1'] } }],
    ['order of arguments', 'runConfig', { config: { ...config, Cmd: ['b', 'a'] } }],
    ['label', 'runConfig', { config: { ...config, Labels: { é: 'ü' } } }],
    ['key that nobody knows', 'runConfig', { config: { ...config, Later: 1 } as object }],
    ['platform', 'runConfig', { platform: { os: 'linux', architecture: 'arm64' } }],
  ])('after one changed %s, and says in which part', async (_, part, facts) => {
    const [before, after] = [await saved(build()), await saved(build(facts))];
    const other = part === 'files' ? 'runConfig' : 'files';
    expect(after.digest).not.toBe(before.digest);
    expect(after[part]).not.toBe(before[part]);
    expect(after[other]).toBe(before[other]);
  });
});

describe('there is no fingerprint, and a reason', () => {
  const none = { digest: null, files: null, fileCount: null };

  it.each<[string, Build, RegExp]>([
    [
      'a hard link to nothing',
      { layers: [baseFiles, [{ path: 'x', type: 'link', linkname: 'y' }]] },
      /^layer 2 of 2 cannot be unpacked: .*not there/,
    ],
    ['a path upwards', { layers: [[{ path: '../x' }]] }, /^layer 1 of 1: .*upwards/],
  ])('for an image with %s', async (_, facts, reason) => {
    expect(await saved(build(facts))).toMatchObject({ ...none, reason: expect.stringMatching(reason) });
  });

  it('for an image with a layer that is not what its config says, though its digest of the configuration is known', async () => {
    const spec = build();
    const entries = dockerSave([spec], { variant: 'legacy' });
    const body = entries.findIndex(({ name, content }) => name.endsWith('layer.tar') && (content?.length ?? 0) > 0);
    const changed = entries.map((entry, i) => (i === body ? { ...entry, content: layer({ files: [] }).tar } : entry));
    const { runConfig } = await saved(spec);
    expect(await fingerprintOf(await tar(changed))).toMatchObject({
      ...none,
      runConfig,
      reason: expect.stringMatching(/no bytes with its diffID/),
    });
  });

  it('without --verify', async () => {
    const path = writeFile('unread.tar', await tar(dockerSave([build()], { variant: 'legacy' })));
    const [details] = await inspect([path], { verify: false });
    expect(details?.Varve.fingerprint).toBeNull();
  });
});
