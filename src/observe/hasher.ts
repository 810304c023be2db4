/**
 * Hash engines. `node` is OpenSSL through node:crypto and the default; `noble` is portable JavaScript, about fifteen
 * times slower, for machines whose OpenSSL is not to be trusted and as the oracle of the tests.
 */
import { createHash } from 'node:crypto';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type Algorithm, type Digest, parseDigest } from '../model/digest.js';
import type { Digests } from './observation.js';

export const engines = ['node', 'noble'] as const;
export type Engine = (typeof engines)[number];

interface Hasher {
  update(bytes: Uint8Array): unknown;
  hex(): string;
}

function createHasher(engine: Engine, algorithm: Algorithm): Hasher {
  if (engine === 'noble') {
    const hash = (algorithm === 'sha256' ? sha256 : sha512).create();
    return { update: (bytes) => hash.update(bytes), hex: () => bytesToHex(hash.digest()) };
  }
  const hash = createHash(algorithm);
  return { update: (bytes) => hash.update(bytes), hex: () => hash.digest('hex') };
}

/** Several algorithms over the same bytes. */
export class Hashers {
  readonly #hashers: readonly (readonly [Algorithm, Hasher])[];

  constructor(engine: Engine, algorithms: readonly Algorithm[]) {
    this.#hashers = algorithms.map((algorithm) => [algorithm, createHasher(engine, algorithm)]);
  }

  update(bytes: Uint8Array): void {
    for (const [, hasher] of this.#hashers) hasher.update(bytes);
  }

  /** Ends the hashing. */
  digests(): Digests {
    const digests: Digests = {};
    for (const [algorithm, hasher] of this.#hashers) digests[algorithm] = parseDigest(`${algorithm}:${hasher.hex()}`);
    return digests;
  }
}

/** The digest of bytes in memory. */
export function digestBytes(engine: Engine, algorithm: Algorithm, bytes: Uint8Array): Digest {
  const hashers = new Hashers(engine, [algorithm]);
  hashers.update(bytes);
  return hashers.digests()[algorithm] as Digest;
}
