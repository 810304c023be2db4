/**
 * Whether bytes start a tar, for whoever has only the start of a file. Hostile input: bytes that start something else too.
 */
import { blockBytes, parseTarHeader } from './tar-header.js';

/** Whether the first block is a tar header whose checksum holds. */
export function isTarHeader(start: Buffer): boolean {
  return start.length >= blockBytes && parseTarHeader(start.subarray(0, blockBytes), 'latin1').checksumOk;
}
