/** A delta and its base put together: the pack of the near side, or nothing at all. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ApplyOptions, apply } from '../../src/delta/apply.js';
import { delta } from '../../src/delta/delta.js';
import type { Apply } from '../../src/model/results/delta/delta.js';
import { dropEntry, flipEntryByte, gzip, tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { packInto } from '../pack/packing.js';
import { build, layoutBuild, savedBuild } from './deltas.js';

const { at, write, newFolder } = temporaryFolder();
const still = { workers: 0 };
const builds = 10;
/** The plain layer that all builds share. */
const shared = build(1).layers[0]?.diffId ?? '';
const sharedName = `${shared.slice('sha256:'.length)}.tar`;

beforeAll(async () => {
  for (let version = 1; version <= builds; version++) {
    write({ [`${version}.tar`]: await tar(savedBuild(version)) });
    await packInto(at(`whole-${version}.tar`), [at(`${version}.tar`)]);
  }
  for (let version = 2; version <= builds; version++) {
    const options = { ...still, have: [at(`${version - 1}.tar`)], output: at(`delta-${version}.tar`) };
    const { sizeBytes } = await delta([at(`${version}.tar`)], { ...options, dryRun: true });
    await delta([at(`${version}.tar`)], options);
    expect(statSync(options.output).size).toBe(sizeBytes);
  }
  write({
    'flipped.tar': await tar(flipEntryByte(savedBuild(1), sharedName, 2000)),
    'lacking.tar': await tar(dropEntry(savedBuild(1), sharedName)),
    'gzip.oci.tar': await tar(layoutBuild(1)),
    'plain.oci.tar': await tar(layoutBuild(1, 'none')),
    '1.tar.gz': gzip(await tar(savedBuild(1))),
    'delta-2.tar.gz': gzip(readFileSync(at('delta-2.tar'))),
  });
});

const applied = (name: string, from: readonly string[], options: Partial<ApplyOptions> = {}): Promise<Apply> =>
  apply(at(name), { ...still, from: from.map(at), output: at('applied.tar'), ...options });

const expectWhole = (version: number, output = 'applied.tar'): void =>
  expect(readFileSync(at(output)).equals(readFileSync(at(`whole-${version}.tar`)))).toBe(true);

describe('a delta that is applied', () => {
  it('is the pack of the near side, byte for byte, for ten builds one after the other', async () => {
    let have = '1.tar';
    for (let version = 2; version <= builds; version++) {
      const output = `applied-${version}.tar`;
      const result = await applied(`delta-${version}.tar`, [have], { output: at(output) });
      expect([result.status, result.images.map(({ id }) => id)]).toEqual(['written', [build(version).id]]);
      expectWhole(version, output);
      have = output;
    }
  });

  it.each([
    ['an archive that is compressed as a whole', ['1.tar.gz']],
    ['a layout with the layer under its digest', ['plain.oci.tar']],
    ['a base that is given twice, among what is not needed', ['gzip.oci.tar', '1.tar', '3.tar', '1.tar']],
    ['an intact copy where another is damaged', ['flipped.tar', '1.tar']],
    ['an intact copy that has to be unpacked where another is damaged', ['flipped.tar', '1.tar.gz']],
    ['what can be read, where something else cannot', ['nowhere.tar', '1.tar']],
    ['a pack that it became before', ['whole-2.tar']],
  ])('takes its base from %s', async (_, from) => {
    expect(await applied('delta-2.tar', from)).toMatchObject({ status: 'written' });
    expectWhole(2);
  });

  it('may be an artifact that went through a registry, with its type in its manifest alone', async () => {
    await delta([at('2.tar')], { ...still, have: [at('1.tar')], output: at('pulled/') });
    const index = JSON.parse(readFileSync(at('pulled/index.json'), 'utf8')) as {
      manifests: { artifactType?: string }[];
    };
    const manifests = index.manifests.filter((descriptor) => descriptor.artifactType !== undefined);
    for (const descriptor of manifests) delete descriptor.artifactType;
    writeFileSync(at('pulled/index.json'), JSON.stringify({ ...index, manifests }));
    expect(await applied('pulled', ['1.tar'])).toMatchObject({ status: 'written' });
    expectWhole(2);
  });

  it('may be compressed, and given again among its base', async () => {
    expect(await applied('delta-2.tar.gz', ['1.tar', 'delta-2.tar'])).toMatchObject({ status: 'written' });
    expectWhole(2);
  });

  it('takes bodies from earlier deltas that were not applied, in any order', async () => {
    const parts = ['delta-2.tar', '1.tar', 'delta-3.tar'];
    await delta([at('4.tar'), at('2.tar')], {
      ...still,
      have: [at('1.tar'), at('2.tar')],
      untagContested: true,
      output: at('both.tar'),
    });
    await packInto(at('both-whole.tar'), [at('4.tar'), at('2.tar')], { untagContested: true });
    for (const from of [parts, [...parts].reverse()]) {
      expect(await applied('both.tar', from)).toMatchObject({ status: 'written' });
      expect(readFileSync(at('applied.tar')).equals(readFileSync(at('both-whole.tar')))).toBe(true);
    }
  });

  it('twice is the same file, and only planned is none', async () => {
    const folder = newFolder();
    const output = `${folder}/out.tar`;
    const planned = await applied('delta-2.tar', ['1.tar'], { output, dryRun: true });
    expect(readdirSync(folder)).toEqual([]);
    for (let i = 0; i < 2; i++) {
      expect(await applied('delta-2.tar', ['1.tar'], { output })).toEqual({ ...planned, status: 'written' });
      expect(readFileSync(output).equals(readFileSync(at('whole-2.tar')))).toBe(true);
    }
    expect(readFileSync(output).length).toBe(planned.sizeBytes);
  });

  it('into a folder is the layout that a pack into a folder is', async () => {
    const folders = [`${newFolder()}/applied/`, `${newFolder()}/packed/`];
    await applied('delta-2.tar', ['1.tar'], { output: folders[0] ?? '' });
    await packInto(folders[1] ?? '', [at('2.tar')]);
    const [own, other] = folders.map((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(`${entry.parentPath}/${entry.name}`).toString('base64')])
        .sort(),
    );
    expect(own).toEqual(other);
  });
});

