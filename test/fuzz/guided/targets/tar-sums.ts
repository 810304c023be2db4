/** The sums of tar headers set right after a change, so that what follows is read too: wrong ones are a rule of their own. */
const blockBytes = 512;
const [sumStart, sumEnd] = [148, 156];
const [sizeStart, sizeEnd] = [124, 136];

/** Walks from header to header by their sizes, where these are plain; returns the length as it is. */
export function rightSums(bytes: Buffer, length: number): number {
  for (let at = 0; at + blockBytes <= length; ) {
    let sum = 0;
    let size = 0;
    for (let i = 0; i < blockBytes; i++) sum += i >= sumStart && i < sumEnd ? 0x20 : (bytes[at + i] ?? 0);
    if (sum === 0x20 * (sumEnd - sumStart)) break;
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + sumStart, 'latin1');
    for (let i = sizeStart; i < sizeEnd; i++) {
      const digit = (bytes[at + i] ?? 0) - 0x30;
      if (digit >= 0 && digit < 8) size = 8 * size + digit;
    }
    at += blockBytes * (1 + Math.ceil(size / blockBytes));
  }
  return length;
}
