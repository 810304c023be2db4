/** TLS by certificates that openssl makes for the test: an authority of its own, names, clients that have to show one, a proxy between. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RegistryClient } from '../../../src/remote/registry-client.js';
import type { RemoteSettings } from '../../../src/remote/settings.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { remoteSettings } from '../../remote/remote-settings.js';
import { type Authority, type Certified, createAuthority } from '../../remote/servers/certificates.js';
import { listen, type ServerTls } from '../../remote/servers/listening.js';
import { startRegistry } from '../../remote/servers/registry-server.js';
import { startTokenServer } from '../../remote/servers/token-server.js';
import { startWebProxy } from '../../remote/servers/web-proxy.js';

const { folder } = temporaryFolder();
const closing: (() => Promise<void>)[] = [];
let own: Authority;
let server: Certified;

beforeAll(() => {
  own = createAuthority(folder, 'own');
  server = own.issue('server', ['IP:127.0.0.1', 'DNS:registry.test', 'DNS:index.docker.io']);
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const noTls = { caFile: null, certFile: null, keyFile: null, hostFolders: [] };

async function start(tls: ServerTls, trusted: Partial<RemoteSettings['tls']>, changed: Partial<RemoteSettings> = {}) {
  const registry = await startRegistry({ tls });
  registry.content.addManifest('a', Buffer.from('{}'), 'application/vnd.oci.image.manifest.v1+json', 'x');
  const client = new RegistryClient(remoteSettings({ tls: { ...noTls, ...trusted }, ...changed }));
  closing.push(registry.close, () => client.close());
  return { registry, client, ask: (host = registry.host) => client.manifest({ registry: host, repository: 'a' }, 'x') };
}

describe('a registry with a certificate of an own authority', () => {
  it('is trusted by the CA file, and by the folder of its host in certs.d', async () => {
    const byFile = await start(server, { caFile: own.own.certFile });
    expect(await byFile.ask()).not.toBeNull();
    const hostFolder = join(folder, 'certs.d', byFile.registry.host);
    mkdirSync(hostFolder, { recursive: true });
    writeFileSync(join(hostFolder, 'ca.crt'), own.own.cert);
    const client = new RegistryClient(remoteSettings({ tls: { ...noTls, hostFolders: [join(folder, 'certs.d')] } }));
    closing.push(() => client.close());
    expect(await client.manifest({ registry: byFile.registry.host, repository: 'a' }, 'x')).not.toBeNull();
  });

  it('is not trusted otherwise, is asked once, and never without TLS', async () => {
    const { ask, registry } = await start(server, {});
    await expect(ask()).rejects.toThrow(
      /^GET https:\/\/127.0.0.1:\d+\/v2\/: its certificate is not trusted \(UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
    );
    const other = createAuthority(folder, 'other');
    const wrong = await start(server, { caFile: other.own.certFile });
    await expect(wrong.ask()).rejects.toThrow(/its certificate is not trusted/);
    expect([...registry.seen, ...wrong.registry.seen]).toEqual([]);
  });

  it('is not trusted under a name that is not in it', async () => {
    const elsewhere = own.issue('elsewhere', ['DNS:elsewhere.test']);
    const { ask } = await start(elsewhere, { caFile: own.own.certFile });
    await expect(ask()).rejects.toThrow(/its certificate is not trusted \(ERR_TLS_CERT_ALTNAME_INVALID/);
  });
});

describe('a registry that asks for the certificate of a client', () => {
  it('lets in who shows one of its authority, and nobody else', async () => {
    const me = own.issue('me');
    const tls = { ...server, ca: own.own.cert };
    const caFile = own.own.certFile;
    const shown = await start(tls, { caFile, certFile: me.certFile, keyFile: me.keyFile });
    expect(await shown.ask()).not.toBeNull();
    const hostFolder = join(folder, 'client.d', shown.registry.host);
    mkdirSync(hostFolder, { recursive: true });
    for (const [name, text] of Object.entries({ 'ca.crt': own.own.cert, 'me.cert': me.cert, 'me.key': me.key })) {
      writeFileSync(join(hostFolder, name), text);
    }
    const inFolder = new RegistryClient(remoteSettings({ tls: { ...noTls, hostFolders: [join(folder, 'client.d')] } }));
    closing.push(() => inFolder.close());
    expect(await inFolder.manifest({ registry: shown.registry.host, repository: 'a' }, 'x')).not.toBeNull();
    const stranger = own.issue('another');
    const mixed = await start(tls, { caFile, certFile: me.certFile, keyFile: stranger.keyFile });
    await expect(mixed.ask()).rejects.toThrow(
      /no certificate in PEM and its key, without a password \(ERR_OSSL_X509_KEY/,
    );
    const hidden = await start(tls, { caFile });
    const refusal = hidden.ask();
    await expect(refusal).rejects.toThrow(
      /asks for a certificate, or does not take the one that it was shown \(ERR_SSL/,
    );
    // Nobody waits and asks again for what cannot become another.
    await expect(refusal).rejects.not.toThrow(/tried/);
    expect(hidden.registry.seen).toEqual([]);
  });

  it('is named as one where it says by TLS what it lacks, or does not take', async () => {
    const argv = ['-cert', server.certFile, '-key', server.keyFile, '-CAfile', own.own.certFile];
    const strict = ['-tls1_2', '-Verify', '1', '-verify_return_error', '-www', '-accept', '127.0.0.1:0'];
    const child = spawn('openssl', ['s_server', ...argv, ...strict], { stdio: ['ignore', 'pipe', 'ignore'] });
    closing.push(async () => {
      child.kill();
    });
    const host = await new Promise<string>((resolve) => {
      let text = '';
      child.stdout.on('data', (piece: Buffer) => {
        text += String(piece);
        const [, found] = /^ACCEPT (\S+)$/m.exec(text) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const stranger = createAuthority(folder, 'others').issue('stranger');
    for (const shown of [{}, { certFile: stranger.certFile, keyFile: stranger.keyFile }]) {
      const client = new RegistryClient(remoteSettings({ tls: { ...noTls, caFile: own.own.certFile, ...shown } }));
      closing.push(() => client.close());
      await expect(client.manifest({ registry: host, repository: 'a' }, 'x')).rejects.toThrow(
        /asks for a certificate, or does not take the one that it was shown \((?:ERR_SSL|EPROTO)/,
      );
    }
  });
});

describe('a registry behind a proxy', () => {
  it('is reached through a tunnel, and its certificate is checked', async () => {
    const registry = await start(server, {});
    const proxy = await startWebProxy(registry.registry.host);
    closing.push(proxy.close);
    const environment = { HTTPS_PROXY: `http://${proxy.host}` };
    const client = (tls: Partial<RemoteSettings['tls']>) => {
      const made = new RegistryClient(remoteSettings({ environment, tls: { ...noTls, ...tls } }));
      closing.push(() => made.close());
      return made.manifest({ registry: 'registry.test', repository: 'a' }, 'x');
    };
    expect(await client({ caFile: own.own.certFile })).not.toBeNull();
    expect(new Set(proxy.seen.map(({ line }) => line))).toEqual(new Set(['CONNECT registry.test:443']));
    await expect(client({})).rejects.toThrow(/its certificate is not trusted/);
  });
});

describe('a registry whose proxy asks for a password', () => {
  it('is not reached without it, and the proxy is asked once', async () => {
    const registry = await start(server, {});
    const proxy = await startWebProxy(registry.registry.host, 'me:pw');
    const client = new RegistryClient(remoteSettings({ environment: { HTTPS_PROXY: `http://${proxy.host}` } }));
    closing.push(proxy.close, () => client.close());
    const asking = client.manifest({ registry: 'registry.test', repository: 'a' }, 'x');
    await expect(asking).rejects.toThrow(/\/v2\/ by a proxy: the proxy does not take the user and password/);
    expect(proxy.seen.length).toBe(1);
  });
});

describe('a registry with TLS', () => {
  it('sends no password to a token server without TLS', async () => {
    const tokens = await startTokenServer({ users: { me: 'pw' } });
    const registry = await startRegistry({ tls: server, admit: tokens.admit });
    const settings = remoteSettings({ tls: { ...noTls, caFile: own.own.certFile } });
    const client = new RegistryClient(settings, async () => ({ kind: 'password', username: 'me', password: 'pw' }));
    closing.push(registry.close, tokens.close, () => client.close());
    const asking = client.manifest({ registry: registry.host, repository: 'a' }, 'x');
    await expect(asking).rejects.toThrow(
      /asks for a token of http:\/\/127.0.0.1:\d+\/token, without TLS; no password goes there/,
    );
    expect(tokens.requests).toEqual([]);
  });

  it('is not followed to where there is none', async () => {
    const plain = await startRegistry();
    const sending = await listen((_, response) => {
      response.writeHead(307, { Location: `http://${plain.host}/v2/` }).end();
    }, server);
    const client = new RegistryClient(remoteSettings({ tls: { ...noTls, caFile: own.own.certFile } }));
    closing.push(plain.close, sending.close, () => client.close());
    const asking = client.manifest({ registry: sending.host, repository: 'a' }, 'x');
    await expect(asking).rejects.toThrow(/sends on to http:\/\/127.0.0.1:\d+\/v2\/, without TLS; that is not followed/);
  });
});

describe('the search of Docker Hub', () => {
  it('gives names, descriptions and stars, at most as many as were asked for', async () => {
    const asked: string[] = [];
    const results = [
      { name: 'debian', description: 'd', star_count: 5000, is_official: true, is_automated: false },
      { name: 'me/debian', star_count: -1 },
      { description: 'no name' },
      { name: 'beyond' },
    ];
    const hub = await listen((request, response) => {
      asked.push(request.url ?? '');
      response.end(JSON.stringify({ num_results: 9, results }));
    }, server);
    const proxy = await startWebProxy(hub.host);
    const environment = { HTTPS_PROXY: `http://${proxy.host}` };
    const client = new RegistryClient(remoteSettings({ environment, tls: { ...noTls, caFile: own.own.certFile } }));
    closing.push(hub.close, proxy.close, () => client.close());
    expect(await client.search('docker.io', 'de bian', 3)).toEqual([
      { name: 'debian', description: 'd', stars: 5000, isOfficial: true, isAutomated: false },
      { name: 'me/debian', description: '', stars: 0, isOfficial: false, isAutomated: false },
    ]);
    expect(asked).toEqual(['/v1/search?q=de%20bian&n=3']);
    expect(await client.search('r.example', 'debian', 3)).toBeNull();
  });
});
