/**
 * A registry for tests that keeps to the OCI distribution specification and takes nothing that the specification does not let a
 * client do: it holds every rule of pull and push against whoever speaks to it. It knows nothing of the code under test.
 */
import type { IncomingMessage } from 'node:http';
import { type Listening, listen } from './listening.js';
import { RegistryContent } from './registry-content.js';
import { putManifest } from './registry-manifests.js';
import { createUploads, type Uploads } from './registry-uploads.js';
import { fail, type RegistryOptions, type Visit } from './registry-visit.js';

/** One request, as it was answered. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
}

export interface TestRegistry {
  /** `127.0.0.1:PORT`, which is also the name of the registry in references. */
  readonly host: string;
  readonly content: RegistryContent;
  /** All requests so far; may be emptied. */
  readonly seen: SeenRequest[];
  close(): Promise<void>;
}

/** Starts a registry with nothing in it. */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const content = new RegistryContent();
  const seen: SeenRequest[] = [];
  const uploads = createUploads();
  const listening: Listening = await listen(
    (request, response) => {
      const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
      response.on('finish', () => {
        const { method = '', headers, url: path = '' } = request;
        seen.push({ method, path, status: response.statusCode, headers });
      });
      answer({ request, response, url, content, options }, uploads).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : new Error(String(error)));
      });
    },
    options.tls,
    options.port,
  );
  return { host: listening.host, content, seen, close: listening.close };
}

const route = /^\/v2\/(.+)\/(manifests|blobs|blobs\/uploads|tags|referrers)\/([^/]*)$/;
const nameGrammar = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

async function answer(visit: Visit, uploads: Uploads): Promise<void> {
  const { request, response, url, options } = visit;
  const { method = '' } = request;
  const [, repository = '', kind = '', last = ''] = route.exec(url.pathname) ?? [];
  const { authorization } = request.headers;
  if (options.warnings !== undefined) {
    response.setHeader(
      'Warning',
      options.warnings.map((text) => Buffer.from(text).toString('latin1')),
    );
  }
  const challenge = options.admit?.({ method, repository, authorization, path: request.url ?? '' }) ?? null;
  if (challenge !== null) {
    request.resume();
    response.setHeader('WWW-Authenticate', challenge);
    return fail(visit, 401, 'UNAUTHORIZED', 'authentication required');
  }
  if (url.pathname === '/v2/') return json(visit, {});
  if (url.pathname === '/v2/_catalog') return list(visit, 'repositories', [...visit.content.repositories.keys()]);
  if (kind === '') return fail(visit, 404, 'NAME_UNKNOWN', 'no such route');
  if (!nameGrammar.test(repository)) return fail(visit, 400, 'NAME_INVALID', 'invalid repository name');
  if (kind === 'blobs/uploads') return uploads(visit, repository, last);
  if (kind === 'manifests' && method === 'PUT') return putManifest(visit, repository, last);
  if (method !== 'GET' && method !== 'HEAD') return fail(visit, 405, 'UNSUPPORTED', 'no such method here');
  const known = visit.content.repositories.get(repository);
  if (kind === 'referrers') return referrers(visit, repository, last);
  if (known === undefined) return fail(visit, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
  if (kind === 'tags') return list(visit, 'tags', [...known.tags.keys()], { name: repository });
  if (kind === 'blobs') return blob(visit, known.blobs.get(last), last);
  const digest = known.tags.get(last) ?? last;
  const manifest = known.manifests.get(digest);
  if (manifest === undefined) return fail(visit, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  send(visit, manifest.bytes, { 'Content-Type': manifest.mediaType, 'Docker-Content-Digest': digest });
}

function json(visit: Visit, value: unknown, headers: Record<string, string> = {}): undefined {
  send(visit, Buffer.from(JSON.stringify(value)), { 'Content-Type': 'application/json', ...headers });
}

function send({ request, response }: Visit, bytes: Buffer, headers: Record<string, string>): undefined {
  request.resume();
  response.writeHead(200, { ...headers, 'Content-Length': String(bytes.length) });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function blob(visit: Visit, bytes: Buffer | undefined, digest: string): undefined {
  const { request, response, options } = visit;
  if (bytes === undefined) return fail(visit, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  const facts = { 'Content-Type': 'application/octet-stream', 'Docker-Content-Digest': digest };
  const [, first = '', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  if (first === '' || options.ranges === false) return send(visit, bytes, facts);
  const start = Number(first);
  const end = last === '' ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
  if (start > end) {
    response.setHeader('Content-Range', `bytes */${bytes.length}`);
    return fail(visit, 416, 'RANGE_INVALID', 'invalid range');
  }
  const part = bytes.subarray(start, end + 1);
  response.writeHead(206, {
    ...facts,
    'Content-Length': String(part.length),
    'Content-Range': `bytes ${start}-${end}/${bytes.length}`,
  });
  response.end(request.method === 'HEAD' ? undefined : part);
}

/** Names in the order of the specification (ASCII), a page of them behind `last`. */
function list(visit: Visit, member: string, names: readonly string[], more: Record<string, string> = {}): undefined {
  const { url, options } = visit;
  const sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
  const last = url.searchParams.get('last');
  const wanted = url.searchParams.get('n');
  const size = Math.min(
    wanted === null ? Number.POSITIVE_INFINITY : Number(wanted),
    options.pageNames ?? Number.POSITIVE_INFINITY,
  );
  const rest = last === null ? sorted : sorted.filter((name) => name > last);
  const page = rest.slice(0, size);
  const next = `${url.pathname}?n=${wanted ?? size}&last=${encodeURIComponent(page.at(-1) ?? '')}`;
  json(
    visit,
    { ...more, [member]: page },
    page.length < rest.length && options.pageLinks !== false ? { Link: `<${next}>; rel="next"` } : {},
  );
}

function referrers(visit: Visit, repository: string, digest: string): undefined {
  if (visit.options.referrers === false) return fail(visit, 404, 'UNSUPPORTED', 'no such route');
  const manifests = [...(visit.content.repositories.get(repository)?.manifests ?? [])].flatMap(
    ([own, { bytes, mediaType }]) => {
      const { subject, artifactType, config } = JSON.parse(bytes.toString()) as {
        subject?: { digest: string };
        artifactType?: string;
        config?: { mediaType: string };
      };
      if (subject?.digest !== digest) return [];
      return [{ mediaType, digest: own, size: bytes.length, artifactType: artifactType ?? config?.mediaType }];
    },
  );
  json(visit, { schemaVersion: 2, mediaType: indexType, manifests }, { 'Content-Type': indexType });
}

const indexType = 'application/vnd.oci.image.index.v1+json';
