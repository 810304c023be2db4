/**
 * The script of `varve plan` for files, run by the shell it is for: what is as it was goes, what is not stays and is told
 * by the exit code; whatever the files are called, nothing else is touched.
 */

import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  dockerSave,
  image,
  layer,
  ociLayout,
  ociManifest,
  rawTar,
  tagged,
  writeLayoutFolder,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { varve } from './console.js';

const { folder: root } = temporaryFolder();
const web = image({ layers: [layer({ files: [{ path: 'web' }] })], tags: ['docker.io/shop/web:1'] });
const untagged = image({ layers: [layer({ files: [{ path: 'untagged' }] })], tags: [] });
const webTar = rawTar(dockerSave([web], { variant: 'crane' }));
const untaggedTar = rawTar(dockerSave([untagged], { variant: 'crane' }));

let runs = 0;
function newFolder(): string {
  const folder = join(root, `${runs++}`);
  mkdirSync(folder);
  return folder;
}

async function scriptOf(folder: string, ...words: readonly string[]): Promise<string> {
  return unverifiedScriptOf(folder, ...words, '--verify');
}

async function unverifiedScriptOf(folder: string, ...words: readonly string[]): Promise<string> {
  const ended = await varve(['plan', folder, ...words, '--format', 'script', '--workers', '0', '--quiet']);
  expect(ended.code).toBe(0);
  return ended.stdout;
}

/** Runs it in an empty folder; `left` are the paths that it says it left. */
function run(script: string): { readonly code: number | null; readonly left: string[]; readonly files: string[] } {
  const work = newFolder();
  const ended = spawnSync('/bin/sh', ['-s'], {
    input: script,
    cwd: work,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const left = ended.stderr.split('\n').filter((line) => line !== '');
  return { code: ended.status, left, files: readdirSync(work) };
}

const names = [
  'plain.tar',
  '-rf',
  '--help',
  '$(touch owned)',
  '`touch owned`',
  "'; touch owned; '",
  '"; touch owned; "',
  'a b  c',
  ' lead',
  'trail ',
  '*',
  '~',
  '!',
  '(',
  '\\',
  '#x',
  '{touch,owned}',
  'ö ü 図',
];

describe('the script for files', () => {
  it.each(names)('removes %j, a copy of what stays, and nothing else', async (name) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'keep.tar'), webTar);
    writeFileSync(join(folder, name), Buffer.concat([webTar, Buffer.alloc(512)]));
    const script = await scriptOf(folder, '--remove', 'redundant');
    expect(run(script)).toEqual({ code: 0, left: [], files: [] });
    expect(readdirSync(folder)).toEqual(['keep.tar']);
  });

  it.each(names)('takes %j for a path where it is given as one', async (name) => {
    const folder = newFolder();
    writeFileSync(join(folder, name), untaggedTar);
    const before = process.cwd();
    process.chdir(folder);
    try {
      const script = await scriptOf('.', '--remove', 'dangling');
      const ended = spawnSync('/bin/sh', ['-s'], { input: script, cwd: folder, encoding: 'utf8' });
      expect([ended.status, ended.stderr, readdirSync(folder)]).toEqual([0, '', []]);
    } finally {
      process.chdir(before);
    }
  });

  it.each(['a\nb', '\u001b[31mred', 'x\r'])(
    'leaves %j, whose name a terminal would obey, and ends with 1',
    async (name) => {
      const folder = newFolder();
      writeFileSync(join(folder, name), untaggedTar);
      const ended = run(await scriptOf(folder, '--remove', 'dangling'));
      expect([ended.code, ended.left.length, readdirSync(folder)]).toEqual([1, 1, [name]]);
    },
  );

  it.each<[string, (path: string, folder: string) => void]>([
    ['is longer', (path) => appendFileSync(path, 'x')],
    ['has another byte', (path) => writeFileSync(path, Buffer.from(untaggedTar).fill(1, 600, 601))],
    ['is gone', (path) => rmSync(path)],
    [
      'is a link to the same bytes',
      (path, folder) => {
        renameSync(path, join(folder, 'moved'));
        symlinkSync('moved', path);
      },
    ],
    [
      'is a folder',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])('leaves a file that %s when it is run, takes the others, and ends with 1', async (_, change) => {
    const folder = newFolder();
    const [one, two] = [join(folder, '1.tar'), join(folder, '2.tar')];
    for (const path of [one, two]) writeFileSync(path, untaggedTar);
    const script = await scriptOf(folder, '--remove', 'dangling');
    change(one, folder);
    const before = existsSync(one);
    const ended = run(script);
    expect([ended.code, ended.left.length]).toEqual([1, 1]);
    expect(ended.left[0]).toContain(one);
    expect([existsSync(one), existsSync(two)]).toEqual([before, false]);
  });

  it('leaves a redundant file where what has all of it is gone or is another one', async () => {
    const folder = newFolder();
    const [keep, copy] = [join(folder, 'a.tar'), join(folder, 'b.tar')];
    for (const path of [keep, copy]) writeFileSync(path, webTar);
    const script = await scriptOf(folder, '--remove', 'redundant');
    appendFileSync(keep, 'x');
    expect(run(script).code).toBe(1);
    rmSync(keep);
    expect(run(script).code).toBe(1);
    expect(readdirSync(folder)).toEqual(['b.tar']);
  });

  it('removes a redundant file before the one that has all of it, where no image is left in that one', async () => {
    const folder = newFolder();
    for (const name of ['a.tar', 'b.tar']) writeFileSync(join(folder, name), untaggedTar);
    const script = await scriptOf(folder, '--remove', 'redundant,dangling');
    expect(script).toContain(`if stays ${join(folder, 'a.tar')} `);
    expect(run(script)).toEqual({ code: 0, left: [], files: [] });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('has no command for a file that is not there when it is written, as of an inventory of another place', async () => {
    const folder = newFolder();
    const path = join(folder, '1.tar');
    writeFileSync(path, untaggedTar);
    const inventory = join(folder, 'inventory.json');
    expect((await varve(['scan', path, '-o', inventory, '--quiet'])).code).toBe(0);
    rmSync(path);
    const script = await unverifiedScriptOf(inventory, '--remove', 'dangling');
    expect(script).not.toContain('rm -- ');
    expect(run(script)).toMatchObject({ code: 1, files: [] });
  });

  it('has no command for a link, which frees nothing', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'b.tar'), untaggedTar);
    symlinkSync('b.tar', join(folder, 'a.tar'));
    const script = await scriptOf(join(folder, 'a.tar'), '--remove', 'dangling');
    expect(run(script).code).toBe(1);
    expect(readdirSync(folder)).toEqual(['a.tar', 'b.tar']);
  });

  it('says of a file with a second name that its bytes are free when both are gone', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'a.tar'), untaggedTar);
    linkSync(join(folder, 'a.tar'), join(folder, 'b.tar'));
    expect(await scriptOf(folder, '--remove', 'dangling')).toContain('2 names on this disk');
  });

  it('removes a layout folder with the files that it had, and leaves it where another one came', async () => {
    const folder = newFolder();
    const layout = join(folder, "lay'out $(touch owned)");
    await writeLayoutFolder(ociLayout([ociManifest(untagged)]), layout);
    const script = await scriptOf(folder, '--remove', 'dangling');
    writeFileSync(join(layout, 'new'), '');
    expect(run(script)).toMatchObject({ code: 1, files: [] });
    rmSync(join(layout, 'new'));
    expect(run(script)).toEqual({ code: 0, left: [], files: [] });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves a layout folder of which a blob has changed', async () => {
    const folder = newFolder();
    const layout = join(folder, 'layout');
    await writeLayoutFolder(ociLayout([ociManifest(untagged)]), layout);
    const script = await scriptOf(folder, '--remove', 'dangling');
    const index = join(layout, 'index.json');
    writeFileSync(index, readFileSync(index, 'utf8').replace('2', '3'));
    expect(run(script).code).toBe(1);
    expect(existsSync(index)).toBe(true);
  });

  it('does nothing, and ends with 0, where only images of other archives go', async () => {
    const folder = newFolder();
    await writeLayoutFolder(
      ociLayout([ociManifest(untagged), ...tagged(ociManifest(web), ['docker.io/shop/web:1'])]),
      join(folder, 'l'),
    );
    expect(run(await scriptOf(folder, '--remove', 'dangling'))).toEqual({ code: 0, left: [], files: [] });
    expect(existsSync(join(folder, 'l', 'index.json'))).toBe(true);
  });
});

