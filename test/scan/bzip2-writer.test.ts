/** The bzip2 writer of the tests, read back by the decoder, whose own tests use files that bzip2 has written. */
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/codec/create-decoder.js';
import { rawTar, seededRandom } from '../helpers/archive-builder.js';
import { bzip2 } from './bzip2-writer.js';

async function decode(bytes: Buffer): Promise<Buffer> {
  const decoder = await createDecoder('bzip2');
  const parts: Buffer[] = [];
  await decoder.write(bytes, (part) => void parts.push(Buffer.from(part)));
  await decoder.end((part) => void parts.push(Buffer.from(part)));
  return Buffer.concat(parts);
}

describe('the bzip2 writer', () => {
  it.each([
    ['a single byte', Buffer.from('x')],
    ['a text', Buffer.from('abracadabra '.repeat(50))],
    ['zeros', Buffer.alloc(30_000)],
    ['all bytes', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7) & 255))],
    ['noise', seededRandom(3).bytes(20_000)],
    ['a tar', rawTar([{ name: 'a', content: seededRandom(4).bytes(3000) }], { blockingFactor: 20 })],
  ])('writes what the decoder reads back: %s', async (_, content) => {
    expect((await decode(bzip2(content))).equals(content)).toBe(true);
  });
});
