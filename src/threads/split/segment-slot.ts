/** What is told of a stretch beside its bytes, as it stands in its slot. */
import type { MemberEnd, Segment } from '../../codec/gzip/segment.js';
import type { SegmentAhead } from '../../codec/gzip/split-gzip.js';
import type { SegmentSlot } from './split.js';

const startAt = 0;
const endAt = 1;
const lengthAt = 2;
const guessedAt = 3;
const endCountAt = 4;
const sizeAt = 5;
const validAt = 6;
const firstSumAt = 7;
const lastSumAt = 8;
const endsAt = 16;

export function putSegment({ meta }: SegmentSlot, segment: Segment): void {
  meta[startAt] = segment.startBit;
  meta[endAt] = segment.endBit;
  meta[lengthAt] = segment.lengthBytes;
  meta[guessedAt] = segment.guessedBytes;
  meta[endCountAt] = segment.ends.length;
  meta[sizeAt] = segment.givenSize;
  for (const [i, { at, checksum }] of segment.ends.entries()) {
    meta[endsAt + 2 * i] = at;
    meta[endsAt + 2 * i + 1] = checksum;
  }
}

export function segmentIn({ meta }: SegmentSlot): Segment {
  const number = (at: number): number => meta[at] as number;
  const ends: MemberEnd[] = [];
  for (let i = 0; i < number(endCountAt); i++) {
    ends.push({ at: number(endsAt + 2 * i), checksum: number(endsAt + 2 * i + 1) });
  }
  return {
    startBit: number(startAt),
    endBit: number(endAt),
    lengthBytes: number(lengthAt),
    guessedBytes: number(guessedAt),
    ends,
    givenSize: number(sizeAt),
  };
}

/** The window before a stretch, of which so many bytes are of the member that goes on in it. */
export function putWindow({ meta, window }: SegmentSlot, bytes: Uint8Array, validBytes: number): void {
  window.set(bytes);
  meta[validAt] = validBytes;
}

export function validBytesIn({ meta }: SegmentSlot): number {
  return meta[validAt] as number;
}

export function putChecksums({ meta }: SegmentSlot, { first, last }: SegmentAhead['checksums']): void {
  meta[firstSumAt] = first;
  meta[lastSumAt] = last;
}

export function resolvedIn(slot: SegmentSlot): SegmentAhead {
  const { lengthBytes, endBit, ends, givenSize } = segmentIn(slot);
  const checksums = { first: slot.meta[firstSumAt] as number, last: slot.meta[lastSumAt] as number };
  return { bytes: slot.made.subarray(0, lengthBytes), endBit, ends, givenSize, checksums };
}
