/**
 * Every limit that `--max` can change: where it is hit, a finding or a reason names it, its value and how to raise it; where
 * the option raises it to what the archive has, nothing is said. The limits are lowered here, so that a small archive
 * reaches them; test/hostile reaches them as they are.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ImageDetails, Verification } from '../../src/index.js';
import { type ScanLimitName, scanLimitNames } from '../../src/model/limits.js';
import {
  directory,
  dockerSave,
  type Entry,
  editJson,
  file,
  gzip,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  rawTar,
  symlink,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import type { RawEntry } from '../helpers/raw-tar.js';
import { sparseFile } from '../helpers/sparse-files.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { stock } from '../remote/input/stocked-registry.js';
import { startRegistry } from '../remote/servers/registry-server.js';
import { varve } from './console.js';

const { folder } = temporaryFolder();
const registry = await startRegistry();
afterAll(() => registry.close());
const layers = ['a', 'b'].map((path) =>
  layer({ files: [{ path, content: Buffer.alloc(20_000, path) }, { path: `${path}2` }] }),
);
const two = image({ layers });
const one = image({ layers: layers.slice(0, 1) });
const crane = dockerSave([two], { variant: 'crane' });
const node = withoutPlatform(ociManifest(two));
const other = withoutPlatform(ociManifest(one));
const layout = ociLayout([node, other]);
for (const repository of ['a', 'b']) stock(registry.content, repository, '1', node);
const nested = ['p', 'q'].flatMap((name) => crane.map((entry) => ({ ...entry, name: `${name}/${entry.name}` })));
const chain = [symlink('l0', 'l1'), symlink('l1', 'l2'), symlink('l2', 'end'), file('end', 'x')];
/** Save records with something in them that nobody reads. */
const withMember =
  (unread: unknown) =>
  (records: readonly object[]): object[] =>
    records.map((record) => ({ ...record, unread }));
/** Of a sparse file, each with a hole behind it. */
const pieces = [
  { offset: 0, sizeBytes: 512 },
  { offset: 2048, sizeBytes: 512 },
];
const strays = [file('x', '1'), file('y', '2'), file('z', '3')];

/** More of everything than each file may have before it counts for the run. */
const records = Array.from({ length: 103 }, (_, i) => ({ Config: `c${i}.json`, RepoTags: [], Layers: [] }));
const manyTags = Array.from({ length: 103 }, (_, i) => `app:${i}`);
const manyEntries = Array.from({ length: 1003 }, (_, i) => directory(`folder${i}`));
const manyStrays = Array.from({ length: 100 }, (_, i) => file(`stray${i}`, 'x'));
const unnamed = [
  file('c.json', '{}'),
  ...layers.map(({ tar: bytes }, i) => file(`${i}.tar`, bytes)),
  file('manifest.json', JSON.stringify([{ Config: 'c.json', RepoTags: ['app:1'], Layers: ['0.tar', '1.tar'] }])),
];

