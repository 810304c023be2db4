/**
 * Puts the bytes of a window that was guessed twice where they were copied to (src/codec/gzip/guessed-window.ts): what the
 * first guess made lies in the output area, what the second one made in that of the input, and the window that is known now
 * before the output area.
 */
import { inputAt, outputAt, windowBytes } from './memory';

/** How the two differ, and the first, are the place in a table: of each byte itself, and behind those of the window. */
const tableAt: u32 = outputAt - windowBytes - 256;

/** Resolves so many bytes, at most those of the input area; up to 15 behind them are of no meaning then. */
export function resolveGuesses(bytes: u32): void {
  for (let byte: u32 = 0; byte < 256; byte++) store<u8>(tableAt + byte, byte);
  for (let at: u32 = 0; at < bytes; at += 16) {
    const same = v128.xor(v128.load(outputAt + at), v128.load(inputAt + at));
    if (!v128.any_true(same)) continue;
    for (let i = at; i < at + 16; i++) {
      const first = <u32>load<u8>(outputAt + i);
      const difference = first ^ <u32>load<u8>(inputAt + i);
      store<u8>(outputAt + i, load<u8>(tableAt + ((difference << 8) | first)));
    }
  }
}
