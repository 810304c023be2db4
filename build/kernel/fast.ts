/**
 * The inner loop: symbols of a block while there is so much input and so much room that neither has to be looked at
 * more than once for each. It stops before it could read past the input or write past the slack, and leaves what is
 * left over as if it had taken its bits one by one.
 */
import { baseShift, endOfBlock, lead, literal, secondPlaceOf, secondTable, special, valueOf } from './entries';
import { copyMatch } from './copy';
import { distanceBits, distanceTable, lengthPlace, literalBits, literalTable, longestMatch } from './memory';
import { areaEnd, bits as heldBits, end, floor, hold, next, out as madeTo, setBits, setNext, setOut } from './state';
import { badDistance, badDistanceCode, badLiteralCode, blockEnds, goesOn } from './status';

/** How much a round may take from the input, and make: two loads of 56 bits at the most; two literals and a match. */
const roundInputBytes: u32 = 14;
const roundOutputBytes: u32 = longestMatch + 3;
/** What has to be there for one round: for the loads before it and in it, each of which reads eight bytes. */
export const fastInputBytes: u32 = 32;

/**
 * In the loop the two lowest bits of the buffer are of those that were used last: what is above them is the index of an
 * entry and, with them masked off, its place in bytes, without a shift.
 */
const literalMask: u32 = ((1 << literalBits) - 1) << lead;
const distanceMask: u32 = ((1 << distanceBits) - 1) << lead;

@inline
function literalEntry(buffer: u64): u32 {
  return load<u32>(<u32>buffer & literalMask, literalTable);
}

@inline
function distanceEntry(buffer: u64): u32 {
  return load<u32>(<u32>buffer & distanceMask, distanceTable);
}

/**
 * Decodes symbols for so many rounds as cannot fail for want of input or of room; says whether the block has ended,
 * goes on, or is damaged.
 */
export function decodeFast(): i32 {
  const lowest = floor;
  let rounds = min((end - next - fastInputBytes) / roundInputBytes, (areaEnd - madeTo) / roundOutputBytes) + 1;
  let at = next;
  let out = madeTo;
  let buffer = hold << lead;
  // Only the lowest six bits of it count: what is subtracted from it has more in the others.
  let count: u32 = heldBits + lead;
  let status = goesOn;
  buffer |= load<u64>(at) << count;
  at += (~count >>> 3) & 7;
  count |= 56;
  let entry = literalEntry(buffer);
  while (true) {
    if ((entry & literal) !== 0) {
      buffer >>= entry;
      count -= entry;
      store<u8>(out, entry >>> baseShift);
      entry = literalEntry(buffer);
      out += 1;
      if ((entry & literal) !== 0) {
        buffer >>= entry;
        count -= entry;
        store<u8>(out, entry >>> baseShift);
        entry = literalEntry(buffer);
        out += 1;
        if ((entry & literal) !== 0) {
          buffer >>= entry;
          count -= entry;
          store<u8>(out, entry >>> baseShift);
          out += 1;
          rounds -= 1;
          if (rounds === 0) break;
          entry = literalEntry(buffer);
          buffer |= load<u64>(at) << count;
          at += (~count >>> 3) & 7;
          count |= 56;
          continue;
        }
      }
    }
    if ((entry & special) !== 0) {
      if ((entry & secondTable) !== 0) {
        entry = load<u32>(secondPlaceOf(entry, <u32>buffer) << 2, literalTable);
        if ((entry & literal) !== 0) {
          store<u8>(out, entry >>> baseShift);
          out += 1;
          buffer >>= entry;
          count -= entry;
          rounds -= 1;
          if (rounds === 0) break;
          entry = literalEntry(buffer);
          buffer |= load<u64>(at) << count;
          at += (~count >>> 3) & 7;
          count |= 56;
          continue;
        }
      }
      if ((entry & special) !== 0) {
        buffer >>= entry;
        count -= entry;
        status = (entry & endOfBlock) !== 0 ? blockEnds : badLiteralCode;
        break;
      }
    }
    store<u32>(lengthPlace, valueOf(entry, <u32>buffer));
    buffer >>= entry;
    count -= entry;
    // As many bits as the first table wants are there before the buffer is filled, here and below.
    entry = distanceEntry(buffer);
    buffer |= load<u64>(at) << count;
    at += (~count >>> 3) & 7;
    count |= 56;
    if ((entry & special) !== 0) {
      if ((entry & secondTable) !== 0) entry = load<u32>(secondPlaceOf(entry, <u32>buffer) << 2, distanceTable);
      if ((entry & special) !== 0) {
        status = badDistanceCode;
        break;
      }
    }
    const distance = valueOf(entry, <u32>buffer);
    if (distance > out - lowest) {
      status = badDistance;
      break;
    }
    buffer >>= entry;
    count -= entry;
    const to = out;
    const length = load<u32>(lengthPlace);
    out += length;
    rounds -= 1;
    if (rounds === 0) {
      copyMatch(to, distance, length);
      break;
    }
    entry = literalEntry(buffer);
    buffer |= load<u64>(at) << count;
    at += (~count >>> 3) & 7;
    count |= 56;
    copyMatch(to, distance, length);
  }
  // Whole bytes that were not used go back.
  count = (count & 63) - lead;
  const unused = min(count >> 3, at - next);
  at -= unused;
  count -= unused << 3;
  setBits((buffer >> lead) & (((<u64>1) << count) - 1), count);
  setNext(at);
  setOut(out);
  return status;
}
