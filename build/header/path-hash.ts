/** The two hashes of a path as src/archive/path-set.ts has them, of one byte after another. */
export const startOfLow: u32 = 0x811c9dc5;
export const startOfHigh: u32 = 0x9e3779b9;

export function stepOfLow(low: u32, byte: u32): u32 {
  return (low ^ byte) * 0x01000193;
}

export function stepOfHigh(high: u32, byte: u32): u32 {
  const next = (high ^ byte) * 0x85ebca6b;
  return next ^ (next >> 15);
}

export function endOfLow(low: u32): u32 {
  const mixed = (low ^ (low >> 16)) * 0xc2b2ae35;
  return mixed ^ (mixed >> 13);
}

export function endOfHigh(high: u32): u32 {
  return ((high ^ (high >> 13)) * 0x27d4eb2f) | 1;
}
