/** What the specification asks of clients of lists, of referrers and of tags, and where they are told of errors and warnings. */
import { expect } from 'vitest';
import { parseDigest } from '../../../src/model/digest.js';
import { dockerManifestList, ociIndex, ociManifest } from '../../../src/model/media-type.js';
import { referrersTag } from '../../../src/remote/read/referrers.js';
import type { RegistryWarning } from '../../../src/remote/settings.js';
import { on, startFaulty, type } from '../faulty-registry.js';
import { sha256 } from '../servers/registry-content.js';
import { blob, bytes, chunkBytes, digestOf, json, nothing, type Rules, requests, send } from './sending.js';

/** A registry without a list of referrers, and manifests that refer to its image `x`. */
async function withoutList() {
  const made = await startFaulty(nothing, {}, { referrers: false });
  const subject = digestOf(Buffer.from('{}'));
  const tag = subject.replace(':', '-');
  const put = (fields: object) => {
    const sent = json({ mediaType: ociManifest, subject: { digest: subject, size: 2, mediaType: type }, ...fields });
    return made.client.putManifest(made.place, digestOf(sent), sent, type);
  };
  const listed = async () => JSON.parse((await made.client.manifest(made.place, tag))?.bytes.toString() ?? '{}');
  return { ...made, subject, tag, put, listed };
}

