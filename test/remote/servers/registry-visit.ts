/** One request to the registry of the tests, and what the parts of that registry answer it by. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerTls } from './listening.js';
import type { RegistryContent } from './registry-content.js';

export interface RegistryOptions {
  readonly tls?: ServerTls;
  /** A free one. */
  readonly port?: number;
  /** Null to let a request in, else the challenge that it is refused with (401). Not given: everyone is let in. */
  readonly admit?: (request: AdmittedRequest) => string | null;
  /** Whether it lists referrers (end-12); true. */
  readonly referrers?: boolean;
  /** Names on a page of a list at most; all. */
  readonly pageNames?: number;
  /** Whether it says where the next page of a list is; true. */
  readonly pageLinks?: boolean;
  /** Whether it knows ranges of blobs; true. */
  readonly ranges?: boolean;
  /** Whether it mounts blobs from other repositories; true. */
  readonly mounts?: boolean;
  /** `OCI-Chunk-Min-Length`; none. */
  readonly minChunkBytes?: number;
  /** `Warning` headers of every answer; none. */
  readonly warnings?: readonly string[];
  /** Locations of uploads as whole addresses instead of paths; false. */
  readonly absoluteLocations?: boolean;
}

export interface AdmittedRequest {
  readonly method: string;
  /** Empty for `/v2/` and the catalog. */
  readonly repository: string;
  readonly authorization: string | undefined;
  readonly path: string;
}

/** What one request is about, and how it is answered. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly content: RegistryContent;
  readonly options: RegistryOptions;
}

/** An error as the specification has it. */
export function fail({ request, response }: Visit, status: number, code: string, message: string): undefined {
  request.resume();
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}
