/** Connections behind answers that have no body: they are used again, unless a server sends one all the same. */
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RegistryClient } from '../../../src/remote/registry-client.js';
import { remoteSettings } from '../remote-settings.js';
import { head, startRawServer } from '../servers/raw-server.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const digest = `sha256:${'a'.repeat(64)}`;
const answer = head(
  '200 OK',
  'Content-Length: 2',
  'Content-Type: application/vnd.oci.image.manifest.v1+json',
  `Docker-Content-Digest: ${digest}`,
);

/** Asks for so many tags, one after the other. */
async function asked(times: number, write: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = await startRawServer((socket) => {
    sockets.add(socket);
    write(socket);
  });
  const client = new RegistryClient(remoteSettings({ maxConnections: 1 }));
  closing.push(() => client.close(), server.close);
  const found: (string | undefined)[] = [];
  for (let i = 0; i < times; i++) {
    found.push((await client.headManifest({ registry: server.host, repository: 'a' }, `t${i}`))?.digest);
  }
  return { found, sockets, requests: server.seen.length };
}

describe('a connection behind HEAD', () => {
  it('serves the requests that come after it', async () => {
    const { found, sockets, requests } = await asked(5, (socket) => socket.write(answer));
    expect(found).toEqual(Array(5).fill(digest));
    expect(requests).toBe(5);
    expect(sockets.size).toBe(1);
  });

  it('is closed from then on where a server sends a body with it, and nothing is lost by that', async () => {
    const { found, sockets } = await asked(5, (socket) => socket.write(`${answer}{}`));
    expect(found).toEqual(Array(5).fill(digest));
    expect(sockets.size).toBeGreaterThan(1);
  });
});
