/** `varve diff` from its words to its exit code, on the samples and on archives made for it. */

import { copyFile, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Diff, diff as libraryDiff } from '../../src/index.js';
import { dockerSave, image, layer, tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { varve } from './console.js';

const diff = (...words: readonly string[]) => varve(['diff', ...words, '--quiet', '--no-color'], { columns: 100 });
const documentOf = async (...words: readonly string[]) =>
  JSON.parse((await diff(...words, '--format', 'json')).stdout) as Diff;

const { folder } = temporaryFolder();

/** The samples without an archive and a layout. */
let after = '';
const at = (name: string) => join(folder, name);

const base = layer({ files: [{ path: 'bin/sh', content: 'shell'.repeat(1000) }] });
const server = layer({ files: [{ path: 'srv/app', content: 'application'.repeat(500) }] });
const first = image({
  layers: [base],
  tags: ['registry.example/team/app:1'],
  config: { Env: ['PATH=/bin', 'MODE=test'], User: 'app' },
});
const second = image({
  layers: [base, server],
  tags: ['registry.example/team/app:1'],
  config: { Env: ['PATH=/bin', 'MODE=live'], Labels: { team: '\u202egnp.exe' } },
});

beforeAll(async () => {
  await writeFile(at('first.tar'), await tar(dockerSave([first], { variant: 'hybrid' })));
  await writeFile(at('second.tar'), await tar(dockerSave([second], { variant: 'hybrid' })));
  after = at('after');
  await mkdir(after);
  for (const name of await readdir('samples')) {
    if (/\.tar/.test(name) && !name.startsWith('build-4711')) await copyFile(join('samples', name), join(after, name));
  }
});

describe('varve diff', () => {
  it('says of a set and itself that nothing differs, also to a shell that asks', async () => {
    const { code, stdout } = await diff('samples', 'samples', '--exit-code');
    expect(code).toBe(0);
    expect(stdout).toContain('samples → samples: nothing differs (12 archives, 15 images, 477.8kB → 477.8kB).');
  });

  it('shows two archives of one image each beside each other, whatever their names', async () => {
    const { code, stdout } = await varve(['diff', at('first.tar'), at('second.tar')]);
    expect(code).toBe(0);
    expect(stdout.replaceAll(folder, '').replaceAll(/[0-9a-f]{12}/g, 'x'.repeat(12))).toMatchInlineSnapshot(`
      "/first.tar → /second.tar: 1 archive changed; 1 image new, 1 gone; 1 tag moved; 1 layer new.
      16.38kB → 26.62kB (+10.24kB, +63 %).
      The figures are unverified: they rest on what the archives claim.

      WHERE THE BYTES ARE
      CLASS          BEFORE    AFTER    CHANGE
      needed         7.41kB  14.93kB  +7.515kB
      duplicate          0B       0B        0B
      twin               0B       0B        0B
      dangling           0B       0B        0B
      superseded         0B       0B        0B
      unreferenced     230B     475B     +245B
      overhead      8.744kB  11.22kB   +2.48kB
      total         16.38kB  26.62kB  +10.24kB
      can go           230B     475B     +245B

      ARCHIVES
         ARCHIVE       BEFORE    AFTER  WHAT
      ~  first.tar →  16.38kB  26.62kB  1 image new, 1 gone; 5 files new, 3 gone, 1 changed
         second.tar

      registry.example/team/app:1 (xxxxxxxxxxxx) → registry.example/team/app:1 (xxxxxxxxxxxx)
      6.656kB → 13.82kB (+7.168kB, +108 %): 1 layer in common (6.656kB) and 1 new (7.168kB).

      LAYERS
         #  DIFF ID          SIZE  CREATED BY
      =  1  xxxxxxxxxxxx  6.656kB  COPY . .
      +  2  xxxxxxxxxxxx  7.168kB  COPY . .

      CONFIG
         FIELD   KEY   VALUE
      -  User          app
      ~  Env     MODE  - test
                       + live
      +  Labels  team  \\u202egnp.exe
      "
    `);
  });

  it('compares folders that have other names by the names of their archives', async () => {
    const { archives, images } = await documentOf('samples', after);
    expect(archives.removed.map(({ name }) => name)).toEqual(['build-4711-docker27.tar', 'mirror']);
    expect([archives.added, archives.changed, archives.moved]).toEqual([[], [], []]);
    expect(images.removed.map(({ state }) => state)).toEqual(['dangling', 'live', 'live']);
  });

  it('takes an inventory for a side, and says how far each side was checked', async () => {
    await varve(['scan', 'samples', '-o', at('before.json'), '--quiet']);
    const { stdout } = await diff(at('before.json'), after);
    expect(stdout).toContain('BEFORE is verified, AFTER is not');
    expect(stdout).toContain('BEFORE is as an inventory recorded it.');
    const verified = await diff(at('before.json'), after, '--verify');
    expect(verified.stdout).not.toContain('is verified');
    const same = await documentOf(at('before.json'), 'samples', '--verify');
    expect(same.differs).toBe(false);
    expect(same.sides.before).toMatchObject({ recorded: true, verified: true, archives: 12 });
  });

  it('holds a plan against what came true', async () => {
    const images = at('planned');
    await cp('samples', images, { recursive: true });
    await varve(['scan', images, '-o', at('planned-before.json'), '--quiet']);
    await varve(['plan', images, '--remove', 'dangling', '--format', 'json', '-o', at('plan.json'), '--quiet']);
    const words = [at('planned-before.json'), images, '--plan', at('plan.json')];
    const { code, stdout } = await diff(...words);
    expect(code).toBe(0);
    expect(stdout).toContain('It did not come true: 5 differences');
    expect((await diff(...words, '--exit-code')).code).toBe(1);
    const { plan } = await documentOf(...words);
    expect(plan?.differences.map(({ what }) => what)).toEqual([
      'image-stayed',
      'freed-bytes',
      'overhead-bytes',
      'archive-freed-bytes',
      'archive-overhead-bytes',
    ]);
    await rm(join(images, 'build-4711-docker27.tar'));
    const carriedOut = await diff(...words, '--exit-code');
    expect(carriedOut.code).toBe(0);
    expect(carriedOut.stdout).toContain('It came true: 1 image gone, 44.1kB freed, as predicted to the byte.');
  });

  it('says of a plan that came true so, with exit code 0 also where a shell asks', async () => {
    await varve([
      'plan',
      at('first.tar'),
      '--remove',
      'dangling',
      '--format',
      'json',
      '-o',
      at('idle.json'),
      '--quiet',
    ]);
    const { code, stdout } = await diff(at('first.tar'), at('first.tar'), '--plan', at('idle.json'), '--exit-code');
    expect(code).toBe(0);
    expect(stdout).toContain('It came true: 0 images gone, 0B freed, as predicted to the byte.');
  });

  it.each([
    ['another document', 'samples', 'not a plan, but a document of the kind "varve.df"'],
    ['a file that is not there', '/nonexistent', 'cannot be read'],
  ])('refuses %s as a plan', async (_, place, says) => {
    const path = place === 'samples' ? at('df.json') : `${place}.json`;
    await varve(['df', 'samples', '--format', 'json', '-o', at('df.json'), '--quiet']);
    const { code, stderr } = await diff('samples', 'samples', '--plan', path);
    expect(code).toBe(2);
    expect(stderr).toContain(`--plan ${path}`);
    expect(stderr).toContain(says);
  });

  it('refuses a plan beside an image', async () => {
    const { code, stderr } = await diff('samples', 'samples', '--plan', 'x.json', '--image', 'app:1');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--plan is about whole sides')]);
  });

  it('says that layers without a diffID may be the same, until the bytes are read on both sides', async () => {
    const old = 'samples/printer-0.1-docker1.9.tar';
    await varve(['scan', old, '-o', at('printer.json'), '--quiet']);
    const [unread, read] = [await diff(at('printer.json'), old), await diff(at('printer.json'), old, '--verify')];
    expect(unread.stdout).toContain('2 layers without a diffID stand as new or gone, and may be in both');
    expect(read.stdout).toContain('nothing differs');
    expect(read.stdout).not.toContain('diffID');
  });

  it('compares two images of any inputs', async () => {
    const { pair, bytes, archives } = await documentOf(
      ...['--image', 'registry.example.com/shop/web:2.0', '--image', 'registry.example.com/shop/api:1.0', 'samples'],
    );
    expect(pair?.before.references).toEqual(['registry.example.com/shop/web:2.0']);
    expect(pair?.layers.filter(({ change }) => change === 'same')).toHaveLength(1);
    expect(bytes.before.totalBytes).toBeGreaterThan(0);
    expect(archives.unchanged).toBe(0);
  });

  it('compares one image as two inputs have it', async () => {
    const { pair } = await documentOf(at('first.tar'), at('second.tar'), '--image', 'registry.example/team/app:1');
    expect([pair?.before.id, pair?.after.id]).toEqual([first.id, second.id]);
    expect(pair?.config.map(({ field, key, change }) => `${field} ${key} ${change}`)).toEqual([
      'User null removed',
      'Env MODE changed',
      'Labels team added',
    ]);
  });

  it('gives the same document as the library', async () => {
    const document = await documentOf(at('first.tar'), at('second.tar'));
    expect(await libraryDiff(at('first.tar'), at('second.tar'), { verify: false })).toEqual(document);
  });

  it('gives the mirrored document for exchanged archives', async () => {
    const there = await documentOf(at('first.tar'), at('second.tar'));
    const back = await documentOf(at('second.tar'), at('first.tar'));
    expect(back.bytes.before).toEqual(there.bytes.after);
    expect(back.layers.removed).toEqual(there.layers.added);
    expect(back.images.retagged.map(({ before }) => before)).toEqual(there.images.retagged.map(({ after }) => after));
  });

  it('escapes what a terminal or Markdown would obey', async () => {
    const { stdout } = await diff(at('first.tar'), at('second.tar'), '--format', 'markdown');
    expect(stdout).toContain('| + | Labels | team | \\\\u202egnp.exe |');
  });
});

describe('the exit code of varve diff', () => {
  it('is 0 for a difference, and 1 if --exit-code asks for it', async () => {
    const words = [at('first.tar'), at('second.tar')];
    expect((await diff(...words)).code).toBe(0);
    expect((await diff(...words, '--exit-code')).code).toBe(1);
  });

  it('is 1 for a fault of either side, if --fail-on counts it', async () => {
    const words = [at('first.tar'), 'samples/orders-1.4-damaged.tar', '--verify'];
    expect((await diff(...words)).code).toBe(0);
    expect((await diff(...words, '--fail-on', 'error')).code).toBe(1);
    expect((await diff('samples/orders-1.4-damaged.tar', at('first.tar'), '--verify', '--fail-on', 'error')).code).toBe(
      1,
    );
  });

  it('is 3 where a side cannot be read, and the other is shown', async () => {
    const { code, stdout } = await diff(at('missing.tar'), at('second.tar'));
    expect(code).toBe(3);
    expect(stdout).toContain('1 archive of BEFORE could not be read and had no part in this.');
    expect(stdout).toContain('registry.example/team/app:1');
  });

  it.each([
    ['no side', []],
    ['one side', ['samples']],
    ['three sides, as an unquoted glob gives them', ['samples', 'samples', 'samples']],
    ['standard input twice', ['-', '-']],
    ['three images', ['--image', 'a', '--image', 'b', '--image', 'c', 'samples']],
    ['an image that is not there', ['samples', 'samples', '--image', 'nobody']],
    ['an empty name', ['samples', '']],
    ['a form that it has not', ['samples', 'samples', '--format', 'mermaid']],
  ])('is 2 for %s', async (_, words) => {
    const { code, stdout } = await diff(...words);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('is 2 for a name of several images, which are listed with their platforms', async () => {
    const { code, stderr } = await varve([
      'diff',
      'samples',
      'samples',
      '--image',
      'registry.example.com/shop/web:2.1',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/sha256:[0-9a-f]{64} \(linux\/amd64\), sha256:[0-9a-f]{64} \(linux\/arm64\/v8\)/);
  });
});
