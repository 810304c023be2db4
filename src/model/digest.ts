/**
 * Content digests, `<algorithm>:<hex>` (OCI image spec, descriptor.md, "Digests").
 * A `Digest` exists only as the result of `parseDigest`, so that a value of this type is always well formed: lower case,
 * of the fixed length where the algorithm is known. Unknown algorithms are legal claims that nobody here can check.
 */
import { VarveError } from './error.js';

declare const brand: unique symbol;

/** A well-formed `<algorithm>:<encoded>`; made only by `parseDigest`. */
export type Digest = string & { readonly [brand]: 'digest' };

/** The algorithms that Varve computes. */
export const algorithms = ['sha256', 'sha512'] as const;
export type Algorithm = (typeof algorithms)[number];

const hexLength: Readonly<Record<Algorithm, number>> = { sha256: 64, sha512: 128 };
// The grammar of the OCI spec; 512 characters are far beyond any registered algorithm and bound the work on hostile text.
const grammar = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;
const lowerHex = /^[0-9a-f]+$/;

/** Turns text into a digest, or null where it is none. */
export function tryParseDigest(text: unknown): Digest | null {
  if (typeof text !== 'string' || text.length > 512 || !grammar.test(text)) return null;
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, colon);
  if (isAlgorithm(algorithm)) {
    const encoded = text.slice(colon + 1);
    if (encoded.length !== hexLength[algorithm] || !lowerHex.test(encoded)) return null;
  }
  return text as Digest;
}

/** Turns text into a digest. Throws VarveError `document-invalid` where it is none. */
export function parseDigest(text: string): Digest {
  const digest = tryParseDigest(text);
  if (digest === null) {
    throw new VarveError(
      'document-invalid',
      `not a digest: expected <algorithm>:<hex>, found ${JSON.stringify(text.slice(0, 100))}`,
    );
  }
  return digest;
}

/** The digest of that algorithm with that hexadecimal value, or null where the value has the wrong form. */
export function digestOf(algorithm: string, hex: string): Digest | null {
  return tryParseDigest(`${algorithm}:${hex}`);
}

/** The part before the colon. */
export function algorithmOf(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':'));
}

/** The part after the colon. */
export function encodedOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** Whether Varve can compute that algorithm. */
export function isAlgorithm(text: string): text is Algorithm {
  return (algorithms as readonly string[]).includes(text);
}
