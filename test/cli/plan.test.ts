/** `varve plan` from its words to its exit code, on the samples and on archives with contested and hostile names. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Plan, planSchema } from '../../src/model/results/plan.js';
import {
  dockerSave,
  image,
  layer,
  ociLayout,
  ociManifest,
  tagged,
  tar,
  writeLayoutFolder,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { varve } from './console.js';

const file = (path: string, sizeBytes: number) => layer({ files: [{ path, content: path.padEnd(sizeBytes, '.') }] });
const base = file('base', 5000);
const build = (at: number, tags: readonly string[]) =>
  image({ layers: [base, file(`app-${at}`, 1000 * at)], created: `2024-0${at}-01T00:00:00Z`, tags });
const old = build(1, ['docker.io/shop/app:1']);
const now = build(2, ['docker.io/shop/app:1']);
const two = build(3, ['docker.io/shop/app:2', 'docker.io/shop/app:latest']);
const untagged = build(4, []);

const { folder } = temporaryFolder();

beforeAll(async () => {
  const save = async (name: string, images: Parameters<typeof dockerSave>[0]) =>
    writeFile(join(folder, name), await tar(dockerSave(images, { variant: 'podman' })));
  await save('1-old.tar', [old]);
  await save('2-now.tar', [now]);
  await save('3-two.tar', [two, untagged]);
});
const plan = (...words: readonly string[]) => varve(['plan', folder, ...words, '--no-color']);

async function planned(...words: readonly string[]): Promise<Plan> {
  const { code, stdout } = await plan(...words, '--format', 'json');
  expect(code).toBe(0);
  return planSchema.strict().parse(JSON.parse(stdout));
}

async function inUse(text: string): Promise<string> {
  const path = join(folder, 'in-use.txt');
  await writeFile(path, text);
  return path;
}

describe('varve plan', () => {
  it('takes words and names, repeated or separated by commas', async () => {
    const { removed, images } = await planned('--remove', 'dangling,superseded', '--remove', 'shop/app:latest');
    expect(removed).toEqual([untagged.id, old.id]);
    expect(images.map(({ reason }) => reason)).toEqual(['dangling', 'superseded']);
  });

  it('takes a tag from every image that has it, and the image with its last tag', async () => {
    expect((await planned('--remove', 'shop/app:1')).removed).toEqual([old.id, now.id]);
    const one = await planned('--remove', 'shop/app');
    expect(one).toMatchObject({ removed: [], untagged: [{ id: two.id, references: ['docker.io/shop/app:latest'] }] });
    expect(one).toMatchObject({ freedBytes: 0, kept: [{ id: two.id, reason: 'other-names' }] });
    expect(one.archives.map(({ outcome }) => outcome)).toEqual(['same', 'same', 'rewrite']);
    expect((await planned('--remove', 'shop/app,shop/app:2')).removed).toEqual([two.id]);
  });

  it('takes an image with all its tags where it is named by its ID', async () => {
    expect((await planned('--remove', two.id.slice(7, 19))).removed).toEqual([two.id]);
  });

  it('counts what two images share once, and nothing of what a third one needs', async () => {
    const { images, freedBy, layersFreed } = await planned('--remove', 'dangling,superseded');
    const own = [untagged, old].map(({ config, layers }) => config.length + (layers[1]?.tar.length ?? 0));
    expect(images.map((item) => item.freedBytes)).toEqual(own);
    expect(freedBy.imageBytes).toBe((own[0] ?? 0) + (own[1] ?? 0));
    expect(layersFreed.filter(({ gone }) => gone)).toMatchObject([
      { diffId: old.layers[1]?.diffId, gone: true },
      { diffId: untagged.layers[1]?.diffId },
    ]);
  });

  it('deletes a file that no image is left in, with the copies that are stranded there', async () => {
    const { freedBytes, freedOverheadBytes, freedBy, archives, ...result } = await planned('--remove', 'superseded');
    expect(archives).toMatchObject([
      { outcome: 'empty', strandedBytes: 0, leftBytes: 0 },
      { outcome: 'same' },
      { outcome: 'same' },
    ]);
    expect(freedBy.strandedBytes).toBe(base.tar.length);
    expect(freedBytes + freedOverheadBytes).toBe(archives[0]?.tarBytes);
    expect(result.deletions).toMatchObject([{ path: join(folder, '1-old.tar'), reason: 'empty' }]);
    expect(result.deletedSizeBytes).toBe(archives[0]?.tarBytes);
  });

  it('takes the others of each repository where only the newest are told to stay, and nothing without a name', async () => {
    const result = await planned('--keep-last', '1');
    expect(result.removed).toEqual([old.id, now.id]);
    expect(result.images.map(({ reason }) => reason)).toEqual(['keep-last', 'keep-last']);
    expect(result.kept).toMatchObject([{ id: two.id, reason: 'keep-last' }]);
    expect((await planned('--keep-last', '3')).removed).toEqual([]);
  });

  it('keeps what a pattern matches, and remarks on one that matches nothing', async () => {
    const everything = ['--remove', `dangling,${old.id},${now.id},${two.id}`];
    const { code, stdout, stderr } = await plan(...everything, '--keep', 'shop/*:1,nobody/*', '--format', 'json');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Plan).removed).toEqual([untagged.id, two.id]);
    expect((JSON.parse(stdout) as Plan).kept.map(({ reason, detail }) => `${reason} ${detail}`)).toEqual([
      'keep shop/*:1',
      'keep shop/*:1',
    ]);
    expect(stderr).toContain('--keep "nobody/*" matches no name');
  });

  it('narrows what may go by filters, which alone say what goes', async () => {
    expect((await planned('-f', 'until=2024-01-15')).removed).toEqual([old.id]);
    expect((await planned('--remove', 'shop/app:1', '-f', 'since=shop/app:1')).removed).toEqual([]);
    expect((await planned('-f', 'reference=shop/app:2')).removed).toEqual([]);
  });

  it.each([
    [['--keep', 'shop/app:1'], [two.id, untagged.id], 'keep'],
    [['--keep-last', '1'], [old.id, now.id, untagged.id], 'keep-last'],
    [['--keep-newer', '2024-02-15'], [old.id, now.id], 'keep-newer'],
    [['--keep-newer', '30d', '--now', '2024-03-10'], [old.id, now.id], 'keep-newer'],
  ])('keeps the images that %j tells it to keep', async (words, removed, reason) => {
    const result = await planned('--remove', 'dangling', '-f', 'reference!=nothing', '--free', '1GB', ...words);
    expect(result.removed.toSorted()).toEqual(removed.toSorted());
    expect(new Set(result.kept.map((item) => item.reason))).toEqual(new Set([reason]));
  });

  it.each([
    ['a list of names', `# running\nshop/app:2\n\nnot.here/x:1\n`],
    ['a short ID', two.id.slice(7, 19)],
    ['docker ps', `CONTAINER ID   IMAGE        COMMAND   NAMES\n0123456789ab   shop/app:2   "sh -c x"   web\n`],
    ['kubectl', JSON.stringify({ items: [{ spec: { containers: [{ image: 'shop/app:2' }] } }] })],
  ])('never proposes what is in use by %s', async (_, text) => {
    const result = await planned('--remove', `dangling,${two.id}`, '--free', '1GB', '--in-use', await inUse(text));
    expect(result.removed.toSorted()).toEqual([old.id, now.id, untagged.id].toSorted());
    expect(result.kept).toMatchObject([{ id: two.id, reason: 'in-use' }]);
    expect(result.inUse?.found).toBe(1);
  });

  it('spares what is in use by the end of its name, whatever registry the archive has', async () => {
    const result = await planned('--remove', `${old.id},${two.id}`, '--in-use', await inUse('app:2\n'));
    expect(result.removed).toEqual([old.id]);
    expect(result.inUse).toEqual({ listed: 1, found: 1, missing: [] });
  });

  it('ends with 1 where something near a name in use goes, names it, and does not where that is allowed', async () => {
    const words = ['--remove', 'shop/app:1', '--in-use', await inUse('shop/ap:1\nelse/where:9\n')];
    const { code, stdout, stderr } = await plan(...words, '--format', 'json');
    expect(code).toBe(1);
    expect(stderr).toContain('--in-use: no image is called "shop/ap:1", and "shop/app:1", near it, would go');
    expect((JSON.parse(stdout) as Plan).inUse).toMatchObject({
      listed: 2,
      found: 0,
      missing: [
        { name: 'shop/ap:1', going: ['shop/app:1'] },
        { name: 'else/where:9', near: [], going: [] },
      ],
    });
    expect((await plan(...words, '--quiet')).code).toBe(1);
    expect((await plan(...words, '--in-use-lenient')).code).toBe(0);
    expect((await plan('--remove', 'dangling', '--in-use', await inUse('shop/ap:1\n'))).code).toBe(0);
    expect((await plan(...words)).stdout).toContain('near it, shop/app:1 would go.');
  });

  it.each([
    ['a registry that the archive leaves out', 'registry.example.com/shop/app:1'],
    ['a digest that is not here', `shop/app@sha256:${'a'.repeat(64)}`],
  ])('takes for near what is in use by %s', async (_, name) => {
    const words = ['--remove', 'shop/app:1', '--in-use', await inUse(`${name}\n`)];
    expect((await plan(...words)).code).toBe(1);
  });

  it('proposes the dangling image first, then the superseded one, and says that it is greedy', async () => {
    const { goal, images } = await planned('--free', '4.5kB');
    expect(goal).toMatchObject({ wantedBytes: 4500, reached: true, missingBytes: 0, method: 'greedy' });
    expect(images.map(({ id }) => id)).toEqual([untagged.id]);
    const more = await planned('--free', '7kB');
    expect(more.images.map(({ id }) => id)).toEqual([untagged.id, old.id]);
    expect((await plan('--free', '7kB')).stdout).toContain('greedy');
  });

  it('says by how much a goal is missed', async () => {
    const { goal, freedBytes } = await planned('--free', '1GB');
    expect(goal).toMatchObject({ reached: false, missingBytes: 1e9 - freedBytes });
    expect((await plan('--free', '1GB')).stdout).toContain('missing');
  });

  it.each([
    [['--remove', 'danglin'], /did you mean dangling\?/],
    [['--remove', 'shop/ap:1'], /near are "shop\/app:1"/],
    [['--remove', 'dangling', '--keep', 'nobody/nothing'], /--keep "nobody\/nothing": no image has this name/],
    [['--remove', 'dangling,'], /one of them is empty/],
    [[], /--remove, --free, --filter or --keep-last/],
    [['--remove', 'dangling', '--quarantine', 'q'], /--quarantine is for --format script alone/],
    [['--remove', 'dangling', '--for', 'docker'], /--for is for --format script alone/],
    [['--remove', 'dangling', '--format', 'script', '--for', 'podman'], /--for takes docker/],
    [['--remove', 'dangling', '--format', 'script', '--for', 'docker', '--quarantine', 'q'], /only one of them/],
    [['--remove', 'redundant', '--format', 'script'], /takes --verify/],
    [['--free', 'much'], /--free takes a size/],
    [['--keep-newer', 'soon', '--remove', 'dangling'], /--keep-newer takes how long ago/],
    [['--keep-last', '0', '--remove', 'dangling'], /--keep-last takes a number from 1/],
    [['--remove', 'dangling', '--in-use', '/nowhere/at/all'], /--in-use \/nowhere\/at\/all/],
    [['--remove', 'dangling', '--in-use', '-', '-'], /standard input can be read once/],
  ])('ends with code 2, says why and prints nothing for %j', async (words, told) => {
    const { code, stdout, stderr } = await plan(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(told);
  });

  it('refuses a file of images in use with the line that it cannot read', async () => {
    const { code, stderr } = await plan('--remove', 'dangling', '--in-use', await inUse('shop/app:1\nwhat is this\n'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/in-use\.txt: line 2: "what is this"/);
  });

  it('draws what goes, what stays and what becomes of each archive', async () => {
    const { stdout } = await plan('--remove', 'superseded,shop/app:2', '--keep', 'shop/app:2', '--no-progress');
    expect(stdout).toMatch(/^9\.\d+kB freed \(\d+ % of .*\) by 1 image\. Nothing was changed\.\n/);
    expect(stdout).toMatch(/\nFILES TO DELETE\nFILE +ON DISK +WHY\n\S*1-old\.tar +19\.\d+kB +no image is left in it\n/);
    expect(stdout).toMatch(/\nIMAGES THAT GO\nREPOSITORY:TAG +IMAGE ID +CREATED +WHY +ALONE +FREED\nshop\/app:1 /);
    expect(stdout).toMatch(/\nIMAGES THAT STAY ALL THE SAME\n/);
    expect(stdout).toMatch(/\nempty +\S*1-old\.tar /);
    expect((await plan('--remove', 'superseded', '--format', 'markdown')).stdout).toContain(
      '## Images that go\n\n| REPOSITORY',
    );
  });

  it('lists an archive that cannot be read, with exit code 3, and does the others', async () => {
    const { code, stdout } = await varve([
      'plan',
      folder,
      join(folder, 'missing.tar'),
      '--remove',
      'dangling',
      '--format',
      'json',
    ]);
    expect(code).toBe(3);
    expect((JSON.parse(stdout) as Plan).archives.at(-1)).toMatchObject({ outcome: 'unreadable', freedBytes: 0 });
  });
});

describe('varve plan --format script --for docker', () => {
  const script = async (...words: readonly string[]) =>
    (await plan(...words, '--format', 'script', '--for', 'docker')).stdout;
  const commands = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  it('removes names, and by ID what has none of its own', async () => {
    expect(commands(await script('--remove', 'dangling,superseded,shop/app:2'))).toEqual([
      `docker image rm ${untagged.id}`,
      `docker image rm ${old.id}`,
      'docker image rm docker.io/shop/app:2',
    ]);
    expect(commands(await script('--remove', two.id))).toEqual([
      'docker image rm docker.io/shop/app:2 docker.io/shop/app:latest',
    ]);
  });

  it('has no line but comments and commands that exist', async () => {
    const text = await script('--remove', `dangling,superseded,unreferenced,duplicate,${two.id}`);
    const others = commands(text).filter((line) => !line.startsWith('docker image rm '));
    expect(commands(text).length).toBeGreaterThan(1);
    expect(others).toEqual([]);
  });
});

describe('varve plan --format script', () => {
  const commands = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  it('tells what goes from a layout folder in comments alone, each on one line, since no command does it', async () => {
    const store = join(folder, "layout $(touch x) 'q'");
    const hostile = ["a'; rm -rf ~ #", 'b\u001b[31m\nrm -rf ~', 'plain'];
    const roots = hostile.map((name) => ({
      ...ociManifest(now),
      descriptor: { ...ociManifest(now).descriptor, annotations: { 'org.opencontainers.image.ref.name': name } },
    }));
    await writeLayoutFolder(ociLayout([...roots, ...tagged(ociManifest(two), ['docker.io/x/y:1'])]), store);
    const run = (...words: readonly string[]) => varve(['plan', store, ...words, '--format', 'script']);
    const named = (await run('--remove', `${now.id},${hostile[0]}`)).stdout;
    expect(named).toContain(`# goes from ${store}: ${now.id}\n`);
    expect(named).toContain('# No file or folder is deleted as it stands.\n');
    const unsafe = (await run('--remove', hostile[1] ?? '')).stdout;
    expect(unsafe).toContain(`# goes from ${store}: b\\x1b[31m\\x0arm -rf ~\n`);
    expect([...commands(named), ...commands(unsafe)]).toEqual([]);
    expect(unsafe).not.toContain('\u001b');
  });
});
