import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../../src/codec/codec-error.js';
import { createDecoder } from '../../src/codec/create-decoder.js';
import { decode, type Path, paths } from './decode.js';
import * as fixtures from './fixtures.js';

const { numbers, repeats } = fixtures;
const inputs = {
  gzip: new Uint8Array(gzipSync(repeats)),
  zstd: fixtures.zstdRepeats,
  xz: fixtures.xzRepeats,
  bzip2: fixtures.bzip2Repeats,
} as const;
const inputOf = (path: Path): Uint8Array => inputs[path.codec];
const ignore = (): void => {};

it('gzip goes to the memory that is given, and to no other', async () => {
  const memories = [0, 1, 2].map(() => new Uint8Array(new SharedArrayBuffer(40_000)));
  let given = 0;
  const decoder = await createDecoder('gzip', { output: () => memories[given++ % 3] as Uint8Array });
  const seen: unknown[] = [];
  decoder.write(inputs.gzip, ({ buffer, byteOffset }) => void seen.push([buffer, byteOffset]));
  decoder.close();
  expect(seen.length).toBeGreaterThan(3);
  expect(seen).toEqual(seen.map((_, i) => [memories[i % 3]?.buffer, 0]));
});

describe.each(paths)('a decoder: $name', (path) => {
  it('passes on what the sink throws and is then of no more use', async () => {
    const decoder = await createDecoder(path.codec, path);
    const mine = new Error('enough');
    const attempt = async (): Promise<void> => {
      await decoder.write(inputOf(path), () => {
        throw mine;
      });
      await decoder.end(() => {
        throw mine;
      });
    };
    await expect(attempt()).rejects.toBe(mine);
    expect(() => decoder.write(inputOf(path), ignore)).toThrow(TypeError);
    decoder.close();
  });

  it.each([64, 300_000])('decodes the same where it is given memory for it, %d bytes at a time', async (size) => {
    const memory = new Uint8Array(new SharedArrayBuffer(2 * size), size);
    const decoded = await decode({ ...path, output: () => memory }, inputOf(path));
    // Not by toEqual, which takes a second for so many bytes.
    expect(decoded.equals(await decode(path, inputOf(path)))).toBe(true);
  });

  it('passes on an error of the sink that looks like one of the system', async () => {
    const decoder = await createDecoder(path.codec, path);
    const mine = Object.assign(new Error('incorrect header check'), { errno: -28, code: 'ENOSPC' });
    const attempt = async (): Promise<void> => {
      await decoder.write(inputOf(path), () => {
        throw mine;
      });
      await decoder.end(ignore);
    };
    await expect(attempt()).rejects.toBe(mine);
    decoder.close();
  });

  it('gives a promise exactly where it says that it may', async () => {
    const decoder = await createDecoder(path.codec, path);
    const written = decoder.write(inputOf(path), ignore);
    await written;
    const ended = decoder.end(ignore);
    await ended;
    const { asynchronous } = decoder;
    expect([written instanceof Promise, ended instanceof Promise]).toEqual([asynchronous, asynchronous]);
  });

  it('refuses calls after its end and after it was closed', async () => {
    const ended = await createDecoder(path.codec, path);
    await ended.write(inputOf(path), ignore);
    await ended.end(ignore);
    expect(() => ended.write(inputOf(path), ignore)).toThrow(TypeError);
    expect(() => ended.end(ignore)).toThrow(TypeError);
    const closed = await createDecoder(path.codec, path);
    closed.close();
    expect(() => closed.write(inputOf(path), ignore)).toThrow(TypeError);
  });

  it('can be closed in the middle, twice, and leaves the next decoder as it should be', async () => {
    const abandoned = await createDecoder(path.codec, path);
    await abandoned.write(inputOf(path).subarray(0, inputOf(path).length >> 1), ignore);
    abandoned.close();
    abandoned.close();
    expect((await decode(path, inputOf(path))).toString()).toBe(repeats);
  });

  it('works on after a decoder that met damage', async () => {
    const damaged = Uint8Array.from(inputOf(path));
    damaged.fill(0xff, damaged.length >> 1);
    await expect(decode(path, damaged)).rejects.toBeInstanceOf(CodecError);
    expect((await decode(path, inputOf(path))).toString()).toBe(repeats);
  });

  it('never emits an empty view nor one of more than 256 KiB', async () => {
    const decoder = await createDecoder(path.codec, path);
    const sizes: number[] = [];
    await decoder.write(inputOf(path), (bytes) => sizes.push(bytes.length));
    await decoder.end((bytes) => sizes.push(bytes.length));
    decoder.close();
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024);
  });

  it('may run inside the sink of another one', async () => {
    const outer = await createDecoder(path.codec, path);
    const inner = await createDecoder(path.codec, path);
    const texts: string[] = [];
    let seen = 0;
    const innerCalls: unknown[] = [];
    await outer.write(inputOf(path), (bytes) => {
      const before = Buffer.from(bytes).toString();
      if (seen++ === 0) innerCalls.push(inner.write(inputOf(path), ignore));
      texts.push(before === Buffer.from(bytes).toString() ? before : 'overwritten');
    });
    await outer.end((bytes) => texts.push(Buffer.from(bytes).toString()));
    await Promise.all(innerCalls);
    outer.close();
    inner.close();
    expect(texts.join('')).toBe(repeats);
  });
});

