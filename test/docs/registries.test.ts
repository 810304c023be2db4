/**
 * docs/registries.md shows what is sent to registries and what is taken as an answer: each row of its tables is tried, against a
 * registry that keeps to the specification behind a proxy that answers what it is told.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { parseDigest } from '../../src/model/digest.js';
import { RegistryClient } from '../../src/remote/registry-client.js';
import { usualChunkBytes, usualTiming } from '../../src/remote/settings.js';
import { remoteSettings } from '../remote/remote-settings.js';
import { type Fault, startFaultProxy } from '../remote/servers/fault-proxy.js';
import { sha256 } from '../remote/servers/registry-content.js';
import { startRegistry } from '../remote/servers/registry-server.js';
import { readPage, rowsOf, sectionOf } from './page.js';

const page = readPage('docs/registries.md');
const type = 'application/vnd.oci.image.manifest.v1+json';
const bytes = randomBytes(250_000);
const blob = { digest: parseDigest(sha256(bytes)), sizeBytes: bytes.length };
const manifest = parseDigest(sha256(Buffer.from('{}')));
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Asking {
  readonly client: RegistryClient;
  readonly place: { readonly registry: string; readonly repository: string };
}

/** A registry with `a` (a manifest `x`, the blob) whose answers to one kind of request are faults; the row that each request is of. */
async function start(row: string, fault: Fault | null, times = Number.POSITIVE_INFINITY, retries = 0) {
  const registry = await startRegistry();
  let done = 0;
  const proxy = await startFaultProxy(registry.host, (method, path) => {
    if (rowOf(method, path) !== row || done >= times) return null;
    done += 1;
    return fault;
  });
  const timing = { ...usualTiming, retries, firstBackoffMs: 1 };
  const client = new RegistryClient(remoteSettings({ chunkBytes: 100_000, timing }));
  closing.push(() => client.close(), proxy.close, registry.close);
  registry.content.addManifest('a', Buffer.from('{}'), type, 'x');
  registry.content.addBlob('a', bytes);
  return { client, proxy, place: { registry: proxy.host, repository: 'a' } };
}

/** The row of the table that a request is of, by its method and path. */
function rowOf(method: string, path: string): string {
  if (/^\/v2\/[^?]+\/blobs\/uploads\/[^?]/.test(path)) return `${method} LOCATION${method === 'PUT' ? '&digest=' : ''}`;
  if (/\/blobs\/uploads\/\?mount=/.test(path)) return `${method} /v2/NAME/blobs/uploads/?mount=`;
  return `${method} ${path
    .replace(/\?.*$/, '')
    .replace(/^\/v2\/(?:a|b)\//, '/v2/NAME/')
    .replace(/(blobs|referrers)\/sha256:.*/, '$1/DIGEST')
    .replace(/manifests\/.*/, 'manifests/REF')}`;
}

async function all<T>(items: AsyncIterable<T>): Promise<void> {
  for await (const item of items) expect(item).toBeDefined();
}

async function* pieces(offsetBytes: number): AsyncGenerator<Buffer, void, void> {
  yield bytes.subarray(offsetBytes);
}

/** A chunk is refused for good, so that the upload is given up. */
async function sendInVain(asking: Asking): Promise<void> {
  await expect(sendLarge(asking)).rejects.toMatchObject({ code: 'remote', status: 403 });
}

const other = ({ place }: Asking) => ({ ...place, repository: 'b' });
const sendLarge = (asking: Asking) => asking.client.putBlob(other(asking), blob, pieces);

/** What makes the client send the request of each row. */
const asking: Readonly<Record<string, (asking: Asking) => Promise<unknown>>> = {
  'GET /v2/': ({ client, place }) => client.manifest(place, 'x'),
  'GET /v2/NAME/manifests/REF': ({ client, place }) => client.manifest(place, 'x'),
  'HEAD /v2/NAME/manifests/REF': ({ client, place }) => client.headManifest(place, 'x'),
  'GET /v2/NAME/blobs/DIGEST': async ({ client, place }) => {
    await all(client.blob(place, blob));
    await all(client.blob(place, blob, 10));
  },
  'HEAD /v2/NAME/blobs/DIGEST': ({ client, place }) => client.hasBlob(place, blob.digest),
  'GET /v2/NAME/tags/list': ({ client, place }) => all(client.tags(place)),
  'GET /v2/NAME/referrers/DIGEST': ({ client, place }) => client.referrers(place, manifest),
  'GET /v2/_catalog': ({ client, place }) => all(client.catalog(place.registry)),
  'POST /v2/NAME/blobs/uploads/?mount=': async (each) => {
    await each.client.mountBlob(other(each), blob.digest, 'a');
    await each.client.mountBlob(other(each), manifest, 'a');
  },
  'POST /v2/NAME/blobs/uploads/': sendLarge,
  'PATCH LOCATION': sendLarge,
  'GET LOCATION': sendLarge,
  'PUT LOCATION&digest=': sendLarge,
  'PUT /v2/NAME/manifests/REF': ({ client, place }) => client.putManifest(place, 'y', Buffer.from('{}'), type),
  'DELETE LOCATION': sendInVain,
};

