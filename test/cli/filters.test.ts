/** `--filter` means the same in every command that takes it: each key, on the samples, and what is refused. */
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { filterKeys } from '../../src/query/filters.js';
import { varve } from './console.js';

/** One filter of each key, with how many of the 15 images it selects. */
const filters: readonly (readonly [filter: string, images: number])[] = [
  ['archive=api-1.?-*', 5],
  ['before=registry.example.com/shop/web:2.0', 5],
  ['dangling=true', 1],
  ['label=org.opencontainers.image.vendor', 4],
  ['label!=org.opencontainers.image.vendor=Example Shop', 11],
  ['layer=236e6057383e', 4],
  ['max-size=30KiB', 3],
  ['min-size=39kB', 3],
  ['platform=linux/arm64', 1],
  ['reference=registry.example.com/*/api', 3],
  ['reference!=registry.example.com/*/*', 2],
  ['shared=false', 2],
  ['since=5d5c', 13],
  ['superseded=1', 1],
  ['until=2024-03-01T00:00:00Z', 2],
];

/** An image of a result: each names its ID in its own way. */
type Named = string | { readonly id?: string; readonly Id?: string };

/** The IDs in a result, each once, in the order of the alphabet. */
async function selected(command: string, list: 'images' | 'removed' | null, filter: string): Promise<unknown[]> {
  const words = [
    command,
    'samples',
    '-f',
    filter,
    '--format',
    'json',
    ...(command === 'report' ? ['--no-verify'] : []),
  ];
  const { code, stdout } = await varve(words);
  expect(code).toBe(0);
  const result = JSON.parse(stdout) as Record<string, readonly Named[]> & readonly Named[];
  const images = list === null ? result : (result[list] ?? []);
  return [...new Set(images.map((image) => (typeof image === 'string' ? image : (image.id ?? image.Id))))].sort();
}

describe('a filter', () => {
  it.each(filters)('%s selects the same images in ls, inspect, history, report and plan', async (filter, images) => {
    const ids = await selected('ls', 'images', filter);
    expect(ids).toHaveLength(images);
    expect(await selected('inspect', null, filter)).toEqual(ids);
    expect(await selected('history', 'images', filter)).toEqual(ids);
    expect(await selected('report', 'images', filter)).toEqual(ids);
    expect(await selected('plan', 'removed', filter)).toEqual(ids);
  });

  it('of each key is among these', () => {
    const keys = filters.map(([filter]) => filter.slice(0, filter.indexOf('=')).replace(/!$/, ''));
    expect(new Set(keys)).toEqual(new Set(filterKeys.map(({ key }) => key.replace(/!$/, ''))));
    expect(filters).toHaveLength(filterKeys.length);
  });
});

describe('a filter that means nothing', () => {
  const taking = commands
    .filter(({ options, worksOnStore }) => options.includes('filter') && worksOnStore !== true)
    .map(({ name }) => name);

  it.each(taking)('is refused by %s with what would be right', async (name) => {
    const refusals: readonly (readonly [filter: string, right: string])[] = [
      ['danglin=true', 'did you mean dangling?'],
      ['dangling=yes', 'true or false'],
      ['min-size=much', '500MB'],
      ['before=tidewatr:12', '"tidewater:12"'],
    ];
    for (const [filter, right] of refusals) {
      const { code, stdout, stderr } = await varve([
        name,
        ...(name === 'search' ? ['tide'] : []),
        ...(name === 'delta' ? ['--have', 'samples'] : []),
        'samples',
        '-f',
        filter,
      ]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(right);
    }
  });
});

describe('what a filter leaves out without a word', () => {
  it.each([
    ['ls', ['ls', 'samples']],
    ['search', ['search', 'shop', 'samples']],
    ['report', ['report', 'samples', '--no-verify']],
    ['plan', ['plan', 'samples', '--free', '1kB']],
  ])('is told by %s: a filter that no image fits, and images of unknown size', async (_, words) => {
    const { stderr } = await varve([...words, '--filter', 'reference=nobody/*', '--filter', 'max-size=1GB']);
    expect(stderr).toContain('filter "reference=nobody/*" fits no image here');
    expect(stderr).toMatch(/\d+ images? fits? no filter of sizes, since the size is not known/);
    expect(stderr).not.toContain('filter "max-size');
    expect((await varve([...words, '--filter', 'reference=nobody/*', '--quiet'])).stderr).toBe('');
  });

  it('is nothing where every filter fits something and every size is known', async () => {
    const { stderr } = await varve([
      'ls',
      'samples',
      '--verify',
      '--filter',
      'max-size=1GB',
      '--filter',
      'dangling=true',
    ]);
    expect(stderr).not.toContain('filter');
  });
});
