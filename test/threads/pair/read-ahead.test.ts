/** What one thread reads for another: every piece once and in order, ahead by as many as there are places, and nobody waits in vain. */
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { VarveError } from '../../../src/model/error.js';
import type { ByteSource } from '../../../src/sources/byte-source.js';
import { piecesRead, ReadAhead } from '../../../src/threads/pair/read-ahead.js';
import { closeRelay, createRelay, isRelayClosed, storedPlaces } from '../../../src/threads/pair/relay.js';
import { seededRandom } from '../../helpers/archive-builder.js';

const go = { checkStop: () => {} };
const chunkBytes = 1024;

/** A source over these bytes, and how many of them were read. */
function sourceOf(
  bytes: Buffer,
  failAt = Number.POSITIVE_INFINITY,
): ByteSource & { readBytes: number; closed: boolean } {
  return {
    sizeBytes: bytes.length,
    seekable: true,
    readBytes: 0,
    closed: false,
    read(target, positionBytes) {
      if (positionBytes >= failAt) throw new VarveError('input-unreadable', 'gone');
      const length = bytes.copy(target, 0, positionBytes, positionBytes + target.length);
      this.readBytes += length;
      return length;
    },
    identity: () => null,
    close() {
      this.closed = true;
    },
  };
}

async function allOf(source: ByteSource): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  for (;;) {
    const target = Buffer.alloc(chunkBytes);
    const length = await source.read(target, 0);
    if (length === 0) return pieces;
    pieces.push(target.subarray(0, length));
  }
}

describe('a source that reads ahead for another thread', () => {
  const bytes = seededRandom(7).bytes(40 * chunkBytes + 700);

  it('gives every piece once and in order, and the other thread the same', async () => {
    for (const length of [0, 1, 511, 512, chunkBytes, 5 * chunkBytes + 3, (storedPlaces - 1) * chunkBytes + 700]) {
      const relay = createRelay();
      const worker = startTaker(relay);
      const given = await allOf(new ReadAhead(sourceOf(bytes.subarray(0, length)), relay, chunkBytes));
      expect(Buffer.concat(given).equals(bytes.subarray(0, length))).toBe(true);
      expect(await worker).toEqual(given.map((piece) => piece.toString('hex')));
    }
  });

  it('is ahead by as many pieces as there are places, and reads on when one is done with', async () => {
    const source = sourceOf(bytes);
    const ahead = new ReadAhead(source, createRelay(), chunkBytes);
    const target = Buffer.alloc(chunkBytes);
    for (const pieces of [0, 1, 2]) {
      expect(await ahead.read(target)).toBe(chunkBytes);
      expect(source.readBytes).toBe((storedPlaces + pieces) * chunkBytes);
    }
  });

  it('gives all that comes before a piece that cannot be read, fails there, and keeps nobody waiting once it is closed', async () => {
    const relay = createRelay();
    const source = sourceOf(bytes, 3 * chunkBytes);
    const ahead = new ReadAhead(source, relay, chunkBytes);
    for (let piece = 0; piece < 3; piece++) expect(await ahead.read(Buffer.alloc(chunkBytes))).toBe(chunkBytes);
    await expect(allOf(ahead)).rejects.toMatchObject({ code: 'input-unreadable' });
    ahead.close();
    expect([source.closed, isRelayClosed(relay), [...piecesRead(relay, go)]]).toEqual([true, true, []]);
  });

  it('is not waited for when a stop was asked for, or the other thread has gone', () => {
    const stopped = {
      checkStop: () => {
        throw new Error('stopped');
      },
    };
    expect(() => piecesRead(createRelay(), stopped).next()).toThrowError('stopped');
    const relay = createRelay();
    closeRelay(relay);
    expect(piecesRead(relay, stopped).next().done).toBe(true);
  });
});

/** What another thread takes, piece by piece. */
function startTaker(relay: ReturnType<typeof createRelay>): Promise<unknown> {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ piecesRead }) => {
      const pieces = [...piecesRead(workerData.relay, { checkStop() {} })].map((piece) => piece.toString('hex'));
      parentPort.postMessage(pieces);
    });`;
  const module = new URL('../../../dist/src/threads/pair/read-ahead.js', import.meta.url).href;
  const worker = new Worker(script, { eval: true, workerData: { module, relay } });
  return new Promise((resolve) => worker.once('message', resolve)).finally(() => worker.terminate());
}
