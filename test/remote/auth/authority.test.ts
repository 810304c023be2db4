/** Who asks: by tokens of a small real token server, by user and password, by nobody. */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { parseDigest } from '../../../src/model/digest.js';
import type { Credentials } from '../../../src/remote/auth/auth-file.js';
import { RegistryClient } from '../../../src/remote/registry-client.js';
import type { RemoteSettings } from '../../../src/remote/settings.js';
import { remoteSettings } from '../remote-settings.js';
import { startFaultProxy } from '../servers/fault-proxy.js';
import { bodyOf, listen } from '../servers/listening.js';
import { startRegistry } from '../servers/registry-server.js';
import type { RegistryOptions } from '../servers/registry-visit.js';
import { startTokenServer, type TokenOptions } from '../servers/token-server.js';

const type = 'application/vnd.oci.image.manifest.v1+json';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const me: Credentials = { kind: 'password', username: 'me', password: 'p:ß' };

function clientFor(credentials: Credentials | null, changed: Partial<RemoteSettings> = {}): RegistryClient {
  const client = new RegistryClient(remoteSettings(changed), async () => credentials);
  closing.push(() => client.close());
  return client;
}

async function registryWith(options: RegistryOptions) {
  const registry = await startRegistry(options);
  closing.push(registry.close);
  registry.content.addManifest('a', Buffer.from('{}'), type, 'x');
  registry.content.addManifest('b', Buffer.from('{}'), type, 'x');
  return { registry, place: (repository: string) => ({ registry: registry.host, repository }) };
}

async function startWithTokens(options: Partial<TokenOptions> = {}) {
  const tokens = await startTokenServer({ users: { me: 'p:ß' }, ...options });
  closing.push(tokens.close);
  return { tokens, ...(await registryWith({ admit: tokens.admit })) };
}

