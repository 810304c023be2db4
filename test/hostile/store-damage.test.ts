/**
 * A removal from a store in which a document is damaged: whatever it was, nothing goes that is needed once the document is
 * what it was, by what stays in the index.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import { varve } from '../cli/console.js';
import {
  attestation,
  dockerSave,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  tar,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { loadInto } from '../store/loading.js';

const { at, newFolder, write } = temporaryFolder();

const own = (text: string) => layer({ files: [{ path: 'app', content: text.repeat(300) }] });
const one = image({ layers: [own('one')], created: '2024-02-01T00:00:00Z', tags: ['docker.io/shop/one:1'] });
const amd = image({ layers: [own('amd')], created: '2024-03-01T00:00:00Z', tags: [] });
const arm = image({ layers: [own('arm')], platform: { os: 'linux', architecture: 'arm64' }, tags: [] });
const other = image({ layers: [own('other')], created: '2024-05-01T00:00:00Z', tags: ['docker.io/shop/other:1'] });

beforeAll(async () => {
  const index = ociIndex([ociManifest(amd), ociManifest(arm), attestation(ociManifest(amd))]);
  write({
    'one.tar': await tar(dockerSave([one], { variant: 'podman' })),
    'multi.tar': await tar(ociLayout(tagged(index, ['docker.io/shop/multi:1']))),
    'other.tar': await tar(ociLayout(tagged(ociManifest(other), other.tags))),
  });
  await loadInto(at('store'), ['one.tar', 'multi.tar', 'other.tar'].map(at));
});

/** The blobs of the store that are JSON: manifests, indexes and configs. A platform of an index may be missing, and then has nothing. */
function documents(damage: string): string[] {
  const folder = at('store/blobs/sha256');
  const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const all = readdirSync(folder).filter((name) => textOf(name).startsWith('{'));
  const platforms = all.filter((name) => textOf(name).includes('"manifests"')).map(textOf);
  return all.filter((name) => damage !== 'missing' || !platforms.some((text) => text.includes(name)));
}

const damages: Readonly<Record<string, (path: string) => void>> = {
  missing: (path) => rmSync(path),
  empty: (path) => writeFileSync(path, ''),
  cut: (path) => writeFileSync(path, readFileSync(path).subarray(0, 60)),
  'an empty object': (path) => writeFileSync(path, '{}'),
  'another document of its length': (path) => {
    const { length } = readFileSync(path);
    writeFileSync(path, '{"schemaVersion":2}'.padEnd(length).slice(0, length));
  },
  'an index of nothing': (path) => writeFileSync(path, '{"schemaVersion":2,"manifests":[]}'),
  'a list': (path) => writeFileSync(path, '[]'),
  'other bytes': (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length, 1)),
  'a folder': (path) => {
    rmSync(path);
    mkdirSync(path);
  },
};

const removals = [
  ['prune', '--yes', '--grace', '0s'],
  ['rm', '-f', 'docker.io/shop/other:1'],
  ['rm', '-f', 'docker.io/shop/one:1'],
];

describe.each(Object.keys(damages))('a document of a store that is %s', (damage) => {
  it.each(removals)('costs nothing that stays by a removal: %s %s %s', async (...words) => {
    for (const name of documents(damage)) {
      const store = join(newFolder(), 'store');
      cpSync(at('store'), store, { recursive: true });
      const path = join(store, 'blobs/sha256', name);
      cpSync(path, `${store}.kept`);
      damages[damage]?.(path);
      const { code, stderr } = await varve([...words, '--store', store]);
      expect([0, 1, 3], stderr).toContain(code);
      rmSync(path, { recursive: true, force: true });
      renameSync(`${store}.kept`, path);
      const { archives } = await scan([store], { workers: 0 });
      const errors = archives.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'));
      expect(
        errors.map(({ message }) => message),
        `${words.join(' ')}, ${name}: ${code} ${stderr}`,
      ).toEqual([]);
    }
  });
});
