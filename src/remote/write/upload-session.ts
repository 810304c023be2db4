/**
 * Where an upload stands, by the answers of a registry (distribution specification, "Pushing Blobs": end-4, end-11, end-14): begun, or
 * begun in the place of a mount, told of by `Location` and `Range`, given up. The address is taken as it comes: only the registry
 * knows what its path and query mean.
 */
import type { Digest } from '../../model/digest.js';
import { RemoteError } from '../../model/error.js';
import { joinedScopes, repositoryScopes, type Scopes } from '../auth/scopes.js';
import { askedText } from '../failure.js';
import type { HttpResponse } from '../http/message.js';
import { locationOf } from '../http/redirects.js';
import { type RepositoryPlace, repositoryPath } from '../place.js';
import { quotedText } from '../remote-text.js';
import type { RegistryCall, Session } from '../session.js';

/** Where an upload stands: the address of its next request, how much the registry has, the least that a chunk may have. */
export interface Upload {
  readonly at: URL;
  readonly position: number;
  readonly minChunkBytes: number;
}

/** Begins an upload. Throws RemoteError where the registry does not take it. */
export async function beginUpload(session: Session, place: RepositoryPlace): Promise<Upload> {
  const call: RegistryCall = { ...uploadsCall(place, ''), scopes: writeScopes(place), expected: [202] };
  return session.ask(call, async (response) => {
    await response.discard();
    return begunBy(response);
  });
}

/**
 * Statuses by which a registry does not mount: it has no such blob or repository there, whoever asks may not read it, or it mounts
 * nothing. Whether the blob may be sent is another question.
 */
const noMount: ReadonlySet<number | null> = new Set([400, 401, 403, 404, 405, 501]);

/** Takes a blob over from another repository: done, refused, or an upload that was begun instead. */
export async function mountBlob(
  session: Session,
  place: RepositoryPlace,
  digest: Digest,
  from: string,
): Promise<'mounted' | 'refused' | Upload> {
  const call: RegistryCall = {
    ...uploadsCall(place, `?mount=${digest}&from=${encodeURIComponent(from)}`),
    scopes: joinedScopes(writeScopes(place), repositoryScopes(from, ['pull'])),
    expected: [201, 202],
  };
  try {
    return await session.ask(call, async (response) => {
      await response.discard();
      return response.status === 201 ? ('mounted' as const) : begunBy(response);
    });
  } catch (error) {
    if (error instanceof RemoteError && noMount.has(error.status)) return 'refused';
    throw error;
  }
}

/** Tells the registry that nothing more comes. Whether it hears that is all one: it forgets such uploads by itself in time. */
export async function cancelUpload(session: Session, place: RepositoryPlace, { at }: Upload): Promise<void> {
  const call = { ...place, scopes: writeScopes(place), method: 'DELETE', at, expected: [204] } as const;
  try {
    await (await session.sendOnce(call)).discard();
  } catch {
    // What ended the upload is told, not this.
  }
}

function uploadsCall(place: RepositoryPlace, query: string): Omit<RegistryCall, 'scopes' | 'expected'> {
  const at = `${repositoryPath(place)}/blobs/uploads/${query}`;
  return { ...place, method: 'POST', at, headers: { 'content-length': '0' } };
}

function begunBy(response: HttpResponse): Upload {
  const at = locationOf(response.request, response.header('location'));
  return { at, position: 0, minChunkBytes: leastChunk(response) ?? 1 };
}

/** Where an upload stands, by an answer; what that does not say is as `before`. */
export function uploadOf(response: HttpResponse, before: Upload): Upload {
  const location = response.header('location');
  const range = response.header('range');
  const [, last = ''] = /^(?:bytes=)?0-(\d{1,15})$/.exec(range ?? '') ?? [];
  if (range !== null && last === '') {
    throw new RemoteError(
      `${askedText(response.request)}: expected a Range as 0-99 of what the registry has, and found ${quotedText(range)}`,
    );
  }
  return {
    at: location === null ? before.at : locationOf(response.request, location),
    // Of nothing some say 0-0, as of one byte; no chunk has one.
    position: range === null ? before.position : last === '0' ? 0 : Number(last) + 1,
    minChunkBytes: leastChunk(response) ?? before.minChunkBytes,
  };
}

function leastChunk(response: HttpResponse): number | null {
  const least = response.header('oci-chunk-min-length') ?? '';
  return /^\d{1,12}$/.test(least) ? Number(least) : null;
}

export function writeScopes({ repository }: RepositoryPlace): Scopes {
  return repositoryScopes(repository, ['pull', 'push']);
}
