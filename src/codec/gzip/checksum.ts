/**
 * The CRC-32 of gzip members (RFC 1952, section 8), which is Node's. It takes a tenth of the time of decoding, and whoever
 * gets the bytes can compute it as well: where two threads share a job, the one that decodes hands it over.
 */
import zlib from 'node:zlib';
import type { CodecError } from '../codec-error.js';

export type Checksum = (bytes: Uint8Array, before: number) => number;

/** Undefined on a Node of an odd number. */
export const { crc32: checksumOf } = zlib as { readonly crc32?: Checksum };

/** Who takes over the checksums of long members. All that was decoded before a call was emitted before it. */
export interface MemberChecks {
  /** Goes on with the checksum of a member; what was emitted of it so far has this one. */
  goOn(checksum: number): void;
  /** The member has ended and is to have this checksum; it is refused with this error where it has another one. */
  compare(checksum: number, refusal: CodecError): void;
}
