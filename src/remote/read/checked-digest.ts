/** Bytes against the digest that they were asked for by, and against what the registry says of them. */
import { createHash } from 'node:crypto';
import { algorithmOf, type Digest, isAlgorithm, parseDigest, tryParseDigest } from '../../model/digest.js';
import { RemoteError } from '../../model/error.js';
import { type Asked, askedText } from '../failure.js';
import type { HttpResponse } from '../http/message.js';
import { quotedText } from '../remote-text.js';

/** The digest of bytes, by that algorithm. */
export function digestOfBytes(bytes: Buffer, algorithm: 'sha256' | 'sha512'): Digest {
  return parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
}

/** The digest of bytes by the algorithm of `wanted`. Throws RemoteError where they have another, or nobody here can tell. */
export function checkedDigest(asked: Asked, bytes: Buffer, wanted: Digest): Digest {
  const algorithm = algorithmOf(wanted);
  const start = askedText(asked);
  if (!isAlgorithm(algorithm))
    throw new RemoteError(`${start}: nobody here can compute ${algorithm}, so the answer cannot be checked`);
  const computed = digestOfBytes(bytes, algorithm);
  if (computed === wanted) return computed;
  throw new RemoteError(
    `${start}: asked for ${wanted}, and the ${bytes.length} bytes that came have ${computed}; nothing of them is used`,
  );
}

/** What the registry says in `Docker-Content-Digest`; null where it says nothing. Throws RemoteError where it is no digest. */
export function claimedDigest(response: HttpResponse): Digest | null {
  const text = response.header('docker-content-digest');
  if (text === null) return null;
  const digest = tryParseDigest(text.trim());
  if (digest !== null) return digest;
  throw new RemoteError(`${askedText(response.request)}: its Docker-Content-Digest is no digest: ${quotedText(text)}`);
}
