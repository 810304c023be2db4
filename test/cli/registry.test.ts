/** `pull`, `push`, `login` and `logout` as somebody types them, against a registry on this machine that keeps to every rule. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { startRegistry, type TestRegistry } from '../remote/servers/registry-server.js';
import { wholeStore } from '../store/loading.js';
import { varve } from './console.js';

const { at, newFolder } = temporaryFolder();
const checkout = 'registry.example.com/shop/checkout:3.2';
let registry: TestRegistry;
let home: string;

beforeAll(async () => {
  registry = await startRegistry();
  await varve(['load', 'samples', '--store', at('samples')]);
});

beforeEach(() => {
  home = newFolder();
});

afterAll(() => registry.close());

const run = (...argv: readonly string[]) => varve(argv, { env: { HOME: home } });
const target = (name: string): string => `${registry.host}/${name}`;

describe('varve push and varve pull', () => {
  it('refuse standard output as the file of an archive, and change no store then', async () => {
    const store = `${newFolder()}/store`;
    const pulled = await varve(['pull', target('any/image:1'), '-o', '-'], { env: { HOME: home, VARVE_STORE: store } });
    expect([pulled.code, pulled.stdout, existsSync(store)]).toEqual([2, '', false]);
    expect(pulled.stderr).toContain('--output takes a file here, and - is standard output');
  });

  it('say in a pipe what docker says, line by line', async () => {
    const name = target('lines/checkout:3.2');
    const pushed = await run('push', checkout, `docker://${name}`, '--store', at('samples'), '--parallel', '1');
    expect([pushed.code, pushed.stderr]).toEqual([0, '']);
    expect(pushed.stdout.replace(/[0-9a-f]{64}/g, 'HEX').replace(/[0-9a-f]{12}/g, 'ID')).toBe(
      [
        `The push refers to repository [${target('lines/checkout')}]`,
        ...['ID: Preparing', 'ID: Preparing'],
        ...['ID: Pushed', 'ID: Pushed'],
        '3.2: digest: sha256:HEX size: 557',
        '',
      ].join('\n'),
    );
    const store = `${newFolder()}/store`;
    const pulled = await run('pull', name, '--store', store, '--parallel', '1');
    expect([pulled.code, pulled.stderr]).toEqual([0, '']);
    const lines = pulled.stdout.trimEnd().split('\n');
    const ofLayers = lines.filter((line) => /^[0-9a-f]{12}: /.test(line));
    expect(lines.filter((line) => !ofLayers.includes(line)).map((line) => line.replace(/[0-9a-f]{64}/, 'HEX'))).toEqual(
      ['3.2: Pulling from lines/checkout', 'Digest: sha256:HEX', `Status: Downloaded newer image for ${name}`, name],
    );
    // While one layer is made durable the next comes: the lines of each are in order, those of both may alternate.
    for (const id of new Set(ofLayers.map((line) => line.slice(0, 12)))) {
      const own = ofLayers.filter((line) => line.startsWith(id)).map((line) => line.slice(14));
      expect(own).toEqual(['Pulling fs layer', 'Verifying Checksum', 'Download complete', 'Pull complete']);
    }
    expect(ofLayers).toHaveLength(8);
    const again = await run('pull', name, '--store', store);
    expect(again.stdout).toContain(`Status: Image is up to date for ${name}`);
    expect(again.stdout.match(/Already exists/g)).toHaveLength(2);
    await wholeStore(store);
  });

  it('bring the one image of a name whatever it is for, and say so where --platform asks for another', async () => {
    const name = target('single/checkout:3.2');
    await run('push', checkout, `docker://${name}`, '--store', at('samples'), '-q');
    const store = `${newFolder()}/store`;
    const other = await run('pull', name, '--store', store, '--platform', 'linux/s390x', '-q');
    expect([other.code, other.stdout]).toEqual([0, `${name}\n`]);
    expect(other.stderr).toBe(
      `varve: ${name} is for linux/amd64, not for linux/s390x; no other image has that name there\n`,
    );
    const own = await run('pull', name, '--store', store, '--platform', 'linux/amd64', '-q');
    expect([own.code, own.stderr]).toEqual([0, '']);
  });

  it('say with -q the names alone, and with --dry-run what would go', async () => {
    const name = target('quiet/checkout:3.2');
    const planned = await run('push', checkout, `docker://${name}`, '--store', at('samples'), '--dry-run');
    expect(planned.stdout).toMatch(
      /^\S+ would be sha256:\w+\n[\d.]+kB would be sent at most: 4 blobs, and 0 of 4 there already\n$/,
    );
    expect((await run('push', checkout, `docker://${name}`, '--store', at('samples'), '-q')).stdout).toBe(`${name}\n`);
    const store = `${newFolder()}/store`;
    expect((await run('pull', name, '--store', store, '--dry-run')).stdout).toMatch(
      /would be fetched: 4 blobs, and 0 of 4 there already\n$/,
    );
    expect(existsSync(store)).toBe(false);
    expect((await run('pull', name, '--store', store, '-q')).stdout).toBe(`${name}\n`);
  });

  it('write an archive where it is asked for, and read it back', async () => {
    const name = target('archive/checkout:3.2');
    await run('push', checkout, `docker://${name}`, '--store', at('samples'), '-q');
    expect((await run('pull', name, '-o', at('one.tar'), '-q')).code).toBe(0);
    const again = await run('push', name, '--from', at('one.tar'));
    expect(again.stdout).toContain('Layer already exists');
    expect((await run('verify', at('one.tar'))).code).toBe(0);
  });

  it('take every tag of a repository', async () => {
    for (const tag of ['1', '2', '3']) {
      await run('push', checkout, `docker://${target(`tags/checkout:${tag}`)}`, '--store', at('samples'), '-q');
    }
    const store = `${newFolder()}/store`;
    const pulled = await run('pull', '-a', target('tags/checkout'), '--store', store, '-q');
    expect(pulled.stdout.split('\n').filter((line) => line !== '')).toEqual(
      ['1', '2', '3'].map((tag) => target(`tags/checkout:${tag}`)),
    );
    const pushed = await run('push', '-a', target('tags/checkout'), '--store', store, '-q');
    expect(pushed.stdout.split('\n')).toHaveLength(4);
  });

  it('tell what the registry warns of, once and in the end, and do the same as without', async () => {
    const warnings = ['299 - "This registry goes \u009baway"', '299 - "Soon"'];
    const warning = await startRegistry({ warnings });
    const name = `${warning.host}/warned/checkout:3.2`;
    const said = `varve: ${warning.host} warns: "This registry goes \\u009baway"\nvarve: ${warning.host} warns: "Soon"\n`;
    const pushed = await run('push', checkout, `docker://${name}`, '--store', at('samples'));
    expect([pushed.code, pushed.stderr]).toEqual([0, said]);
    const pulled = await run('pull', name, '--store', `${newFolder()}/s`, '--format', 'json');
    expect([pulled.code, pulled.stderr]).toEqual([0, said]);
    expect(JSON.parse(pulled.stdout)).toMatchObject({ kind: 'varve.pull' });
    expect((await run('ls', `docker://${name}`)).stderr).toContain(said);
    expect((await run('pull', name, '--store', `${newFolder()}/s`, '-q')).stderr).toBe('');
    const failed = await run('pull', `${warning.host}/warned/none`, '--store', `${newFolder()}/s`);
    expect([failed.code, failed.stderr]).toEqual([3, expect.stringContaining(said)]);
    await warning.close();
  });

  it('name what is not there, and do the rest', async () => {
    const name = target('rest/checkout:3.2');
    await run('push', checkout, `docker://${name}`, '--store', at('samples'), '-q');
    const { code, stdout, stderr } = await run(
      'pull',
      target('rest/checkout:9'),
      name,
      '--store',
      `${newFolder()}/s`,
      '-q',
    );
    expect([code, stdout]).toEqual([3, `${name}\n`]);
    expect(stderr).toMatch(/rest\/checkout:9 is not there: \S+ has no tag 9/);
  });

  it.each([
    [['pull'], 'pull takes REF'],
    [['push'], 'push takes REF'],
    [['pull', 'a:1', '-o', 'x/'], '--output takes a file'],
    [['pull', 'a:1', '-o', 'x', '--store', 's'], '--output and --store say two places'],
    [['pull', '-a', 'a:1'], '--all-tags takes a repository'],
    [['pull', 'A:1'], 'must be lowercase'],
    [['pull', 'a:1', '--parallel', '0'], '--parallel takes a number from 1 to 64'],
    [['pull', 'a:1', '--platform', 'linux/amd64', '--all-platforms'], 'say two things'],
    [['push', 'a:1', 'b:1', 'docker://c:1', '--store', 'STORE'], 'push takes REF docker://TARGET'],
    [['push', 'registry.example.com/none:1', '--store', 'STORE'], 'nothing here has that name'],
    [['load', 'docker://r.example/a:1'], 'varve pull r.example/a:1 brings it into the store'],
    [['pack', 'docker://r.example/a:1'], 'varve pull r.example/a:1 brings it into the store'],
    [['login', 'registry.example/shop'], 'more than a registry'],
    [['login', 'registry.example', '--password-stdin'], '--password-stdin needs -u USER'],
    [['login', 'registry.example'], 'login asks on a terminal, and there is none'],
  ])('refuse %j', async (argv, message) => {
    const { code, stderr } = await run(...argv.map((word) => (word === 'STORE' ? at('samples') : word)));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it.each([
    ['pull', []],
    ['push', []],
    ['login', ['-u', 'me', '--password-stdin']],
  ])('%s is wrong usage where the run is to stay offline, and opens no connection', async (command, more) => {
    registry.seen.length = 0;
    const word = command === 'login' ? registry.host : target('lines/checkout:3.2');
    const { code, stderr } = await varve([command, word, ...more, '--offline'], {
      env: { HOME: home, VARVE_STORE: at('samples') },
      typed: 'secret',
    });
    expect([code, registry.seen]).toEqual([2, []]);
    expect(stderr).toContain('--offline forbids to ask a registry');
  });

  it('pull once what is written twice', async () => {
    const name = target('twice/checkout:3.2');
    await run('push', checkout, `docker://${name}`, '--store', at('samples'));
    const { code, stdout } = await run('pull', name, name, '--store', `${newFolder()}/store`, '--format', 'json');
    expect([code, JSON.parse(stdout).images.length]).toEqual([0, 1]);
  });
});

describe('varve logout', () => {
  it('takes away what is kept for a registry, and leaves what is kept for others', async () => {
    const file = at('auth.json');
    writeFileSync(
      file,
      JSON.stringify({ auths: { 'a.example': { auth: 'eDp5' }, 'b.example': { auth: 'eDp5' } }, other: 1 }),
    );
    expect((await run('logout', 'a.example', '--authfile', file)).stdout).toBe(
      'Removing login credentials for a.example\n',
    );
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ auths: { 'b.example': { auth: 'eDp5' } }, other: 1 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await run('logout', 'a.example', '--authfile', file)).stdout).toBe('Not logged in to a.example\n');
  });
});
