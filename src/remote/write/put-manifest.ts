/**
 * Manifests sent to a registry (distribution specification, "Pushing Manifests": end-7). Where one refers to another by `subject` and
 * the registry keeps no list of that, the index under the tag that stands for it is kept, as the specification asks of clients
 * ("Pushing Manifests with Subject").
 */
import { algorithmOf, type Digest, isAlgorithm, tryParseDigest } from '../../model/digest.js';
import { RemoteError } from '../../model/error.js';
import { ociIndex } from '../../model/media-type.js';
import { repositoryScopes } from '../auth/scopes.js';
import { askedText } from '../failure.js';
import { jsonOf } from '../http/body.js';
import { placeName, type RepositoryPlace } from '../place.js';
import { claimedDigest, digestOfBytes } from '../read/checked-digest.js';
import { fetchManifest, manifestPath } from '../read/manifests.js';
import { referrersTag } from '../read/referrers.js';
import type { Session } from '../session.js';

/** A manifest or index to be sent as it is. */
export interface SentManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

interface ListedReferrer {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: unknown;
}

/** Sends a manifest under a tag or its digest, and what refers by it. Throws RemoteError where the registry does not take it. */
export async function writeManifest(
  session: Session,
  place: RepositoryPlace,
  reference: string,
  manifest: SentManifest,
): Promise<void> {
  const listed = await sendManifest(session, place, reference, manifest);
  const fields = fieldsOf(jsonOf(manifest.bytes));
  const subject = tryParseDigest(fieldsOf(fields['subject'])['digest']);
  if (subject !== null && !listed) await listReferrer(session, place, subject, descriptorOf(manifest, fields));
}

/** Sends it; whether the registry says that it lists the manifest as a referrer. */
async function sendManifest(
  session: Session,
  place: RepositoryPlace,
  reference: string,
  { bytes, mediaType }: SentManifest,
): Promise<boolean> {
  const wanted = tryParseDigest(reference);
  const algorithm = wanted === null ? 'sha256' : algorithmOf(wanted);
  const digest = isAlgorithm(algorithm) ? digestOfBytes(bytes, algorithm) : null;
  if (wanted !== null && wanted !== digest) {
    throw new RemoteError(
      `${placeName(place)}@${wanted}: what is to be sent under that digest has ${digest ?? 'one that nobody here can compute'}`,
    );
  }
  const call = {
    ...place,
    scopes: repositoryScopes(place.repository, ['pull', 'push']),
    method: 'PUT',
    at: manifestPath(place, reference),
    headers: { 'content-type': mediaType },
    body: { sizeBytes: bytes.length, open: () => only(bytes) },
    expected: [200, 201, 202],
  } as const;
  return session.ask(call, async (response) => {
    await response.discard();
    const claimed = claimedDigest(response);
    if (claimed !== null && algorithmOf(claimed) === algorithm && claimed !== digest) {
      throw new RemoteError(
        `${askedText(response.request)}: sent ${digest}, and the registry says that it has ${claimed}; its form was changed`,
      );
    }
    return response.header('oci-subject') !== null;
  });
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer, void, void> {
  yield bytes;
}

/** Puts a descriptor into the index that stands for the list of referrers, unless it is there. */
async function listReferrer(
  session: Session,
  place: RepositoryPlace,
  subject: Digest,
  descriptor: ListedReferrer,
): Promise<void> {
  const tag = referrersTag(subject);
  const before = await fetchManifest(session, place, tag);
  const listed = before === null ? [] : fieldsOf(jsonOf(before.bytes))['manifests'];
  if (!Array.isArray(listed)) {
    throw new RemoteError(
      `${placeName(place)}:${tag}: the tag stands for the list of what refers to ${subject}, and is no index; it was left as it is`,
    );
  }
  if (listed.some((each) => fieldsOf(each)['digest'] === descriptor.digest)) return;
  const index = { schemaVersion: 2, mediaType: ociIndex, manifests: [...(listed as readonly unknown[]), descriptor] };
  await sendManifest(session, place, tag, {
    bytes: jsonBytes(index, `${placeName(place)}:${tag}`),
    mediaType: ociIndex,
  });
}

/** Throws RemoteError where what a registry gave is nested deeper than it can be written again. */
function jsonBytes(value: unknown, start: string): Buffer {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch (cause) {
    throw new RemoteError(
      `${start}: the list of referrers is nested too deep to be written again; it was left as it is`,
      {
        cause,
      },
    );
  }
}

/** As the list has it: with the type of the artifact, which is that of the config where the manifest has none, and the annotations. */
function descriptorOf({ bytes, mediaType }: SentManifest, fields: Readonly<Record<string, unknown>>): ListedReferrer {
  const { artifactType, annotations } = fields;
  const type = artifactType ?? fieldsOf(fields['config'])['mediaType'];
  return {
    mediaType,
    digest: digestOfBytes(bytes, 'sha256'),
    size: bytes.length,
    ...(typeof type === 'string' ? { artifactType: type } : {}),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
