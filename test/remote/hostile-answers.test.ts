/** What hostile servers answer: bounded, named, and nothing of it used. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Digest, parseDigest } from '../../src/model/digest.js';
import { limits } from '../../src/model/limits.js';
import { closeAfterEach, on, readAll, startFaulty } from './faulty-registry.js';
import type { FaultPlan } from './servers/fault-proxy.js';
import { sha256 } from './servers/registry-content.js';

closeAfterEach();

describe('a hostile answer', () => {
  const digest = (text: string): Digest => parseDigest(sha256(Buffer.from(text)));
  function* endless(piece: string): Generator<Buffer> {
    for (;;) yield Buffer.from(piece.repeat(10_000));
  }

  it('of JSON without end is left at the limit of a document', async () => {
    const documentBytes = 100_000;
    const { client, place } = await startFaulty(
      on('GET', '/manifests/', () => ({ kind: 'answer', status: 200, pieces: endless('[') })),
      { limits: { ...limits, documentBytes } },
    );
    await expect(client.manifest(place, 'x')).rejects.toThrow(
      /documentBytes: the answer goes on beyond it, and the limit is 100000/,
    );
  });

  it('that says it is larger than a document may be is not read', async () => {
    const headers = { 'Content-Length': String(limits.documentBytes + 1) };
    const { client, place } = await startFaulty(
      on('GET', '/manifests/', () => ({ kind: 'answer', status: 200, headers, pieces: endless(' ') })),
    );
    await expect(client.manifest(place, 'x')).rejects.toThrow(/documentBytes: the answer says it has 8388609 bytes/);
  });

  it('that is an error without end is cut', async () => {
    const { client, place } = await startFaulty(
      on('GET', '/manifests/', () => ({ kind: 'answer', status: 400, pieces: endless('{') })),
    );
    await expect(client.manifest(place, 'x')).rejects.toMatchObject({ status: 400, registryCode: null });
  });

  it('that is packed is refused, however small it is', async () => {
    const headers = { 'Content-Encoding': 'gzip' };
    const body = gzipSync(Buffer.alloc(50_000_000));
    const { client, place, blob } = await startFaulty(() => ({ kind: 'answer', status: 200, headers, body }));
    await expect(client.manifest(place, 'x')).rejects.toThrow(/the body is encoded as "gzip"/);
    await expect(readAll(client.blob(place, blob))).rejects.toThrow(/the body is encoded as "gzip"/);
  });

  it.each([
    ['a manifest', 'GET', '/manifests/'],
    ['a small blob', 'GET', '/blobs/'],
  ])('with other bytes than were asked for is refused: %s', async (_, method, part) => {
    const { client, place } = await startFaulty(
      on(method, part, () => ({ kind: 'answer', status: 200, body: 'evil' })),
    );
    const asking =
      part === '/blobs/'
        ? client.blobDocument(place, { digest: digest('good'), sizeBytes: 4 })
        : client.manifest(place, digest('good'));
    await expect(asking).rejects.toThrow(
      `asked for ${digest('good')}, and the 4 bytes that came have ${digest('evil')}`,
    );
  });

  it('whose Docker-Content-Digest is another is refused', async () => {
    const other = await startFaulty(
      on('GET', '/manifests/', () => ({ kind: 'headers', headers: { 'docker-content-digest': digest('x') } })),
    );
    await expect(other.client.manifest(other.place, 'x')).rejects.toThrow(
      /asked for sha256:2d71.*, and the 2 bytes that came have/,
    );
    const none = await startFaulty(
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
    const { client, place, blob } = await startFaulty(on('GET', '/blobs/', () => ({ kind: 'headers', headers })));
    const wanted = Object.keys(headers).length === 0 ? { ...blob, sizeBytes: 10 } : blob;
    await expect(readAll(client.blob(place, wanted))).rejects.toThrow(message);
  });

  it('of a blob that goes on without a length is left where it should end', async () => {
    const { client, place, blob } = await startFaulty(
      on('GET', '/blobs/', () => ({ kind: 'answer', status: 200, pieces: endless('x') })),
    );
    await expect(readAll(client.blob(place, blob))).rejects.toThrow(/more bytes come than the 400000 that it has/);
  });

  it.each(['bytes 0-399999/400000', 'bytes 100-399999/400001', 'bytes 100-5/400000', 'items 100-399999/400000', null])(
    'of a range with Content-Range %j is refused',
    async (range) => {
      const { client, place, blob } = await startFaulty(
        on('GET', '/blobs/', () => ({ kind: 'headers', headers: { 'content-range': range } })),
      );
      await expect(readAll(client.blob(place, blob, 100))).rejects.toThrow(
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
    const { client, place } = await startFaulty(
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
      const { client, place } = await startFaulty(on('GET', '/manifests/', () => ({ kind: 'raw', bytes })));
      await expect(client.manifest(place, 'x')).rejects.toMatchObject({ code: 'remote' });
    }
  });

  const drip = (head: string, piece: string, pauseMs = 20): ReturnType<FaultPlan> => ({
    kind: 'endless',
    head: `HTTP/1.1 ${head}\r\n`,
    piece,
    pauseMs,
  });

  it('whose body nobody needs is not waited for, however slowly it comes', async () => {
    const gone = await startFaulty(on('GET', '/manifests/x', () => drip('404 N\r\nContent-Length: 60000\r\n', 'a')));
    expect(await gone.client.manifest(gone.place, 'x')).toBeNull();
    const head = '307 R\r\nLocation: /v2/a/manifests/x\r\nContent-Length: 60000\r\n';
    const sent = await startFaulty(on('GET', '/manifests/y', () => drip(head, 'a')));
    expect(await sent.client.manifest(sent.place, 'y')).not.toBeNull();
  });

  it.each([
    ['slowly', 20],
    ['as fast as they can', 0],
  ])('is not waited for where answers before it never end, which come %s', async (_, pauseMs) => {
    const hint = 'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n';
    const { client, place } = await startFaulty(
      on('GET', '/manifests/', () => ({ kind: 'endless', head: '', piece: hint, pauseMs })),
    );
    await expect(client.manifest(place, 'x')).rejects.toThrow(/more than 16 answers with a status below 200/);
  });

  it.each([
    ['a head', '200 OK', 'x-a: b\r\n', /no answer came in time/],
    ['a chunk', '200 OK\r\nTransfer-Encoding: chunked\r\n', '5;', /nothing more came in time|is no HTTP/],
  ])('is not waited for where %s never ends', async (_, head, piece, message) => {
    const { client, place } = await startFaulty(on('GET', '/manifests/', () => drip(head, piece)));
    await expect(client.manifest(place, 'x')).rejects.toThrow(message);
  });

  it('whose type is none is told without one', async () => {
    const { client, place } = await startFaulty(
      on('GET', '/manifests/', () => ({ kind: 'headers', headers: { 'content-type': 'app/\u009b31m' } })),
    );
    expect(await client.manifest(place, 'x')).toMatchObject({ mediaType: '' });
  });

  it('whose list has something of any depth for a name is refused', async () => {
    const body = `{"tags":[${'['.repeat(200_000)}${']'.repeat(200_000)}]}`;
    const { client, place } = await startFaulty(on('GET', '/tags/', () => ({ kind: 'answer', status: 200, body })));
    const tags = async () => {
      for await (const tag of client.tags(place)) expect(tag).toBe('none');
    };
    await expect(tags()).rejects.toThrow(/the list has what is no name: an object/);
  });

  it('whose list of tags leads in a circle, to another host, or without end is refused', async () => {
    const list = (link: (count: number) => string, tags: (count: number) => unknown = () => ['a']) =>
      on('GET', '/tags/', (count) => ({
        kind: 'answer',
        status: 200,
        headers: { Link: `<${link(count)}>; rel="next"` },
        body: JSON.stringify({ tags: tags(count) }),
      }));
    const further = (count: number): string => `/v2/a/tags/list?last=${count}`;
    const tagsOf = async (plan: FaultPlan) => {
      const { client, place } = await startFaulty(plan, { limits: { ...limits, runImageNames: 50 } });
      for await (const tag of client.tags(place)) expect(tag).toMatch(/^a\d*$/);
    };
    await expect(tagsOf(list(() => '/v2/a/tags/list?last=a'))).rejects.toThrow(
      /the pages of the list lead in a circle/,
    );
    await expect(tagsOf(list(further))).rejects.toThrow(/the pages of the list lead in a circle/);
    await expect(tagsOf(list(further, () => []))).rejects.toThrow(/the pages of the list lead in a circle/);
    await expect(tagsOf(list(() => 'http://other.example/v2/a/tags/list'))).rejects.toThrow(
      /said to be at http:\/\/other.example\/v2\/a\/tags\/list, another host/,
    );
    await expect(tagsOf(list(further, (count) => [`a${count}`]))).rejects.toThrow(
      /runImageNames: the list goes on beyond it, and the limit is 50/,
    );
    await expect(tagsOf(list(() => '<'.repeat(9000)))).rejects.toThrow(/its Link has more than 8192 characters/);
    await expect(
      tagsOf(
        list(
          () => '/',
          () => ['../../etc'],
        ),
      ),
    ).rejects.toThrow(/the list has what is no name: ".*etc/);
    await expect(
      tagsOf(
        list(
          () => '/',
          () => 'a',
        ),
      ),
    ).rejects.toThrow(/expected JSON with a list of tags/);
  });
});