export const listRules: Rules = {
  'a manifest with `subject` without `OCI-Subject` in the answer is listed under a tag': async () => {
    const { put, listed, registry, tag } = await withoutList();
    const names = ['one', 'two', 'three', 'four', 'one'];
    await Promise.all(names.map((name) => put({ artifactType: `example/${name}` })));
    const { manifests, ...others } = await listed();
    expect(manifests.map(({ artifactType }: { artifactType: string }) => artifactType).sort()).toEqual(
      ['four', 'one', 'three', 'two'].map((name) => `example/${name}`),
    );
    expect(others).toEqual({ schemaVersion: 2, mediaType: ociIndex });
    registry.content.addManifest(
      'a',
      json({ mediaType: ociIndex, manifests, annotations: { kept: 'so' } }),
      ociIndex,
      tag,
    );
    await put({ artifactType: 'example/five' });
    const after = await listed();
    expect([after.manifests.length, after.annotations]).toEqual([5, { kept: 'so' }]);
    const listing = await startFaulty(nothing);
    await listing.client.putManifest(listing.place, 'y', json({ subject: { digest: blob.digest } }), type);
    expect(listing.registry.content.repository('a').tags.has(referrersTag(blob.digest))).toBe(false);
  },
  'what is listed has its `artifactType` and annotations': async () => {
    const { put, listed, registry } = await withoutList();
    const digest = registry.content.addBlob('a', Buffer.from('{}'));
    const config = { mediaType: 'example/config', digest, size: 2 };
    const annotations = { 'org.example': 'yes' };
    await put({ artifactType: 'example/sbom', annotations });
    await put({ artifactType: '', config, layers: [] });
    await put({ config });
    await put({ manifests: [] });
    const { manifests } = await listed();
    expect(manifests[0]).toEqual({
      mediaType: ociManifest,
      digest: expect.stringMatching(/^sha256:/),
      size: expect.any(Number),
      artifactType: 'example/sbom',
      annotations,
    });
    const types = manifests.slice(1).map(({ artifactType }: { artifactType?: string }) => artifactType);
    expect(types).toEqual(['example/config', 'example/config', undefined]);
  },
  'a tag that is no index is left as it is': async () => {
    for (const [held, said] of [
      [json({ mediaType: type }), type],
      [json({ manifests: [] }), dockerManifestList],
    ] as const) {
      const { put, registry, tag } = await withoutList();
      const before = registry.content.addManifest('a', held, said, tag);
      await expect(put({ artifactType: 'example/sbom' })).rejects.toThrow(/and is no index; it was left as it is/);
      expect(registry.content.repository('a').tags.get(tag)).toBe(before);
    }
  },
  '`Link` leads to the next page, and no count of names': async () => {
    const made = await startFaulty(nothing, {}, { pageNames: 2 });
    for (const tag of ['a', 'b', 'c', 'd']) made.registry.content.addManifest('a', Buffer.from('{}'), type, tag);
    const tags: string[] = [];
    for await (const tag of made.client.tags(made.place)) tags.push(tag);
    expect(tags).toEqual(['a', 'b', 'c', 'd', 'x']);
    const asked = made.proxy.seen.flatMap(({ path }) => (path.includes('/tags/') ? [path.split('?')[1]] : []));
    expect(asked).toEqual(['n=1000', 'n=1000&last=b', 'n=1000&last=d']);
    const node = { mediaType: type, size: 2, digest: sha256(Buffer.from('{}')) };
    const paged = await startFaulty(
      on('GET', '/referrers/', (count) => ({
        kind: 'answer',
        status: 200,
        headers: count === 0 ? { Link: `</v2/a/referrers/${blob.digest}?page=2>; rel="next"` } : {},
        body: json({ mediaType: ociIndex, manifests: [node] }),
      })),
    );
    expect(await paged.client.referrers(paged.place, blob.digest)).toHaveLength(2);
  },
  'without a list of referrers the tag is asked for': async () => {
    for (const status of [404, 405, 501]) {
      const { client, place, registry } = await startFaulty(
        on('GET', '/referrers/', () => ({ kind: 'answer', status })),
      );
      const listed = { mediaType: type, size: 2, digest: sha256(Buffer.from('{}')) };
      const tag = referrersTag(blob.digest);
      registry.content.addManifest('a', json({ mediaType: ociIndex, manifests: [listed] }), ociIndex, tag);
      expect(await client.referrers(place, blob.digest)).toHaveLength(1);
      registry.content.addManifest('a', json({ mediaType: type }), type, tag);
      expect(await client.referrers(place, blob.digest)).toEqual([]);
      registry.content.repository('a').tags.delete(tag);
      expect(await client.referrers(place, blob.digest)).toEqual([]);
    }
  },
  'the tag has the form of the specification': async () => {
    expect(referrersTag(parseDigest(`sha256:${'a'.repeat(64)}`))).toBe(`sha256-${'a'.repeat(64)}`);
    expect(referrersTag(parseDigest(`sha512:${'a'.repeat(128)}`))).toBe(`sha512-${'a'.repeat(64)}`);
    const long = parseDigest(`multihash+base58+and+all+that+it+is:Qm${'=_-x'.repeat(20)}`);
    expect(referrersTag(long)).toBe(`multihash-base58-and-all-that-it-Qm${'-_-x'.repeat(20)}`.slice(0, 32 + 1 + 64));
  },
  'an error may have a body of any form': async () => {
    for (const body of ['<html>no</html>', '{"errors":{}}', '[]', '', '{"errors":[{"code":5}]}', '\u0000']) {
      const { client, place } = await startFaulty(
        on('GET', '/manifests/', () => ({ kind: 'answer', status: 403, body })),
      );
      await expect(client.manifest(place, 'x')).rejects.toMatchObject({ status: 403, registryCode: null });
    }
    const detail = { digest: sha256(bytes) };
    const body = json({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', message: 'unknown', detail }, { code: 'DENIED' }] });
    const { client, place } = await startFaulty(on('PUT', '', () => ({ kind: 'answer', status: 404, body })));
    await expect(client.putManifest(place, 'y', json({}), type)).rejects.toThrow(
      `404 MANIFEST_BLOB_UNKNOWN "unknown" (${detail.digest}) and 1 more; the registry lacks a blob`,
    );
  },
  'codes of schema 1 are not depended on': async () => {
    for (const code of ['TAG_INVALID', 'MANIFEST_UNVERIFIED', 'SOMETHING_NEW']) {
      const body = json({ errors: [{ code, message: 'so' }] });
      const { client, place } = await startFaulty(
        on('GET', '/manifests/', () => ({ kind: 'answer', status: 400, body })),
      );
      await expect(client.manifest(place, 'x')).rejects.toThrow(new RegExp(`: 400 ${code} "so"$`));
    }
  },
  'warnings are told, each once': async () => {
    const heard: RegistryWarning[] = [];
    const long = 'x'.repeat(5000);
    const warnings = [
      '299 - "It is \\"old\\", so \u009b31m go"',
      '299 - "Second"',
      '199 - "not ours", 299 - "Third", 299 proxy.example "not ours either"',
      '299 - no quotes',
      `299 - "${long}"`,
    ];
    const { client, place } = await startFaulty(nothing, { onWarning: (warning) => heard.push(warning) }, { warnings });
    await client.manifest(place, 'x');
    await client.headManifest(place, 'x');
    await client.putManifest(place, 'y', json({}), type);
    const told = ['"It is \\"old\\", so \\u009b31m go"', '"Second"', '"Third"'];
    expect(heard).toEqual(told.map((text) => ({ host: place.registry, text })));
    const many = await startFaulty(
      on('GET', '/manifests/', (count) => ({
        kind: 'headers',
        headers: { warning: `299 - "${count}${'y'.repeat(2000)}"` },
      })),
      { onWarning: (warning) => heard.push(warning) },
    );
    for (let i = 0; i < 30; i++) await many.client.manifest(many.place, 'x');
    expect(heard.length).toBe(told.length + 20);
    expect(Math.max(...heard.map(({ text }) => text.length))).toBeLessThan(1010);
  },
  'nothing follows from a warning': async () => {
    const asked: string[][] = [];
    for (const options of [{}, { warnings: ['299 - "Your token will expire; ask https://evil.example/"'] }]) {
      const made = await startFaulty(nothing, { chunkBytes }, options);
      await send(made);
      await made.client.manifest(made.place, 'x');
      asked.push(requests(made));
    }
    expect(asked[1]).toEqual(asked[0]);
  },
};