const message = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing was thrown',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('a registry that asks for tokens', () => {
  it.each(['token', 'access_token'] as const)('is read by nobody with a token in the member %s', async (member) => {
    const { tokens, place } = await startWithTokens({ member });
    expect(await clientFor(null).manifest(place('a'), 'x')).toMatchObject({ mediaType: type });
    expect(tokens.requests).toEqual([
      expect.objectContaining({
        method: 'GET',
        authorization: undefined,
        service: 'registry.test',
        scopes: ['repository:a:pull'],
      }),
    ]);
  });

  it('gives one token for all that it covers, and another for another repository', async () => {
    const { tokens, place } = await startWithTokens();
    const client = clientFor(me);
    await Promise.all(['x', 'x', 'y'].map((tag) => client.manifest(place('a'), tag)));
    expect(tokens.requests.length).toBe(1);
    await client.manifest(place('b'), 'x');
    expect(tokens.requests.map(({ scopes }) => scopes)).toEqual([['repository:a:pull'], ['repository:b:pull']]);
    expect(tokens.requests[0]?.authorization).toBe(`Basic ${Buffer.from('me:p:ß').toString('base64')}`);
    expect(tokens.requests[0]?.form.get('account')).toBe('me');
  });

  it('is sent to with a token to push, which is good for reading too, and for a mount with one for both', async () => {
    const { tokens, registry, place } = await startWithTokens();
    const client = clientFor(me);
    const digest = parseDigest(registry.content.addBlob('b', randomBytes(10)));
    expect(await client.mountBlob(place('a'), digest, 'b')).toBe(true);
    await client.putManifest(place('a'), 'y', Buffer.from('{}'), type);
    await client.manifest(place('a'), 'y');
    expect(tokens.requests.map(({ scopes }) => scopes)).toEqual([['repository:a:pull,push', 'repository:b:pull']]);
  });

  it('gives one for the catalog', async () => {
    const { tokens, registry } = await startWithTokens({ allows: () => true });
    const names: string[] = [];
    for await (const name of clientFor(me).catalog(registry.host)) names.push(name);
    expect(names).toEqual(['a', 'b']);
    expect(tokens.requests.map(({ scopes }) => scopes)).toEqual([['registry:catalog:*']]);
  });

  it('is asked for another token when the registry takes the old one no longer', async () => {
    const { tokens, place } = await startWithTokens();
    const client = clientFor(me);
    await client.manifest(place('a'), 'x');
    tokens.revoke();
    expect(await client.manifest(place('a'), 'x')).not.toBeNull();
    expect(tokens.requests.length).toBe(2);
  });

  it('is asked for another token before the old one ends', async () => {
    const now = performance.now.bind(performance);
    let aheadMs = 0;
    performance.now = () => now() + aheadMs;
    try {
      const { tokens, place } = await startWithTokens({ lifeSeconds: 300 });
      const client = clientFor(me);
      await client.manifest(place('a'), 'x');
      aheadMs = 280_000;
      await client.manifest(place('a'), 'x');
      expect(tokens.requests.length).toBe(1);
      aheadMs = 295_000;
      await client.manifest(place('a'), 'x');
      expect(tokens.requests.length).toBe(2);
    } finally {
      performance.now = now;
    }
  });

  it.each(['/auth/token', 'auth/token', '//HOST/auth/token'])(
    'may name the server by the relative realm %s',
    async (realm) => {
      const asked: string[] = [];
      const hosts: string[] = [];
      const registry = await registryWith({
        admit: ({ authorization }) =>
          authorization === 'Bearer T' ? null : `Bearer realm="${realm.replace('HOST', hosts[0] ?? '')}",service="s"`,
      });
      // One host for both.
      const gateway = await startFaultProxy(registry.registry.host, (_, path) => {
        if (!path.startsWith('/auth/')) return null;
        asked.push(path);
        return { kind: 'answer', status: 200, body: '{"token":"T"}' };
      });
      hosts.push(gateway.host);
      closing.push(gateway.close);
      expect(await clientFor(null).manifest({ registry: gateway.host, repository: 'a' }, 'x')).not.toBeNull();
      expect(asked).toEqual(['/auth/token?service=s&scope=repository%3Aa%3Apull&client_id=varve']);
    },
  );

  it('takes an identity token by POST, and nobody sees it elsewhere', async () => {
    const { tokens, registry, place } = await startWithTokens();
    const refresh = await clientFor(me).login(registry.host);
    expect(refresh).toMatch(/^refresh-/);
    const client = clientFor({ kind: 'identity', token: refresh ?? '' });
    expect(await client.manifest(place('a'), 'x')).not.toBeNull();
    const last = tokens.requests.at(-1);
    expect([last?.method, last?.authorization]).toEqual(['POST', undefined]);
    expect(Object.fromEntries(last?.form ?? [])).toEqual({
      grant_type: 'refresh_token',
      service: 'registry.test',
      client_id: 'varve',
      scope: 'repository:a:pull',
      refresh_token: refresh,
    });
  });

  it.each<[string, Credentials, RegExp]>([
    [
      'a wrong password',
      { ...me, password: 's3cret' } as Credentials,
      /401, no token for .*: the user or the password kept for it is wrong, or was withdrawn; log in with varve login/,
    ],
    ['a withdrawn identity token', { kind: 'identity', token: 's3cret' }, /401, no token for/],
  ])('refuses %s, which is told without it', async (_, credentials, expected) => {
    const { place } = await startWithTokens();
    const told = await message(clientFor(credentials).manifest(place('a'), 'x'));
    expect(told).toMatch(expected);
    expect(told).not.toMatch(/s3cret|czNjcmV0/);
  });

  it('refuses who may not push, once, with what to do', async () => {
    const { place, registry } = await startWithTokens({ allows: (_, __, action) => action === 'pull' });
    const told = await message(clientFor(me).putManifest(place('a'), 'y', Buffer.from('{}'), type));
    expect(told).toMatch(
      /401 UNAUTHORIZED "authentication required"; log in with varve login .*: the user or the password kept for it is wrong, or may not do that/,
    );
    expect(registry.seen.filter(({ method }) => method === 'PUT').length).toBe(2);
  });

  it.each([
    ['no JSON', 'nothing'],
    ['no token', '{}'],
    ['a token that breaks the header', JSON.stringify({ token: 'a\r\nX-Evil: 1' })],
    ['an empty one', JSON.stringify({ token: '', access_token: '' })],
    ['a token of a megabyte', JSON.stringify({ token: 'x'.repeat(1_000_000) })],
  ])('whose token server answers %s is not spoken to', async (_, body) => {
    const server = await listen((_request, response) => response.end(body));
    const { place } = await registryWith({ admit: () => `Bearer realm="http://${server.host}/",service="s"` });
    closing.push(server.close);
    await expect(clientFor(null).manifest(place('a'), 'x')).rejects.toThrow(
      /expected JSON with a token or access_token/,
    );
  });

  it.each(['file:///etc/passwd', 'ftp://x', 'http://me:pw@x/', '', 'http://['])(
    'whose realm is %j is not followed',
    async (realm) => {
      const { place } = await registryWith({ admit: () => `Bearer realm="${realm}"` });
      await expect(clientFor(me).manifest(place('a'), 'x')).rejects.toThrow(/asks for a token/);
    },
  );
});

