/**
 * What is inside a compressed body, decoded and verified in one pass, in bounded memory: what comes out is hashed and handed
 * on, and is what it has to be only if its digest says so. Hostile input: a body that expands without end, which stops at the
 * size that is expected.
 */
import { CodecError } from '../codec/codec-error.js';
import { createDecoder } from '../codec/create-decoder.js';
import type { Codec, Decoder } from '../codec/decoder.js';
import { algorithmOf, type Digest, isAlgorithm } from '../model/digest.js';
import { messageOf, VarveError } from '../model/error.js';
import { openBody } from '../observe/body-source.js';
import { Hashers } from '../observe/hasher.js';
import { nameOfLocation } from '../sources/location.js';
import { arrived, type Steps } from '../sources/steps.js';
import type { BodyPlace, CopyTools } from './copy-body.js';

/** A compressed body. */
export interface CompressedPlace extends BodyPlace {
  readonly codec: Codec;
}

/** Decodes the first place that becomes these bytes. Returns null, or why none does. Throws what `write` throws. */
export function* decodeBody(
  places: readonly CompressedPlace[],
  wanted: { readonly digest: Digest; readonly sizeBytes: number },
  tools: CopyTools,
): Steps<string | null> {
  const reasons: string[] = [];
  for (const place of places) {
    const reason = yield* decodeFrom(place, wanted, tools);
    if (reason === null) return null;
    reasons.push(`${nameOfLocation(place.location)} at byte ${place.offsetBytes}: ${reason}`);
  }
  return reasons.length === 0 ? 'there is no copy of it' : reasons.join('; ');
}

function* decodeFrom(
  place: CompressedPlace,
  { digest, sizeBytes }: { readonly digest: Digest; readonly sizeBytes: number },
  { engine, buffer, write, onRead }: CopyTools,
): Steps<string | null> {
  const algorithm = algorithmOf(digest);
  if (!isAlgorithm(algorithm)) return `nobody here can check a digest by ${algorithm}`;
  const hashers = new Hashers(engine, [algorithm]);
  let doneBytes = 0;
  const sink = (bytes: Uint8Array): void => {
    if (doneBytes + bytes.length > sizeBytes)
      throw new CodecError('limit', `it has more than ${sizeBytes} bytes inside`, doneBytes);
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    hashers.update(chunk);
    write(chunk, doneBytes);
    doneBytes += bytes.length;
    onRead(bytes.length);
  };
  let body: ReturnType<typeof openBody> | null = null;
  let decoder: Decoder | null = null;
  try {
    body = openBody(place);
    decoder = yield* arrived(createDecoder(place.codec));
    for (let position = 0; position < place.sizeBytes; ) {
      const chunk = buffer.subarray(0, Math.min(buffer.length, place.sizeBytes - position));
      const read = yield* arrived(body.read(chunk, position));
      yield* arrived(decoder.write(chunk.subarray(0, read), sink));
      position += read;
      yield;
    }
    yield* arrived(decoder.end(sink));
  } catch (error) {
    const isOfInput = error instanceof VarveError && error.code === 'input-unreadable';
    if (isOfInput || error instanceof CodecError) return messageOf(error);
    throw error;
  } finally {
    decoder?.close();
    body?.close();
  }
  const found = hashers.digests()[algorithm];
  return found === digest && doneBytes === sizeBytes ? null : `what is inside is ${found}, expected ${digest}`;
}
