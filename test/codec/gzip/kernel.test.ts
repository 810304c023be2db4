/** The gzip kernel by itself: that it stays in its memory and its time. */
import process from 'node:process';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/codec/create-decoder.js';
import type { Decoder, GzipEngine } from '../../../src/codec/decoder.js';
import { kernelCode } from '../../../src/codec/gzip/kernel-code.js';
import { BitWriter } from '../../fuzz/bit-writer.js';
import { gzipStream } from '../../fuzz/gzip-streams.js';
import { seededRandom } from '../../helpers/archive-builder.js';

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  start(): void;
  feed(at: number, bytes: number): void;
  run(): number;
  slide(): void;
}

interface Runtime {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

/** The places of build/kernel/memory.ts: the input, the gap behind it, the window, the output with its slack. */
const inputAt = 65_536;
const inputBytes = 256 * 1024;
const gapAt = inputAt + inputBytes;
const windowAt = gapAt + 4096;
const slackEnd = windowAt + 32_768 + 256 * 1024;
const guard = 0xa5;

function openInstance(): { readonly kernel: Exports; readonly memory: Uint8Array } {
  // Node has it, but its types leave it to the library of the browser.
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Runtime };
  const module = new WebAssembly.Module(Buffer.from(kernelCode, 'base64'));
  const kernel = new WebAssembly.Instance(module).exports as Exports;
  return { kernel, memory: new Uint8Array(kernel.memory.buffer) };
}

describe('the memory of the kernel', () => {
  it('stays as it is around its areas and as large as it was, whatever is decoded', () => {
    const { kernel, memory } = openInstance();
    const sizeBytes = memory.length;
    const around = [memory.subarray(gapAt, windowAt), memory.subarray(slackEnd)];
    for (const bytes of around) bytes.fill(guard);
    const facts = Buffer.from(memory.subarray(0, 4096));
    const streams = Array.from({ length: 4000 }, (_, seed) => gzipStream(seed));
    for (const stream of [...streams, gzipSync(Buffer.alloc(3_000_000)), gzipSync(seededRandom(3).bytes(2_000_000))]) {
      kernel.start();
      for (let at = 0; at < stream.length; at += inputBytes) {
        const piece = stream.subarray(at, at + inputBytes);
        memory.set(piece, inputAt);
        kernel.feed(inputAt, piece.length);
        let stop = kernel.run();
        for (; stop === 1 || stop === 2; stop = kernel.run()) kernel.slide();
        if (stop !== 0) break;
      }
    }
    expect(around.every((bytes) => bytes.every((byte) => byte === guard))).toBe(true);
    expect(facts.equals(memory.subarray(0, 4096))).toBe(true);
    expect(kernel.memory.buffer.byteLength).toBe(sizeBytes);
  });
});

const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
const lastBlock = Buffer.from([1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);

/** A member of so many empty blocks of the fixed codes, ten bits each. */
function emptyFixedBlocks(count: number): Buffer {
  const bits = new BitWriter();
  for (let left = count; left > 0; left--) {
    bits.write(2, 3);
    bits.write(0, 7);
  }
  return Buffer.concat([header, bits.bytes(), lastBlock]);
}

/** Milliseconds that an engine takes, the better of three. */
function timeOf(gzipEngine: GzipEngine, stream: Buffer): number {
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    const decoder = createDecoder('gzip', { gzipEngine }) as Decoder;
    void decoder.write(stream, () => {});
    void decoder.end(() => {});
    decoder.close();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

describe('the time of the kernel', () => {
  it.each([
    ['empty blocks of the fixed codes', emptyFixedBlocks(2_000_000)],
    [
      'empty stored blocks',
      Buffer.concat([header, Buffer.alloc(2_000_000, Buffer.from([0, 0, 0, 0xff, 0xff])), lastBlock]),
    ],
    ['empty members', Buffer.alloc(20 * 40_000, gzipSync(''))],
    ['a byte that is repeated', gzipSync(Buffer.alloc(50_000_000))],
  ])('is about that of zlib for %s', (_, stream) => {
    // A machine that does other things makes either of them slower.
    expect(timeOf('kernel', stream)).toBeLessThan(10 * timeOf('handle', stream) + 100);
  });
});

describe('the kernel', () => {
  it('makes of real content what zlib makes of it, at every level and in pieces of any size', () => {
    const random = seededRandom(11);
    const content = Buffer.concat([
      Buffer.from(random.text(400_000)),
      random.bytes(70_000),
      Buffer.alloc(300_000, 'varve'),
    ]);
    for (const level of [0, 1, 6, 9]) {
      const stream = gzipSync(content, { level });
      for (const pieceBytes of [1, 1000, 65_536, stream.length]) {
        const made: Buffer[] = [];
        const decoder = createDecoder('gzip', { gzipEngine: 'kernel' }) as Decoder;
        for (let at = 0; at < stream.length; at += pieceBytes) {
          void decoder.write(stream.subarray(at, at + pieceBytes), (bytes) => void made.push(Buffer.from(bytes)));
        }
        void decoder.end(() => {});
        decoder.close();
        expect(Buffer.concat(made).equals(gunzipSync(stream))).toBe(true);
      }
    }
  });
});
