/**
 * Digests of text and of documents, as the pure stages ask for them (model/hashing.ts), by a hash engine.
 */

import { algorithmOf, type Digest, isAlgorithm } from '../model/digest.js';
import type { DigestCheck, Sha256 } from '../model/hashing.js';
import { type Engine, Hashers } from '../observe/hasher.js';

/** Text is handed to the engine in pieces of about this size: a call costs more than a line of text. */
const batchCharacters = 64 * 1024;

/** The hash function of that engine. Default: `node`. */
export function textHasher(engine: Engine = 'node'): Sha256 {
  return (pieces, encoding) => {
    const hashers = new Hashers(engine, ['sha256']);
    const nodeEncoding = encoding === 'binary' ? 'latin1' : 'utf8';
    let batch = '';
    for (const piece of pieces) {
      batch += piece;
      if (batch.length < batchCharacters) continue;
      hashers.update(Buffer.from(batch, nodeEncoding));
      batch = '';
    }
    hashers.update(Buffer.from(batch, nodeEncoding));
    return hashers.digests().sha256 as Digest;
  };
}

/** Whether bytes have a digest, by that engine; false where its algorithm is none that can be computed. */
export function digestChecker(engine: Engine = 'node'): DigestCheck {
  return (bytes, digest) => {
    const algorithm = algorithmOf(digest);
    if (!isAlgorithm(algorithm)) return false;
    const hashers = new Hashers(engine, [algorithm]);
    hashers.update(bytes);
    return hashers.digests()[algorithm] === digest;
  };
}