const synchronous = paths.filter((path) => path.name !== 'gzip by the public stream');

describe.each(synchronous)('a synchronous decoder: $name', (path) => {
  it('answers without a promise', async () => {
    const decoder = await createDecoder(path.codec, path);
    expect(decoder.write(inputOf(path), ignore)).toBeUndefined();
    expect(decoder.end(ignore)).toBeUndefined();
    decoder.close();
  });

  it('emits out of one buffer again and again', async () => {
    const decoder = await createDecoder(path.codec, path);
    const buffers = new Set<unknown>();
    let calls = 0;
    decoder.write(inputOf(path), (bytes) => {
      calls++;
      buffers.add(bytes.buffer);
    });
    decoder.close();
    expect(calls).toBeGreaterThan(1);
    expect(buffers.size).toBe(1);
  });

  it('refuses to be called from its own sink', async () => {
    const decoder = await createDecoder(path.codec, path);
    const attempt = (): unknown =>
      decoder.write(inputOf(path), () => {
        decoder.write(inputOf(path), ignore);
      });
    expect(attempt).toThrow(TypeError);
    decoder.close();
  });

  it('may be closed from its own sink', async () => {
    const decoder = await createDecoder(path.codec, path);
    decoder.write(inputOf(path), () => decoder.close());
    expect(() => decoder.write(inputOf(path), ignore)).toThrow(TypeError);
  });
});

describe('the portable gzip decoder', () => {
  const open = () => createDecoder('gzip', { portable: true });

  it('answers with promises', async () => {
    const decoder = await open();
    const pending = decoder.write(inputs.gzip, ignore);
    expect(pending).toBeInstanceOf(Promise);
    await pending;
    decoder.close();
  });

  it('refuses a second call while the first one runs', async () => {
    const decoder = await open();
    const pending = decoder.write(inputs.gzip, ignore);
    expect(() => decoder.write(inputs.gzip, ignore)).toThrow(TypeError);
    await pending;
    decoder.close();
  });

  it('may be closed while a call runs', async () => {
    const decoder = await open();
    const pending = decoder.write(inputs.gzip, ignore);
    decoder.close();
    await pending;
    expect(() => decoder.write(inputs.gzip, ignore)).toThrow(TypeError);
  });

  it('has emitted everything when a call has settled', async () => {
    const decoder = await open();
    let text = '';
    await decoder.write(new Uint8Array(gzipSync(numbers)), (bytes) => {
      text += Buffer.from(bytes).toString();
    });
    expect(text).toBe(numbers);
    decoder.close();
  });
});
