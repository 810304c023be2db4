/**
 * The gzip kernel as its caller sees it (src/codec/gzip/kernel.ts): a piece of input is put to `inputAt` and announced
 * by `feed`; `run` says why it stopped (status.ts). What was made lies before `madeTo`. Whatever the input, all that
 * is written stays in tables and areas whose sizes are those of the worst case.
 */
import { writeMeanings } from './entries';
import { inputAt, outputAt } from './memory';
import { decodeMembers, givenCheck, hasHalfMagic, isBehindMember, startFile } from './member';
import { next, out, setInput, slide as slideOutput } from './state';

writeMeanings();

/** Forgets everything: the first byte of a file is next. */
export function start(): void {
  slideOutput();
  startFile();
  setInput(inputAt, inputAt);
}

/** So many bytes were put to the place of the input. */
export function feed(bytes: u32): void {
  setInput(inputAt, inputAt + bytes);
}

/** Decodes until it wants something; the numbers are those of status.ts. */
export function run(): i32 {
  return decodeMembers();
}

/** Makes room: what was made is no longer wanted by the caller. */
export function slide(): void {
  slideOutput();
}

/** How much of the output area is filled. */
export function made(): u32 {
  return out - outputAt;
}

/** How many bytes of the piece were taken. */
export function taken(): u32 {
  return next - inputAt;
}

/** The checksum that the trailer of the member gives. */
export function check(): u32 {
  return givenCheck;
}

/** 0 where the input may end here, 1 where a byte of another header was taken, 2 anywhere else. */
export function ending(): u32 {
  return isBehindMember() ? 0 : hasHalfMagic() ? 1 : 2;
}
