/**
 * Writes bzip2, as small as it can be told: one block, its rotations sorted one by one, all Huffman codes of two
 * lengths. For contents of up to some hundred kilobytes. No package of ours compresses bzip2, and a fixed file could
 * not follow the archives that the tests build.
 */

const maxRun = 255;

/** The bzip2 form of a content that is not empty; throws RangeError beyond one block. */
export function bzip2(content: Buffer): Buffer {
  const runs = shortRuns(content);
  if (runs.length > 899_000) throw new RangeError('more than one block');
  const { last, origin } = sortRotations(runs);
  const used = [...new Set(last)].sort((a, b) => a - b);
  const symbols = moveToFront(last, used);
  const crc = crcOf(content);
  const bits = new Bits();
  for (const byte of Buffer.from('BZh91AY&SY')) bits.put(byte, 8);
  bits.put32(crc).put(0, 1).put(origin, 24);
  putUsed(bits, used);
  // Two equal tables, the least that the format allows, chosen in turn by no one: every selector is the first.
  const groups = Math.ceil(symbols.length / 50);
  bits.put(2, 3).put(groups, 15);
  for (let i = 0; i < groups; i++) bits.put(0, 1);
  const lengths = codeLengths(used.length + 2);
  for (let table = 0; table < 2; table++) putLengths(bits, lengths);
  const codes = canonicalCodes(lengths);
  for (const symbol of symbols) bits.put(codes[symbol] ?? 0, lengths[symbol] ?? 0);
  for (const byte of [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]) bits.put(byte, 8);
  return bits.put32(crc).bytes();
}

class Bits {
  readonly #bytes: number[] = [];
  #open = 0;
  #count = 0;

  put(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#open = (this.#open << 1) | ((value >>> bit) & 1);
      if (++this.#count < 8) continue;
      this.#bytes.push(this.#open);
      this.#open = 0;
      this.#count = 0;
    }
    return this;
  }

  put32(value: number): this {
    return this.put(value >>> 16, 16).put(value & 0xffff, 16);
  }

  bytes(): Buffer {
    while (this.#count > 0) this.put(0, 1);
    return Buffer.from(this.#bytes);
  }
}

/** Runs of four and more become four bytes and a count. */
function shortRuns(content: Buffer): number[] {
  const out: number[] = [];
  for (let at = 0; at < content.length; ) {
    const byte = content[at] ?? 0;
    let end = at + 1;
    while (end < content.length && content[end] === byte && end - at < 4 + maxRun) end++;
    const length = end - at;
    for (let i = 0; i < Math.min(length, 4); i++) out.push(byte);
    if (length >= 4) out.push(length - 4);
    at = end;
  }
  return out;
}

/** The Burrows-Wheeler transform, by doubling the length that rotations are ordered by. */
function sortRotations(block: readonly number[]): { last: number[]; origin: number } {
  const n = block.length;
  let ranks = Int32Array.from(block);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let width = 1; ; width *= 2) {
    const key = (i: number): number => (ranks[i] ?? 0) * (n + 256) + (ranks[(i + width) % n] ?? 0);
    const keys = Float64Array.from({ length: n }, (_, i) => key(i));
    order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
    const next = new Int32Array(n);
    for (let i = 1; i < n; i++) {
      const [here, before] = [order[i] ?? 0, order[i - 1] ?? 0];
      next[here] = (next[before] ?? 0) + (keys[here] === keys[before] ? 0 : 1);
    }
    ranks = next;
    if (width >= n || (ranks[order[n - 1] ?? 0] ?? 0) === n - 1) break;
  }
  return { last: order.map((start) => block[(start + n - 1) % n] ?? 0), origin: order.indexOf(0) };
}

/** Positions in a list that each byte moves to the front of; zeros as run digits; the end symbol. */
function moveToFront(bytes: readonly number[], used: readonly number[]): number[] {
  const list = [...used];
  const symbols: number[] = [];
  let zeros = 0;
  const flush = (): void => {
    for (; zeros > 0; zeros = (zeros - 1) >> 1) symbols.push((zeros - 1) & 1);
  };
  for (const byte of bytes) {
    const position = list.indexOf(byte);
    if (position === 0) {
      zeros++;
      continue;
    }
    flush();
    list.splice(position, 1);
    list.unshift(byte);
    symbols.push(position + 1);
  }
  flush();
  return [...symbols, used.length + 1];
}

function putUsed(bits: Bits, used: readonly number[]): void {
  const rows = Array.from({ length: 16 }, (_, row) => used.filter((byte) => byte >> 4 === row));
  for (const row of rows) bits.put(row.length > 0 ? 1 : 0, 1);
  for (const row of rows) {
    if (row.length === 0) continue;
    for (let i = 0; i < 16; i++) bits.put(row.some((byte) => (byte & 15) === i) ? 1 : 0, 1);
  }
}

/** Lengths of a complete code: some symbols get one bit less than the others. */
function codeLengths(count: number): number[] {
  const long = Math.ceil(Math.log2(count));
  const short = 2 ** long - count;
  return Array.from({ length: count }, (_, i) => (i < short ? long - 1 : long));
}

function putLengths(bits: Bits, lengths: readonly number[]): void {
  let current = lengths[0] ?? 0;
  bits.put(current, 5);
  for (const length of lengths) {
    for (; current < length; current++) bits.put(0b10, 2);
    bits.put(0, 1);
  }
}

function canonicalCodes(lengths: readonly number[]): number[] {
  let code = 0;
  let length = lengths[0] ?? 0;
  return lengths.map((own) => {
    code <<= own - length;
    length = own;
    return code++;
  });
}

/** CRC-32 with the most significant bit first. */
function crcOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x80000000 ? 0x04c11db7 : 0);
  }
  return ~crc >>> 0;
}
