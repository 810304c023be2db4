/** One body read by position: its digests, and what is inside, against the same bytes hashed by hand. */

import { truncateSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../src/model/limits.js';
import { stop } from '../../src/observe/control.js';
import { Expansion } from '../../src/observe/expansion.js';
import { engines, Hashers } from '../../src/observe/hasher.js';
import type { BlobObservation, LayerObservation } from '../../src/observe/observation.js';
import { BlobReader, compressedChunkBytes, observeBlob } from '../../src/observe/observe-blob.js';
import { observeBytes } from '../../src/observe/observe-bytes.js';
import { chunkBytes, stepBytes } from '../../src/observe/work-context.js';
import { file, flipByte, gzip, rawTar, seededRandom, xz, zstd } from '../helpers/archive-builder.js';
import { range, sweep } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { bzip2 } from '../scan/bzip2-writer.js';
import { blobJob, sha256, sha512, workerContext } from './jobs.js';

const { writeFile } = temporaryFolder();
const noise = seededRandom(11).bytes(stepBytes + chunkBytes + 100);
const layerTar = rawTar([file('a', seededRandom(12).bytes(3000)), file('b', 'x'), file('zeros', Buffer.alloc(20_000))]);

const compressions = {
  none: (content: Buffer) => content,
  gzip: (content: Buffer) => gzip(content, { members: 3 }),
  zstd: (content: Buffer) => zstd(content, { frames: 2, skippable: [Buffer.from('toc')] }),
  xz,
  bzip2,
};

function observe(content: Buffer, facts: Parameters<typeof blobJob>[2] = {}, engine: 'node' | 'noble' = 'node') {
  const path = writeFile('body', content);
  return observeBlob(blobJob(path, content.length, facts), workerContext(engine));
}

describe('the observation of a body', () => {
  const edges = [0, 1, 511, 512, 513, 128 * 1024, chunkBytes, 2 * chunkBytes, stepBytes, stepBytes + chunkBytes];
  const sizes = [...new Set(edges.flatMap((edge) => [edge - 1, edge, edge + 1]))].filter((size) => size >= 0);

  it.each(sizes)('of %d bytes has the digest of its bytes', async (sizeBytes) => {
    const content = noise.subarray(0, sizeBytes);
    expect(await observe(content, { algorithms: ['sha256', 'sha512'] })).toEqual({
      digests: { sha256: sha256(content), sha512: sha512(content) },
      storedBytes: sizeBytes,
      compression: null,
      layer: null,
    });
  });

  it.each(engines)('has the same digests by the engine %s', async (engine) => {
    const content = noise.subarray(0, chunkBytes + 77);
    const { digests } = await observe(content, { algorithms: ['sha512', 'sha256'] }, engine);
    expect(digests).toEqual({ sha256: sha256(content), sha512: sha512(content) });
  });

  it('is what lies between its offset and its end, and not what lies around it', async () => {
    const path = writeFile('inside', noise);
    for (const [offsetBytes, sizeBytes] of [
      [0, 10],
      [512, 0],
      [777, chunkBytes],
      [noise.length - 3, 3],
    ] as const) {
      const { digests } = await observeBlob(blobJob(path, sizeBytes, { offsetBytes }), workerContext());
      expect(digests.sha256).toBe(sha256(noise.subarray(offsetBytes, offsetBytes + sizeBytes)));
    }
  });

  it('has only the digests that were asked for', async () => {
    expect(Object.keys((await observe(Buffer.from('x'), { algorithms: ['sha512'] })).digests)).toEqual(['sha512']);
  });

  it('leaves nothing in the buffer that the next one could be mistaken for', async () => {
    const context = workerContext();
    const long = writeFile('long', noise.subarray(0, chunkBytes));
    const short = writeFile('short', 'short');
    await observeBlob(blobJob(long, chunkBytes), context);
    const { digests } = await observeBlob(blobJob(short, 5, { layer: ['sha256'] }), context);
    expect(digests.sha256).toBe(sha256(Buffer.from('short')));
  });
});

describe('a body that cannot be read', () => {
  it.each([
    ['cut while it waited', (path: string) => truncateSync(path, chunkBytes + 5)],
    ['emptied', (path: string) => truncateSync(path, 0)],
  ])('throws input-unreadable where its file was %s', async (_, change) => {
    const path = writeFile('shrinking', noise.subarray(0, 2 * chunkBytes));
    change(path);
    await expect(observeBlob(blobJob(path, 2 * chunkBytes), workerContext())).rejects.toMatchObject({
      code: 'input-unreadable',
      message: expect.stringContaining(path),
    });
  });

  it('throws input-unreadable where its file is gone', async () => {
    await expect(observeBlob(blobJob('/nowhere/at/all', 1), workerContext())).rejects.toMatchObject({
      code: 'input-unreadable',
    });
  });

  it('throws interrupted after a step once a stop was asked for', async () => {
    const context = workerContext();
    stop(context.control);
    const path = writeFile('stopped', noise);
    await expect(observeBlob(blobJob(path, noise.length), context)).rejects.toMatchObject({ code: 'interrupted' });
    expect(Number(context.control.doneBytes[0])).toBe(stepBytes);
  });
});

describe.each(Object.entries(compressions))('a layer stored as %s', (name, compress) => {
  const stored = compress(layerTar);
  const look = { layer: ['sha256', 'sha512'] as const };
  const tar = {
    entries: 3,
    problem: null,
    disagreements: [],
    duplicatePath: null,
    pathsUnchecked: false,
    endBlocks: true,
    trailingData: false,
  };

  it('has the digest of its stored bytes, the diffID of its tar, and what the tar holds', async () => {
    const diffIds = { sha256: sha256(layerTar), sha512: sha512(layerTar) };
    expect(await observe(stored, look)).toEqual({
      digests: name === 'none' ? diffIds : { sha256: sha256(stored) },
      storedBytes: stored.length,
      compression: name,
      layer: { ok: true, diffIds, sizeBytes: layerTar.length, tar },
    });
  });

  it('is the same by the engine noble', async () => {
    expect(await observe(stored, look, 'noble')).toEqual(await observe(stored, look));
  });

  it('is the same in pieces of every size', async () => {
    const whole = await observe(stored, look);
    const context = workerContext();
    for (const pieceBytes of [512, 513, 700, 4096]) {
      const reader = await BlobReader.open(
        stored.subarray(0, 512),
        { algorithms: ['sha256'], probes: [], ...look },
        context,
        new Expansion(limits),
      );
      for (let at = 0; at < stored.length; at += pieceBytes) await reader.write(stored.subarray(at, at + pieceBytes));
      expect(await reader.finish()).toEqual(whole);
    }
  });
});

describe.each(Object.entries(compressions).filter(([name]) => name !== 'none'))(
  'a damaged layer stored as %s',
  (_, compress) => {
    const stored = compress(layerTar);
    const layerOf = async (content: Buffer): Promise<{ layer: LayerObservation | null; whole: BlobObservation }> => {
      const whole = await observe(content, { layer: ['sha256'] });
      return { layer: whole.layer, whole };
    };

    it('still has the digest of its stored bytes, and says that and where it cannot be decoded', async () => {
      for (const damaged of [stored.subarray(0, stored.length >> 1), stored.subarray(0, -1)]) {
        const { layer, whole } = await layerOf(damaged);
        expect(whole.digests).toEqual({ sha256: sha256(damaged) });
        expect(whole.storedBytes).toBe(damaged.length);
        expect(layer).toEqual({ ok: false, limit: false, detail: expect.any(String), offsetBytes: expect.any(Number) });
      }
    });

    it('never has the diffID of the good one, whichever byte is flipped', async () => {
      for (const at of sweep(range(0, stored.length, Math.ceil(stored.length / 97)), 12)) {
        const { layer, whole } = await layerOf(flipByte(stored, at, 0x10));
        expect(whole.digests.sha256).not.toBe(sha256(stored));
        expect(JSON.stringify(layer), `byte ${at}`).not.toContain(sha256(layerTar));
      }
    });

    it('is no layer where something else follows it', async () => {
      const { layer } = await layerOf(Buffer.concat([stored, Buffer.from('garbage')]));
      expect(layer).toMatchObject({ ok: false, limit: false });
    });
  },
);

describe('the observation of a layer', () => {
  it('that is uncompressed is hashed once for both digests, a compressed one once for each', async () => {
    const update = vi.spyOn(Hashers.prototype, 'update');
    const hashedBytes = async (content: Buffer): Promise<number> => {
      update.mockClear();
      await observe(content, { algorithms: ['sha256'], layer: ['sha256'] });
      return update.mock.calls.reduce((sum, [bytes]) => sum + bytes.length, 0);
    };
    const stored = gzip(layerTar);
    expect(await hashedBytes(layerTar)).toBe(layerTar.length);
    expect(await hashedBytes(stored)).toBe(stored.length + layerTar.length);
    update.mockRestore();
  });

  it('that is empty is an empty tar without end blocks', async () => {
    expect(await observe(Buffer.alloc(0), { layer: ['sha256'] })).toMatchObject({
      compression: 'none',
      layer: { ok: true, sizeBytes: 0, tar: { entries: 0, problem: null, endBlocks: false } },
    });
  });

  it('that is no tar has its digests and the place where it is none', async () => {
    const content = Buffer.from('{"not":"a tar"}'.repeat(100));
    expect(await observe(content, { layer: ['sha256'] })).toMatchObject({
      digests: { sha256: sha256(content) },
      layer: { ok: true, tar: { entries: 0, problem: { offsetBytes: 0 } } },
    });
  });

  it('that unfolds a thousandfold is followed as far as the limits let it', async () => {
    const bomb = gzipSync(Buffer.alloc(4 * 1024 ** 2), { level: 9 });
    const run = async (freeExpansionBytes: number, expansionRatio: number) => {
      const context = workerContext('node', { freeExpansionBytes, expansionRatio });
      const path = writeFile('bomb', bomb);
      return observeBlob(blobJob(path, bomb.length, { layer: ['sha256'] }), context);
    };
    const ratio = (4 * 1024 ** 2) / bomb.length;
    expect(await run(4 * 1024 ** 2, 1)).toMatchObject({ layer: { ok: true } });
    expect(await run(0, ratio + 1)).toMatchObject({ layer: { ok: true } });
    expect(await run(1024 ** 2, 10)).toEqual({
      digests: { sha256: sha256(bomb) },
      storedBytes: bomb.length,
      compression: 'gzip',
      layer: {
        ok: false,
        limit: true,
        detail: expect.stringContaining('expansionRatio'),
        offsetBytes: expect.any(Number),
      },
    });
  });
});

it('bytes in memory have the digest that they have in a file', async () => {
  const content = Buffer.from('document');
  expect(observeBytes(content, ['sha256', 'sha512'], 'node')).toEqual(
    await observe(content, { algorithms: ['sha256', 'sha512'] }),
  );
});

describe('a gzip layer that is read in many pieces', () => {
  const inside = rawTar([file('a', seededRandom(13).bytes(900_000)), file('b', 'x')]);
  const stored = gzip(inside, { members: 2 });
  const job = { ...blobJob('nowhere', stored.length), layer: ['sha256'] as const };

  /** A source of these bytes, and the memory that it was asked to read to. */
  function sourceOf(isLate: boolean, longest: number) {
    const places = new Set<ArrayBufferLike>();
    const read = (target: Buffer, at: number): number | Promise<number> => {
      places.add(target.buffer);
      const n = stored.copy(target, 0, at, Math.min(stored.length, at + longest));
      return isLate ? Promise.resolve(n) : n;
    };
    const source = { sizeBytes: stored.length, seekable: true as const, read, identity: () => null, close: () => {} };
    return { source, places };
  }

  it.each([compressedChunkBytes, 100_000, 4096, 70])('is the same however long they are: %i bytes', async (longest) => {
    for (const isLate of [false, true]) {
      const observed = await observeBlob(job, workerContext(), sourceOf(isLate, longest).source);
      expect(observed.digests).toEqual({ sha256: sha256(stored) });
      expect(observed.layer).toMatchObject({ ok: true, diffIds: { sha256: sha256(inside) }, sizeBytes: inside.length });
    }
  });

  it('is read to where its decoder takes it, but by nobody who has to wait: that may be the place of another by then', async () => {
    const [atOnce, late] = [sourceOf(false, 100_000), sourceOf(true, 100_000)];
    for (const { source } of [atOnce, late]) await observeBlob(job, workerContext(), source);
    expect([atOnce.places.size, late.places.size]).toEqual([2, 1]);
  });

  it('has damage told to the piece of 256 KiB in which it is, whatever reads it', async () => {
    for (const place of [1000, 300_000, 600_000]) {
      const offsetBytes = place - (place % (256 * 1024));
      const changed = Buffer.concat([stored.subarray(0, place), Buffer.alloc(64, 0xff), stored.subarray(place + 64)]);
      const { layer } = await observe(changed, { layer: ['sha256'] });
      expect(layer).toMatchObject({ ok: false, limit: false });
      expect((layer as { offsetBytes: number }).offsetBytes).toBeGreaterThanOrEqual(offsetBytes);
      expect((layer as { offsetBytes: number }).offsetBytes % (256 * 1024)).toBe(0);
    }
  });
});