const write = (name: string, content: Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const tar = (name: string, entries: readonly (Entry | RawEntry)[]): string => write(`${name}.tar`, rawTar(entries));
const searched = join(folder, 'searched');
mkdirSync(searched);
for (const name of ['1.tar', '2.tar']) write(`searched/${name}`, rawTar(crane));
const cut = rawTar(crane).subarray(0, 10_240);
const parts = write('cut.tar.part000', cut);
write('cut.tar.part001', rawTar(crane).subarray(cut.length));
const cranePath = tar('crane', crane);

interface Case {
  readonly name: ScanLimitName;
  readonly path: string;
  /** A value that is too low, and the lowest that is enough. */
  readonly low: string;
  readonly enough: string;
  /** What else has to be given. */
  readonly also?: readonly string[];
  readonly command?: 'verify' | 'inspect';
}

const whole = rawTar(crane);
const named = tar('named', dockerSave([image({ layers, tags: ['docker.io/library/app:1'] })], { variant: 'crane' }));
const tags = ['docker.io/library/app:1', 'docker.io/library/app:2'];
const tagged = tar('tagged', dockerSave([image({ layers, tags })], { variant: 'crane' }));
const tarBytes = layers[0]?.tar.length ?? 0;
const cases: readonly Case[] = [
  { name: 'entries', path: cranePath, low: String(crane.length - 1), enough: String(crane.length) },
  { name: 'entryNamesBytes', path: cranePath, low: '50', enough: '1KiB' },
  { name: 'entryNameBytes', path: cranePath, low: '50', enough: '200' },
  { name: 'imageNameLength', path: named, low: '5', enough: '100' },
  { name: 'imageNamesLength', path: named, low: '5', enough: '100' },
  { name: 'furtherNamesBytes', path: tagged, low: '100', enough: '1kB' },
  { name: 'documentBytes', path: cranePath, low: '100', enough: '10kB' },
  { name: 'documentsBytes', path: cranePath, low: '600', enough: '10kB' },
  {
    name: 'documentKeyBytes',
    path: tar('keys', editJson<object[]>(crane, 'manifest.json', withMember({ ['k'.repeat(200)]: 1 }))),
    low: '199',
    enough: '200',
  },
  {
    name: 'runDocumentsBytes',
    path: tar('padded', editJson<object[]>(crane, 'manifest.json', withMember(' '.repeat(1_500_000)))),
    low: '1kB',
    enough: '1MB',
  },
  {
    name: 'runDocumentValues',
    path: tar('values', editJson<object[]>(crane, 'manifest.json', withMember(Array(60_000).fill(0)))),
    low: '1000',
    enough: '20000',
  },
  { name: 'runEntries', path: tar('many-entries', [...crane, ...manyEntries]), low: '2', enough: '100' },
  {
    name: 'runImages',
    path: tar('images', [file('manifest.json', JSON.stringify(records))]),
    low: '2',
    enough: '3',
  },
  {
    name: 'runImageNames',
    path: tar('tags', dockerSave([image({ layers, tags: manyTags })], { variant: 'crane' })),
    low: '2',
    enough: '3',
  },
  {
    name: 'runListedLayers',
    path: tar(
      'listed',
      editJson<object[]>(crane, 'manifest.json', (all) =>
        all.map((record) => ({ ...record, Layers: Array<string>(1003).fill('x.tar') })),
      ),
    ),
    low: '2',
    enough: '3',
  },
  { name: 'runFindingBytes', path: tar('many-strays', [...crane, ...manyStrays]), low: '1kB', enough: '1MB' },
  { name: 'manifests', path: tar('layout', layout), low: '1', enough: '2' },
  { name: 'descriptors', path: tar('layout', layout), low: '1', enough: '2' },
  { name: 'indexDepth', path: tar('index', ociLayout([ociIndex([ociIndex([node])])])), low: '1', enough: '2' },
  { name: 'linkHops', path: tar('links', [...crane, ...chain]), low: '2', enough: '3' },
  {
    name: 'extendedHeaderBytes',
    path: write('pax.tar', rawTar([...crane, { ...file('x', ''), pax: { path: 'y'.repeat(200) } }])),
    low: '100',
    enough: '1KiB',
  },
  { name: 'freeExpansionBytes', path: cranePath, low: '1kB', enough: '1MB', also: ['--max', 'expansionRatio=2'] },
  { name: 'expansionRatio', path: cranePath, low: '2', enough: '1000', also: ['--max', 'freeExpansionBytes=1kB'] },
  { name: 'layerExpansionBytes', path: cranePath, low: String(tarBytes - 1), enough: String(tarBytes) },
  { name: 'archiveExpansionBytes', path: cranePath, low: String(2 * tarBytes - 1), enough: String(2 * tarBytes) },
  {
    name: 'archiveExpansionBytes',
    path: write('whole.tar.gz', gzip(whole)),
    low: String(whole.length),
    enough: String(whole.length + 2 * tarBytes),
  },
  {
    name: 'sparsePieces',
    path: tar('sparse', [...crane, ...sparseFile('holes', Buffer.alloc(4096, 1), pieces, '1.0')]),
    low: '1',
    enough: '2',
  },
  { name: 'layerPaths', path: cranePath, low: '1', enough: '4' },
  { name: 'layerFiles', path: cranePath, low: '1', enough: '2', command: 'inspect' },
  { name: 'fileListsBytes', path: cranePath, low: '1kB', enough: '1MB', command: 'inspect' },
  { name: 'treeFiles', path: cranePath, low: '3', enough: '4', command: 'inspect' },
  { name: 'nestedArchives', path: tar('nested', nested), low: '1', enough: '2' },
  { name: 'layers', path: cranePath, low: '1', enough: '2' },
  { name: 'listedLayers', path: tar('layout', layout), low: '2', enough: '3' },
  { name: 'findings', path: tar('strays', [...crane, ...strays]), low: '2', enough: '3' },
  { name: 'notChecked', path: tar('unnamed', unnamed), low: '1', enough: '2' },
  { name: 'archiveParts', path: parts, low: '1', enough: '2' },
  { name: 'folderFiles', path: searched, low: '1', enough: '2' },
  { name: 'registryRepositories', path: `registry://${registry.host}`, low: '1', enough: '2' },
  { name: 'registryTags', path: `registry://${registry.host}`, low: '1', enough: '2' },
];

/** Everything that a command says, findings and reasons, and whether it is good. */
async function said({ name, path, also = [], command = 'verify' }: Case, value: string): Promise<string[]> {
  const options = ['--max', `${name}=${value}`, ...also, '--workers', '0', '--quiet'];
  if (command === 'inspect') {
    const { stdout } = await varve(['inspect', path, '--verify', ...options]);
    return (JSON.parse(stdout) as ImageDetails[]).map(({ Varve }) => Varve.fingerprint?.reason ?? '');
  }
  const { stdout } = await varve(['verify', path, '--format', 'json', ...options]);
  return (JSON.parse(stdout) as Verification).archives.flatMap(({ findings, notChecked }) => [
    ...findings.map(({ message }) => message),
    ...notChecked.map(({ reason }) => reason),
  ]);
}

describe('a limit of --max', () => {
  it.each(cases)('is named where it is hit, with its value and the option: $name, $low', async (one_) => {
    const text = (await said(one_, one_.low)).join('\n');
    expect(text).toContain(one_.name);
    expect(text).toMatch(/: .+, and the limit is \d+; set the limit \w+ higher to go on/);
  });

  it.each(cases)('is passed where the option raises it: $name, $enough', async (one_) => {
    expect((await said(one_, one_.enough)).filter((text) => text.includes('the limit is'))).toEqual([]);
  });

  it('has a case here for each that can be changed', () => {
    expect([...new Set(cases.map(({ name }) => name))]).toEqual(scanLimitNames);
  });
});

describe('--max', () => {
  const failure = async (...words: string[]) => {
    const { code, stderr } = await varve(['verify', cranePath, ...words]);
    return { code, stderr };
  };

  it.each([
    ['a name that is none', 'entires=5', 'did you mean entries?'],
    ['a name that is nothing like one', 'zzz=5', 'there are entries, entryNamesBytes,'],
    ['no value', 'entries', 'takes a number from 1'],
    ['a value that is none', 'entries=many', 'takes a number from 1'],
    ['a size where a number is asked for', 'entries=1MB', 'takes a number from 1'],
    ['nothing at all', 'entries=0', 'takes a number from 1'],
    ['a size that is none', 'documentBytes=-1', 'takes a size'],
    ['more than a program survives', 'indexDepth=1001', 'from 1 to 1000'],
    ['a limit that stays', 'configDepth=5', 'is no limit'],
  ])('is refused with the reason: %s', async (_, text, answer) => {
    const { code, stderr } = await failure('--max', text);
    expect([code, stderr]).toEqual([2, expect.stringContaining(answer)]);
  });

  it('may be given several times, and of two for one limit the last counts', async () => {
    const words = ['--max', 'entries=1', '--max', 'documentBytes=1MiB', '--max', 'entries=99'];
    expect((await failure(...words)).code).toBe(0);
  });
});
