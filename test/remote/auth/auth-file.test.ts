import { describe, expect, it } from 'vitest';
import {
  helpersOf,
  hubKey,
  identityUser,
  keysOf,
  passwordOf,
  readAuthFile,
  storedCredentials,
} from '../../../src/remote/auth/auth-file.js';

const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });
const place = (registry: string, repository = '') => ({ registry, repository });

function stored(file: object, registry: string, repository = '') {
  const read = readAuthFile('config.json', JSON.stringify(file));
  return storedCredentials('config.json', read, keysOf(place(registry, repository)));
}

describe('a file of credentials', () => {
  it('has user and password of a registry, with colons in the password', () => {
    const file = { auths: { 'r.example:5000': auth('me:a:b') } };
    expect(stored(file, 'r.example:5000')).toEqual({ kind: 'password', username: 'me', password: 'a:b' });
    expect(stored(file, 'r.example')).toBeNull();
  });

  it.each(['https://r.example', 'https://r.example/v1/', 'http://r.example/v2', 'r.example'])(
    'knows a registry by the key %s',
    (key) => {
      expect(stored({ auths: { [key]: auth('a:b') } }, 'r.example')).toMatchObject({ username: 'a' });
    },
  );

  it.each([hubKey, 'docker.io', 'index.docker.io', 'registry-1.docker.io'])('knows Docker Hub by the key %s', (key) => {
    expect(stored({ auths: { [key]: auth('a:b') } }, 'docker.io', 'library/debian')).toMatchObject({ username: 'a' });
  });

  it('has what is nearest to a repository, as podman keeps it', () => {
    const file = {
      auths: { 'r.example': auth('all:x'), 'r.example/a': auth('some:x'), 'r.example/a/b': auth('one:x') },
    };
    expect(stored(file, 'r.example', 'a/b')).toMatchObject({ username: 'one' });
    expect(stored(file, 'r.example', 'a/c')).toMatchObject({ username: 'some' });
    expect(stored(file, 'r.example', 'ab')).toMatchObject({ username: 'all' });
    expect(stored({ auths: { 'docker.io/shop': auth('hub:x') } }, 'docker.io', 'shop/api')).toMatchObject({
      username: 'hub',
    });
  });

  it('may hold a token instead of a password', () => {
    expect(stored({ auths: { r: { ...auth('a:b'), identitytoken: 'T' } } }, 'r')).toEqual({
      kind: 'identity',
      token: 'T',
    });
    expect(stored({ auths: { r: { registrytoken: 'T' } } }, 'r')).toEqual({ kind: 'bearer', token: 'T' });
    expect(passwordOf(identityUser, 'T')).toEqual({ kind: 'identity', token: 'T' });
  });

  it('has nothing in an entry that says that a helper has it', () => {
    expect(stored({ auths: { 'r.example': {} } }, 'r.example')).toBeNull();
  });

  it('names the helper of a registry before that of all', () => {
    const file = { credsStore: 'all', credHelpers: { 'r.example': 'own' } };
    const helpers = (registry: string) =>
      helpersOf(readAuthFile('f', JSON.stringify(file)), keysOf(place(registry, 'a/b')));
    expect(helpers('r.example')).toEqual([
      { helper: 'own', key: 'r.example' },
      { helper: 'all', key: 'r.example' },
    ]);
    expect(helpers('docker.io')).toEqual([{ helper: 'all', key: hubKey }]);
  });

  it.each([
    ['no JSON', '{"auths": {"r": {"auth": "c2VjcmV0'],
    ['a list', '["secret"]'],
  ])('is refused where it is %s, with nothing of it in the message', (_, text) => {
    expect(() => readAuthFile('/home/me/config.json', text)).toThrow(
      /^\/home\/me\/config.json: no file of credentials/,
    );
    expect(() => readAuthFile('f', text)).not.toThrow(/secret|c2Vj/);
  });

  it('is refused where an entry holds no user, with nothing of it in the message', () => {
    expect(() => stored({ auths: { r: auth('onlysecret') } }, 'r')).toThrow(/the entry of r has no user and password/);
    expect(() => stored({ auths: { r: auth('onlysecret') } }, 'r')).not.toThrow(/onlysecret|b25s/);
  });

  it('may be empty, or without any of its members', () => {
    expect(storedCredentials('f', readAuthFile('f', ''), ['r'])).toBeNull();
    expect(stored({ auths: null, credHelpers: 7 }, 'r')).toBeNull();
  });
});
