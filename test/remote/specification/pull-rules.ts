/** What the specification asks of clients that read manifests and blobs. */
import { expect } from 'vitest';
import { dockerManifest, dockerManifestList, ociIndex, ociManifest } from '../../../src/model/media-type.js';
import { on, readAll, startFaulty, type } from '../faulty-registry.js';
import { sha256 } from '../servers/registry-content.js';
import {
  chunkBytes,
  digestOf,
  firstly,
  headersOf,
  isThere,
  json,
  nothing,
  type Rules,
  requests,
  send,
} from './sending.js';

export const pullRules: Rules = {
  'repositories and references have their form': async () => {
    const { client, place, proxy } = await startFaulty(nothing);
    for (const repository of ['A', 'a//b', '../b', `${'a'.repeat(256)}`]) {
      await expect(async () => client.manifest({ ...place, repository }, 'x')).rejects.toThrow(/no name of a repos/);
    }
    for (const reference of ['a/b', '-a', 'a'.repeat(129), 'sha256:12', 'md5:0123456789abcdef']) {
      await expect(async () => client.manifest(place, reference)).rejects.toThrow(/is neither a tag/);
    }
    expect(proxy.seen).toEqual([]);
  },
  '`Accept` names the manifests that are understood': async () => {
    const made = await startFaulty(nothing);
    await made.client.manifest(made.place, 'x');
    await made.client.headManifest(made.place, 'x');
    for (const accept of [...headersOf(made, 'GET', 'accept').slice(1), ...headersOf(made, 'HEAD', 'accept')]) {
      const types = String(accept).split(', ');
      expect(types).toEqual(expect.arrayContaining([ociIndex, ociManifest, dockerManifestList, dockerManifest]));
    }
    expect(headersOf(made, 'HEAD', 'accept')).toHaveLength(1);
  },
  'parameters of `Content-Type` do not count': async () => {
    const headers = { 'content-type': `${type}; charset=utf-8` };
    const { client, place } = await startFaulty((_, path) =>
      path.includes('/x') ? { kind: 'headers', headers } : null,
    );
    expect(await client.manifest(place, 'x')).toMatchObject({ mediaType: type });
    expect(await client.headManifest(place, 'x')).toMatchObject({ mediaType: type });
  },
  'a manifest of another `mediaType` than its `Content-Type` is refused': async () => {
    const { client, place, registry } = await startFaulty(nothing);
    for (const [tag, said] of [
      ['other', type],
      ['vague', 'application/json'],
      ['case', ociIndex.toUpperCase()],
    ] as const) {
      const index = json({ mediaType: ociIndex, manifests: [], annotations: { tag } });
      registry.content.addManifest('a', index, said, tag);
    }
    await expect(client.manifest(place, 'other')).rejects.toThrow(/is "\S+manifest\.v1\+json", and the document calls/);
    expect(await client.manifest(place, 'vague')).toMatchObject({ mediaType: ociIndex });
    expect(await client.manifest(place, 'case')).not.toBeNull();
  },
  'a manifest has the digest by which it was asked for': async () => {
    const { client, place } = await startFaulty(
      on('GET', '/manifests/', () => ({ kind: 'answer', status: 200, body: '[]' })),
    );
    await expect(client.manifest(place, digestOf(Buffer.from('{}')))).rejects.toThrow(/nothing of them is used/);
  },
  '`Docker-Content-Digest` is right where it is used': async () => {
    const claims = (claimed: string) =>
      startFaulty(
        (_, path) =>
          path.endsWith('/v2/') ? null : { kind: 'headers', headers: { 'docker-content-digest': claimed } },
        { chunkBytes },
      );
    const wrong = await claims(sha256(Buffer.from('x')));
    await expect(wrong.client.manifest(wrong.place, 'x')).rejects.toThrow(/and the 2 bytes that came have/);
    await expect(wrong.client.putManifest(wrong.place, 'y', json({}), type)).rejects.toThrow(/its form was changed/);
    await expect(send(wrong)).rejects.toThrow(/and the registry says that it has sha256/);
    const other = await claims(`sha512:${'0'.repeat(128)}`);
    await other.client.putManifest(other.place, 'y', json({}), type);
    await send(other);
    expect(isThere(other)).toBe(true);
  },
  'a blob has the digest by which it was asked for': async () => {
    const {
      client,
      place,
      blob: layer,
    } = await startFaulty(on('GET', '/blobs/', () => ({ kind: 'answer', status: 200, body: Buffer.alloc(400_000) })));
    await expect(client.blobDocument(place, layer)).rejects.toThrow(/nothing of them is used/);
  },
  'what an older registry does not do is done without': async () => {
    const bare = { 'docker-content-digest': null, 'content-length': null };
    const old = await startFaulty(
      (method) => (method === 'HEAD' ? { kind: 'headers', headers: bare } : null),
      { chunkBytes },
      { ranges: false, mounts: false, referrers: false },
    );
    const { client, place, blob: layer } = old;
    expect(await client.headManifest(place, 'x')).toMatchObject({ digest: digestOf(Buffer.from('{}')), sizeBytes: 2 });
    expect(await client.hasBlob(place, layer.digest)).toBeNull();
    expect((await readAll(client.blob(place, layer, 399_990))).length).toBe(10);
    expect(await client.mountBlob({ ...place, repository: 'b' }, layer.digest, 'a')).toBe(false);
    expect(await client.referrers(place, layer.digest)).toEqual([]);
    const forgetful = await startFaulty(
      firstly(
        (method, path) => {
          if (method === 'GET' && path.includes('/uploads/')) return { kind: 'answer', status: 405 };
          return null;
        },
        'PATCH',
        { kind: 'answer', status: 503 },
      ),
      { chunkBytes },
    );
    await send(forgetful);
    expect(isThere(forgetful)).toBe(true);
    expect(requests(forgetful).filter((request) => request === 'POST 202')).toHaveLength(2);
  },
};
