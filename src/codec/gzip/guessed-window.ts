/**
 * Decoding where the 32 KiB before are not known (RFC 1951, 3.2.5). The same input is decoded twice, behind two windows
 * that differ in each byte: what is the same in both comes from the input itself, and where they differ the two bytes
 * name the place in the unknown window that was copied. Once the last 32 KiB are the same, so is all that follows.
 */
import { windowBytes } from './kernel.js';
import { giveKernel, takeKernel } from './kernels.js';

export interface Guesses {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
}

let guesses: Guesses | undefined;

/** The two windows that stand for an unknown one: `first` tells the lower part of a place, how they differ the upper one. */
export function guessedWindows(): Guesses {
  guesses ??= makeGuesses();
  return guesses;
}

function makeGuesses(): Guesses {
  const first = new Uint8Array(windowBytes);
  const second = new Uint8Array(windowBytes);
  for (let place = 0; place < windowBytes; place++) {
    first[place] = place & 255;
    second[place] = (place & 255) ^ ((place >>> 8) + 1);
  }
  return { first, second };
}

/**
 * Puts the bytes of the window that is known now where both differ, into `first`. `window`: its last `validBytes` are
 * those of the member. False where what the member never made was copied.
 */
export function resolveGuesses(first: Uint8Array, second: Uint8Array, window: Uint8Array, validBytes: number): boolean {
  if (validBytes < windowBytes && lowestPlace(first, second) < windowBytes - validBytes) return false;
  const kernel = takeKernel();
  if (kernel === null) return false;
  kernel.resolve(first, second, window);
  giveKernel(kernel);
  return true;
}

function lowestPlace(first: Uint8Array, second: Uint8Array): number {
  let lowest = windowBytes;
  for (let at = 0; at < first.length; at++) {
    const low = first[at] as number;
    const difference = low ^ (second[at] as number);
    if (difference !== 0) lowest = Math.min(lowest, ((difference - 1) << 8) | low);
  }
  return lowest;
}

/** The window behind so many bytes, of which the last are `tail`: all of it, or as much as follows `window`. */
export function windowBehind(window: Uint8Array, tail: Uint8Array): Uint8Array {
  const next = new Uint8Array(windowBytes);
  const kept = Math.max(0, windowBytes - tail.length);
  next.set(window.subarray(windowBytes - kept));
  next.set(tail.subarray(tail.length - (windowBytes - kept)), kept);
  return next;
}
