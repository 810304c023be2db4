import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runHelper } from '../../../src/remote/auth/credential-helper.js';
import { authFilePlaces, dockerConfigPath, findCredentials } from '../../../src/remote/auth/credentials.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const { folder } = temporaryFolder();
let home: string;
let count = 0;

beforeEach(() => {
  count += 1;
  home = join(folder, `home${count}`);
});

function write(path: string, value: object): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const auths = (username: string) => ({
  auths: { 'r.example': { auth: Buffer.from(`${username}:x`).toString('base64') } },
});
const settings = (environment: Record<string, string> = {}, authFile: string | null = null) => ({
  authFile,
  environment: { PATH: '/usr/bin:/bin', ...environment },
  homeFolder: home,
  signal: undefined,
});
const find = (...of: Parameters<typeof settings>) =>
  findCredentials({ registry: 'r.example', repository: '' }, settings(...of));

/** A helper that does what a shell script says. */
function helper(name: string, script: string): string {
  const path = join(home, 'bin', `docker-credential-${name}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return `${join(home, 'bin')}:/usr/bin:/bin`;
}

describe('the credentials of a registry', () => {
  it('are those of docker, then those of podman', async () => {
    expect(await find()).toBeNull();
    write(join(home, '.config/containers/auth.json'), auths('podman'));
    expect(await find()).toMatchObject({ username: 'podman' });
    const runtime = join(home, 'run');
    write(join(runtime, 'containers/auth.json'), auths('session'));
    expect(await find({ XDG_RUNTIME_DIR: runtime })).toMatchObject({ username: 'session' });
    write(join(home, '.docker/config.json'), auths('docker'));
    expect(await find({ XDG_RUNTIME_DIR: runtime })).toMatchObject({ username: 'docker' });
  });

  it('are those that DOCKER_AUTH_CONFIG holds before those of all files but the one that was named', async () => {
    write(join(home, '.docker/config.json'), auths('docker'));
    const given = JSON.stringify(auths('given'));
    const named = write(join(home, 'named.json'), auths('named'));
    expect(await find({ DOCKER_AUTH_CONFIG: given })).toMatchObject({ username: 'given' });
    expect(await find({ DOCKER_AUTH_CONFIG: given, REGISTRY_AUTH_FILE: named })).toMatchObject({ username: 'given' });
    expect(await find({ DOCKER_AUTH_CONFIG: given }, named)).toMatchObject({ username: 'named' });
    expect(await find({ DOCKER_AUTH_CONFIG: '{"auths":{}}' })).toMatchObject({ username: 'docker' });
    expect(await find({ DOCKER_AUTH_CONFIG: '' })).toMatchObject({ username: 'docker' });
  });

  it('are none of a helper that DOCKER_AUTH_CONFIG names', async () => {
    const PATH = helper('given', 'echo \'{"Username":"helped","Secret":"x"}\'');
    const given = JSON.stringify({ credsStore: 'given', credHelpers: { 'r.example': 'given' } });
    expect(await find({ PATH, DOCKER_AUTH_CONFIG: given })).toBeNull();
  });

  it('are refused where DOCKER_AUTH_CONFIG is no file of logins, and nothing of it is said', async () => {
    const refused = find({ DOCKER_AUTH_CONFIG: 'secret' });
    await expect(refused).rejects.toThrow(/^DOCKER_AUTH_CONFIG: no file of credentials/);
    await expect(refused).rejects.not.toThrow(/secret/);
  });

  it('are those of the folder that DOCKER_CONFIG names', async () => {
    const path = write(join(home, 'elsewhere/config.json'), auths('other'));
    const environment = { DOCKER_CONFIG: dirname(path) };
    expect(dockerConfigPath(environment, home)).toBe(path);
    expect(await find(environment)).toMatchObject({ username: 'other' });
  });

  it('are of one file alone where one is named', async () => {
    write(join(home, '.docker/config.json'), auths('docker'));
    const path = write(join(home, 'mine.json'), auths('mine'));
    expect(await find({ REGISTRY_AUTH_FILE: path })).toMatchObject({ username: 'mine' });
    expect(await find({ REGISTRY_AUTH_FILE: join(home, 'none.json') })).toBeNull();
    expect(await find({ REGISTRY_AUTH_FILE: path }, write(join(home, 'asked.json'), auths('asked')))).toMatchObject({
      username: 'asked',
    });
    expect(authFilePlaces(settings({}, '/x'))).toEqual([{ path: '/x', needed: true }]);
  });

  it('are refused where the file that was asked for is not there', async () => {
    await expect(find({}, join(home, 'none.json'))).rejects.toThrow(
      /none.json: credentials cannot be read from it \(ENOENT\)/,
    );
  });

  it('are asked of a helper by standard input, and never by its arguments', async () => {
    const path = helper(
      'test',
      `[ "$*" = get ] && [ "$(cat)" = r.example ] && echo '{"ServerURL":"","Username":"u","Secret":"s3cret"}'`,
    );
    write(join(home, '.docker/config.json'), { credHelpers: { 'r.example': 'test' } });
    expect(await find({ PATH: path })).toEqual({ kind: 'password', username: 'u', password: 's3cret' });
  });

  it('are looked for further where a helper keeps none', async () => {
    const path = helper('empty', 'echo "credentials not found in native keychain"; exit 1');
    write(join(home, '.docker/config.json'), { ...auths('file'), credsStore: 'empty' });
    expect(await find({ PATH: path })).toMatchObject({ username: 'file' });
  });

  it.each([
    ['fails', 'echo s3cret; echo s3cret >&2; exit 3', /docker-credential-bad get for r.example failed \(exit 3\)/],
    ['answers no JSON', 'echo s3cret', /answered no JSON with Username and Secret/],
    ['never ends its answer', 'yes s3cret', /failed \(more than 262144 bytes of output\)/],
  ])('are not guessed where a helper %s, and its words are not told', async (_, script, message) => {
    const path = helper('bad', script);
    write(join(home, '.docker/config.json'), { credsStore: 'bad' });
    await expect(find({ PATH: path })).rejects.toThrow(message);
    await expect(find({ PATH: path })).rejects.not.toThrow(/s3cret/);
  });

  it.each(['../evil', 'a/b', '', '-x', 'a b', 'a\u0000'])('are not asked of a helper whose name is %j', (name) => {
    expect(() => runHelper(name, 'get', 'r.example', settings())).toThrow(/is no name of a credential helper/);
  });

  it('name the program that is missing where there is no such helper', async () => {
    write(join(home, '.docker/config.json'), { credsStore: 'gone' });
    await expect(find({ PATH: join(home, 'bin') })).rejects.toThrow(/docker-credential-gone: no such program in PATH/);
  });
});
