/** GET and HEAD by Node's own client: which connections are shared, what breaks, and what is not waited for. */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/model/digest.js';
import { RegistryClient } from '../../../src/remote/registry-client.js';
import type { RemoteSettings } from '../../../src/remote/settings.js';
import { seededRandom } from '../../helpers/archive-builder.js';
import { remoteSettings } from '../remote-settings.js';
import { head, startRawServer } from '../servers/raw-server.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const body = seededRandom(77).bytes(3_000_000);
const digest = `sha256:${createHash('sha256').update(body).digest('hex')}` as Digest;
const blob = { digest, sizeBytes: body.length };
const whole = Buffer.concat([Buffer.from(head('200 OK', `Content-Length: ${body.length}`)), body]);

async function served(write: (socket: Socket, count: number) => void, changed: Partial<RemoteSettings> = {}) {
  const sockets = new Set<Socket>();
  const server = await startRawServer((socket, _path, count) => {
    sockets.add(socket);
    write(socket, count);
  });
  const client = new RegistryClient(remoteSettings(changed));
  closing.push(() => client.close(), server.close);
  return { client, place: { registry: server.host, repository: 'a' }, seen: server.seen, sockets };
}

async function all(pieces: AsyncIterable<Buffer>, pauseMs = 0): Promise<Buffer> {
  const got: Buffer[] = [];
  for await (const piece of pieces) {
    got.push(piece);
    if (pauseMs > 0) await delay(pauseMs);
  }
  return Buffer.concat(got);
}

describe('an answer that comes without a proxy', () => {
  it.each([0, 2])(
    'is whole for a reader that takes %i ms for each piece, with what was given still as it was',
    async (ms) => {
      const { client, place, sockets } = await served((socket) => socket.write(whole));
      for (let i = 0; i < 2; i++) expect((await all(client.blob(place, blob), ms)).equals(body)).toBe(true);
      expect(sockets.size).toBe(1);
    },
  );

  it('is read over no more connections than may be open, however many are asked for', async () => {
    let [open, most] = [0, 0];
    const { client, place, sockets } = await served(
      (socket) => {
        most = Math.max(most, ++open);
        setTimeout(() => socket.write(whole, () => open--), 5);
      },
      { maxConnections: 2 },
    );
    const got = await Promise.all(Array.from({ length: 7 }, () => all(client.blob(place, blob))));
    expect(got.every((bytes) => bytes.equals(body))).toBe(true);
    expect([sockets.size, most]).toEqual([2, 2]);
  });

  it('is asked for on a new connection where the server has closed the one that was kept, and that is no failure', async () => {
    const { client, place, seen, sockets } = await served((socket) => socket.write(whole), {
      timing: { ...remoteSettings().timing, retries: 0 },
    });
    await all(client.blob(place, blob));
    for (const socket of sockets) socket.destroy();
    expect((await all(client.blob(place, blob))).equals(body)).toBe(true);
    expect([sockets.size, seen.length]).toEqual([2, 2]);
  });

  it('is read to the end of its connection where nothing says its size, and asked for once', async () => {
    const old = Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), body]);
    const { client, place, seen } = await served((socket) => socket.end(old));
    for (let i = 0; i < 3; i++) expect((await all(client.blob(place, blob))).equals(body)).toBe(true);
    expect(seen).toHaveLength(3);
  });

  it('ends where its length ends, and a connection that brings more of it is not used again', async () => {
    const { client, place, sockets } = await served((socket) =>
      socket.write(Buffer.concat([whole, Buffer.from('more')])),
    );
    for (let i = 0; i < 3; i++) expect((await all(client.blob(place, blob))).equals(body)).toBe(true);
    expect(sockets.size).toBe(3);
  });

  it('that breaks off goes on where it was', async () => {
    const rest = Buffer.concat([
      Buffer.from(
        head(
          '206 Partial Content',
          `Content-Range: bytes 1000000-${body.length - 1}/${body.length}`,
          'Content-Length: 2000000',
        ),
      ),
      body.subarray(1_000_000),
    ]);
    const { client, place, seen } = await served((socket, count) => {
      if (count > 0) socket.write(rest);
      else socket.end(whole.subarray(0, whole.length - 2_000_000));
    });
    expect((await all(client.blob(place, blob))).equals(body)).toBe(true);
    expect(seen).toHaveLength(2);
  });

  it('is waited for by nobody once the run is interrupted, neither for its head nor for a connection', async () => {
    const stop = new AbortController();
    const { client, place } = await served(() => stop.abort(), { signal: stop.signal, maxConnections: 1 });
    const asked = [1, 2].map(() => all(client.blob(place, blob)));
    for (const one of asked) await expect(one).rejects.toMatchObject({ code: 'interrupted' });
  });
});
