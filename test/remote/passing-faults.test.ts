/** What networks and proxies do to the client: it goes on where that helps, and else says what came. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RegistryClient } from '../../src/remote/registry-client.js';
import { usualTiming } from '../../src/remote/settings.js';
import { closeAfterEach, closing, on, quick, readAll, startFaulty, type } from './faulty-registry.js';
import { remoteSettings } from './remote-settings.js';
import { listen } from './servers/listening.js';
import { startRegistry } from './servers/registry-server.js';

closeAfterEach();

describe('a request that failed for what may pass', () => {
  it.each([408, 429, 500, 502, 503, 504])('is sent again after the status %i', async (status) => {
    const { client, place, asked } = await startFaulty(
      on('GET', '/manifests/', (count) => (count < 2 ? { kind: 'answer', status } : null)),
    );
    expect(await client.manifest(place, 'x')).toMatchObject({ mediaType: type });
    expect(asked('GET', '/manifests/')).toBe(3);
  });

  it('is given up after as many tries as were allowed, with the words of the registry', async () => {
    const body = JSON.stringify({ errors: [{ code: 'UNAVAILABLE', message: 'come \u001b[31mback' }] });
    const { client, place, asked } = await startFaulty(
      on('GET', '/manifests/', () => ({ kind: 'answer', status: 503, body })),
    );
    await expect(client.manifest(place, 'x')).rejects.toMatchObject({
      code: 'remote',
      status: 503,
      registryCode: 'UNAVAILABLE',
      message: expect.stringMatching(/: 503 UNAVAILABLE "come \\u001b\[31mback"; tried 3 times$/),
    });
    expect(asked('GET', '/manifests/')).toBe(3);
  });

  it('waits as long as Retry-After asks, and no longer than it may', async () => {
    const fault = (value: string) =>
      on('GET', '/manifests/', (count) =>
        count === 0 ? { kind: 'answer', status: 429, headers: { 'Retry-After': value } } : null,
      );
    const patient = await startFaulty(fault('1'));
    const before = performance.now();
    await patient.client.manifest(patient.place, 'x');
    expect(performance.now() - before).toBeGreaterThan(950);
    const { client, place, asked } = await startFaulty(fault('3600'));
    await expect(client.manifest(place, 'x')).rejects.toThrow(
      /asks to come again in 3600 s, which is too long to wait for/,
    );
    expect(asked('GET', '/manifests/')).toBe(1);
  });

  it.each(['soon', '-1', '', '1e9'])('waits by its own rule where Retry-After is %j', async (value) => {
    const { client, place } = await startFaulty(
      on('GET', '/manifests/', (count) =>
        count === 0 ? { kind: 'answer', status: 503, headers: { 'Retry-After': value } } : null,
      ),
    );
    expect(await client.manifest(place, 'x')).not.toBeNull();
  });

  it('is sent again where the connection broke before an answer, in it, or was no HTTP', async () => {
    for (const fault of [
      { kind: 'raw', bytes: '' },
      { kind: 'raw', bytes: 'garbage\r\n\r\n' },
      { kind: 'cut', afterBytes: 1 },
      { kind: 'hang' },
    ] as const) {
      const { client, place, asked } = await startFaulty(
        on('GET', '/manifests/', (count) => (count === 0 ? fault : null)),
      );
      expect(await client.manifest(place, 'x')).toMatchObject({ mediaType: type });
      expect(asked('GET', '/manifests/')).toBe(2);
    }
  });

  it('is sent again where a registry that has answered is away for a while, and not where nothing ever listened', async () => {
    const first = await startRegistry();
    const port = Number(first.host.split(':')[1]);
    first.content.addManifest('a', Buffer.from('{}'), type, 'x');
    const client = new RegistryClient(remoteSettings({ timing: { ...quick, retries: 8, firstBackoffMs: 20 } }));
    const place = { registry: first.host, repository: 'a' };
    await client.manifest(place, 'x');
    await first.close();
    const asking = client.manifest(place, 'x');
    await sleep(100);
    const second = await startRegistry({ port });
    closing.push(() => client.close(), second.close);
    expect(await asking).toBeNull();
    const told: unknown[] = [];
    const other = new RegistryClient(remoteSettings({ onRequest: (request) => told.push(request) }));
    closing.push(() => other.close());
    await expect(other.manifest({ registry: '127.0.0.1:1', repository: 'a' }, 'x')).rejects.toThrow(
      /nothing listens there; check the host and the port \(ECONNREFUSED\)/,
    );
    expect(told.length).toBe(1);
  });

  it('waits for a connection where as many as were allowed are in use', async () => {
    let now = 0;
    let most = 0;
    const server = await listen(async (_, response) => {
      now += 1;
      most = Math.max(most, now);
      await sleep(30);
      now -= 1;
      response.end('{}');
    });
    const client = new RegistryClient(remoteSettings({ maxConnections: 3 }));
    closing.push(() => client.close(), server.close);
    const place = { registry: server.host, repository: 'a' };
    await Promise.all(Array.from({ length: 20 }, (_, i) => client.manifest(place, `v${i}`)));
    expect(most).toBe(3);
  });

  it('is not sent again where the registry has decided', async () => {
    const { client, place, asked } = await startFaulty(
      on('GET', '/manifests/', () => ({ kind: 'answer', status: 403 })),
    );
    await expect(client.manifest(place, 'x')).rejects.toMatchObject({ status: 403 });
    expect(asked('GET', '/manifests/')).toBe(1);
  });

  it('ends at once when the signal fires', async () => {
    const abort = new AbortController();
    const { client, place } = await startFaulty(
      on('GET', '/manifests/', () => ({ kind: 'hang' })),
      {
        signal: abort.signal,
        timing: usualTiming,
      },
    );
    setTimeout(() => abort.abort('SIGINT'), 50);
    await expect(client.manifest(place, 'x')).rejects.toMatchObject({ code: 'interrupted', cause: 'SIGINT' });
  });
});

describe('a blob whose connection breaks', () => {
  it('goes on where it broke, and no byte of it comes twice', async () => {
    const { client, place, blob, bytes, proxy } = await startFaulty(
      on('GET', '/blobs/', (count) => (count < 3 ? { kind: 'cut', afterBytes: 100_000 } : null)),
      { timing: { ...quick, retries: 3 } },
    );
    expect((await readAll(client.blob(place, blob))).equals(bytes)).toBe(true);
    const ranges = proxy.seen.flatMap(({ path, headers }) =>
      path.includes('/blobs/') ? [headers.range ?? 'all'] : [],
    );
    expect(ranges[0]).toBe('all');
    expect(ranges.length).toBe(4);
    expect(proxy.answeredBytes).toBeLessThan(bytes.length + 100);
  });

  it('is read again over what is there where the registry has no ranges', async () => {
    const { client, place, blob, bytes } = await startFaulty(
      on('GET', '/blobs/', (count) => (count === 0 ? { kind: 'cut', afterBytes: 100_000 } : null)),
      {},
      { ranges: false },
    );
    expect((await readAll(client.blob(place, blob))).equals(bytes)).toBe(true);
  });

  it('is given up after so many breaks without progress', async () => {
    const { client, place, blob, asked } = await startFaulty(
      on('GET', '/blobs/', () => ({ kind: 'cut', afterBytes: 10 })),
    );
    await expect(readAll(client.blob(place, blob))).rejects.toThrow(/the connection broke .*tried 3 times/);
    expect(asked('GET', '/blobs/')).toBe(3);
  });

  it('is as good as broken where next to nothing comes', async () => {
    const { client, place, blob } = await startFaulty(
      on('GET', '/blobs/', () => ({ kind: 'slow', pieceBytes: 1, pauseMs: 40 })),
    );
    await expect(readAll(client.blob(place, blob))).rejects.toThrow(/only \d+ bytes came in 0\.\d s; tried 3 times/);
  });

  it('closes its connection where the reader leaves', async () => {
    const { client, place, blob } = await startFaulty(
      on('GET', '/blobs/', () => ({ kind: 'slow', pieceBytes: 5_000, pauseMs: 20 })),
    );
    for await (const piece of client.blob(place, blob)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(await client.manifest(place, 'x')).not.toBeNull();
  });
});
