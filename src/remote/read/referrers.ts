/**
 * What refers to a manifest (distribution specification, "Listing Referrers": end-12, and the tag that stands for it where a registry
 * has no such list, "Unavailable Referrers API"). Both are an index; what it lists are claims, to be fetched by their digests.
 */
import { type Digest, tryParseDigest } from '../../model/digest.js';
import { RemoteError } from '../../model/error.js';
import { limitMessage } from '../../model/limits.js';
import { repositoryScopes } from '../auth/scopes.js';
import { jsonOf, wholeDocument } from '../http/body.js';
import { nextPage } from '../http/link.js';
import { placeName, type RepositoryPlace, repositoryPath } from '../place.js';
import type { RegistryCall, Session } from '../session.js';
import { fetchManifest, type RemoteDescriptor } from './manifests.js';

/** One manifest that refers to another. */
export interface Referrer extends RemoteDescriptor {
  /** What it is, as `application/vnd.example.sbom.v1`; null where the list does not say. */
  readonly artifactType: string | null;
}

/**
 * What refers to a manifest, in the order of the registry; none where nothing is known of it. `withoutList`: the repositories that
 * have said that they have no such list, which are asked for the tag at once.
 */
export async function listReferrers(
  session: Session,
  place: RepositoryPlace,
  digest: Digest,
  withoutList: Set<string>,
): Promise<readonly Referrer[]> {
  if (withoutList.has(placeName(place))) return byTag(session, place, digest);
  const found: Referrer[] = [];
  const seen = new Set<string>();
  const { manifests } = session.settings.limits;
  const path = `${repositoryPath(place)}/referrers/${digest}`;
  for (let at: string | URL | null = path; at !== null; ) {
    const { list, next } = await page(session, place, at);
    if (list === null && at !== path) return found;
    if (list === null) {
      withoutList.add(placeName(place));
      return byTag(session, place, digest);
    }
    found.push(...list);
    const start = `the referrers of ${placeName(place)}@${digest}`;
    if (found.length > manifests)
      throw new RemoteError(`${start}: ${limitMessage('manifests', manifests, 'the list goes on beyond it')}`);
    if (next !== null && (seen.has(next.href) || list.length === 0))
      throw new RemoteError(`${start}: the pages of the list lead in a circle`);
    if (next !== null) seen.add(next.href);
    at = next;
  }
  return found;
}

/** The tag that stands for the list: `sha256-<hex>`, of longer parts the first 32 and 64 characters, with `-` for what no tag has. */
export function referrersTag(digest: Digest): string {
  const [algorithm = '', encoded = ''] = digest.split(':');
  return `${algorithm.slice(0, 32)}-${encoded.slice(0, 64)}`.replace(/[^\w.-]/g, '-');
}

interface Page {
  /** Null where the registry has no such list. */
  readonly list: readonly Referrer[] | null;
  readonly next: URL | null;
}

function page(session: Session, place: RepositoryPlace, at: string | URL): Promise<Page> {
  const call: RegistryCall = {
    ...place,
    scopes: repositoryScopes(place.repository, ['pull']),
    method: 'GET',
    at,
    expected: [200, 404, 405, 501],
  };
  return session.ask(call, async (response) => {
    const isThere = response.status === 200;
    const list = isThere ? referrersOf(await wholeDocument(response, session.settings)) : null;
    if (!isThere) await response.discard();
    return { list, next: list === null ? null : nextPage(response) };
  });
}

async function byTag(session: Session, place: RepositoryPlace, digest: Digest): Promise<readonly Referrer[]> {
  const document = await fetchManifest(session, place, referrersTag(digest));
  return document === null ? [] : (referrersOf(document.bytes) ?? []);
}

/** The descriptors of an index; null where it is none. Entries without digest, size and type are passed over: nothing could be fetched by them. */
function referrersOf(bytes: Buffer): readonly Referrer[] | null {
  const value = jsonOf(bytes);
  const list = typeof value === 'object' && value !== null && 'manifests' in value ? value.manifests : null;
  if (!Array.isArray(list)) return null;
  return list.flatMap((entry: unknown) => {
    const { digest: text, size, mediaType, artifactType } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    const digest = tryParseDigest(text);
    if (digest === null || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return [];
    if (typeof mediaType !== 'string') return [];
    return { digest, sizeBytes: size, mediaType, artifactType: typeof artifactType === 'string' ? artifactType : null };
  });
}
