/** What networks, proxies and hostile servers do to the client: it goes on where that helps, and else says what came. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type Digest, parseDigest } from '../../src/model/digest.js';
import { limits } from '../../src/model/limits.js';
import { RegistryClient } from '../../src/remote/registry-client.js';
import { type RemoteSettings, usualTiming } from '../../src/remote/settings.js';
import { remoteSettings } from './remote-settings.js';
import { type FaultPlan, startFaultProxy } from './servers/fault-proxy.js';
import { listen } from './servers/listening.js';
import { sha256 } from './servers/registry-content.js';
import { startRegistry } from './servers/registry-server.js';
import type { RegistryOptions } from './servers/registry-visit.js';

const type = 'application/vnd.oci.image.manifest.v1+json';
const quick = { ...usualTiming, timeoutMs: 300, retries: 2, firstBackoffMs: 1, longestWaitMs: 3000 };
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A registry with one image behind a proxy that does harm by a plan. */
async function start(plan: FaultPlan, changed: Partial<RemoteSettings> = {}, options: RegistryOptions = {}) {
  const registry = await startRegistry(options);
  const proxy = await startFaultProxy(registry.host, plan);
  const client = new RegistryClient(remoteSettings({ timing: quick, ...changed }));
  closing.push(() => client.close(), proxy.close, registry.close);
  const bytes = randomBytes(400_000);
  const blob = { digest: parseDigest(registry.content.addBlob('a', bytes)), sizeBytes: bytes.length };
  registry.content.addManifest('a', Buffer.from('{}'), type, 'x');
  const asked = (method: string, part: string) =>
    proxy.seen.filter((each) => each.method === method && each.path.includes(part)).length;
  return { registry, proxy, client, bytes, blob, asked, place: { registry: proxy.host, repository: 'a' } };
}

const on =
  (method: string, part: string, fault: (count: number) => ReturnType<FaultPlan>): FaultPlan =>
  (m, path, count) =>
    m === method && path.includes(part) ? fault(count) : null;

async function read(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const piece of pieces) found.push(piece);
  return Buffer.concat(found);
}

