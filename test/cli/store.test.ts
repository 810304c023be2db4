/** The commands that work on a store: load, save and tag, and all others that read it in the place of an INPUT. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/run.js';
import type { Loaded } from '../../src/model/results/store/changes.js';
import { formatBytes } from '../../src/report/blocks/units.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { openConsole, varve } from './console.js';

const { at } = temporaryFolder();
const api = 'samples/api-1.0-docker24.tar';
const apiName = 'registry.example.com/shop/api:1.0';

/** Runs a command with the store of that name in the environment. */
function inStore(store: string, ...argv: string[]) {
  return varve(argv, { env: { VARVE_STORE: at(store) } });
}

describe('varve load', () => {
  it('tells in the words of docker what it loaded, and leaves a store that verifies', async () => {
    const loaded = await varve(['load', api, 'samples/mirror', '--store', at('a')]);
    expect(loaded.code).toBe(0);
    expect(loaded.stdout.split('\n')).toContain(`Loaded image: ${apiName}`);
    expect(loaded.stdout.split('\n')).toContain('Loaded image: tidewater:12');
    const verified = await inStore('a', 'verify');
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('no fault')]);
  });

  it('as JSON tells of each layer whether it was there', async () => {
    const document = async () => JSON.parse((await inStore('b', 'load', api, '--format', 'json')).stdout) as Loaded;
    const statuses = ({ layers }: Loaded) => new Set(layers.map(({ status }) => status));
    expect(statuses(await document())).toEqual(new Set(['added']));
    const second = await document();
    expect(statuses(second)).toEqual(new Set(['already-exists']));
    expect(second.writtenBytes).toBe(0);
  });

  it('with --dry-run tells what would be loaded and written, and makes nothing, of what is piped in either', async () => {
    const planned = await inStore('planned', 'load', api, '--dry-run');
    expect(planned.code).toBe(0);
    expect(planned.stdout).toMatch(
      /^Would load image: tidewater:12\nWould load image: .*shop\/api:1\.0\nWould write \d+ blobs: [\d.]+kB\n$/,
    );
    const argv = ['dist/src/cli/main.cjs', 'load', '--dry-run'];
    const env = { ...process.env, VARVE_STORE: at('planned') };
    const piped = spawnSync(process.execPath, argv, { input: readFileSync(api), env, encoding: 'utf8' });
    expect([piped.status, piped.stdout, existsSync(at('planned'))]).toEqual([0, planned.stdout, false]);
  });

  it('takes -q as docker load has it: the names and no layers, on a terminal too', async () => {
    const { code, stdout, stderr } = await varve(['load', '-q', api], {
      env: { VARVE_STORE: at('quiet') },
      columns: 100,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Loaded image: ${apiName}`);
  });

  it('shows each layer on a terminal, with docker’s words for those that are there', async () => {
    await inStore('c', 'load', api);
    const { stderr } = await varve(['load', api], { env: { VARVE_STORE: at('c') }, columns: 100 });
    expect(stderr).toMatch(/^[0-9a-f]{12}: Already exists$/m);
    const fresh = await varve(['load', api], { env: { VARVE_STORE: at('c2') }, columns: 100 });
    expect(fresh.stderr).toMatch(/^[0-9a-f]{12}: Loaded layer {2}[\d.]+kB$/m);
  });

  it('loads what is whole, names what is not, and ends with 1; with 3 where an input cannot be read', async () => {
    const damaged = await inStore(
      'd',
      'load',
      'samples/orders-1.4-damaged.tar',
      api,
      '-i',
      'samples/printer-0.1-docker1.9.tar',
    );
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toBe(`Loaded image: tidewater:12\nLoaded image: ${apiName}\n`);
    expect(damaged.stderr).toContain('registry.example.com/shop/orders:1.4 is not loaded: ');
    expect(damaged.stderr).toContain('before docker 1.10');
    const missing = await inStore('d', 'load', 'nowhere.tar');
    expect(missing.code).toBe(3);
  });

  it('refuses the store itself as an INPUT, and says how to use a pack', async () => {
    await inStore('f', 'load', api);
    expect((await inStore('f', 'load', at('f'))).code).toBe(2);
    await varve(['pack', api, '-o', `${at('packed')}/`]);
    const refused = await inStore('packed', 'load', api);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('varve load --store DIR')]);
  });

  it('without INPUT takes what is piped in, and asks for something where nothing is', async () => {
    const bin = 'dist/src/cli/main.cjs';
    const env = { ...process.env, VARVE_STORE: at('piped') };
    const piped = spawnSync(process.execPath, [bin, 'load'], { input: readFileSync(api), env, encoding: 'utf8' });
    expect([piped.status, piped.stdout]).toEqual([0, expect.stringContaining(`Loaded image: ${apiName}`)]);
    expect(readdirSync(at('piped/.varve/uploads'))).toEqual([]);
    const none = await inStore('none', 'load');
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('load takes INPUT')]);
  });

  it('says which folder is no store, with 3, and leaves it alone', async () => {
    writeFileSync(at('letter.txt'), 'dear');
    const refused = await varve(['load', api, '--store', at('.')]);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('no store')]);
    expect(refused.stderr).not.toContain('bug');
  });
});

describe('a store in the place of an INPUT', () => {
  it.each([
    ['ls'],
    ['inspect', '--image', apiName],
    ['history', '--image', apiName],
    ['tree'],
    ['df'],
    ['layers'],
    ['search', 'api'],
    ['verify'],
    ['report'],
    ['plan', '--remove', 'dangling'],
    ['diff', api],
    ['check', '--rule', 'intact'],
    ['pack', '--dry-run'],
    ['scan'],
  ])('is read by varve %s %s, named by --store or by the environment', async (...words) => {
    if (!existsSync(at('read'))) await inStore('read', 'load', api);
    const argv = words.filter((word) => word !== undefined);
    const named = await varve([...argv, '--store', at('read')]);
    const implied = await inStore('read', ...argv);
    expect([named.code, named.stdout]).toEqual([0, expect.stringContaining('')]);
    expect(implied).toEqual(named);
    const outright = await varve([...argv, at('read')]);
    expect(outright.stdout).toBe(named.stdout);
  });

  it.each([
    ['ls'],
    ['df'],
    ['tree'],
    ['inspect', '--image', apiName],
    ['plan', '--remove', 'dangling'],
    ['pack', '--dry-run'],
  ])('is refused by varve %s where its index is broken, with 3 and the way on', async (...words) => {
    const store = at(`broken ${words[0]}`);
    await varve(['load', api, '--store', store]);
    writeFileSync(join(store, 'index.json'), '{');
    const { code, stdout, stderr } = await varve([...words, '--store', store]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('index.json is no JSON');
    expect((await varve(['verify', '--store', store])).code).toBe(1);
  });

  it('is refused beside an INPUT where it is named, and passed over where the environment has it', async () => {
    const both = await varve(['ls', api, '--store', at('read')]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--store')]);
    const outright = await inStore('nothing here', 'ls', api, '-q');
    expect(outright.code).toBe(0);
  });
});

describe('varve save', () => {
  it('writes the images under the names that are given, in the form that is asked for', async () => {
    await inStore('g', 'load', api, 'samples/mirror');
    for (const [form, names] of [
      ['both', ['index.json', 'manifest.json']],
      ['oci', ['index.json']],
      ['docker', ['manifest.json']],
    ] as const) {
      const file = at(`${form}.tar`);
      const saved = await inStore('g', 'save', apiName, '--format', form, '-o', file);
      expect([saved.code, saved.stdout, saved.stderr]).toEqual([0, '', '']);
      const listed = await varve(['ls', file, '--format', '{{.Repository}}:{{.Tag}}']);
      expect(listed.stdout, form).toBe(`${apiName}\n`);
      expect((await varve(['verify', file])).code).toBe(0);
      const text = readFileSync(file, 'latin1');
      expect(['index.json', 'manifest.json'].filter((name) => text.includes(`${name}\0`))).toEqual(names);
    }
  });

  it('writes to a pipe what it writes to a file, and nothing to a terminal', async () => {
    await inStore('g2', 'load', api);
    await inStore('g2', 'save', apiName, '-o', at('file.tar'));
    const { io } = openConsole({ env: { VARVE_STORE: at('g2') } });
    const chunks: Buffer[] = [];
    io.stdout.removeAllListeners('data');
    io.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    expect(await runProgram(['save', apiName], io)).toBe(0);
    expect(Buffer.concat(chunks).equals(readFileSync(at('file.tar')))).toBe(true);
    const terminal = await varve(['save', apiName], { env: { VARVE_STORE: at('g2') }, columns: 80 });
    expect([terminal.code, terminal.stdout]).toEqual([2, '']);
  });

  it('with --dry-run says how large the archive would be, to the byte, on a terminal too', async () => {
    await inStore('g3', 'load', api);
    const planned = await varve(['save', apiName, '--dry-run'], { env: { VARVE_STORE: at('g3') }, columns: 80 });
    expect([planned.code, planned.stderr]).toEqual([0, '']);
    const toFile = await inStore('g3', 'save', apiName, '-o', at('planned.tar'), '--dry-run');
    expect([toFile.code, existsSync(at('planned.tar'))]).toEqual([0, false]);
    await inStore('g3', 'save', apiName, '-o', at('planned.tar'));
    const size = formatBytes(readFileSync(at('planned.tar')).length);
    for (const { stdout } of [planned, toFile])
      expect(stripVTControlCharacters(stdout)).toContain(`${size} would be written: 1 image`);
  });

  it('saves an image by its ID without a name, and keeps the bytes of what was loaded', async () => {
    await inStore('h', 'load', api);
    const id = (await inStore('h', 'ls', '-q', 'shop/api')).stdout.trim();
    expect((await inStore('h', 'save', id, '-o', at('id.tar'))).code).toBe(0);
    const listed = await varve(['ls', at('id.tar'), '--format', '{{.ID}} {{.Tag}}']);
    expect(listed.stdout).toBe(`${id} <none>\n`);
  });

  it('refuses what is not there, and writes nothing where a body is damaged', async () => {
    await inStore('i', 'load', api);
    expect((await inStore('i', 'save', 'nothing:1', '-o', at('no.tar'))).code).toBe(2);
    const folder = at('i/blobs/sha256');
    const sizeOf = (name: string): number => readFileSync(join(folder, name)).length;
    const [largest = ''] = readdirSync(folder).sort((a, b) => sizeOf(b) - sizeOf(a));
    writeFileSync(join(folder, largest), Buffer.alloc(sizeOf(largest), 7));
    const damaged = await inStore('i', 'save', apiName, 'tidewater:12', '-o', at('no.tar'));
    expect([damaged.code, existsSync(at('no.tar'))]).toEqual([1, false]);
    expect(damaged.stderr).toContain('is not saved: ');
  });
});

describe('varve tag', () => {
  it('gives an image one more name, by its name, the end of one, or its ID', async () => {
    await inStore('j', 'load', api);
    const id = (await inStore('j', 'ls', '-q', 'shop/api')).stdout.trim();
    for (const [source, target] of [
      [apiName, 'one'],
      ['api:1.0', 'two:2'],
      [id, 'localhost:5000/three:3'],
    ] as const) {
      const { code, stdout, stderr } = await inStore('j', 'tag', source, target);
      expect([code, stdout, stderr]).toEqual([0, '', '']);
    }
    const names = (await inStore('j', 'ls', '--format', '{{.ID}} {{.Repository}}:{{.Tag}}')).stdout.split('\n');
    for (const name of [apiName, 'one:latest', 'two:2', 'localhost:5000/three:3'])
      expect(names).toContain(`${id} ${name}`);
    expect((await inStore('j', 'verify')).code).toBe(0);
  });

  it('with --dry-run says what would have the name and what has it, and changes nothing', async () => {
    await inStore('k2', 'load', api);
    const index = readFileSync(at('k2/index.json'), 'utf8');
    const fresh = await inStore('k2', 'tag', apiName, 'shop/api:latest', '--dry-run');
    expect([fresh.code, fresh.stdout]).toEqual([
      0,
      expect.stringMatching(/^Would tag: shop\/api:latest sha256:[0-9a-f]{64}\n$/),
    ]);
    const moved = await inStore('k2', 'tag', 'tidewater:12', apiName, '--dry-run');
    expect(moved.stdout).toMatch(/^Would tag: \S+ sha256:[0-9a-f]{64}; until now sha256:[0-9a-f]{64} has it\n$/);
    expect(readFileSync(at('k2/index.json'), 'utf8')).toBe(index);
  });

  it('moves a name, and refuses a source that is not there and a target that is no name', async () => {
    await inStore('k', 'load', api);
    expect((await inStore('k', 'tag', 'tidewater:12', apiName)).code).toBe(0);
    const names = (await inStore('k', 'ls', '--format', '{{.Repository}}:{{.Tag}}')).stdout;
    expect(names.split('\n').filter((name) => name === apiName)).toHaveLength(1);
    for (const words of [['nothing', 'x'], [apiName], [apiName, 'Not A Name'], [apiName, 'a', 'b']]) {
      expect((await inStore('k', 'tag', ...words)).code, words.join(' ')).toBe(2);
    }
    expect((await inStore('no store', 'tag', 'a', 'b')).code).toBe(3);
  });
});
