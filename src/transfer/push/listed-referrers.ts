/**
 * Whether a registry finds what describes an image. One that keeps no list of that has it under a tag, which is written behind the
 * manifest: a push that ended between both has left it out, and its next one would take the manifest for done.
 */
import type { ContentNode } from '../../content/transfer/transfer-plan.js';
import { type Digest, tryParseDigest } from '../../model/digest.js';
import { RemoteError } from '../../model/error.js';
import { jsonOf } from '../../remote/http/body.js';
import type { RepositoryPlace } from '../../remote/place.js';
import type { WriteRegistry } from '../registries.js';

/**
 * Of manifests that a repository has, those that refer to another by `subject` and that its list of that does not name. Where the
 * list cannot be had, nobody says that they are not in it.
 */
export async function unlistedReferrers(
  client: Pick<WriteRegistry, 'referrers'>,
  place: RepositoryPlace,
  present: readonly ContentNode[],
  documents: ReadonlyMap<Digest, Buffer>,
): Promise<Set<Digest>> {
  const bySubject = new Map<Digest, Digest[]>();
  for (const { digest } of present) {
    const subject = subjectOf(documents.get(digest));
    if (subject !== null) bySubject.set(subject, [...(bySubject.get(subject) ?? []), digest]);
  }
  const unlisted = new Set<Digest>();
  for (const [subject, digests] of bySubject) {
    const listed = await listedDigests(client, place, subject);
    for (const digest of digests) if (listed !== null && !listed.has(digest)) unlisted.add(digest);
  }
  return unlisted;
}

async function listedDigests(
  client: Pick<WriteRegistry, 'referrers'>,
  place: RepositoryPlace,
  subject: Digest,
): Promise<ReadonlySet<Digest> | null> {
  try {
    return new Set((await client.referrers(place, subject)).map(({ digest }) => digest));
  } catch (error) {
    if (error instanceof RemoteError) return null;
    throw error;
  }
}

/** What a manifest refers to; null where it refers to nothing. */
function subjectOf(bytes: Buffer | undefined): Digest | null {
  const manifest =
    bytes === undefined ? null : (jsonOf(bytes) as { readonly subject?: { readonly digest?: unknown } | null } | null);
  return tryParseDigest(manifest?.subject?.digest);
}
