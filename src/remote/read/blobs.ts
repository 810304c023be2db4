/**
 * Blobs (distribution specification, "Pulling blobs": end-2): their bytes from any position on, whatever breaks on the way. A
 * connection that broke is followed by one for the rest; a registry that has no ranges sends all again, and what is there is passed
 * over. Hostile input: lengths and ranges that are not those that were asked for, bytes that never end.
 */
import { type Digest, tryParseDigest } from '../../model/digest.js';
import { RemoteError } from '../../model/error.js';
import { limitMessage } from '../../model/limits.js';
import { repositoryScopes } from '../auth/scopes.js';
import { askedText, PassingError } from '../failure.js';
import { refuseEncoded } from '../http/body.js';
import type { HttpResponse } from '../http/message.js';
import { Retries } from '../http/retries.js';
import { placeName, type RepositoryPlace, repositoryPath } from '../place.js';
import { quotedText } from '../remote-text.js';
import type { RegistryCall, Session } from '../session.js';
import { checkedDigest } from './checked-digest.js';
import { lengthOf } from './manifests.js';

/** What is known of a blob before it is fetched. */
export interface BlobDescriptor {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** A connection that brought so much has shown that the way is there: breaks before it are not counted. */
const progressBytes = 1024 * 1024;

/** The bytes from `offsetBytes` on, as many as the descriptor says; whoever takes them hashes them. Throws RemoteError. */
export async function* readBlob(
  session: Session,
  place: RepositoryPlace,
  descriptor: BlobDescriptor,
  offsetBytes: number,
): AsyncGenerator<Buffer, void, void> {
  const { sizeBytes } = descriptor;
  if (offsetBytes < 0 || offsetBytes > sizeBytes) throw new RangeError('a position outside of the blob');
  let position = offsetBytes;
  let countedFrom = offsetBytes;
  let pieces: AsyncGenerator<Buffer, void, void> | null = null;
  const retries = new Retries(session.settings, () => {
    const far = position - countedFrom >= progressBytes;
    if (far) countedFrom = position;
    return far;
  });
  /** The next piece, over as many connections as it takes; null at the end. */
  const next = async (): Promise<Buffer | null> => {
    pieces ??= await from(session, place, descriptor, position);
    try {
      const step = await pieces.next();
      return step.done === true ? null : step.value;
    } catch (error) {
      pieces = null;
      throw error;
    }
  };
  try {
    while (position < sizeBytes) {
      const piece = await retries.run(next);
      if (piece === null) throw new RangeError('a blob ended before its size');
      position += piece.length;
      yield piece;
    }
    // More than all of it is a fault of the registry; that the way broke behind it is none.
    await (pieces as AsyncGenerator<Buffer, void, void> | null)?.next().catch((error: unknown) => {
      if (!(error instanceof PassingError)) throw error;
    });
  } finally {
    await (pieces as AsyncGenerator<Buffer, void, void> | null)?.return();
  }
}

/** One connection: the bytes from a position to the end. Throws PassingError where it breaks off before. */
async function from(
  session: Session,
  place: RepositoryPlace,
  descriptor: BlobDescriptor,
  position: number,
): Promise<AsyncGenerator<Buffer, void, void>> {
  const { sizeBytes } = descriptor;
  const range = position === 0 ? {} : { range: `bytes=${position}-${sizeBytes - 1}` };
  const response = await session.sendOnce({
    ...blobCall('GET', place, descriptor.digest),
    headers: range,
    expected: position === 0 ? [200] : [200, 206],
  });
  try {
    refuseEncoded(response);
    const begins = response.status === 206 ? rangeStart(response, position, sizeBytes) : 0;
    checkLength(response, sizeBytes - begins, sizeBytes);
    return exactly(response, position - begins, sizeBytes - position);
  } catch (error) {
    await response.discard();
    throw error;
  }
}

/** The position at which a 206 begins, which is the one that was asked for. Throws RemoteError where it is another. */
function rangeStart(response: HttpResponse, position: number, sizeBytes: number): number {
  const text = response.header('content-range') ?? '';
  const [, first, last, total] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(text.trim()) ?? [];
  const isWhole = Number(first) === position && Number(last) === sizeBytes - 1;
  if (isWhole && (total === '*' || Number(total) === sizeBytes)) return position;
  throw new RemoteError(
    `${askedText(response.request)}: asked for the bytes ${position}-${sizeBytes - 1}/${sizeBytes}, and its Content-Range is ${quotedText(text)}`,
    { status: response.status },
  );
}

function checkLength(response: HttpResponse, expectedBytes: number, sizeBytes: number): void {
  const length = lengthOf(response);
  if (length === null || length === expectedBytes) return;
  throw new RemoteError(
    `${askedText(response.request)}: expected ${expectedBytes} bytes of a blob of ${sizeBytes}, and the answer has ${length}; the manifest and the registry do not agree`,
    { status: response.status },
  );
}

/** So many bytes of a body after so many that are passed over. Throws where more or fewer come. */
async function* exactly(
  response: HttpResponse,
  skipBytes: number,
  wantedBytes: number,
): AsyncGenerator<Buffer, void, void> {
  let skip = skipBytes;
  let left = wantedBytes;
  for await (const piece of response.body()) {
    const skipped = Math.min(skip, piece.length);
    skip -= skipped;
    const rest = skipped === 0 ? piece : piece.subarray(skipped);
    if (rest.length > left)
      throw new RemoteError(`${askedText(response.request)}: more bytes come than the ${wantedBytes} that it has`);
    left -= rest.length;
    if (rest.length > 0) yield rest;
  }
  if (left > 0) throw new PassingError(`${askedText(response.request)}: ended ${left} bytes before its end`);
}

/** A small blob whole, as configs are; size and digest are checked. Throws RemoteError where it is larger than a document may be. */
export async function readBlobDocument(
  session: Session,
  place: RepositoryPlace,
  descriptor: BlobDescriptor,
): Promise<Buffer> {
  const { documentBytes } = session.settings.limits;
  const { digest, sizeBytes } = descriptor;
  if (sizeBytes > documentBytes) {
    throw new RemoteError(
      `${placeName(place)}@${digest}: ${limitMessage('documentBytes', documentBytes, `the document has ${sizeBytes} bytes`)}`,
    );
  }
  const pieces: Buffer[] = [];
  for await (const piece of readBlob(session, place, descriptor, 0)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const url = new URL(`https://${place.registry}${blobPath(place, digest)}`);
  checkedDigest({ method: 'GET', url }, bytes, digest);
  return bytes;
}

/** The size of a blob by `HEAD` (end-2); null where the repository does not have it, or does not say how large it is: then it is sent. */
export function hasBlob(session: Session, place: RepositoryPlace, digest: Digest): Promise<number | null> {
  const call = { ...blobCall('HEAD', place, digest), expected: [200, 404] };
  return session.ask(call, async (response) => {
    await response.discard();
    return response.status === 404 ? null : lengthOf(response);
  });
}

function blobCall(method: 'GET' | 'HEAD', place: RepositoryPlace, digest: Digest): Omit<RegistryCall, 'expected'> {
  return { ...place, scopes: repositoryScopes(place.repository, ['pull']), method, at: blobPath(place, digest) };
}

/** The path of a blob. Throws RemoteError for what is no digest. */
function blobPath(place: RepositoryPlace, digest: Digest): string {
  if (tryParseDigest(digest) === null) throw new RemoteError(`${quotedText(digest)} is no digest`);
  return `${repositoryPath(place)}/blobs/${digest}`;
}
