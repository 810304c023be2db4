/** Uploads to the registry of the tests (end-4, end-5, end-6, end-11, end-13, end-14): each answer gives a new address, and old ones are gone. */
import { randomUUID } from 'node:crypto';
import { bodyOf } from './listening.js';
import { hasDigest } from './registry-content.js';
import { fail, type Visit } from './registry-visit.js';

interface Upload {
  readonly repository: string;
  bytes: Buffer;
  /** Path and query of its address; others with each answer, and to be used to the letter. */
  path: string;
  /** Of the last chunk. */
  chunkBytes: number;
}

export type Uploads = (visit: Visit, repository: string, id: string) => Promise<void>;

/** The uploads of one registry. */
export function createUploads(): Uploads {
  const open = new Map<string, Upload>();
  return async (visit, repository, id) => {
    const { method } = visit.request;
    if (id === '')
      return method === 'POST' ? begin(visit, open, repository) : fail(visit, 405, 'UNSUPPORTED', 'POST only');
    const upload = open.get(id);
    const asked = `${visit.url.pathname}${visit.url.search}`;
    const isCurrent =
      upload?.repository === repository &&
      (method === 'PUT' ? asked.startsWith(`${upload.path}&digest=`) : asked === upload.path);
    if (upload === undefined || (!isCurrent && method !== 'GET')) {
      return fail(visit, 404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
    }
    if (method === 'GET') return told(visit, id, upload, 204);
    if (method === 'PATCH') return append(visit, id, upload);
    if (method === 'PUT') return finish(visit, open, id, upload);
    if (method === 'DELETE') {
      open.delete(id);
      visit.response.writeHead(204).end();
      return;
    }
    fail(visit, 405, 'UNSUPPORTED', 'no such method here');
  };
}

async function begin(visit: Visit, open: Map<string, Upload>, repository: string): Promise<void> {
  const { searchParams } = visit.url;
  const body = await bodyOf(visit.request);
  const mount = searchParams.get('mount');
  const from = searchParams.get('from');
  if (mount !== null && visit.options.mounts !== false) {
    const bytes = from === null ? undefined : visit.content.repositories.get(from)?.blobs.get(mount);
    if (bytes !== undefined) return stored(visit, repository, mount, bytes);
  }
  const digest = searchParams.get('digest');
  if (digest !== null) {
    if (!hasDigest(body, digest))
      return fail(visit, 400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
    return stored(visit, repository, digest, body);
  }
  if (body.length > 0) return fail(visit, 400, 'BLOB_UPLOAD_INVALID', 'a body, and no digest');
  if (visit.request.headers['content-length'] !== '0') return fail(visit, 411, 'SIZE_INVALID', 'no Content-Length: 0');
  const id = randomUUID();
  const upload = { repository, bytes: Buffer.alloc(0), path: '', chunkBytes: Number.POSITIVE_INFINITY };
  open.set(id, upload);
  told(visit, id, upload, 202);
}

function told(visit: Visit, id: string, upload: Upload, status: number): undefined {
  const { minChunkBytes, absoluteLocations } = visit.options;
  upload.path = `/v2/${upload.repository}/blobs/uploads/${id}?_state=${randomUUID()}%3D%2f+&&a=a`;
  visit.response.writeHead(status, {
    Location: absoluteLocations === true ? new URL(upload.path, visit.url).href : upload.path,
    'Docker-Upload-UUID': id,
    ...(upload.bytes.length === 0 ? {} : { Range: `0-${upload.bytes.length - 1}` }),
    ...(minChunkBytes === undefined ? {} : { 'OCI-Chunk-Min-Length': String(minChunkBytes) }),
  });
  visit.response.end();
}

async function append(visit: Visit, id: string, upload: Upload): Promise<void> {
  const { headers } = visit.request;
  if (headers['content-type'] !== 'application/octet-stream') {
    return fail(visit, 400, 'BLOB_UPLOAD_INVALID', 'Content-Type must be application/octet-stream');
  }
  const [, first = '', last = ''] = /^(\d+)-(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  if (first === '' || Number(headers['content-length']) !== Number(last) - Number(first) + 1) {
    return fail(visit, 400, 'SIZE_INVALID', 'Content-Range and Content-Length do not say how long the chunk is');
  }
  if (upload.chunkBytes < (visit.options.minChunkBytes ?? 0)) {
    return fail(visit, 400, 'BLOB_UPLOAD_INVALID', 'the chunk before was smaller than may be');
  }
  if (Number(first) !== upload.bytes.length) {
    visit.request.resume();
    visit.response.setHeader('Range', `0-${Math.max(0, upload.bytes.length - 1)}`);
    return fail(visit, 416, 'BLOB_UPLOAD_INVALID', 'chunk out of order');
  }
  for await (const piece of visit.request) upload.bytes = Buffer.concat([upload.bytes, piece as Buffer]);
  upload.chunkBytes = Number(last) - Number(first) + 1;
  if (Number(last) !== upload.bytes.length - 1) {
    return fail(visit, 416, 'SIZE_INVALID', 'Content-Range does not fit the body');
  }
  told(visit, id, upload, 202);
}

async function finish(visit: Visit, open: Map<string, Upload>, id: string, upload: Upload): Promise<void> {
  const digest = visit.url.searchParams.get('digest');
  const body = await bodyOf(visit.request);
  if (digest === null) return fail(visit, 400, 'DIGEST_INVALID', 'digest missing');
  if (body.length > 0 && visit.request.headers['content-type'] !== 'application/octet-stream') {
    return fail(visit, 400, 'BLOB_UPLOAD_INVALID', 'Content-Type must be application/octet-stream');
  }
  if (Number(visit.request.headers['content-length']) !== body.length) {
    return fail(visit, 411, 'SIZE_INVALID', 'no Content-Length');
  }
  const bytes = Buffer.concat([upload.bytes, body]);
  open.delete(id);
  if (!hasDigest(bytes, digest))
    return fail(visit, 400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  stored(visit, upload.repository, digest, bytes);
}

function stored(visit: Visit, repository: string, digest: string, bytes: Buffer): undefined {
  visit.content.repository(repository).blobs.set(digest, bytes);
  visit.response.writeHead(201, { Location: `/v2/${repository}/blobs/${digest}`, 'Docker-Content-Digest': digest });
  visit.response.end();
}
