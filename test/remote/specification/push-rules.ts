/** What the specification asks of clients that send blobs and manifests. */
import { expect } from 'vitest';
import { limits } from '../../../src/model/limits.js';
import { dockerManifestList, ociIndex } from '../../../src/model/media-type.js';
import { on, quick, startFaulty, type } from '../faulty-registry.js';
import {
  blob,
  bytes,
  chunkBytes,
  firstly,
  headersOf,
  isThere,
  json,
  nothing,
  type Rules,
  requests,
  send,
} from './sending.js';

export const pushRules: Rules = {
  'an upload begins with `Content-Length: 0`': async () => {
    // The registry refuses another.
    const made = await startFaulty(nothing, { chunkBytes });
    const to = { ...made.place, repository: 'b' };
    await made.client.mountBlob(to, made.blob.digest, 'a');
    await send(made);
    expect(headersOf(made, 'POST', 'content-length')).toEqual(['0', '0']);
  },
  '`Location` is used as it came, path or address, query and all': async () => {
    for (const absoluteLocations of [false, true]) {
      const made = await startFaulty(nothing, { chunkBytes }, { absoluteLocations });
      await send(made);
      const [first = ''] = made.proxy.seen.flatMap(({ method, path }) => (method === 'PATCH' ? [path] : []));
      expect(first).toMatch(/\?_state=[0-9a-f-]{36}%3D%2f\+&&a=a$/);
      expect(isThere(made)).toBe(true);
    }
    const bare = await startFaulty(
      on('POST', '', () => ({ kind: 'answer', status: 202, headers: { Location: 'elsewhere' } })),
    );
    await expect(send(bare)).rejects.toMatchObject({ status: 404 });
    expect(bare.proxy.seen.at(-1)?.path).toMatch(/^\/v2\/a\/blobs\/uploads\/elsewhere/);
    expect(bare.proxy.seen.find(({ method }) => method === 'PUT')?.path).toMatch(/elsewhere\?digest=sha256%3A/);
  },
  'chunks come in order, and say which they are': async () => {
    const made = await startFaulty(nothing, { chunkBytes });
    await send(made);
    expect(headersOf(made, 'PATCH', 'content-range')).toEqual(['0-99999', '100000-199999', '200000-200000']);
    expect(headersOf(made, 'PATCH', 'content-length')).toEqual(['100000', '100000', '1']);
    expect(new Set(headersOf(made, 'PATCH', 'content-type'))).toEqual(new Set(['application/octet-stream']));
  },
  'chunks are no smaller than `OCI-Chunk-Min-Length`': async () => {
    const made = await startFaulty(nothing, { chunkBytes: 50_000 }, { minChunkBytes: 150_000 });
    await send(made);
    expect(headersOf(made, 'PATCH', 'content-range')).toEqual(['0-149999', '150000-200000']);
  },
  'each request goes to the last `Location`': async () => {
    // The registry knows no other than the last one that it has told.
    const made = await startFaulty(firstly(nothing, 'PATCH', { kind: 'lost-answer' }), { chunkBytes });
    await send(made);
    expect(requests(made).filter((request) => /^(?:PATCH|GET 204|PUT)/.test(request))).toEqual([
      'GET 204',
      'PATCH 202',
      'PATCH 202',
      'PUT 201',
    ]);
    expect(isThere(made)).toBe(true);
  },
  'an upload is closed by `PUT` with the digest of all of it': async () => {
    for (const [most, length] of [
      [chunkBytes, 0],
      [bytes.length, bytes.length],
    ] as const) {
      const made = await startFaulty(nothing, { chunkBytes: most });
      await send(made);
      const put = made.proxy.seen.find(({ method }) => method === 'PUT');
      expect(put?.path).toContain(`&digest=${encodeURIComponent(blob.digest)}`);
      expect(put?.headers['content-length']).toBe(String(length));
    }
  },
  'after 416 it is asked where the upload stands': async () => {
    const once = await startFaulty(firstly(nothing, 'PATCH', { kind: 'answer', status: 416 }), { chunkBytes });
    await send(once);
    const inOrder = ['POST 202', 'PATCH 416', 'HEAD 404', 'GET 204', 'PATCH 202', 'PATCH 202', 'PATCH 202', 'PUT 201'];
    expect(requests(once).slice(1)).toEqual(inOrder);
    let left = 2;
    const twice = await startFaulty(
      (method, _, count) => {
        if (method !== 'PATCH' || count === 0 || left === 0) return null;
        left -= 1;
        return { kind: 'answer', status: 416 };
      },
      { chunkBytes },
    );
    await send(twice);
    expect(requests(twice).filter((request) => /POST|DELETE/.test(request))).toEqual([
      'POST 202',
      'DELETE 204',
      'POST 202',
    ]);
    expect(isThere(twice)).toBe(true);
  },
  'an upload that is given up is cancelled': async () => {
    const decided = await startFaulty(
      (method, _, count) => {
        if (method === 'PATCH' && count === 1) return { kind: 'answer', status: 403 };
        return method === 'DELETE' ? { kind: 'answer', status: 500 } : null;
      },
      { chunkBytes },
    );
    await expect(send(decided)).rejects.toMatchObject({ status: 403 });
    expect(requests(decided).slice(-2)).toEqual(['PATCH 403', 'DELETE 500']);
    const damaged = await startFaulty(nothing, { chunkBytes });
    const sending = damaged.client.putBlob(damaged.place, blob, async function* (offsetBytes) {
      yield bytes.subarray(offsetBytes, 150_000);
      if (offsetBytes > 0) throw new Error('damaged here');
    });
    await expect(sending).rejects.toThrow('damaged here');
    expect(requests(damaged).at(-1)).toBe('DELETE 204');
    expect(headersOf(damaged, 'PATCH', 'content-range')).toEqual(['0-99999', '100000-199999']);
    const silent = await startFaulty(
      on('PATCH', '', () => ({ kind: 'raw', bytes: '' })),
      { chunkBytes },
    );
    await expect(send(silent)).rejects.toThrow(/tried 3 times/);
    expect(silent.proxy.seen.some(({ method }) => method === 'DELETE')).toBe(false);
  },
  'where a mount began an upload, that is gone on with': async () => {
    const made = await startFaulty(nothing, { chunkBytes }, { mounts: false });
    for (const from of ['b', 'c']) expect(await made.client.mountBlob(made.place, blob.digest, from)).toBe(false);
    await send(made);
    expect(requests(made).filter((request) => /POST|DELETE/.test(request))).toEqual([
      'POST 202',
      'POST 202',
      'DELETE 204',
    ]);
    const refusing = await startFaulty((_, path) => (path.includes('mount=') ? { kind: 'answer', status: 403 } : null));
    expect(await refusing.client.mountBlob(refusing.place, blob.digest, 'b')).toBe(false);
    await send(refusing);
    expect(isThere(refusing)).toBe(true);
  },
  '`Content-Type` of a manifest is its `mediaType`, without parameters': async () => {
    const { client, place } = await startFaulty(nothing);
    const index = json({ mediaType: ociIndex, manifests: [] });
    await client.putManifest(place, 'y', index, dockerManifestList);
    expect(await client.manifest(place, 'y')).toMatchObject({ mediaType: ociIndex });
    await client.putManifest(place, 'z', json({}), type);
    expect(await client.manifest(place, 'z')).toMatchObject({ mediaType: type });
  },
  'manifests of 4 MB go to a registry': async () => {
    const { client, place } = await startFaulty(nothing, { timing: { ...quick, timeoutMs: 5000 } });
    const empty = json({ annotations: { a: '' } });
    const large = json({ annotations: { a: 'x'.repeat(4 * 1024 * 1024 - empty.length) } });
    await client.putManifest(place, 'large', large, type);
    expect((await client.manifest(place, 'large'))?.bytes.equals(large)).toBe(true);
    expect(limits.documentBytes).toBeGreaterThan(large.length);
  },
};
