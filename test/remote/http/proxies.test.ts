import { afterEach, describe, expect, it } from 'vitest';
import { proxyFor } from '../../../src/remote/http/proxies.js';
import { RegistryClient } from '../../../src/remote/registry-client.js';
import { remoteSettings } from '../remote-settings.js';
import { startRegistry } from '../servers/registry-server.js';
import { startWebProxy } from '../servers/web-proxy.js';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const proxyOf = (url: string, environment: Record<string, string>) => proxyFor(new URL(url), environment)?.href ?? null;

describe('the proxy for a host', () => {
  it.each<[string, string, Record<string, string>, string | null]>([
    ['none', 'https://r.example/', {}, null],
    [
      'HTTPS_PROXY for TLS',
      'https://r.example/',
      { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://q:2' },
      'http://p:1/',
    ],
    [
      'HTTP_PROXY for the rest',
      'http://r.example/',
      { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://q:2' },
      'http://q:2/',
    ],
    ['the lower case', 'https://r.example/', { https_proxy: 'p:1' }, 'http://p:1/'],
    ['the upper case before it', 'https://r.example/', { https_proxy: 'p:1', HTTPS_PROXY: 'q:2' }, 'http://q:2/'],
    ['ALL_PROXY for TLS', 'https://r.example/', { ALL_PROXY: 'p:1' }, 'http://p:1/'],
    ['ALL_PROXY without TLS', 'http://r.example/', { all_proxy: 'p:1' }, 'http://p:1/'],
    [
      'that of the scheme before ALL_PROXY',
      'https://r.example/',
      { ALL_PROXY: 'socks5://p:1', HTTPS_PROXY: 'q:2' },
      'http://q:2/',
    ],
    [
      'none where NO_PROXY has the host, ALL_PROXY too',
      'https://r.example/',
      { ALL_PROXY: 'p:1', NO_PROXY: 'r.example' },
      null,
    ],
    ['none where it is empty', 'https://r.example/', { HTTPS_PROXY: '' }, null],
  ])('is %s', (_, url, environment, expected) => {
    expect(proxyOf(url, environment)).toBe(expected);
  });

  it.each(['socks5://me:secret@p:1', 'socks4://p:1', 'socks5h://p:1', 'socks://p:1'])(
    'is refused as SOCKS where it is %s',
    (proxy) => {
      const refused = () => proxyOf('https://r.example/', { ALL_PROXY: proxy });
      expect(refused).toThrow(/^the variable ALL_PROXY names a proxy that speaks SOCKS, .* NO_PROXY$/);
      expect(refused).not.toThrow(/secret/);
    },
  );

  it.each(['https://localhost:5000/', 'https://127.0.0.1/', 'http://[::1]:1/'])('is never asked for %s', (url) => {
    expect(proxyOf(url, { HTTPS_PROXY: 'p:1', HTTP_PROXY: 'p:1' })).toBeNull();
  });

  it.each<[string, string, boolean]>([
    ['*', 'r.example', true],
    ['r.example', 'r.example', true],
    ['example', 'r.example', true],
    ['.example', 'r.example', true],
    ['*.example', 'r.example', true],
    ['.r.example', 'r.example', false],
    ['ample', 'r.example', false],
    ['a, r.example ,b', 'R.Example', true],
    ['r.example:5000', 'r.example:5000', true],
    ['r.example:443', 'r.example', true],
    ['r.example:5001', 'r.example:5000', false],
    ['10.0.0.0/8', '10.9.8.7', true],
    ['10.0.0.0/8', '11.9.8.7', false],
    ['10.0.0.0/99', '10.9.8.7', false],
    ['10.9.8.7', '10.9.8.7:80', true],
    ['fd00::/8', '[fd12::1]', true],
    ['fd12::1', '[fd12::1]:5000', true],
    ['', 'r.example', false],
  ])('is left out by NO_PROXY=%s for %s: %s', (list, host, isLeftOut) => {
    expect(proxyOf(`https://${host}/`, { HTTPS_PROXY: 'p:1', NO_PROXY: list }) === null).toBe(isLeftOut);
  });

  it.each(['ftp://p:1', 'http://', 'http://me:s3cret@ [/'])(
    'is refused where the variable holds %s, which is not told',
    (text) => {
      expect(() => proxyOf('https://r.example/', { HTTPS_PROXY: text })).toThrow(
        /the variable HTTPS_PROXY holds no proxy/,
      );
      expect(() => proxyOf('https://r.example/', { HTTPS_PROXY: text })).not.toThrow(/s3cret/);
    },
  );
});

describe('a registry behind a proxy', () => {
  async function start(password?: string, given = password) {
    const registry = await startRegistry();
    registry.content.addManifest('a', Buffer.from('{}'), 'application/vnd.oci.image.manifest.v1+json', 'x');
    const proxy = await startWebProxy(registry.host, password);
    const HTTP_PROXY = `http://${given === undefined ? '' : `${given}@`}${proxy.host}`;
    const client = new RegistryClient(remoteSettings({ plainHttp: true, environment: { HTTP_PROXY } }));
    closing.push(registry.close, proxy.close, () => client.close());
    return { proxy, asking: client.manifest({ registry: 'registry.test', repository: 'a' }, 'x') };
  }

  it('is asked by whole addresses, and the proxy is told who asks it', async () => {
    const { proxy, asking } = await start('me:pw');
    expect(await asking).not.toBeNull();
    const authorization = `Basic ${Buffer.from('me:pw').toString('base64')}`;
    expect(proxy.seen).toEqual([
      { line: 'GET http://registry.test/v2/', authorization },
      { line: 'GET http://registry.test/v2/a/manifests/x', authorization },
    ]);
  });

  it('is not reached where the proxy does not let in, and the password is not told', async () => {
    const { proxy, asking } = await start('me:pw', 'me:s3cret');
    const told = await asking.then(String, (error: Error) => error.message);
    expect(told).toMatch(/GET http:\/\/registry.test\/v2\/ by a proxy: the proxy does not take the user and password/);
    expect(told).not.toMatch(/s3cret/);
    expect(proxy.seen.length).toBe(1);
  });

  it('is given up where the proxy closes every tunnel, after as many tries as were allowed', async () => {
    const proxy = await startWebProxy('127.0.0.1:1', undefined, false);
    const client = new RegistryClient(remoteSettings({ environment: { HTTPS_PROXY: `http://${proxy.host}` } }));
    closing.push(proxy.close, () => client.close());
    const asking = client.manifest({ registry: 'registry.test', repository: 'a' }, 'x');
    await expect(asking).rejects.toThrow(
      /^CONNECT http:\/\/127.0.0.1:\d+\/ by a proxy: the connection broke .*; tried 4 times$/,
    );
    expect(proxy.seen.length).toBe(4);
  });

  it('is said to be out of reach for the proxy where nothing listens at its address', async () => {
    const environment = { HTTPS_PROXY: 'http://me:s3cret@127.0.0.1:1' };
    const client = new RegistryClient(remoteSettings({ environment }));
    closing.push(() => client.close());
    const told = await client
      .manifest({ registry: 'registry.test', repository: 'a' }, 'x')
      .then(String, (error: Error) => error.message);
    expect(told).toMatch(
      /nothing listens there; check the host and the port of the proxy in HTTPS_PROXY or HTTP_PROXY/,
    );
    expect(told).not.toMatch(/s3cret/);
  });
});
