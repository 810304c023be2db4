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
import { fetchManifest, isVagueType, manifestPath, ownTypeOf } from '../read/manifests.js';
import { referrersTag } from '../read/referrers.js';
import type { Session } from '../session.js';

/** A manifest or index to be sent as it is. */
export interface SentManifest {
  readonly bytes: Buffer;
  /** What counts where the document does not say it itself. */
  readonly mediaType: string;
}

interface ListedReferrer {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: unknown;
}

export class ManifestWriter {
  readonly #session: Session;
  /** The last writing of each list of referrers, by its tag: each begins with what the one before has left. */
  readonly #lists = new Map<string, Promise<void>>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Sends a manifest under a tag or its digest, and what refers by it. Throws RemoteError where the registry does not take it. */
  async write(place: RepositoryPlace, reference: string, { bytes, mediaType }: SentManifest): Promise<void> {
    const fields = fieldsOf(jsonOf(bytes));
    const sent = { bytes, mediaType: ownTypeOf(fields) || mediaType };
    const { digest, isListed } = await sendManifest(this.#session, place, reference, sent);
    const subject = tryParseDigest(fieldsOf(fields['subject'])['digest']);
    if (subject === null || isListed) return;
    const descriptor = descriptorOf(sent, digest, fields);
    await this.#inTurn(`${placeName(place)}:${referrersTag(subject)}`, () =>
      listReferrer(this.#session, place, subject, descriptor),
    );
  }

  async #inTurn(list: string, write: () => Promise<void>): Promise<void> {
    const written = (this.#lists.get(list) ?? Promise.resolve()).then(write);
    this.#lists.set(
      list,
      written.catch(() => {}),
    );
    await written;
  }
}

/** Sends it; its digest, and whether the registry says that it lists the manifest as a referrer. */
async function sendManifest(
  session: Session,
  place: RepositoryPlace,
  reference: string,
  { bytes, mediaType }: SentManifest,
): Promise<{ readonly digest: Digest; readonly isListed: boolean }> {
  const digest = digestFor(place, reference, bytes);
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
    if (claimed !== null && algorithmOf(claimed) === algorithmOf(digest) && claimed !== digest) {
      throw new RemoteError(
        `${askedText(response.request)}: sent ${digest}, and the registry says that it has ${claimed}; its form was changed`,
      );
    }
    return { digest, isListed: response.header('oci-subject') !== null };
  });
}

/** The digest of a manifest, by the algorithm of its reference. Throws RemoteError where that is another. */
function digestFor(place: RepositoryPlace, reference: string, bytes: Buffer): Digest {
  const wanted = tryParseDigest(reference);
  const algorithm = wanted === null ? 'sha256' : algorithmOf(wanted);
  const digest = isAlgorithm(algorithm) ? digestOfBytes(bytes, algorithm) : null;
  if (digest !== null && (wanted === null || wanted === digest)) return digest;
  throw new RemoteError(
    `${placeName(place)}@${wanted}: what is to be sent under that digest has ${digest ?? 'one that nobody here can compute'}`,
  );
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
  const fields = before === null ? {} : fieldsOf(jsonOf(before.bytes));
  const listed = before === null ? [] : fields['manifests'];
  const isIndex = before === null || before.mediaType === ociIndex || isVagueType(before.mediaType);
  if (!Array.isArray(listed) || !isIndex) {
    throw new RemoteError(
      `${placeName(place)}:${tag}: the tag stands for the list of what refers to ${subject}, and is no index; it was left as it is`,
    );
  }
  if (listed.some((each) => fieldsOf(each)['digest'] === descriptor.digest)) return;
  const manifests = [...(listed as readonly unknown[]), descriptor];
  const index = { ...fields, schemaVersion: 2, mediaType: ociIndex, manifests };
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
function descriptorOf(
  { bytes, mediaType }: SentManifest,
  digest: Digest,
  { artifactType, config, annotations }: Readonly<Record<string, unknown>>,
): ListedReferrer {
  const type = [artifactType, fieldsOf(config)['mediaType']].find((each) => typeof each === 'string' && each !== '');
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(typeof type === 'string' ? { artifactType: type } : {}),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