/** Answers that the registry of the tests gives in another state only; `before`: a break that leads to the request. */
const forged: Readonly<Record<string, { readonly headers?: Record<string, string>; readonly body?: string }>> = {
  'GET /v2/ 401': { headers: { 'WWW-Authenticate': 'Basic realm="x"' } },
  'GET /v2/ 403': {},
  'GET /v2/NAME/manifests/REF 404': {},
  'HEAD /v2/NAME/manifests/REF 404': {},
  'HEAD /v2/NAME/blobs/DIGEST 404': {},
  ...Object.fromEntries(
    [400, 401, 403, 404, 405, 501].map((status) => [`POST /v2/NAME/blobs/uploads/?mount= ${status}`, {}]),
  ),
  'GET /v2/NAME/referrers/DIGEST 404': {},
  'GET /v2/NAME/referrers/DIGEST 405': {},
  'GET /v2/NAME/referrers/DIGEST 501': {},
  'PATCH LOCATION 416': {},
  'GET LOCATION 400': {},
  'GET LOCATION 404': {},
  'GET LOCATION 405': {},
  'GET LOCATION 501': {},
  'PUT LOCATION&digest= 204': {},
  'PUT /v2/NAME/manifests/REF 200': {},
  'PUT /v2/NAME/manifests/REF 202': {},
};

/** A chunk is lost, so that the client has to ask where its upload stands. */
async function withBreak(fault: Fault | null) {
  const registry = await startRegistry();
  let chunks = 0;
  const proxy = await startFaultProxy(registry.host, (method, path) => {
    if (method === 'PATCH') {
      chunks += 1;
      return chunks === 2 ? { kind: 'lost-answer' } : null;
    }
    return rowOf(method, path) === 'GET LOCATION' ? fault : null;
  });
  const timing = { ...usualTiming, retries: 3, firstBackoffMs: 1 };
  const client = new RegistryClient(remoteSettings({ chunkBytes: 100_000, timing }));
  closing.push(() => client.close(), proxy.close, registry.close);
  return { client, proxy, place: { registry: proxy.host, repository: 'a' } };
}

/** The second chunk is refused, and what comes of giving the upload up is another thing. */
async function withRefusal(fault: Fault | null) {
  const registry = await startRegistry();
  const proxy = await startFaultProxy(registry.host, (method, path, count) => {
    if (method === 'PATCH') return count === 1 ? { kind: 'answer', status: 403 } : null;
    return rowOf(method, path) === 'DELETE LOCATION' ? fault : null;
  });
  const client = new RegistryClient(remoteSettings({ chunkBytes: 100_000, timing: { ...usualTiming, retries: 0 } }));
  closing.push(() => client.close(), proxy.close, registry.close);
  return { client, proxy, place: { registry: proxy.host, repository: 'a' } };
}

const starting = (row: string, fault: Fault | null, times?: number, retries?: number) => {
  if (row === 'GET LOCATION') return withBreak(fault);
  return row === 'DELETE LOCATION' ? withRefusal(fault) : start(row, fault, times, retries);
};

const refused = [400, 401, 403, 404, 405, 409, 410, 413, 416, 418, 451, 501];
const [requests = '', sentHeaders = ''] = sectionOf(page, '### What is sent').split('What stands in the heads');
const rows = rowsOf(requests).map(([request = '', number = '', , answers = '']) => {
  return { request, number, answers: answers === 'all' ? [204, ...refused] : answers.split(', ').map(Number) };
});

