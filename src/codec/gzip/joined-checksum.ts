/**
 * The CRC-32 of two pieces behind each other from those of both (RFC 1952, section 8): the first one's is multiplied by
 * x to the power of the bits of the second, modulo the polynomial. Bits are reflected, as in the CRC itself.
 */
const polynomial = 0xedb88320;
const one = 0x80000000;

/** `lengthBytes`: of the second piece. */
export function joinChecksums(first: number, second: number, lengthBytes: number): number {
  return (multiply(powerOfBytes(lengthBytes), first) ^ second) >>> 0;
}

function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) !== 0 ? (shifted >>> 1) ^ polynomial : shifted >>> 1;
  }
  return product >>> 0;
}

/** x to the power of so many times eight bits. */
function powerOfBytes(lengthBytes: number): number {
  let power = one;
  // x ** 8, and its squares.
  let square = one >>> 8;
  for (let left = lengthBytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = multiply(square, power);
    square = multiply(square, square);
  }
  return power;
}