describe('a request that failed for what may pass', () => {
  it.each([408, 429, 500, 502, 503, 504])('is sent again after the status %i', async (status) => {
    const { client, place, asked } = await start(
      on('GET', '/manifests/', (count) => (count < 2 ? { kind: 'answer', status } : null)),
    );
    expect(await client.manifest(place, 'x')).toMatchObject({ mediaType: type });
    expect(asked('GET', '/manifests/')).toBe(3);
  });

  it('is given up after as many tries as were allowed, with the words of the registry', async () => {
    const body = JSON.stringify({ errors: [{ code: 'UNAVAILABLE', message: 'come \u001b[31mback' }] });
    const { client, place, asked } = await start(
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
    const patient = await start(fault('1'));
    const before = performance.now();
    await patient.client.manifest(patient.place, 'x');
    expect(performance.now() - before).toBeGreaterThan(950);
    const { client, place, asked } = await start(fault('3600'));
    await expect(client.manifest(place, 'x')).rejects.toThrow(
      /asks to come again in 3600 s, which is too long to wait for/,
    );
    expect(asked('GET', '/manifests/')).toBe(1);
  });

  it.each(['soon', '-1', '', '1e9'])('waits by its own rule where Retry-After is %j', async (value) => {
    const { client, place } = await start(
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
      const { client, place, asked } = await start(on('GET', '/manifests/', (count) => (count === 0 ? fault : null)));
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
    const { client, place, asked } = await start(on('GET', '/manifests/', () => ({ kind: 'answer', status: 403 })));
    await expect(client.manifest(place, 'x')).rejects.toMatchObject({ status: 403 });
    expect(asked('GET', '/manifests/')).toBe(1);
  });

  it('ends at once when the signal fires', async () => {
    const abort = new AbortController();
    const { client, place } = await start(
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
    const { client, place, blob, bytes, proxy } = await start(
      on('GET', '/blobs/', (count) => (count < 3 ? { kind: 'cut', afterBytes: 100_000 } : null)),
      { timing: { ...quick, retries: 3 } },
    );
    expect((await read(client.blob(place, blob))).equals(bytes)).toBe(true);
    const ranges = proxy.seen.flatMap(({ path, headers }) =>
      path.includes('/blobs/') ? [headers.range ?? 'all'] : [],
    );
    expect(ranges[0]).toBe('all');
    expect(ranges.length).toBe(4);
    expect(proxy.answeredBytes).toBeLessThan(bytes.length + 100);
  });

  it('is read again over what is there where the registry has no ranges', async () => {
    const { client, place, blob, bytes } = await start(
      on('GET', '/blobs/', (count) => (count === 0 ? { kind: 'cut', afterBytes: 100_000 } : null)),
      {},
      { ranges: false },
    );
    expect((await read(client.blob(place, blob))).equals(bytes)).toBe(true);
  });

  it('is given up after so many breaks without progress', async () => {
    const { client, place, blob, asked } = await start(on('GET', '/blobs/', () => ({ kind: 'cut', afterBytes: 10 })));
    await expect(read(client.blob(place, blob))).rejects.toThrow(/the connection broke .*tried 3 times/);
    expect(asked('GET', '/blobs/')).toBe(3);
  });

  it('is as good as broken where next to nothing comes', async () => {
    const { client, place, blob } = await start(
      on('GET', '/blobs/', () => ({ kind: 'slow', pieceBytes: 1, pauseMs: 40 })),
    );
    await expect(read(client.blob(place, blob))).rejects.toThrow(/only \d+ bytes came in 0\.\d s; tried 3 times/);
  });

  it('closes its connection where the reader leaves', async () => {
    const { client, place, blob } = await start(
      on('GET', '/blobs/', () => ({ kind: 'slow', pieceBytes: 5_000, pauseMs: 20 })),
    );
    for await (const piece of client.blob(place, blob)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(await client.manifest(place, 'x')).not.toBeNull();
  });
});

describe('a hostile answer', () => {
  const digest = (text: string): Digest => parseDigest(sha256(Buffer.from(text)));
  function* endless(piece: string): Generator<Buffer> {
    for (;;) yield Buffer.from(piece.repeat(10_000));
  }

  it('of JSON without end is left at the limit of a document', async () => {
    const documentBytes = 100_000;
    const { client, place } = await start(
      on('GET', '/manifests/', () => ({ kind: 'answer', status: 200, pieces: endless('[') })),
      { limits: { ...limits, documentBytes } },
    );
    await expect(client.manifest(place, 'x')).rejects.toThrow(
      /documentBytes: the answer goes on beyond it, and the limit is 100000/,
    );
  });

  it('that says it is larger than a document may be is not read', async () => {
    const headers = { 'Content-Length': String(limits.documentBytes + 1) };
    const { client, place } = await start(
      on('GET', '/manifests/', () => ({ kind: 'answer', status: 200, headers, pieces: endless(' ') })),
    );
    await expect(client.manifest(place, 'x')).rejects.toThrow(/documentBytes: the answer says it has 8388609 bytes/);
  });

  it('that is an error without end is cut', async () => {
    const { client, place } = await start(
      on('GET', '/manifests/', () => ({ kind: 'answer', status: 400, pieces: endless('{') })),
    );
    await expect(client.manifest(place, 'x')).rejects.toMatchObject({ status: 400, registryCode: null });
  });

  it('that is packed is refused, however small it is', async () => {
    const headers = { 'Content-Encoding': 'gzip' };
    const body = gzipSync(Buffer.alloc(50_000_000));
    const { client, place, blob } = await start(() => ({ kind: 'answer', status: 200, headers, body }));
    await expect(client.manifest(place, 'x')).rejects.toThrow(/the body is encoded as "gzip"/);
    await expect(read(client.blob(place, blob))).rejects.toThrow(/the body is encoded as "gzip"/);
  });

  it.each([
    ['a manifest', 'GET', '/manifests/'],
    ['a small blob', 'GET', '/blobs/'],
  ])('with other bytes than were asked for is refused: %s', async (_, method, part) => {
    const { client, place } = await start(on(method, part, () => ({ kind: 'answer', status: 200, body: 'evil' })));
    const asking =
      part === '/blobs/'
        ? client.blobDocument(place, { digest: digest('good'), sizeBytes: 4 })
        : client.manifest(place, digest('good'));
    await expect(asking).rejects.toThrow(
      `asked for ${digest('good')}, and the 4 bytes that came have ${digest('evil')}`,
    );
  });

  it('whose Docker-Content-Digest is another is refused', async () => {
    const other = await start(
      on('GET', '/manifests/', () => ({ kind: 'headers', headers: { 'docker-content-digest': digest('x') } })),
    );
    await expect(other.client.manifest(other.place, 'x')).rejects.toThrow(
      /asked for sha256:2d71.*, and the 2 bytes that came have/,
    );
    const none = await start(
      on('GET', '/manifests/', () => ({ kind: 'headers', headers: { 'docker-content-digest': 'x' } })),
    );
    await expect(none.client.manifest(none.place, 'x')).rejects.toThrow(/its Docker-Content-Digest is no digest: "x"/);
  });

  it.each<[string, RegExp, Record<string, string | null>]>([
    [
      'is shorter',
      /expected 400000 bytes of a blob of 400000, and the answer has 399999/,
      { 'content-length': '399999' },
    ],
    ['is longer', /more bytes come than the 10 that it has|expected 10 bytes of a blob of 10/, {}],
  ])('of a blob that %s than it should be is refused', async (_, message, headers) => {
    const { client, place, blob } = await start(on('GET', '/blobs/', () => ({ kind: 'headers', headers })));
    const wanted = Object.keys(headers).length === 0 ? { ...blob, sizeBytes: 10 } : blob;
    await expect(read(client.blob(place, wanted))).rejects.toThrow(message);
  });

  it('of a blob that goes on without a length is left where it should end', async () => {
    const { client, place, blob } = await start(
      on('GET', '/blobs/', () => ({ kind: 'answer', status: 200, pieces: endless('x') })),
    );
    await expect(read(client.blob(place, blob))).rejects.toThrow(/more bytes come than the 400000 that it has/);
  });

  it.each(['bytes 0-399999/400000', 'bytes 100-399999/400001', 'bytes 100-5/400000', 'items 100-399999/400000', null])(
    'of a range with Content-Range %j is refused',
    async (range) => {
      const { client, place, blob } = await start(
        on('GET', '/blobs/', () => ({ kind: 'headers', headers: { 'content-range': range } })),
      );
      await expect(read(client.blob(place, blob, 100))).rejects.toThrow(
        /asked for the bytes 100-399999\/400000, and its Content-Range is/,
      );
    },
  );

  it.each([
    ['file:///etc/passwd', /sends on to "file:", and only HTTP is followed/],
    ['ftp://x/', /sends on to "ftp:", and only HTTP is followed/],
    ['http://[', /sends on to what is no address: "http:\/\/\["/],
    ['', /sends on, and says not where to/],
    ['/v2/a/manifests/x', /sent on more than 10 times; that is a circle/],
  ])('that sends on to %j is refused', async (location, message) => {
    const { client, place } = await start(
      on('GET', '/manifests/', () => ({
        kind: 'answer',
        status: 307,
        headers: location === '' ? {} : { Location: location },
      })),
    );
    await expect(client.manifest(place, 'x')).rejects.toThrow(message);
  });

  it('with line ends, controls or megabytes in its head is no answer', async () => {
    const head = (line: string) => `HTTP/1.1 200 OK\r\n${line}\r\nContent-Length: 2\r\n\r\n{}`;
    for (const bytes of [
      head('X: a\u0000b'),
      head(`X: ${'y'.repeat(100_000)}`),
      head('X : y'),
      'HTTP/1.1 abc\r\n\r\n',
    ]) {
      const { client, place } = await start(on('GET', '/manifests/', () => ({ kind: 'raw', bytes })));
      await expect(client.manifest(place, 'x')).rejects.toMatchObject({ code: 'remote' });
    }
  });

  it('whose list of tags leads in a circle, to another host, or without end is refused', async () => {
    const list = (link: (count: number) => string, tags: unknown = ['a']) =>
      on('GET', '/tags/', (count) => ({
        kind: 'answer',
        status: 200,
        headers: { Link: `<${link(count)}>; rel="next"` },
        body: JSON.stringify({ tags }),
      }));
    const tagsOf = async (plan: FaultPlan) => {
      const { client, place } = await start(plan, { limits: { ...limits, runImageNames: 50 } });
      for await (const tag of client.tags(place)) expect(tag).toBe('a');
    };
    await expect(tagsOf(list(() => '/v2/a/tags/list?last=a'))).rejects.toThrow(
      /the pages of the list lead in a circle/,
    );
    await expect(tagsOf(list(() => 'http://other.example/v2/a/tags/list'))).rejects.toThrow(
      /said to be at http:\/\/other.example\/v2\/a\/tags\/list, another host/,
    );
    await expect(tagsOf(list((count) => `/v2/a/tags/list?last=${count}`))).rejects.toThrow(
      /runImageNames: the list goes on beyond it, and the limit is 50/,
    );
    await expect(tagsOf(list((count) => `/v2/a/tags/list?last=${count}`, []))).rejects.toThrow(/lead in a circle/);
    await expect(tagsOf(list(() => '/', ['../../etc']))).rejects.toThrow(/the list has what is no name: ".*etc/);
    await expect(tagsOf(list(() => '/', 'a'))).rejects.toThrow(/expected JSON with a list of tags/);
  });
});

describe('a blob that is sent over a way that breaks', () => {
  const chunkBytes = 100_000;
  const opened = (bytes: Buffer) =>
    async function* (offsetBytes: number): AsyncGenerator<Buffer, void, void> {
      for (let at = offsetBytes; at < bytes.length; at += 10_000)
        yield bytes.subarray(at, Math.min(bytes.length, at + 10_000));
    };

  it.each<[string, string, ReturnType<FaultPlan>]>([
    ['in a chunk', 'PATCH', { kind: 'cut-request', afterBytes: 50_000 }],
    ['after a chunk, before its answer', 'PATCH', { kind: 'lost-answer' }],
    ['by a 503 to a chunk', 'PATCH', { kind: 'answer', status: 503 }],
    ['after the last request, before its answer', 'PUT', { kind: 'lost-answer' }],
    ['by a 502 to the last request', 'PUT', { kind: 'answer', status: 502 }],
    ['at its beginning', 'POST', { kind: 'lost-answer' }],
  ])('is there whole in the end: broken %s', async (_, method, fault) => {
    const bytes = randomBytes(350_000);
    let broken = 0;
    const plan: FaultPlan = (m, path) => {
      if (m !== method || !path.includes('/uploads/')) return null;
      broken += 1;
      return broken === 1 ? fault : null;
    };
    const { client, place, registry } = await start(plan, { chunkBytes });
    const blob = { digest: parseDigest(sha256(bytes)), sizeBytes: bytes.length };
    await client.putBlob(place, blob, opened(bytes));
    expect(registry.content.repository('a').blobs.get(blob.digest)?.equals(bytes)).toBe(true);
    expect(broken).toBeGreaterThan(0);
  });

  it('is sent again from its start where it goes in one request', async () => {
    const bytes = randomBytes(90_000);
    let puts = 0;
    const { client, place, registry } = await start(
      (method) => {
        if (method !== 'PUT') return null;
        puts += 1;
        return puts === 1 ? { kind: 'cut-request', afterBytes: 40_000 } : null;
      },
      { chunkBytes },
    );
    const blob = { digest: parseDigest(sha256(bytes)), sizeBytes: bytes.length };
    await client.putBlob(place, blob, opened(bytes));
    expect(puts).toBe(2);
    expect(registry.content.repository('a').blobs.get(blob.digest)?.equals(bytes)).toBe(true);
  });

  it('is refused where the registry says that it has more than was sent', async () => {
    const bytes = randomBytes(250_000);
    const { client, place } = await start(
      on('PATCH', '', () => ({ kind: 'headers', headers: { range: '0-200000' } })),
      { chunkBytes },
    );
    const sending = client.putBlob(
      place,
      { digest: parseDigest(sha256(bytes)), sizeBytes: bytes.length },
      opened(bytes),
    );
    await expect(sending).rejects.toThrow(/sent the bytes 0-99999, and the registry says that it has 200001 bytes/);
  });
});
