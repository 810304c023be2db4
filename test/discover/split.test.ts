/** Archives in several files: by a list, by names, from any of them or by a search, each once; what is missing of them. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { discover } from '../../src/discover/discover.js';
import { limits } from '../../src/model/limits.js';
import { dockerSave, gzip, image, layer, rawTar } from '../helpers/archive-builder.js';
import { discoveryFolder } from './found.js';

const layers = [layer({ files: [{ path: 'a', content: Buffer.alloc(9000, 'a') }] })];
const tar = rawTar(dockerSave([image({ layers })], { variant: 'crane' }));
const place = discoveryFolder();
beforeEach(place.renew);

/** Pieces of a file by the names of parts. */
function parts(stem: string, bytes: Buffer, count = 3): Record<string, Buffer> {
  const size = Math.ceil(bytes.length / count);
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`${stem}00${at}`, bytes.subarray(at * size, (at + 1) * size)]),
  );
}

function listOf(files: Readonly<Record<string, Buffer>>, change: object = {}): string {
  const own = Object.entries(files).map(([name, bytes]) => ({
    name,
    sizeBytes: bytes.length,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  }));
  const sizeBytes = own.reduce((sum, part) => sum + part.sizeBytes, 0);
  return JSON.stringify({ kind: 'varve.parts', schemaVersion: 1, name: 'x.tar', sizeBytes, parts: own, ...change });
}

async function found(...names: readonly string[]) {
  const { sources, unreadable, skipped, passedOver } = await discover(place.at(...names), [], limits);
  const short = (path: string): string => path.replace(`${place.folder}/`, '');
  return {
    sources: sources.map(({ kind, path, sizeBytes, split }) => ({
      source: `${kind} ${short(path)}`,
      isWhole: sizeBytes === tar.length,
      faults: (split?.faults ?? []).map(({ code, subject }) => `${code} ${short(subject ?? '')}`),
    })),
    others: [...unreadable, ...skipped].map(({ path, reason }) => `${short(path)}: ${reason}`),
    passedOver,
  };
}

const once = (path: string) => ({
  sources: [{ source: `plain ${path}`, isWhole: true, faults: [] }],
  others: [],
  passedOver: 0,
});

describe('an archive in parts', () => {
  it.each(['x.tar.part', 'x.part-', 'x.tar.'])(
    'is found once by its folder and by each of its parts (%s000)',
    async (stem) => {
      place.write(parts(stem, tar));
      expect(await found('')).toEqual(once(`${stem}000`));
      for (const name of ['000', '001', '002']) expect(await found(stem + name)).toEqual(once(`${stem}000`));
      expect(await found(`${stem}000`, `${stem}001`, '')).toEqual(once(`${stem}000`));
      expect(await found(`${stem}*`)).toEqual(once(`${stem}000`));
    },
  );

  it('is found once by its list, whatever its parts are called, and by its parts where the list has the name for them', async () => {
    const odd = { one: tar.subarray(0, 700), two: tar.subarray(700) };
    place.write({ ...odd, 'odd.split.json': listOf(odd) });
    expect(await found('')).toEqual(once('odd.split.json'));
    place.renew();
    const own = parts('x.tar.part', tar);
    place.write({ ...own, 'x.tar.split.json': listOf(own) });
    for (const name of ['', 'x.tar.split.json', 'x.tar.part000', 'x.tar.part002', 'x.tar.part*']) {
      expect(await found(name), name).toEqual(once('x.tar.split.json'));
    }
  });

  it('may be compressed as a whole, and have a first part of less than a header', async () => {
    const packed = gzip(tar);
    place.write({ 'x.tar.gz.part000': packed.subarray(0, 5), 'x.tar.gz.part001': packed.subarray(5) });
    expect((await found('')).sources).toMatchObject([{ source: 'compressed x.tar.gz.part000' }]);
    place.renew();
    place.write({ 'x.part000': tar.subarray(0, 5), 'x.part001': tar.subarray(5) });
    expect(await found('')).toEqual(once('x.part000'));
  });

  it('is read up to the part that is missing or has another size, which is named', async () => {
    const own = parts('x.part', tar);
    place.write({ ...own, 'x.split.json': listOf(own) });
    rmSync(place.at('x.part001')[0] ?? '');
    expect((await found('')).sources).toEqual([
      { source: 'plain x.split.json', isWhole: false, faults: ['part-missing x.part001'] },
    ]);
    place.write({ 'x.part001': 'short' });
    expect((await found('x.part000')).sources).toEqual([
      { source: 'plain x.split.json', isWhole: false, faults: ['part-changed x.part001'] },
    ]);
  });

  it('without a list names what is missing before a part that is there', async () => {
    const { 'x.part001': _, ...others } = parts('x.part', tar);
    place.write(others);
    expect((await found('')).sources).toMatchObject([
      { source: 'plain x.part000', faults: ['part-missing x.part001'] },
    ]);
  });

  it('is unreadable without its first part, which is named', async () => {
    const own = parts('x.tar.part', tar);
    const { 'x.tar.part000': _, ...others } = own;
    place.write({ ...others, 'x.tar.split.json': listOf(own) });
    const { unreadable } = await discover(place.at(''), [], limits);
    expect(unreadable).toMatchObject([
      {
        path: place.at('x.tar.split.json')[0],
        reason: 'the list names x.tar.part000, and it is not there; what lies behind it was not read',
        findings: [{ code: 'part-missing' }],
      },
    ]);
    rmSync(place.at('x.tar.split.json')[0] ?? '');
    expect((await found('x.tar.part001')).others).toEqual([
      expect.stringMatching(
        /^x\.tar\.part001: .*; it is named like a part of an archive, whose first part may not be there$/,
      ),
    ]);
  });

  it('beside a layout is an input of its own', async () => {
    place.write({ 'oci-layout': '{}', 'index.json': '{}', ...parts('x.part', tar) });
    const { sources } = await discover(place.at(''), [], limits);
    expect(sources.map(({ kind, path }) => `${kind} ${path.replace(place.folder, '')}`)).toEqual([
      'folder ',
      'plain /x.part000',
    ]);
    expect(sources[0]?.beside).toEqual({ archives: ['x.part000'], leftOut: ['x.part001', 'x.part002'] });
  });
});

