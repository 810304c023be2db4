/**
 * Manifests and indexes (distribution specification, "Pulling manifests": end-3), by tag or digest. What was asked for by digest has
 * it; what was asked for by tag has the digest that the registry says, where it says one.
 */
import { algorithmOf, type Digest, isAlgorithm, tryParseDigest } from '../../model/digest.js';
import { RemoteError } from '../../model/error.js';
import { dockerManifest, dockerManifestList, ociIndex, ociManifest } from '../../model/media-type.js';
import { repositoryScopes } from '../auth/scopes.js';
import { askedText } from '../failure.js';
import { jsonOf, wholeDocument } from '../http/body.js';
import type { HttpResponse } from '../http/message.js';
import { placeName, type RepositoryPlace, repositoryPath } from '../place.js';
import { quotedText } from '../remote-text.js';
import type { RegistryCall, Session } from '../session.js';
import { checkedDigest, claimedDigest, digestOfBytes } from './checked-digest.js';

/** What a registry says of something, or what was computed from its bytes. */
export interface RemoteDescriptor {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** A document with its bytes; the digest was computed from them. */
export interface RemoteDocument extends RemoteDescriptor {
  readonly bytes: Buffer;
}

/** All that is understood, the newest first; a registry that has none of it may convert it otherwise. */
const accepted = [ociIndex, ociManifest, dockerManifestList, dockerManifest, 'application/json;q=0.5'].join(', ');
const tagGrammar = /^\w[\w.-]{0,127}$/;

/** A manifest or index; null where the registry has none of that name. */
export function fetchManifest(
  session: Session,
  place: RepositoryPlace,
  reference: string,
): Promise<RemoteDocument | null> {
  return session.ask(manifestCall('GET', place, reference), async (response) => {
    if (response.status === 404) {
      await response.discard();
      return null;
    }
    const bytes = await wholeDocument(response, session.settings);
    const claimed = claimedDigest(response);
    const wanted = tryParseDigest(reference) ?? claimed;
    const digest = wanted === null ? digestOfBytes(bytes, 'sha256') : checkedDigest(response.request, bytes, wanted);
    if (claimed !== null && claimed !== digest && algorithmOf(claimed) === algorithmOf(digest)) {
      throw new RemoteError(
        `${askedText(response.request)}: its bytes have ${digest}, and its Docker-Content-Digest says ${claimed}`,
      );
    }
    return { digest, sizeBytes: bytes.length, mediaType: mediaTypeOf(response, bytes), bytes };
  });
}

/** What the registry says of a manifest, without its bytes; null where it has none of that name. */
export async function headManifest(
  session: Session,
  place: RepositoryPlace,
  reference: string,
): Promise<RemoteDescriptor | null> {
  const said = await session.ask(manifestCall('HEAD', place, reference), async (response) => {
    await response.discard();
    if (response.status === 404) return null;
    const digest = tryParseDigest(reference) ?? claimedDigest(response);
    const sizeBytes = lengthOf(response);
    const mediaType = plainType(response.header('content-type'));
    return digest === null || sizeBytes === null || mediaType === '' ? 'too little' : { digest, sizeBytes, mediaType };
  });
  if (said !== 'too little') return said;
  const document = await fetchManifest(session, place, reference);
  return document === null
    ? null
    : { digest: document.digest, sizeBytes: document.sizeBytes, mediaType: document.mediaType };
}

function manifestCall(method: 'GET' | 'HEAD', place: RepositoryPlace, reference: string): RegistryCall {
  return {
    ...place,
    scopes: repositoryScopes(place.repository, ['pull']),
    method,
    at: manifestPath(place, reference),
    headers: { accept: accepted },
    expected: [200, 404],
  };
}

/** The path of a manifest. Throws RemoteError where the reference is neither a tag nor a digest that can be checked. */
export function manifestPath(place: RepositoryPlace, reference: string): string {
  const digest = tryParseDigest(reference);
  if (digest === null ? !tagGrammar.test(reference) : !isAlgorithm(algorithmOf(digest))) {
    throw new RemoteError(
      `${quotedText(reference)} is neither a tag of ${placeName(place)} nor a digest of SHA-256 or SHA-512`,
    );
  }
  return `${repositoryPath(place)}/manifests/${reference}`;
}

/** Whether a text can be a tag. */
export function isTag(text: unknown): text is string {
  return typeof text === 'string' && tagGrammar.test(text);
}

/** `Content-Length` where it is a size. */
export function lengthOf(response: HttpResponse): number | null {
  const text = response.header('content-length');
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The type in a header without its parameters; empty for what is none. */
function plainType(header: string | null): string {
  const type = (header ?? '').split(';')[0]?.trim() ?? '';
  return /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/.test(type) ? type : '';
}

/** Types that say nothing of a document. */
const vagueTypes: ReadonlySet<string> = new Set(['', 'application/json', 'text/plain', 'application/octet-stream']);

/** Whether a type says nothing of a document. */
export function isVagueType(type: string): boolean {
  return vagueTypes.has(type);
}

/** The type in the header, or in the document where the header says nothing of it. Throws RemoteError where both say something else. */
function mediaTypeOf(response: HttpResponse, bytes: Buffer): string {
  const header = plainType(response.header('content-type'));
  const own = ownTypeOf(jsonOf(bytes));
  if (isVagueType(header)) return own === '' ? header : own;
  if (own === '' || own.toLowerCase() === header.toLowerCase()) return header;
  throw new RemoteError(
    `${askedText(response.request)}: its Content-Type is ${quotedText(header)}, and the document calls itself ${quotedText(own)}; it could be read as either`,
    { status: response.status },
  );
}

/** What a document calls itself; empty where it does not, or by what is no type. */
export function ownTypeOf(document: unknown): string {
  const own = typeof document === 'object' && document !== null && 'mediaType' in document ? document.mediaType : null;
  return plainType(typeof own === 'string' ? own : null);
}
