/** How the registry of the tests takes a manifest (end-7): JSON of the type that it is said to be, whose parts are there. */
import { bodyOf } from './listening.js';
import { type StoredRepository, sha256 } from './registry-content.js';
import { fail, type Visit } from './registry-visit.js';

interface Manifest {
  readonly mediaType?: string;
  readonly config?: Part;
  readonly layers?: readonly Part[];
  readonly manifests?: readonly Part[];
  readonly subject?: Part;
}

interface Part {
  readonly digest: string;
  readonly size: number;
}

const largestBytes = 4 * 1024 * 1024;

export async function putManifest(visit: Visit, repository: string, reference: string): Promise<void> {
  const bytes = await bodyOf(visit.request);
  if (bytes.length > largestBytes) return fail(visit, 413, 'SIZE_INVALID', 'manifest too large');
  const manifest = parsed(bytes);
  const mediaType = visit.request.headers['content-type'] ?? '';
  if (manifest === null || (manifest.mediaType !== undefined && manifest.mediaType !== mediaType)) {
    return fail(visit, 400, 'MANIFEST_INVALID', 'no JSON, or Content-Type is not its mediaType');
  }
  if (mediaType === '' || mediaType.includes(';')) {
    return fail(visit, 400, 'MANIFEST_INVALID', 'a type without parameters is expected in Content-Type');
  }
  const digest = sha256(bytes);
  if (reference.includes(':') && reference !== digest) return fail(visit, 400, 'DIGEST_INVALID', 'other digest');
  const stored = visit.content.repository(repository);
  if (!isComplete(stored, manifest)) return fail(visit, 404, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry');
  stored.manifests.set(digest, { bytes, mediaType });
  if (!reference.includes(':')) stored.tags.set(reference, digest);
  const subject = visit.options.referrers === false ? undefined : manifest.subject?.digest;
  visit.response.writeHead(201, {
    Location: `/v2/${repository}/manifests/${digest}`,
    'Docker-Content-Digest': digest,
    ...(subject === undefined ? {} : { 'OCI-Subject': subject }),
  });
  visit.response.end();
}

function parsed(bytes: Buffer): Manifest | null {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Manifest) : null;
  } catch {
    return null;
  }
}

/** Blobs with their sizes, manifests; the subject may be absent. */
function isComplete(
  { blobs, manifests }: StoredRepository,
  { config, layers = [], manifests: children = [] }: Manifest,
): boolean {
  const parts = config === undefined ? layers : [config, ...layers];
  return (
    parts.every(({ digest, size }) => blobs.get(digest)?.length === size) &&
    children.every(({ digest, size }) => manifests.get(digest)?.bytes.length === size)
  );
}
