/** One gzip file decoded from many places at once: what comes out is what one decoder makes of it, or a refusal. */
import { constants, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../../../src/codec/codec-error.js';
import { createDecoder } from '../../../src/codec/create-decoder.js';
import type { Decoder } from '../../../src/codec/decoder.js';
import { type SeededRandom, seededRandom } from '../../helpers/seeded-random.js';
import { longSweep, range } from '../../helpers/sweep.js';
import { decodeInTurns } from './in-turns.js';

/** What one decoder makes of it; null where it refuses. */
function decodeAlone(file: Buffer): Buffer | null {
  const decoder = createDecoder('gzip') as Decoder;
  const made: Buffer[] = [];
  const sink = (bytes: Uint8Array): void => {
    made.push(Buffer.from(bytes));
  };
  try {
    decoder.write(file, sink);
    decoder.end(sink);
    return Buffer.concat(made);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  } finally {
    decoder.close();
  }
}

/** Files of a tar: texts, what no compressor shrinks, zeros, files that are compressed themselves, and repeats. */
function contentOf(random: SeededRandom): Buffer {
  const parts: Buffer[] = [];
  for (let left = random.integer(20_000, 400_000); left > 0; left -= (parts.at(-1) as Buffer).length) {
    const size = random.integer(1, 40_000);
    const kind = random.integer(0, 9);
    if (kind < 4) parts.push(Buffer.from(random.text(size)));
    else if (kind === 4) parts.push(random.bytes(size));
    else if (kind === 5) parts.push(Buffer.alloc(random.pick([size, 5 * size])));
    else if (kind === 6) parts.push(gzipSync(random.text(2 * size), { level: random.integer(1, 9) }));
    else parts.push(Buffer.from(random.pick(parts.length === 0 ? [Buffer.from('varve')] : parts)));
  }
  return Buffer.concat(parts);
}

const { Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;

/** As one of the compressors in use would write it: one member, one for each piece, and what is like a flush in between. */
function fileOf(content: Buffer, random: SeededRandom): Buffer {
  const options = {
    level: random.pick([0, 1, 3, 6, 6, 6, 9]),
    memLevel: random.pick([1, 2, 8, 8, 9]),
    strategy: random.pick([Z_DEFAULT_STRATEGY, Z_DEFAULT_STRATEGY, Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE]),
  };
  if (random.integer(0, 2) > 0) return gzipSync(content, options);
  const members: Buffer[] = [];
  const most = random.pick([300, 5000, 60_000, 200_000]);
  for (let at = 0; at < content.length; ) {
    const size = random.integer(1, most);
    members.push(gzipSync(content.subarray(at, at + size), options));
    at += size;
  }
  return Buffer.concat(members);
}

function damaged(file: Buffer, random: SeededRandom): Buffer {
  const copy = Buffer.from(file);
  const at = random.integer(0, file.length - 1);
  switch (random.integer(0, 3)) {
    case 0:
      copy[at] = (copy[at] as number) ^ (1 << random.integer(0, 7));
      return copy;
    case 1:
      return copy.subarray(0, at);
    case 2:
      return Buffer.concat([copy, random.pick([Buffer.alloc(7), random.bytes(9), Buffer.from([0, 1])])]);
    default:
      return Buffer.concat([copy.subarray(0, at), random.bytes(random.integer(1, 20)), copy.subarray(at)]);
  }
}

const turnsOf = (random: SeededRandom, segmentBytes = random.pick([500, 3000, 20_000])) => ({
  segmentBytes,
  helpers: random.pick([1, 2, 7]),
  slots: random.pick([1, 2, 5, 20]),
  random,
});

describe('one gzip file split over threads', () => {
  it('becomes the bytes that it was made of, with most of it decoded ahead', () => {
    const random = seededRandom(1);
    const content = Buffer.from(random.text(3_000_000));
    const outcome = decodeInTurns(gzipSync(content), 64 * 1024, { ...turnsOf(random, 30_000), helpers: 2, slots: 5 });
    expect(outcome.content?.equals(content)).toBe(true);
    expect(outcome.takenSegments).toBeGreaterThan(10);
    expect(outcome.heldSlots).toBe(0);
  });

  it('becomes what one decoder makes of it, for files of all compressors and threads in any order', () => {
    let takenSegments = 0;
    for (const seed of longSweep(range(0, 3000), 30)) {
      const random = seededRandom(seed);
      const content = contentOf(random);
      const outcome = decodeInTurns(fileOf(content, random), random.pick([100, 4096, 65_536]), turnsOf(random));
      expect(outcome.content?.equals(content), `seed ${seed}`).toBe(true);
      expect(outcome.heldSlots, `seed ${seed}`).toBe(0);
      takenSegments += outcome.takenSegments;
    }
    expect(takenSegments).toBeGreaterThan(30);
  });

  it('becomes the same where threads are lost with stretches in hand, and waits for none of them', () => {
    for (const seed of longSweep(range(0, 200), 8)) {
      const random = seededRandom(2_000_000 + seed);
      const content = Buffer.from(random.text(300_000));
      const turns = { ...turnsOf(random, 5000), slots: 6, lost: random.integer(1, 4) };
      const outcome = decodeInTurns(gzipSync(content), 65_536, turns);
      expect(outcome.content?.equals(content), `seed ${seed}`).toBe(true);
      expect(outcome.heldSlots, `seed ${seed}`).toBe(turns.lost);
    }
  });

  it('that becomes a thousand times as much leaves no more in memory than its slots hold', () => {
    const random = seededRandom(3);
    const content = Buffer.alloc(60_000_000);
    const outcome = decodeInTurns(gzipSync(content), 65_536, { ...turnsOf(random, 3000), slots: 4 });
    expect(outcome.content?.equals(content)).toBe(true);
    expect(outcome.heldSlots).toBe(0);
  });

  it('where every guess is wrong costs no more than a few pieces for each of them', () => {
    const random = seededRandom(4);
    // What is stored is compressed itself: each block in it is one, of a file that nobody asked for.
    const inner = gzipSync(random.text(8_000_000), { memLevel: 1 });
    const file = gzipSync(inner, { level: 0 });
    const outcome = decodeInTurns(file, 65_536, { ...turnsOf(random, 65_536), helpers: 7, slots: 20 });
    expect(outcome.content?.equals(inner)).toBe(true);
    // Of 26 stretches; a guess that fails reads a piece of 64 KiB, and of one stretch 64 of them are tried at the most.
    expect(outcome.readBytes).toBeLessThan(6 * file.length);
  });

  it('is refused where one decoder refuses it, and the same where that does not, for files that were damaged', () => {
    for (const seed of longSweep(range(0, 6000), 50)) {
      const random = seededRandom(1_000_000 + seed);
      const file = damaged(fileOf(contentOf(random), random), random);
      const alone = decodeAlone(file);
      const outcome = decodeInTurns(file, random.pick([100, 4096, 65_536]), turnsOf(random));
      expect(outcome.content?.toString('latin1') ?? null, `seed ${seed}`).toBe(alone?.toString('latin1') ?? null);
      expect(outcome.heldSlots, `seed ${seed}`).toBe(0);
    }
  });
});
