/** Bytes that differ as little as one damage makes them differ. */

/** Whether they differ in one bit at most, as far as the first goes: it may have been cut. */
export function isNearly(mine: Buffer, theirs: Buffer): boolean {
  if (mine.length > theirs.length) return false;
  let bits = 0;
  for (let i = 0; i < mine.length && bits < 2; i++) {
    for (let rest = (mine[i] ?? 0) ^ (theirs[i] ?? 0); rest > 0; rest &= rest - 1) bits++;
  }
  return bits < 2;
}
