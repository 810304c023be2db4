/** `varve search` from its words to its exit code, over an inventory with names and labels of every kind. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImageSearch } from '../../src/model/results/results.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../helpers/inventory-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { varve } from './console.js';

const { folder } = temporaryFolder();
let several: string;
let many: string;

beforeAll(async () => {
  several = join(folder, 'several.json');
  many = join(folder, 'many.json');
  const [one, two] = [new ArchiveDraft('one.tar'), new ArchiveDraft('two.tar')];
  one.image('redis', { references: ['docker.io/library/redis:7', 'docker.io/library/redis:latest'] });
  one.image('cache', {
    references: ['ghcr.io/shop/cache:1'],
    config: { Labels: { 'com.example.backend': 'Redis 7', 'org.opencontainers.image.description': 'keeps things' } },
  });
  two.image('exporter', { references: ['docker.io/oliver006/redis-exporter:2'] });
  two.image('fork', { references: ['quay.io/forks/redis:8'] });
  two.image('build', { config: { Labels: { backend: 'redis' } } });
  two.image('local', { localTags: ['redis-local'] });
  two.image('other', { references: ['docker.io/library/debian:12'] });
  await writeFile(several, JSON.stringify(inventoryOf([one, two])));

  const draft = new ArchiveDraft('many.tar');
  for (let number = 0; number < 130; number += 1) {
    draft.image(`app-${number}`, { references: [`docker.io/shop/app-${String(number).padStart(3, '0')}:1`] });
  }
  await writeFile(many, JSON.stringify(inventoryOf([draft])));
});
const search = (...words: readonly string[]) => varve(['search', ...words, '--no-color']);

async function found(...words: readonly string[]): Promise<ImageSearch> {
  const { code, stdout } = await search(...words, '--format', 'json');
  expect(code).toBe(0);
  return JSON.parse(stdout) as ImageSearch;
}

describe('varve search', () => {
  it('finds names and labels in any case: the name itself, then parts of names, then labels; names before none', async () => {
    const { total, results } = await found('rEdis', several);
    expect(results.map(({ name, labels }) => [name, labels])).toEqual([
      ['redis', []],
      ['quay.io/forks/redis', []],
      ['oliver006/redis-exporter', []],
      [null, []],
      ['ghcr.io/shop/cache', ['com.example.backend']],
      [null, ['backend']],
    ]);
    expect(total).toBe(6);
  });

  it('gives a repository once, with its tags, images and archives', async () => {
    const { results } = await found('library/redis', several);
    expect(results).toEqual([
      {
        name: 'redis',
        repository: 'docker.io/library/redis',
        official: true,
        description: null,
        tags: ['7', 'latest'],
        labels: [],
        images: [digestFor('redis')],
        archives: ['one.tar'],
      },
    ]);
  });

  it('finds a label by its key, its value or both, and describes an image by its label', async () => {
    for (const term of ['example.backend', 'redis 7', 'backend=redis 7']) {
      const { results } = await found(term, several);
      expect(results.map(({ name, description }) => [name, description])).toEqual([
        ['ghcr.io/shop/cache', 'keeps things'],
      ]);
    }
  });

  it('marks as official what lies under docker.io/library/, and keeps that or the rest where it is asked to', async () => {
    const names = async (...words: readonly string[]) =>
      (await search('re', several, '--format', '{{.Name}} {{.IsOfficial}}', ...words)).stdout.split('\n').sort();
    expect(await names('-f', 'is-official=true')).toEqual(['', 'redis [OK]']);
    expect(await names('-f', 'IS-OFFICIAL = 1')).toEqual(['', 'redis [OK]']);
    expect(await names('-f', 'is-official=0')).toEqual(await names('-f', 'is-official=false'));
    expect((await names('-f', 'is-official=false')).length).toBe(6);
  });

  it('searches the images that the other filters select', async () => {
    const { results } = await found('redis', several, '-f', 'reference=*/*/redis', '-f', 'archive=two.tar');
    expect(results.map(({ name }) => name)).toEqual(['quay.io/forks/redis']);
  });

  it.each([
    ['is-official=maybe', 'is-official takes true or false'],
    ['is-oficial=true', 'did you mean is-official?'],
    ['stars=3', 'is-official'],
  ])('refuses the filter %s and says what would be right', async (filter, says) => {
    const { code, stdout, stderr } = await search('redis', several, '-f', filter);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });

  it('refuses both answers at once, and a search for nothing', async () => {
    expect((await search('redis', several, '-f', 'is-official=true', '-f', 'is-official=0')).code).toBe(2);
    expect((await search()).code).toBe(2);
  });

  it('gives 25 results, or as many as --limit says, and says how many there are', async () => {
    const names = async (...words: readonly string[]) => {
      const { stdout, stderr } = await search('shop', many, '--format', '{{.Name}}', ...words);
      return [stdout.split('\n').length - 1, /(\d+) of (\d+) results/.exec(stderr)?.slice(1) ?? null];
    };
    expect(await names()).toEqual([25, ['25', '130']]);
    expect(await names('--limit', '1')).toEqual([1, ['1', '130']]);
    expect(await names('--limit', '100')).toEqual([100, ['100', '130']]);
    expect(await names('--limit', '100', '-f', 'reference=*/app-00?')).toEqual([10, null]);
  });

  it.each(['0', '101', '-1', '2.5', 'many', ''])('refuses a limit of "%s"', async (limit) => {
    const { code, stdout } = await search('shop', many, '--limit', limit);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('cuts a description short, but not with --no-trunc', async () => {
    const long = join(folder, 'long.json');
    const archive = new ArchiveDraft('long.tar');
    archive.image('long', {
      references: ['docker.io/shop/long:1'],
      config: { Labels: { description: 'x'.repeat(200) } },
    });
    await writeFile(long, JSON.stringify(inventoryOf([archive])));
    const text = async (...words: readonly string[]) =>
      (await search('long', long, '--format', '{{.Description}}', ...words)).stdout.trim();
    expect(await text()).toMatch(/^x{20,60}…$/);
    expect(await text('--no-trunc')).toBe('x'.repeat(200));
  });

  it('prints one table as CSV, an object a line as NDJSON, and a table of Markdown', async () => {
    const print = async (format: string) =>
      (await search('redis', several, '--format', format)).stdout.trim().split('\n');
    expect((await print('csv'))[1]).toMatch(/^redis,docker\.io\/library\/redis,true,/);
    expect((await print('ndjson')).map((line) => (JSON.parse(line) as { name: string | null }).name)).toEqual(
      (await found('redis', several)).results.map(({ name }) => name),
    );
    expect((await print('markdown')).slice(0, 3)).toEqual([
      '| NAME | DESCRIPTION | TAGS | IMAGES | OFFICIAL |',
      '| --- | --- | --- | --: | --- |',
      '| redis |  | 7, latest | 1 | \\[OK\\] |',
    ]);
  });

  it.each([
    ['registry.example:5000', true],
    ['registry.example', true],
    ['localhost', true],
    ['absent.tar', false],
    ['absent/folder', false],
  ])('of %s, which is not here, points to registry:// where that could be a host: %j', async (word, points) => {
    const { code, stderr } = await search('redis', word);
    expect([code, stderr.includes(`${word}: if that is a registry, registry://${word} is searched`)]).toEqual([
      3,
      points,
    ]);
  });

  it('says nothing of a registry where a file has the name of a host', async () => {
    const host = join(folder, 'registry.example');
    await writeFile(host, await readFile(several));
    expect((await search('redis', host)).stderr).not.toContain('registry://');
  });
});
