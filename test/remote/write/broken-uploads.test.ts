/** Blobs that are sent over ways that break. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseDigest } from '../../../src/model/digest.js';
import { closeAfterEach, on, startFaulty } from '../faulty-registry.js';
import type { FaultPlan } from '../servers/fault-proxy.js';
import { sha256 } from '../servers/registry-content.js';

closeAfterEach();

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
    const { client, place, registry } = await startFaulty(plan, { chunkBytes });
    const blob = { digest: parseDigest(sha256(bytes)), sizeBytes: bytes.length };
    await client.putBlob(place, blob, opened(bytes));
    expect(registry.content.repository('a').blobs.get(blob.digest)?.equals(bytes)).toBe(true);
    expect(broken).toBeGreaterThan(0);
  });

  it.each(['PATCH', 'PUT'])('is begun anew where the registry has forgotten the upload at its %s', async (method) => {
    const bytes = randomBytes(250_000);
    const body = JSON.stringify({ errors: [{ code: 'BLOB_UPLOAD_UNKNOWN', message: 'gone' }] });
    let forgotten = 0;
    const { client, place, registry, asked } = await startFaulty(
      (m) => {
        if (m !== method) return null;
        forgotten += 1;
        return forgotten === 1 ? { kind: 'answer', status: 404, body } : null;
      },
      { chunkBytes },
    );
    const blob = { digest: parseDigest(sha256(bytes)), sizeBytes: bytes.length };
    await client.putBlob(place, blob, opened(bytes));
    expect(registry.content.repository('a').blobs.get(blob.digest)?.equals(bytes)).toBe(true);
    expect([asked('POST', ''), asked('DELETE', '')]).toEqual([2, 0]);
  });

  it('is sent again from its start where it goes in one request', async () => {
    const bytes = randomBytes(90_000);
    let puts = 0;
    const { client, place, registry } = await startFaulty(
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
    const { client, place } = await startFaulty(
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
