/** Logins that are kept and taken away: where they lie, what else stays there, and what is never said. */
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hubKey } from '../../../src/remote/auth/auth-file.js';
import { findCredentials } from '../../../src/remote/auth/credentials.js';
import { checkLogin, forgetLogin, keepLogin } from '../../../src/remote/auth/stored-login.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { remoteSettings } from '../remote-settings.js';
import { startRegistry, type TestRegistry } from '../servers/registry-server.js';

const { newFolder } = temporaryFolder();
const login = { username: 'tidewater', password: 's3cret:with:colons' };
const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
const settingsIn = (homeFolder: string, environment: Record<string, string> = {}) =>
  remoteSettings({ homeFolder, environment });
const fileIn = (homeFolder: string): string => join(homeFolder, '.docker/config.json');

describe('a login that is tried', () => {
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await startRegistry({
      admit: ({ authorization }) => (authorization === basic ? null : 'Basic realm="test"'),
    });
  });

  afterAll(() => registry.close());

  it('is taken where the registry takes it', async () => {
    await expect(checkLogin(registry.host, login, remoteSettings())).resolves.toBeUndefined();
  });

  it('is refused with the registry, and without the user or the password', async () => {
    const wrong = { username: 'tidewater', password: 'another-secret' };
    const refused = checkLogin(registry.host, wrong, remoteSettings());
    await expect(refused).rejects.toThrow(registry.host);
    await expect(refused).rejects.not.toThrow(/another-secret|tidewater/);
  });
});

describe('a login that is kept', () => {
  it('is found again by whoever asks for that registry, in a file that only its owner reads', async () => {
    const home = newFolder();
    const kept = await keepLogin('registry.example:5000', login, settingsIn(home));
    expect(kept).toEqual({ path: fileIn(home), helper: null });
    expect(statSync(kept.path).mode & 0o777).toBe(0o600);
    const place = { registry: 'registry.example:5000', repository: 'shop/api' };
    expect(await findCredentials(place, settingsIn(home))).toEqual({ kind: 'password', ...login });
    expect(await findCredentials({ ...place, registry: 'other.example' }, settingsIn(home))).toBeNull();
  });

  it('leaves all else that stands in the file, and nothing beside it', async () => {
    const home = newFolder();
    await keepLogin('a.example', login, settingsIn(home));
    const before = {
      ...(JSON.parse(readFileSync(fileIn(home), 'utf8')) as object),
      HttpHeaders: { X: 'y' },
      psFormat: 'table',
    };
    writeFileSync(fileIn(home), JSON.stringify(before));
    chmodSync(fileIn(home), 0o644);
    await keepLogin('b.example', login, settingsIn(home));
    const after = JSON.parse(readFileSync(fileIn(home), 'utf8')) as { readonly auths: object };
    expect(after).toMatchObject({ HttpHeaders: { X: 'y' }, psFormat: 'table' });
    expect(Object.keys(after.auths)).toEqual(['a.example', 'b.example']);
    expect(readdirSync(join(home, '.docker'))).toEqual(['config.json']);
    expect(statSync(fileIn(home)).mode & 0o777).toBe(0o600);
  });

  it('of Docker Hub stands under the key of docker', async () => {
    const home = newFolder();
    await keepLogin('docker.io', login, settingsIn(home));
    expect(Object.keys((JSON.parse(readFileSync(fileIn(home), 'utf8')) as { auths: object }).auths)).toEqual([hubKey]);
    expect(await findCredentials({ registry: 'docker.io', repository: 'library/debian' }, settingsIn(home))).toEqual({
      kind: 'password',
      ...login,
    });
  });

  it.each([
    ['REGISTRY_AUTH_FILE', 'own.json', 'own.json'],
    ['DOCKER_CONFIG', '', 'config.json'],
  ])('goes where %s says', async (variable, value, name) => {
    const home = newFolder();
    const kept = await keepLogin('a.example', login, settingsIn(home, { [variable]: join(home, value) }));
    expect(kept.path).toBe(join(home, name));
  });

  it('goes through a link to the file, and the link stays', async () => {
    const home = newFolder();
    writeFileSync(join(home, 'real.json'), '{"other":1}');
    symlinkSync(join(home, 'real.json'), join(home, 'link.json'));
    await keepLogin('a.example', login, settingsIn(home, { REGISTRY_AUTH_FILE: join(home, 'link.json') }));
    expect(JSON.parse(readFileSync(join(home, 'real.json'), 'utf8'))).toHaveProperty('other', 1);
  });

  it('is not written over a file that is none of logins, which is named without a piece of it', async () => {
    const home = newFolder();
    writeFileSync(join(home, 'odd.json'), 'secret-text');
    const refused = keepLogin('a.example', login, settingsIn(home, { REGISTRY_AUTH_FILE: join(home, 'odd.json') }));
    await expect(refused).rejects.toThrow('odd.json: no file of credentials');
    await expect(refused).rejects.not.toThrow(/secret-text/);
    expect(readFileSync(join(home, 'odd.json'), 'utf8')).toBe('secret-text');
  });
});

describe('a credential helper that the file names', () => {
  const helped = (): { readonly home: string; readonly settings: ReturnType<typeof settingsIn> } => {
    const home = newFolder();
    const settings = settingsIn(home, {
      PATH: `${home}:${process.env['PATH']}`,
      REGISTRY_AUTH_FILE: join(home, 'auth.json'),
    });
    writeFileSync(join(home, 'auth.json'), JSON.stringify({ credsStore: 'test' }));
    const script = `#!/bin/sh\ncase "$1" in store) cat > ${home}/kept;; erase) rm ${home}/kept; cat > ${home}/erased;; *) exit 1;; esac\n`;
    writeFileSync(join(home, 'docker-credential-test'), script, { mode: 0o755 });
    return { home, settings };
  };

  it('keeps the password, and the file has none', async () => {
    const { home, settings } = helped();
    expect((await keepLogin('a.example', login, settings)).helper).toBe('test');
    expect(JSON.parse(readFileSync(join(home, 'kept'), 'utf8'))).toEqual({
      ServerURL: 'a.example',
      Username: login.username,
      Secret: login.password,
    });
    expect(JSON.parse(readFileSync(join(home, 'auth.json'), 'utf8'))).toEqual({
      credsStore: 'test',
      auths: { 'a.example': {} },
    });
  });

  it('forgets it where the login is taken away', async () => {
    const { home, settings } = helped();
    await keepLogin('a.example', login, settings);
    await forgetLogin('a.example', settings);
    expect(existsSync(join(home, 'kept'))).toBe(false);
    expect(readFileSync(join(home, 'erased'), 'utf8')).toBe('a.example');
    expect(JSON.parse(readFileSync(join(home, 'auth.json'), 'utf8'))).toEqual({ credsStore: 'test', auths: {} });
  });

  it('that fails is named, and nothing is kept', async () => {
    const { home, settings } = helped();
    writeFileSync(join(home, 'docker-credential-test'), '#!/bin/sh\ncat >/dev/null; exit 3\n', { mode: 0o755 });
    const refused = keepLogin('a.example', login, settings);
    await expect(refused).rejects.toThrow('docker-credential-test store for a.example failed (exit 3)');
    expect(JSON.parse(readFileSync(join(home, 'auth.json'), 'utf8'))).toEqual({ credsStore: 'test' });
  });
});
