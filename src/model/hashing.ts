/**
 * SHA-256 for code that must stay free of Node: whoever may use a hash engine hands one of these over. The text comes
 * in pieces, so that what is hashed need never be held as a whole.
 */
import type { Digest } from './digest.js';

/** `binary`: each character is one byte (below 256), as names in a tar are read; `utf8`: text. */
export type TextEncoding = 'binary' | 'utf8';

/** The SHA-256 of the pieces, one behind the other, in that encoding. */
export type Sha256 = (pieces: Iterable<string>, encoding: TextEncoding) => Digest;

/** Whether bytes have that digest. */
export type DigestCheck = (bytes: Uint8Array, digest: Digest) => boolean;
