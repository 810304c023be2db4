/** A decoder over a whole input or odd pieces of it: what came out, up to a bound, or that it was an error. */
import { CodecError } from '../../../src/codec/codec-error.js';
import type { Decoder } from '../../../src/codec/decoder.js';

/** Enough to tell two outputs apart, and little enough for many executions. */
const mostBytes = 256 * 1024;

class Enough extends Error {}

export const damaged = 'CodecError';
const endless = 'more';

/** What was decoded as text, or that it ended with an error, or was more than is looked at. */
export function decoded(decoder: Decoder, input: Buffer, pieceBytes: number): string {
  const parts: Buffer[] = [];
  let size = 0;
  const sink = (bytes: Uint8Array): void => {
    parts.push(Buffer.from(bytes));
    size += bytes.length;
    if (size > mostBytes) throw new Enough();
  };
  try {
    for (let at = 0; at < input.length; at += pieceBytes) decoder.write(input.subarray(at, at + pieceBytes), sink);
    decoder.end(sink);
    return Buffer.concat(parts).toString('latin1');
  } catch (error) {
    if (error instanceof CodecError) return damaged;
    if (error instanceof Enough) return endless;
    throw error;
  } finally {
    decoder.close();
  }
}

/** A size of pieces that follows from the input, so that an input fails alone. */
export function pieceOf(input: Buffer): number {
  return 1 + ((input.length * 31 + (input[input.length >> 1] ?? 0)) % 300);
}

/** Fails where two ways to decode do not agree; damage behind what is looked at may be met by one of them only. */
export function sameDecoding(what: string, one: string, other: string): void {
  const isShort = (text: string): boolean => text === damaged || text === endless;
  if (one !== other && !(isShort(one) && isShort(other))) {
    throw new Error(`${what}: ${JSON.stringify(one.slice(0, 200))} is not ${JSON.stringify(other.slice(0, 200))}`);
  }
}
