/**
 * Whether a body could be a layer at all: whether it begins as a tar, plain or compressed. Media types do not decide
 * that, since loaders unpack what is there whatever it is called; and neither does a first character, since a name in a
 * tar may begin with any. Hostile input: bytes that are a tar and something else at once are a tar.
 */
import { blockBytes, isZeroBlock, parseTarHeader } from '../archive/tar/tar-header.js';
import { detectCodec } from '../codec/detect.js';
import type { BlobObservation } from './observation.js';

/** Whether a body with these first bytes (512, or all there are) begins as a tar. An empty one is a tar without entries. */
export function startsTar(start: Buffer): boolean {
  if (start.length === 0 || detectCodec(start) !== null) return true;
  if (start.length < blockBytes) return false;
  return isZeroBlock(start) || parseTarHeader(start, 'latin1').checksumOk;
}

/** The same of a body that was observed in passing; null where nobody looked into it. */
export function wasTar(observation: BlobObservation | undefined): boolean | null {
  if (observation === undefined) return null;
  const { compression, layer, storedBytes } = observation;
  if (storedBytes === 0 || (compression !== null && compression !== 'none')) return true;
  if (layer === null) return null;
  return layer.ok && (layer.tar.problem === null || layer.tar.problem.offsetBytes > 0);
}