describe('what only looks like an archive in parts', () => {
  it('are whole archives that are numbered', async () => {
    place.write({ 'x.tar.01': tar, 'x.tar.02': tar });
    expect((await found('')).sources.map(({ source }) => source)).toEqual(['plain x.tar.01', 'plain x.tar.02']);
  });

  const numbered = [
    ['by a word for a part', ['x.part1', 'x.part2', 'x.part3']],
    ['by numbers', ['x.tar.01', 'x.tar.02', 'x.tar.03']],
    ['by letters', ['x.tar.aa', 'x.tar.ab', 'x.tar.ac']],
  ] as const;
  it.each(numbered)('are whole archives of one size that are numbered %s', async (_, names) => {
    place.write(Object.fromEntries(names.map((name) => [name, tar])));
    expect((await found('')).sources.map(({ source }) => source)).toEqual(names.map((name) => `plain ${name}`));
    expect((await found(names[1])).sources.map(({ source }) => source)).toEqual([`plain ${names[1]}`]);
    const packed = gzip(tar);
    place.write(Object.fromEntries(names.map((name) => [name, packed])));
    expect((await found('')).sources.map(({ source }) => source)).toEqual(names.map((name) => `compressed ${name}`));
  });

  it.each(numbered)('take no whole archive that comes behind them %s', async (_, [first, second, third]) => {
    place.write({ [first]: tar.subarray(0, 700), [second]: tar.subarray(700), [third]: Buffer.alloc(512, tar) });
    expect((await found('')).sources).toMatchObject([
      { source: `plain ${first}`, isWhole: true },
      { source: `plain ${third}` },
    ]);
    expect((await found(third)).sources).toMatchObject([{ source: `plain ${third}` }]);
  });

  it.each(numbered)('are one archive where each begins with a header of it, and are told %s', async (_, names) => {
    const entry = rawTar([{ name: 'a', content: Buffer.alloc(1536, 'a') }]).subarray(0, 2048);
    const bytes = Buffer.concat([entry, entry, entry.subarray(0, 512)]);
    place.write(Object.fromEntries(names.map((name, at) => [name, bytes.subarray(at * 2048, (at + 1) * 2048)])));
    expect((await found('')).sources).toMatchObject([{ source: `plain ${names[0]}` }]);
  });

  it('are one archive where zeros go on from one part to the next', async () => {
    const bytes = rawTar([{ name: 'a', content: Buffer.alloc(20_000) }]);
    place.write(parts('x.tar.', bytes));
    expect((await found('')).sources).toMatchObject([{ source: 'plain x.tar.000' }]);
  });

  it('is passed over in a search where it is no archive, and refused where it is named', async () => {
    place.write({ 'x.tar': tar, 'film.part1': 'nothing', 'film.part2': 'nothing' });
    expect(await found('')).toEqual({ ...once('x.tar'), passedOver: 1 });
    expect((await found('film.part1')).others).toEqual([expect.stringContaining('film.part1: not a tar archive')]);
  });

  it.each([
    [
      'names a part outside its folder',
      { parts: [{ name: '../x', sizeBytes: 1, digest: `sha256:${'0'.repeat(64)}` }], sizeBytes: 1 },
      'no name of a file',
    ],
    ['has no parts', { parts: [], sizeBytes: 0 }, 'Too small'],
    ['adds up wrongly', { sizeBytes: 5 }, 'the archive 5'],
    [
      'names a part twice',
      { parts: ['a', 'a'].map((name) => ({ name, sizeBytes: 1, digest: `sha256:${'0'.repeat(64)}` })), sizeBytes: 2 },
      'twice',
    ],
    [
      'has a digest that nobody can compute',
      { parts: [{ name: 'a', sizeBytes: 1, digest: 'md5:00' }], sizeBytes: 1 },
      'no digest',
    ],
  ])('is a list that %s, and is unreadable', async (_, change, reason) => {
    place.write({ 'x.split.json': listOf(parts('x.part', tar), change) });
    expect((await found('')).others).toEqual([
      expect.stringMatching(new RegExp(`x\\.split\\.json: no list of parts: .*${reason}`)),
    ]);
  });
});
