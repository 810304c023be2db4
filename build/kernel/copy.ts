/**
 * Copies of what was made before, RFC 1951, 3.2.3: the source may run into what is being written, so that a distance of
 * one repeats a byte. Stores are wider than what is left to copy, by less than 64 bytes.
 */

/** Copies `length` bytes from `distance` before `to`. */
@inline
export function copyMatch(to: u32, distance: u32, length: u32): void {
  const from = to - distance;
  if (distance >= 16) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    if (length > 32) copyWide(to, from, to + length);
  } else {
    copyNear(to, distance, to + length);
  }
}

function copyWide(start: u32, source: u32, stop: u32): void {
  let to = start + 32;
  let from = source + 32;
  do {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    to += 32;
    from += 32;
  } while (to < stop);
}

/**
 * Less than 16 bytes before: of each store at least the bytes of one pattern are right, and the next begins behind
 * them.
 */
function copyNear(start: u32, distance: u32, stop: u32): void {
  let to = start;
  if (distance === 1) {
    const byte = v128.splat<u8>(load<u8>(to - 1));
    do {
      v128.store(to, byte);
      to += 16;
    } while (to < stop);
    return;
  }
  if (distance < 8) {
    do {
      store<u64>(to, load<u64>(to - distance));
      to += distance;
    } while (to < stop);
    return;
  }
  do {
    store<u64>(to, load<u64>(to - distance));
    to += 8;
  } while (to < stop);
}