describe('a quarantine', () => {
  it.each(["quar'antine $(touch owned)", '-q'])('takes the files, of one name with a number: %j', async (name) => {
    const folder = newFolder();
    const quarantine = join(root, `${runs++}`, name);
    for (const sub of ['x', 'y']) {
      mkdirSync(join(folder, sub));
      writeFileSync(join(folder, sub, '-a.tar'), untaggedTar);
    }
    const script = await scriptOf(folder, '--remove', 'dangling', '--quarantine', quarantine);
    expect(run(script)).toEqual({ code: 0, left: [], files: [] });
    expect(readdirSync(quarantine).sort()).toEqual(['-a.tar', '2--a.tar']);
    expect(readFileSync(join(quarantine, '-a.tar'))).toEqual(Buffer.from(untaggedTar));
    expect(readdirSync(join(folder, 'x'))).toEqual([]);
  });

  it('overwrites nothing, and looks at each file first', async () => {
    const folder = newFolder();
    const quarantine = newFolder();
    for (const name of ['a.tar', 'b.tar', 'c.tar']) writeFileSync(join(folder, name), untaggedTar);
    const script = await scriptOf(folder, '--remove', 'dangling', '--quarantine', quarantine);
    writeFileSync(join(quarantine, 'a.tar'), 'mine');
    appendFileSync(join(folder, 'b.tar'), 'x');
    expect(run(script).code).toBe(1);
    expect(readdirSync(folder)).toEqual(['a.tar', 'b.tar']);
    expect(readdirSync(quarantine)).toEqual(['a.tar', 'c.tar']);
    expect(readFileSync(join(quarantine, 'a.tar'), 'utf8')).toBe('mine');
  });

  it('is refused where its name is one that a terminal would obey', async () => {
    const { code, stderr } = await varve([
      'plan',
      newFolder(),
      '--remove',
      'dangling',
      '--format',
      'script',
      '--quarantine',
      'a\nb',
    ]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--quarantine')]);
  });
});
