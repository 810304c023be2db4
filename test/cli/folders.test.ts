/** Folders that are archives and hold archives, from words to exit codes: nothing is hidden, whatever lies beside it. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { verificationSchema } from '../../src/model/results/results.js';
import {
  dockerSave,
  flipEntryByte,
  ociLayout,
  ociManifest,
  tagged,
  tar,
  writeLayoutFolder,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { appImage, baseImage } from './archives.js';
import { varve } from './console.js';

const version = '{"imageLayoutVersion":"1.0.0"}';
const crane = dockerSave([appImage], { variant: 'crane' });

const { folder: top } = temporaryFolder();
const at = (...names: readonly string[]) => join(top, ...names);

beforeAll(async () => {
  const good = await tar(crane);
  const damaged = await tar(flipEntryByte(crane, crane.findLast(({ name }) => name.endsWith('.gz'))?.name ?? '', 60));
  for (const name of ['marked', 'damaged', 'broken', 'empty']) await mkdir(at(name));
  for (const name of ['marked', 'damaged', 'broken']) await writeFile(at(name, 'oci-layout'), version);
  await writeFile(at('empty', 'oci-layout'), '');
  await writeFile(at('marked', 'app.tar'), good);
  await writeFile(at('empty', 'app.tar'), good);
  await writeFile(at('damaged', 'app.tar'), damaged);
  await writeFile(at('broken', 'app.tar'), good);
  await writeFile(at('broken', 'none.tar'), 'text');
  await writeLayoutFolder(ociLayout(tagged(ociManifest(baseImage), baseImage.tags)), at('layout'));
  await writeFile(at('layout', 'app.tar'), good);
});

async function verified(name: string, ...words: readonly string[]) {
  const { code, stdout } = await varve(['verify', at(name), '--workers', '0', '--format', 'json', ...words]);
  const { archives, skipped } = verificationSchema.parse(JSON.parse(stdout));
  return {
    code,
    archives: archives.map(({ path, status, findings }) => [
      path.slice(top.length + 1),
      status,
      findings.filter(({ severity }) => severity !== 'hint').map(({ code: found }) => found),
    ]),
    skipped: skipped.map(({ path, reason }) => [path.slice(top.length + 1), reason]),
  };
}

const warned = ['layout-empty', 'nothing-compared'];

describe('varve verify of a folder with an oci-layout and archives', () => {
  it('reads the archives, and exits 0 with a warning about a layout of nothing', async () => {
    for (const name of ['marked', 'empty']) {
      expect(await verified(name)).toEqual({
        code: 0,
        archives: [
          [name, 'unchecked', warned],
          [`${name}/app.tar`, 'ok', []],
        ],
        skipped: [],
      });
    }
  });

  it('exits 1 where warnings count', async () => {
    expect((await verified('marked', '--fail-on', 'warning')).code).toBe(1);
  });

  it('exits 1 where an archive is damaged, and 3 where one is none', async () => {
    const damaged = await verified('damaged');
    expect([damaged.code, damaged.archives.map(([, status]) => status)]).toEqual([1, ['unchecked', 'failed']]);
    const broken = await verified('broken');
    expect([broken.code, broken.archives.map(([, status]) => status)]).toEqual([3, ['unchecked', 'ok', 'unreadable']]);
  });

  it('reads a whole layout and the archives beside it', async () => {
    expect(await verified('layout')).toEqual({
      code: 0,
      archives: [
        ['layout', 'ok', []],
        ['layout/app.tar', 'ok', []],
      ],
      skipped: [],
    });
  });

  it('leaves out of the layout, too, what is excluded, and says so', async () => {
    expect(await verified('layout', '--exclude', 'app.tar')).toEqual({
      code: 0,
      archives: [['layout', 'ok', []]],
      skipped: [['layout/app.tar', 'excluded']],
    });
  });
});

it('varve ls lists the images of the layout and of the archives beside it', async () => {
  const { code, stdout } = await varve(['ls', at('layout'), '-q', '--no-trunc']);
  expect(code).toBe(0);
  expect(stdout.trim().split('\n').sort()).toEqual([appImage.id, baseImage.id].sort());
});

it('varve check judges the images of the archives beside a layout', async () => {
  const check = async (...words: readonly string[]) =>
    (await varve(['check', at('layout'), '--rule', 'max-layers=1', ...words])).code;
  expect(await check()).toBe(1);
  expect(await check('--exclude', 'app.tar')).toBe(0);
});

it('varve plan never deletes a layout in which other inputs lie', async () => {
  const { code, stdout } = await varve(['plan', at('layout'), '--remove', baseImage.tags[0] ?? '', '--format', 'json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ deletions: [] });
});
