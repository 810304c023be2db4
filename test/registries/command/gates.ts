/** The program before registries that do not let everyone in: login by htpasswd and tokens, TLS and certificates of our own, proxies. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from '../../remote/servers/certificates.js';
import { startWebProxy } from '../../remote/servers/web-proxy.js';
import type { GateCheck } from '../gates.js';
import { makeImage } from '../images.js';
import type { Gate, Implementation } from '../implementations.js';
import { startSigningServer } from '../signed-tokens.js';
import { varve, writeLayout } from './program.js';

const [user, password] = ['me', 'pass:wörd'];

async function before(
  implementation: Implementation,
  folder: string,
  gate: Gate,
  work: (host: string, home: string) => Promise<void>,
): Promise<void> {
  const registry = await implementation.start(join(folder, 'registry'), gate);
  try {
    await work(registry.host, join(folder, 'home'));
  } finally {
    registry.stop();
  }
}

/** Pushes an image and pulls it, with these options and variables. */
async function sendAndFetch(
  name: string,
  folder: string,
  home: string,
  { options = [], env = {} }: { readonly options?: readonly string[]; readonly env?: Readonly<Record<string, string>> },
): Promise<void> {
  const image = makeImage([9000]);
  writeLayout(join(folder, 'layout'), { [name]: image });
  const pushed = await varve(['push', name, '--from', join(folder, 'layout'), ...options], { home, env });
  assert.equal(pushed.code, 0, pushed.stderr);
  const pulled = await varve(['pull', name, '--store', join(folder, 'store'), ...options], { home, env });
  assert.equal(pulled.code, 0, pulled.stderr);
  assert(pulled.stdout.includes(image.digest));
  const read = await varve(['verify', `docker://${name}`, ...options], { home, env });
  assert.equal(read.code, 0, read.stderr);
}

/** A wrong password is refused and kept nowhere; the right one opens; nobody says either. */
async function logins(host: string, folder: string, home: string): Promise<void> {
  const said: string[] = [];
  const login = async (given: string) => {
    const ended = await varve(['login', host, '-u', user, '--password-stdin'], { home, stdin: given });
    said.push(ended.stdout, ended.stderr);
    return ended;
  };
  const image = `${host}/command/gate:1`;
  writeLayout(join(folder, 'refused'), { [image]: makeImage([100]) });
  const unknown = await varve(['push', image, '--from', join(folder, 'refused')], { home });
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.stderr, /401|log in with varve login/);
  const wrong = await login('s3cret-wrong');
  assert.notEqual(wrong.code, 0);
  assert.match(wrong.stderr, /401/);
  const kept = join(home, '.docker/config.json');
  assert.throws(() => readFileSync(kept), { code: 'ENOENT' }, 'what was refused is kept');
  assert.equal((await login(password)).code, 0);
  await sendAndFetch(image, folder, home, {});
  assert.doesNotMatch(said.join('\n'), /s3cret-wrong|pass:wörd/);
  assert.equal((await varve(['logout', host], { home })).code, 0);
  assert.notEqual((await varve(['push', image, '--from', join(folder, 'refused')], { home })).code, 0);
}

const byHtpasswd: GateCheck = (implementation, folder) =>
  before(implementation, folder, { password: `${user}:${password}` }, (host, home) => logins(host, folder, home));

const byTokens: GateCheck = async (implementation, folder) => {
  const authority = createAuthority(folder, 'tokens');
  const server = await startSigningServer(authority.issue('signer'), user, password);
  try {
    const gate = { tokens: { realm: server.realm, rootFile: authority.own.certFile } };
    await before(implementation, folder, gate, (host, home) => logins(host, folder, home));
  } finally {
    await server.close();
  }
};

const byCertificate: GateCheck = async (implementation, folder) => {
  const authority = createAuthority(folder, 'own');
  const tls = authority.issue('server', ['IP:127.0.0.1']);
  const client = authority.issue('client');
  const gate = { tls, clientAuthority: authority.own.certFile };
  await before(implementation, folder, gate, async (host, home) => {
    const ca = ['--ca-file', authority.own.certFile];
    const name = `${host}/command/tls:1`;
    const untrusted = await varve(['pull', name, '--store', join(folder, 'none')], { home });
    assert.equal(untrusted.code, 3);
    assert.match(untrusted.stderr, /its certificate is not trusted/);
    const unshown = await varve(['pull', name, '--store', join(folder, 'none'), ...ca], { home });
    assert.equal(unshown.code, 3);
    assert.match(unshown.stderr, /certificate/);
    const options = [...ca, '--cert-file', client.certFile, '--key-file', client.keyFile];
    await sendAndFetch(name, folder, home, { options });
  });
};

/** Plain through a proxy that takes whole addresses, and with TLS through its tunnels; the names lead nowhere without it. */
const byProxy: GateCheck = async (implementation, folder) => {
  await before(implementation, join(folder, 'plain'), {}, async (host, home) => {
    const proxy = await startWebProxy(host, 'us:er');
    try {
      const env = { HTTP_PROXY: `http://us:er@${proxy.host}` };
      await sendAndFetch('registry.test/command/proxy:1', folder, home, { options: ['--plain-http'], env });
      assert(proxy.seen.some(({ line }) => line.startsWith('PUT http://registry.test/v2/command/proxy/manifests/')));
    } finally {
      await proxy.close();
    }
  });
  const authority = createAuthority(folder, 'own');
  const tls = authority.issue('server', ['DNS:registry.test']);
  await before(implementation, join(folder, 'tls'), { tls }, async (host, home) => {
    const proxy = await startWebProxy(host);
    try {
      const env = { HTTPS_PROXY: `http://${proxy.host}`, SSL_CERT_FILE: authority.own.certFile };
      await sendAndFetch('registry.test/command/tunnel:1', folder, home, { env });
      assert.deepEqual([...new Set(proxy.seen.map(({ line }) => line))], ['CONNECT registry.test:443']);
    } finally {
      await proxy.close();
    }
  });
};

export const commandGates: Readonly<Record<string, GateCheck>> = {
  'varve login, push and pull by htpasswd': byHtpasswd,
  'varve login, push and pull by tokens': byTokens,
  'a certificate of our own': byCertificate,
  'proxies, plain and by tunnels': byProxy,
};