describe('the requests in docs/registries.md', () => {
  it('are all that the client sends, each of an endpoint of the specification', () => {
    expect(rows.map(({ request }) => request)).toEqual(Object.keys(asking));
    const numbers = rows.map(({ number }) => number).filter((number) => !/^end-(?:\d|1[0-4])[ab]?$/.test(number));
    expect(numbers).toEqual(["docker's"]);
  });

  const answers = rows.flatMap(({ request, answers: taken }) => taken.map((status) => [request, status] as const));

  it.each(answers)('%s is sent, and %i taken as an answer', async (request, status) => {
    const isForged = request === 'DELETE LOCATION' && status !== 204;
    const forgery = isForged ? {} : forged[`${request} ${status}`];
    const fault = forgery === undefined ? null : ({ kind: 'answer', status, ...forgery } as const);
    // 416 ends one upload and begins another: that is the second try.
    const made = await starting(request, fault, status === 416 ? 1 : undefined, status === 416 ? 1 : 0);
    await asking[request]?.(made);
    const seen = made.proxy.answered.map(({ method, path, status: got }) => `${rowOf(method, path)} ${got}`);
    expect(seen).toContain(`${request} ${status}`);
    const known = rows.map((row) => row.request);
    expect(
      made.proxy.seen.map(({ method, path }) => rowOf(method, path)).filter((row) => !known.includes(row)),
    ).toEqual([]);
  });

  const others = rows.flatMap(({ request, answers: taken }) =>
    refused.filter((status) => !taken.includes(status)).map((status) => [request, status] as const),
  );

  it.each(others)('%s answered by %i is an error that has the status', async (request, status) => {
    const made = await starting(request, { kind: 'answer', status });
    await expect(asking[request]?.(made)).rejects.toMatchObject({ code: 'remote', status });
  });
});

describe('the headers in docs/registries.md', () => {
  it('are all that the client sends with any of its requests', async () => {
    const sent = new Set<string>();
    for (const row of rows) {
      const made = await starting(row.request, null);
      await asking[row.request]?.(made);
      for (const { headers } of made.proxy.seen) for (const name of Object.keys(headers)) sent.add(name);
    }
    const listed = rowsOf(sentHeaders).map(([name = '']) => name.toLowerCase());
    expect([...listed, 'host', 'connection'].sort()).toEqual([...sent, 'authorization'].sort());
  });

  it('are all that the client reads of an answer', () => {
    const listed = rowsOf(sectionOf(page, '### What is read'));
    const source = readdirSync('src/remote', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(`src/remote/${path}`, 'utf8'))
      .join('\n');
    const read = new Set([...source.matchAll(/\bheader\('([a-z-]+)'\)/g)].map(([, name]) => name));
    expect(listed.map(([name = '']) => name.toLowerCase()).sort()).toEqual([...read].sort());
  });
});

describe('the errors in docs/registries.md', () => {
  const codes = rowsOf(sectionOf(page, '### Errors')).map(
    ([code = '', status = '', advice = '']) => [code, status, advice] as const,
  );

  it('are the codes of the specification', () => {
    expect(codes.length).toBe(14);
    expect(new Set(codes.map(([code]) => code)).size).toBe(14);
  });

  it.each(codes)('%s, with %s, is told with its code and the words of the page', async (code, status, advice) => {
    const body = JSON.stringify({ errors: [{ code, message: 'so it is', detail: {} }] });
    const { client, place } = await start('PUT /v2/NAME/manifests/REF', {
      kind: 'answer',
      status: Number(status),
      body,
    });
    const sending = client.putManifest(place, 'y', Buffer.from('{}'), type);
    await expect(sending).rejects.toMatchObject({ code: 'remote', status: Number(status), registryCode: code });
    await expect(sending).rejects.toThrow(`: ${status} ${code} "so it is"; ${advice.replace('HOST', place.registry)}`);
  });
});

describe('the figures in docs/registries.md', () => {
  it('are those of the program', () => {
    const { timeoutMs, retries, longestWaitMs } = usualTiming;
    const text = sectionOf(page, '### What is tried again').replaceAll('\n', ' ');
    expect(text).toContain(`stands still for ${timeoutMs / 1000} seconds`);
    expect(text).toContain(`up to ${retries} times`);
    expect(text).toContain(`more than ${longestWaitMs / 1000} seconds`);
    expect(page).toContain(`with ${usualChunkBytes / 1024 / 1024} MiB of a blob`);
  });
});