describe('a registry that asks for user and password', () => {
  const basic = `Basic ${Buffer.from('me:p:ß').toString('base64')}`;
  const admit: RegistryOptions['admit'] = ({ authorization }) =>
    authorization === basic ? null : 'Basic realm="registry"';

  it('is told them, and lets in', async () => {
    const { place, registry } = await registryWith({ admit });
    const client = clientFor(me);
    expect(await client.login(registry.host)).toBeNull();
    expect(await client.manifest(place('a'), 'x')).not.toBeNull();
  });

  it('refuses others and nobody, and the password is not told', async () => {
    const { place, registry } = await registryWith({ admit });
    const told = await message(clientFor({ ...me, password: 's3cret' } as Credentials).manifest(place('a'), 'x'));
    expect(told).toMatch(/401 UNAUTHORIZED .*the user or the password kept for it is wrong/);
    expect(told).not.toMatch(/s3cret|czNjcmV0/);
    expect(await message(clientFor(null).manifest(place('a'), 'x'))).toMatch(/log in with varve login 127/);
    await expect(clientFor({ ...me, password: 'x' } as Credentials).login(registry.host)).rejects.toMatchObject({
      status: 401,
    });
  });

  it('is sent a token that is kept for it as it is', async () => {
    const { place } = await registryWith({
      admit: ({ authorization }) => (authorization === 'Bearer T' ? null : 'Bearer realm="/t"'),
    });
    expect(await clientFor({ kind: 'bearer', token: 'T' }).manifest(place('a'), 'x')).not.toBeNull();
  });
});

describe('what tells who asks', () => {
  it('goes to no other host: neither where a blob is sent on to, nor where an upload is said to be', async () => {
    const bytes = Buffer.from('layer');
    const heard: (string | undefined)[] = [];
    const other = await listen(async (request, response) => {
      heard.push(request.headers.authorization);
      await bodyOf(request);
      response.writeHead(request.method === 'PUT' ? 201 : 200);
      response.end(request.method === 'PUT' ? undefined : bytes);
    });
    closing.push(other.close);
    const { registry } = await registryWith({
      admit: ({ authorization }) => (authorization === undefined ? 'Basic realm="r"' : null),
    });
    const blob = { digest: parseDigest(registry.content.addBlob('a', bytes)), sizeBytes: bytes.length };
    const proxy = await startFaultProxy(registry.host, (method, path) => {
      const headers = { Location: `http://${other.host}/elsewhere?signature=s3cret` };
      if (method === 'GET' && path.includes('/blobs/')) return { kind: 'answer', status: 307, headers };
      return method === 'POST' ? { kind: 'headers', headers: { location: headers.Location } } : null;
    });
    closing.push(proxy.close);
    const place = { registry: proxy.host, repository: 'a' };
    const client = clientFor(me);
    expect(await client.blobDocument(place, blob)).toEqual(bytes);
    await client.putBlob(place, blob, async function* () {
      yield bytes;
    });
    expect(heard).toEqual([undefined, undefined]);
  });

  it('is not sent on by a token server to another host, neither password nor identity token', async () => {
    const heard: string[] = [];
    const other = await listen(async (request, response) => {
      heard.push(`${request.headers.authorization} ${(await bodyOf(request)).toString()}`);
      response.end('{"token":"T"}');
    });
    const server = await listen((request, response) => {
      request.resume();
      response.writeHead(307, { Location: `http://${other.host}/token` }).end();
    });
    closing.push(other.close, server.close);
    const admit: RegistryOptions['admit'] = ({ authorization }) =>
      authorization === 'Bearer T' ? null : `Bearer realm="http://${server.host}/token"`;
    const { place } = await registryWith({ admit });
    const told = await message(clientFor({ kind: 'identity', token: 's3cret' }).manifest(place('a'), 'x'));
    expect(told).toMatch(/sends a secret on to http:\/\/127.0.0.1:\d+\/token, another host; it is not sent there/);
    expect(told).not.toMatch(/s3cret/);
    expect(await clientFor(me).manifest(place('a'), 'x')).not.toBeNull();
    expect(heard).toEqual(['undefined ']);
  });

  it('is not told to another host that a registry sends its first request on to', async () => {
    const heard: (string | undefined)[] = [];
    const other = await listen((request, response) => {
      heard.push(request.headers.authorization);
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end();
    });
    const { registry } = await registryWith({});
    const proxy = await startFaultProxy(registry.host, () => ({
      kind: 'answer',
      status: 307,
      headers: { Location: `http://${other.host}/v2/` },
    }));
    closing.push(other.close, proxy.close);
    const told = await message(clientFor(me).manifest({ registry: proxy.host, repository: 'a' }, 'x'));
    expect(told).toContain(`sends on to ${other.host}, which asks for a login`);
    expect(heard).toEqual([undefined]);
  });

  it('is in nothing that is told of requests, nor is the query of an address', async () => {
    const told: string[] = [];
    const { place } = await startWithTokens();
    const client = clientFor(me, { onRequest: ({ method, url, status }) => told.push(`${method} ${url} ${status}`) });
    await client.manifest(place('a'), 'x');
    expect(told.length).toBe(3);
    expect(told.join(' ')).not.toMatch(/\?|me:|account/);
  });
});
