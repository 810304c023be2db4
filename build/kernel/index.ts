/**
 * The gzip kernel as its caller sees it (src/codec/gzip/kernel.ts): a piece of input is put to `inputAt` and announced
 * by `feed`; `run` says why it stopped (status.ts). What was made lies before `madeTo`. Whatever the input, all that
 * is written stays in tables and areas whose sizes are those of the worst case.
 */
import { writeMeanings } from './entries';
import { nowhere, setTellFrom } from './blocks';
import { findBlock } from './find';
import { inputAt, outputAt, outputBytes } from './memory';
import { decodeMembers, givenCheck, givenSize, hasHalfMagic, isBehindMember, startFile, startInside } from './member';
import { resolveGuesses } from './resolve';
import { area, drop, goOnWith, moveTo, need, next, nextBit, out, piece, setInput } from './state';

writeMeanings();

/** Forgets everything: the first byte of a file is next. */
export function start(): void {
  slide();
  startFile();
  setTellFrom(nowhere);
  setInput(inputAt, inputAt);
}

/**
 * After `start`, and `feed` of a piece in whose first byte a block begins, at this bit: decoding begins there, inside a
 * member of which so many bytes were made, and the last `windowBytes` of them put before the output area.
 * `unknown`: how many were made is not known, and its size is `size` to tell and not to be compared.
 */
export function startAt(bit: u32, windowBytes: u32, memberBytes: u32, unknown: bool): void {
  if (need(bit)) drop(bit);
  goOnWith(windowBytes, memberBytes);
  startInside(unknown);
}

/** Blocks with codes of their own that begin at this bit of the piece or behind it are told, each time that one is next. */
export function tell(bit: i32): void {
  setTellFrom(bit);
}

/** The first bit of the piece from `from` on, and before `to`, where a block may begin; `to` where none does. */
export function find(from: u32, to: u32): u32 {
  return findBlock(from, to);
}

/** Resolves so many bytes: those of the second guess were put to the place of the input, all else before and into the output. */
export function resolve(bytes: u32): void {
  resolveGuesses(bytes);
}

/** Which bit of the piece is next; less than none where it is one of the piece before. */
export function bit(): i32 {
  return nextBit();
}

/** The size that the trailer gives of the member of which the start was not known. */
export function size(): u32 {
  return givenSize;
}

/** So many bytes are the next piece of input: at `inputAt`, or wherever else they lie. */
export function feed(at: u32, bytes: u32): void {
  setInput(at, at + bytes);
}

/** Decodes until it wants something; the numbers are those of status.ts. */
export function run(): i32 {
  return decodeMembers();
}

/** Makes room: what was made is no longer wanted by the caller. */
export function slide(): void {
  moveTo(outputAt, outputBytes);
}

/**
 * The same, and what is made next goes to this address, as far as there is room: at most `outputBytes`, and behind it slack.
 * The window comes to lie before it.
 */
export function place(at: u32, room: u32): void {
  moveTo(at, room);
}

/** How much of the output area is filled. */
export function made(): u32 {
  return out - area;
}

/** How many bytes of the piece were taken. */
export function taken(): u32 {
  return next - piece;
}

/** The checksum that the trailer of the member gives. */
export function check(): u32 {
  return givenCheck;
}

/** 0 where the input may end here, 1 where a byte of another header was taken, 2 anywhere else. */
export function ending(): u32 {
  return isBehindMember() ? 0 : hasHalfMagic() ? 1 : 2;
}
