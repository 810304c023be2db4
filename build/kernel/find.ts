/**
 * Where a block of deflate begins, in input of which nobody knows it: a block with codes of its own (RFC 1951, 3.2.7),
 * since only those look like nothing else. What is found is a guess: data inside a stored block can be just that.
 */
import { nowhere, readsCodes, setTellFrom } from './blocks';
import { inputAt } from './memory';
import { drop, end, need, setBits, setInput } from './state';

/** Of the header: last block or not, kind, and how many codes of each kind there are. */
const countsBits: u32 = 17;
const mostMoreLiterals: u32 = 29;
const mostMoreDistances: u32 = 29;

/** The first bit from `from` on, and before `to`, where such a block may begin; `to` where none does. Bits of the piece. */
export function findBlock(from: u32, to: u32): u32 {
  const stop = end;
  setTellFrom(nowhere);
  for (let bit = from; bit < to; bit++) {
    const start = <u32>(load<u64>(inputAt + (bit >>> 3)) >> (bit & 7));
    // The kind stands above the bit that says whether the block is the last one.
    if ((start & 6) !== 4) continue;
    if (((start >>> 3) & 31) > mostMoreLiterals || ((start >>> 8) & 31) > mostMoreDistances) continue;
    if (!isWhole(bit + countsBits, ((start >>> 13) & 15) + 4)) continue;
    setInput(inputAt + (bit >>> 3), stop);
    setBits(0, 0);
    if (!need(bit & 7)) return to;
    drop(bit & 7);
    if (readsCodes()) return bit;
  }
  return to;
}

/** Whether so many lengths of three bits each are those of a complete code. */
function isWhole(bit: u32, count: u32): bool {
  let lengths = load<u64>(inputAt + (bit >>> 3)) >> (bit & 7);
  let used: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const length = <u32>lengths & 7;
    if (length !== 0) used += 128 >>> length;
    lengths >>= 3;
  }
  return used === 128;
}