describe('a folder that the delta was applied to before', () => {
  const folderOf = async (): Promise<string> => {
    const folder = `${newFolder()}/layout`;
    await applied('delta-2.tar', ['1.tar'], { output: `${folder}/` });
    return folder;
  };

  it('stays as it is, even where the base has gone meanwhile', async () => {
    const output = await folderOf();
    const before = statSync(`${output}/index.json`).ino;
    expect(await applied('delta-2.tar', ['gzip.oci.tar'], { output })).toMatchObject({ status: 'written' });
    expect(statSync(`${output}/index.json`).ino).toBe(before);
  });

  it.each([
    ['a changed byte', (output: string) => writeFileSync(`${output}/oci-layout`, '{"imageLayoutVersion":"1.0.1"}')],
    ['a longer file', (output: string) => appendFileSync(`${output}/index.json`, ' ')],
    ['a file less', (output: string) => rmSync(`${output}/repositories`)],
    ['a file more', (output: string) => writeFileSync(`${output}/blobs/sha256/more`, 'x')],
    ['a folder more', (output: string) => mkdirSync(`${output}/more`)],
  ])('is refused with %s, and stays as it is', async (_, change) => {
    const output = await folderOf();
    change(output);
    const names = readdirSync(output, { recursive: true });
    await expect(applied('delta-2.tar', ['1.tar'], { output })).rejects.toMatchObject({ code: 'usage' });
    expect(readdirSync(output, { recursive: true })).toEqual(names);
  });
});

describe('a base that is not what the delta was made for', () => {
  it.each([
    ['another', ['gzip.oci.tar']],
    ['one with a flipped bit', ['flipped.tar']],
    ['one without the layer', ['lacking.tar']],
    ['one that cannot be read', ['nowhere.tar']],
  ])('as %s is refused by the name of the blob, and the old file stays', async (_, from) => {
    const folder = newFolder();
    const output = `${folder}/out.tar`;
    writeFileSync(output, 'old');
    const result = await applied('delta-2.tar', from, { output });
    expect(result).toMatchObject({ status: 'refused', leftOut: [{ what: shared }] });
    expect([readdirSync(folder), readFileSync(output, 'utf8')]).toEqual([['out.tar'], 'old']);
  });

  it('is found out before anything is written where every byte is read first', async () => {
    const result = await applied('delta-2.tar', ['flipped.tar'], { dryRun: true, verify: true });
    expect(result).toMatchObject({ status: 'refused', leftOut: [{ what: shared }] });
  });
});

it('a delta over one of its inputs is a usage error', async () => {
  for (const name of ['1.tar', 'delta-2.tar']) {
    await expect(applied('delta-2.tar', ['1.tar'], { output: at(name) })).rejects.toMatchObject({ code: 'usage' });
  }
});

it('a run of apply that is interrupted leaves nothing', async () => {
  const folder = newFolder();
  const signal = AbortSignal.abort('SIGINT');
  const run = applied('delta-2.tar', ['1.tar'], { output: `${folder}/out.tar`, signal });
  await expect(run).rejects.toMatchObject({ code: 'interrupted' });
  expect([readdirSync(folder), existsSync(`${folder}/out.tar`)]).toEqual([[], false]);
});
