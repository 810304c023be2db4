/** The belt between two threads: everything in order, nothing twice, and nobody waits for one who has gone. */
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import {
  closeRelay,
  createRelay,
  RelayReader,
  RelayWriter,
  relaySlotBytes,
  relaySlots,
  storedPlace,
  storedPlaces,
} from '../../../src/threads/pair/relay.js';
import { seededRandom } from '../../helpers/archive-builder.js';

const go = { checkStop: () => {} };
const stopped = {
  checkStop: () => {
    throw new Error('stopped');
  },
};

describe('a relay', () => {
  it('hands over what was put on it, in its order', () => {
    const relay = createRelay();
    const [writer, reader] = [new RelayWriter(relay, go), new RelayReader(relay, go)];
    writer.put('stored', Buffer.from('one'));
    writer.put('pieceEnd', new Uint8Array(0));
    expect([reader.next(), reader.take(String)]).toEqual(['stored', 'one']);
    expect([reader.next(), reader.take(String)]).toEqual(['pieceEnd', '']);
  });

  it('hands over what is larger than a slot in pieces', () => {
    const relay = createRelay();
    const bytes = seededRandom(3).bytes(2 * relaySlotBytes + 5);
    new RelayWriter(relay, go).put('decoded', bytes);
    const reader = new RelayReader(relay, go);
    const pieces = [1, 2, 3].map(() => reader.take((piece) => Buffer.from(piece)));
    expect(pieces.map(({ length }) => length)).toEqual([relaySlotBytes, relaySlotBytes, 5]);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });

  it('hands over what was written into its next slot, wherever that is, and copies none of it', () => {
    const relay = createRelay();
    const [writer, reader] = [new RelayWriter(relay, go), new RelayReader(relay, go)];
    for (let i = 0; i < 100; i++) {
      const { slot } = writer;
      slot[0] = i;
      writer.put('decoded', slot.subarray(0, 1));
      expect(reader.take((bytes) => [bytes.buffer, bytes.byteOffset, ...bytes])).toEqual([
        relay.memory.buffer,
        slot.byteOffset,
        i,
      ]);
    }
  });

  it('keeps its places for stored bytes and its slots apart', () => {
    const relay = createRelay();
    const [writer, reader] = [new RelayWriter(relay, go), new RelayReader(relay, go)];
    const places = Array.from({ length: storedPlaces }, (_, piece) => storedPlace(relay, piece).fill(7));
    for (let i = 0; i < 3 * relaySlots; i++) {
      writer.put('decoded', new Uint8Array(relaySlotBytes).fill(i));
      if (i >= relaySlots - 1) reader.take(() => {});
    }
    expect(places.every((place) => place.every((byte) => byte === 7))).toBe(true);
    expect(new Set(places.map(({ byteOffset }) => byteOffset)).size).toBe(storedPlaces);
  });

  it('offers no slot before one is free, and none to wait for once it is closed', () => {
    const relay = createRelay();
    const writer = new RelayWriter(relay, stopped);
    for (let i = 0; i < relaySlots; i++) writer.put('stored', Uint8Array.of(i));
    expect(() => writer.slot).toThrowError('stopped');
    closeRelay(relay);
    expect(writer.slot).toHaveLength(relaySlotBytes);
    expect(new RelayReader(relay, go).take((bytes) => [...bytes])).toEqual([0]);
  });

  it('loses and repeats nothing between threads, however often its slots are used again', async () => {
    const relay = createRelay();
    const worker = startWriter(relay, 3000);
    const reader = new RelayReader(relay, go);
    const seen = Array.from({ length: 3000 }, () => reader.take((bytes) => bytes.readUInt32LE()));
    expect(seen).toEqual(seen.map((_, i) => i));
    await worker.terminate();
  });

  it('goes on to the next slot where the taker throws', () => {
    const relay = createRelay();
    const writer = new RelayWriter(relay, go);
    for (const text of ['a', 'b']) writer.put('stored', Buffer.from(text));
    const reader = new RelayReader(relay, go);
    const refuse = (): void => {
      throw new RangeError('no');
    };
    expect(() => reader.take(refuse)).toThrowError(RangeError);
    expect(reader.take(String)).toBe('b');
  });

  it('gives what is on it, and then tells that the other thread has gone', () => {
    const relay = createRelay();
    new RelayWriter(relay, go).put('stored', Buffer.from('last'));
    closeRelay(relay);
    const reader = new RelayReader(relay, go);
    expect(reader.take(String)).toBe('last');
    expect(() => reader.next()).toThrowError(expect.objectContaining({ name: 'VarveError', code: 'internal' }));
  });

  it('takes nothing more once it is closed, and keeps nobody waiting', () => {
    const relay = createRelay();
    const writer = new RelayWriter(relay, stopped);
    closeRelay(relay);
    writer.put('decoded', new Uint8Array(100 * relaySlotBytes));
    expect(writer.closed).toBe(true);
    expect(relay.state[0]).toBe(0);
  });

  it('is not waited at once a stop was asked for, by either', () => {
    const relay = createRelay();
    expect(() => new RelayReader(relay, stopped).next()).toThrowError('stopped');
    expect(() => new RelayWriter(relay, stopped).put('stored', new Uint8Array(100 * relaySlotBytes))).toThrowError(
      'stopped',
    );
  });

  it('tells the writer when nothing decoded is wanted any more', () => {
    const relay = createRelay();
    const writer = new RelayWriter(relay, go);
    expect(writer.outputUnwanted).toBe(false);
    new RelayReader(relay, go).spareDecoded();
    expect(writer.outputUnwanted).toBe(true);
  });
});

/** Another thread that puts so many numbers on. */
function startWriter(relay: ReturnType<typeof createRelay>, count: number): Worker {
  const script = `
    const { workerData } = require('node:worker_threads');
    import(workerData.module).then(({ RelayWriter }) => {
      const writer = new RelayWriter(workerData.relay, { checkStop() {} });
      for (let i = 0; i < workerData.count; i++) writer.put('decoded', new Uint8Array(Uint32Array.of(i).buffer));
    });`;
  const module = new URL('../../../dist/src/threads/pair/relay.js', import.meta.url).href;
  return new Worker(script, { eval: true, workerData: { module, relay, count } });
}
