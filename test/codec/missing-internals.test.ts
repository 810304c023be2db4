/** A Node whose zlib handle is not the one we know, or that has no zstd: the public stream and WebAssembly are used instead. */
import type * as zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gzip, zstd } from '../helpers/archive-builder.js';

// Node has it, but its types leave it to the library of the browser.
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: { readonly Module: unknown } };

type Zlib = typeof zlib;
type Handled = { readonly _handle: { writeSync: unknown } };

const content = Buffer.from('varve '.repeat(50_000));

/** The checksum that the kernel leaves to Node. */
const withoutChecksum = { crc32: undefined };

/** The decoder of a Node whose zlib is changed so. */
async function decoderOf(codec: 'gzip' | 'zstd', change: (original: Zlib) => object) {
  vi.doMock('node:zlib', async (importOriginal) => {
    const original = await importOriginal<Zlib>();
    // The oldest Node has no such export, and what is not there cannot be asked for in a changed module.
    const changed = { createZstdDecompress: undefined, ...original, ...change(original) };
    return { ...changed, default: changed };
  });
  const { createDecoder } = await import('../../src/codec/create-decoder.js');
  return createDecoder(codec);
}

async function decodedBy(decoder: Awaited<ReturnType<typeof decoderOf>>, stored: Buffer): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const sink = (bytes: Uint8Array): void => void pieces.push(Buffer.from(bytes));
  await decoder.write(stored.subarray(0, 100), sink);
  await decoder.write(stored.subarray(100), sink);
  await decoder.end(sink);
  decoder.close();
  return Buffer.concat(pieces);
}

const withHandle =
  (writeSync: unknown) =>
  ({ createGunzip }: Zlib) => ({
    createGunzip: (options?: zlib.ZlibOptions) => {
      const stream = createGunzip(options);
      (stream as unknown as Handled)._handle.writeSync = writeSync;
      return stream;
    },
  });

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.doUnmock('node:zlib');
  // What was loaded with a changed zlib is for no other test.
  vi.resetModules();
});

describe('gzip', () => {
  it.each([
    ['has no call that answers at once', undefined],
    ['has one that does nothing', () => {}],
    [
      'has one that takes other arguments',
      () => {
        throw new TypeError('unknown arguments');
      },
    ],
  ])('goes by the public stream where the handle of zlib %s', async (_, writeSync) => {
    const decoder = await decoderOf('gzip', (original) => ({ ...withHandle(writeSync)(original), ...withoutChecksum }));
    expect(decoder.asynchronous).toBe(true);
    expect((await decodedBy(decoder, gzip(content))).equals(content)).toBe(true);
  });

  it.each([
    ['kernel', 'everything is as we know it', {}],
    ['handle', 'Node has no checksum', withoutChecksum],
  ])('goes by the %s where %s', async (engine, _, change) => {
    const decoder = await decoderOf('gzip', () => change);
    const { engineThatWorks } = await import('../../src/codec/gzip/gzip.js');
    expect([engineThatWorks('kernel'), decoder.asynchronous]).toEqual([engine, false]);
    expect((await decodedBy(decoder, gzip(content))).equals(content)).toBe(true);
  });

  it.each([
    ['there is no WebAssembly', undefined],
    [
      'there is no memory for an instance',
      {
        ...WebAssembly,
        Module: WebAssembly.Module,
        Instance: class {
          constructor() {
            throw new RangeError('no memory');
          }
        },
      },
    ],
  ])('goes by the handle where %s', async (_, webAssembly) => {
    vi.stubGlobal('WebAssembly', webAssembly);
    try {
      const decoder = await decoderOf('gzip', () => ({}));
      const { engineThatWorks } = await import('../../src/codec/gzip/gzip.js');
      expect([engineThatWorks('kernel'), decoder.asynchronous]).toEqual(['handle', false]);
      expect((await decodedBy(decoder, gzip(content))).equals(content)).toBe(true);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe('zstd', () => {
  it('goes by WebAssembly where Node has none', async () => {
    const decoder = await decoderOf('zstd', () => ({ createZstdDecompress: undefined }));
    const { nativeZstdEngine } = await import('../../src/codec/zstd/zstd-native.js');
    expect(nativeZstdEngine()).toBeNull();
    expect((await decodedBy(decoder, zstd(content))).equals(content)).toBe(true);
  });
});
