/**
 * What of xz a stream uses that is legal and not decoded here, by name, for whoever is told that a layer was not checked.
 * Read out of the headers of the first stream and its first block (the xz file format, 2.1.1 and 3.1), whose checksums the
 * decoder has held against them. Hostile input: any bytes; what fits no name has none.
 */

/** Bytes that are looked at: stream header, and a block header with the most filters of common sizes. */
export const xzHeadBytes = 64;

const streamHeaderBytes = 12;
const checkTypeAt = 7;
const decodedChecks: ReadonlySet<number> = new Set([0, 1, 4]);
const sha256Check = 10;
const lzma2 = 0x21;
const filters: Readonly<Record<number, string>> = {
  3: 'the delta filter',
  4: 'the x86 (BCJ) filter',
  5: 'the PowerPC (BCJ) filter',
  6: 'the IA-64 (BCJ) filter',
  7: 'the ARM (BCJ) filter',
  8: 'the ARM Thumb (BCJ) filter',
  9: 'the SPARC (BCJ) filter',
  10: 'the ARM64 (BCJ) filter',
  11: 'the RISC-V (BCJ) filter',
};

/** `a SHA-256 check`, `the x86 (BCJ) filter`; null where the head shows nothing that is not decoded. */
export function xzVariant(head: Uint8Array): string | null {
  const check = (head[checkTypeAt] ?? 0) & 15;
  // A check is refused before the first block is there, so that its filters may not be seen.
  if (!decodedChecks.has(check)) return check === sha256Check ? 'a SHA-256 check' : `a check of type ${check}`;
  const names = filterNames(head);
  return names.length === 0 ? null : names.join(' and ');
}

/** Of the first block; each filter is its ID, the size of its properties, and these. */
function filterNames(head: Uint8Array): string[] {
  const flags = head[streamHeaderBytes + 1] ?? 0;
  let at = streamHeaderBytes + 2;
  if ((flags & 0x40) !== 0) at = behindNumber(head, at);
  if ((flags & 0x80) !== 0) at = behindNumber(head, at);
  const names: string[] = [];
  for (let filter = 0; filter <= (flags & 3) && at + 1 < head.length; filter++) {
    const id = head[at] ?? 0;
    if (id !== lzma2) names.push(filters[id] ?? `a filter of type ${id}`);
    at += 2 + (head[at + 1] ?? 0);
  }
  return names;
}

/** Numbers have seven bits in each byte, and the eighth where more follow. */
function behindNumber(head: Uint8Array, from: number): number {
  let at = from;
  while (at < head.length && (head[at] ?? 0) >= 0x80) at++;
  return at + 1;
}
