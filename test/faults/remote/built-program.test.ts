/**
 * The program as it is built, whose client of HTTP is put together of parts of a library: through a proxy, by whole addresses and by
 * tunnels, it sends and fetches what it does without one. All other tests of proxies run the sources.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { image, layer, ociLayout, ociManifest, tagged, tar } from '../../helpers/archive-builder.js';
import { createAuthority } from '../../remote/servers/certificates.js';
import { startRegistry } from '../../remote/servers/registry-server.js';
import { startWebProxy } from '../../remote/servers/web-proxy.js';
import { folder, newFolder, varve } from '../faulty-run.js';

const name = 'registry.test/shop/app:1';
const archive = join(folder, 'named.tar');
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  const spec = image({ layers: [layer({ files: [{ path: 'own', content: 'tidewater '.repeat(20_000) }] })] });
  writeFileSync(archive, await tar(ociLayout(tagged(ociManifest(spec, { compression: 'gzip' }), [name]))));
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

it.each(['whole addresses', 'tunnels'])('the built program pushes and pulls through a proxy by %s', async (way) => {
  const own = createAuthority(newFolder(), 'own');
  const tls = way === 'tunnels' ? { tls: own.issue('server', ['DNS:registry.test']) } : {};
  const registry = await startRegistry(tls);
  const proxy = await startWebProxy(registry.host, 'me:pw');
  closing.push(registry.close, proxy.close);
  const address = `http://me:pw@${proxy.host}`;
  const env = { HTTP_PROXY: address, HTTPS_PROXY: address, NO_PROXY: '' };
  const options = way === 'tunnels' ? ['--ca-file', own.own.certFile] : ['--plain-http'];
  const pushed = await varve(['push', name, '--from', archive, ...options], { env });
  expect([pushed.code, pushed.stderr]).toEqual([0, '']);
  const pulled = await varve(['pull', name, '--store', join(newFolder(), 'store'), ...options], { env });
  expect([pulled.code, pulled.stderr]).toEqual([0, '']);
  expect(pulled.stdout).toContain('Status: Downloaded newer image');
  expect(
    proxy.seen.every(({ line }) =>
      line.includes(way === 'tunnels' ? 'CONNECT registry.test:443' : ' http://registry.test/'),
    ),
  ).toBe(true);
});
