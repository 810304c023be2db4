/** What is asked of registries that do not let everyone in: a password by htpasswd, tokens that they check, TLS by an own authority. */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import type { Credentials } from '../../src/remote/auth/auth-file.js';
import { RegistryClient } from '../../src/remote/registry-client.js';
import type { RemoteSettings } from '../../src/remote/settings.js';
import { remoteSettings } from '../remote/remote-settings.js';
import { createAuthority } from '../remote/servers/certificates.js';
import { makeImage, send } from './images.js';
import type { Gate, Implementation } from './implementations.js';
import { startSigningServer } from './signed-tokens.js';

const [username, password] = ['me', 'pass:wörd'];
const me: Credentials = { kind: 'password', username, password };
const repository = 'gate/image';

/** One check, of an implementation that it starts itself in a folder. */
export type GateCheck = (implementation: Implementation, folder: string) => Promise<void>;

/** Sends an image and reads it; whoever has other credentials is refused, and no message has them. */
async function admits(host: string, changed: Partial<RemoteSettings> = {}): Promise<void> {
  const as = async (credentials: Credentials | null): Promise<void> => {
    const client = new RegistryClient(remoteSettings(changed), async () => credentials);
    try {
      const image = makeImage([1000]);
      await send(client, { registry: host, repository }, image, 'x');
      assert.equal((await client.manifest({ registry: host, repository }, 'x'))?.digest, image.digest);
    } finally {
      await client.close();
    }
  };
  await as(me);
  await assert.rejects(as({ kind: 'password', username, password: 's3cret' }), (error: Error) => {
    assert.match(error.message, /: 401.*the user or the password kept for it is wrong.*|401.*no token.*wrong/);
    assert.doesNotMatch(error.message, /s3cret|czNjcmV0/);
    return true;
  });
  await assert.rejects(as(null), /401|log in with varve login/);
}

async function started(
  implementation: Implementation,
  folder: string,
  gate: Gate,
  work: (host: string) => Promise<void>,
) {
  const registry = await implementation.start(folder, gate);
  try {
    await work(registry.host);
  } finally {
    registry.stop();
  }
}

const byHtpasswd: GateCheck = (implementation, folder) =>
  started(implementation, folder, { password: `${username}:${password}` }, (host) => admits(host));

const byTokens: GateCheck = async (implementation, folder) => {
  const authority = createAuthority(folder, 'tokens');
  const signer = authority.issue('signer');
  const server = await startSigningServer(signer, username, password);
  try {
    const gate = { tokens: { realm: server.realm, rootFile: authority.own.certFile } };
    await started(implementation, join(folder, 'registry'), gate, (host) => admits(host));
    assert(server.asked.some(({ scopes }) => scopes.includes(`repository:${repository}:pull,push`)));
  } finally {
    await server.close();
  }
};

const byTls: GateCheck = async (implementation, folder) => {
  const authority = createAuthority(folder, 'own');
  const tls = authority.issue('server', ['IP:127.0.0.1']);
  const gate = { tls, password: `${username}:${password}` };
  await started(implementation, join(folder, 'registry'), gate, async (host) => {
    const noTls = { caFile: null, certFile: null, keyFile: null, hostFolders: [] };
    await admits(host, { tls: { ...noTls, caFile: authority.own.certFile } });
    await assert.rejects(admits(host), /its certificate is not trusted/);
  });
};

export const gates: Readonly<Record<string, GateCheck>> = {
  'a password by htpasswd': byHtpasswd,
  'tokens of a token server': byTokens,
  'TLS by an own authority': byTls,
};
