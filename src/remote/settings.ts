/**
 * What a run tells the client of registries, as plain data. Nothing here is read from the process: the environment and the
 * home folder come from whoever starts the run. Secrets are not in it, but where to find them.
 */
import type { Limits } from '../model/limits.js';

/** Values of environment variables by name. */
export type RemoteEnvironment = Readonly<Record<string, string | undefined>>;

export interface RemoteSettings {
  readonly limits: Limits;
  /** Every use of a registry is refused, before a connection is opened or a credential looked for. */
  readonly offline: boolean;
  /** Registries are spoken to without TLS. Unasked that is tried on this machine only. */
  readonly plainHttp: boolean;
  readonly tls: TlsSettings;
  /** The file of credentials to use instead of those of docker and podman; null for those. */
  readonly authFile: string | null;
  /** For DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, HTTPS_PROXY, NO_PROXY and their like, and for credential helpers. */
  readonly environment: RemoteEnvironment;
  readonly homeFolder: string;
  readonly timing: RemoteTiming;
  /** Connections to one host at a time; further requests wait. */
  readonly maxConnections: number;
  /** Bytes of one request in which a large blob is sent; a smaller blob is sent in one. At least 1. */
  readonly chunkBytes: number;
  readonly userAgent: string;
  readonly signal: AbortSignal | undefined;
  /** Hears of each request that was answered or failed; never of a secret. */
  readonly onRequest?: (request: RequestFacts) => void;
  /** Hears once of each thing that a registry warns of. Nothing but telling it may follow. */
  readonly onWarning?: (warning: RegistryWarning) => void;
  /** Hears of bytes of bodies as they come and go. */
  readonly onBytes?: (receivedBytes: number, sentBytes: number) => void;
}

export interface TlsSettings {
  /** Certificates in PEM that are trusted beside those of Node; null for none. */
  readonly caFile: string | null;
  /** The client's certificate and its key in PEM; both or neither. */
  readonly certFile: string | null;
  readonly keyFile: string | null;
  /** Folders with a folder of certificates for each HOST[:PORT], as docker's and podman's `certs.d`. */
  readonly hostFolders: readonly string[];
}

export interface RemoteTiming {
  /** For a connection, for the head of an answer, between two pieces of a body; a document takes four times that at most. */
  readonly timeoutMs: number;
  /** How often what failed for a reason that may pass is tried again. */
  readonly retries: number;
  /** Before the first of them; each further one waits twice as long, with chance taken off. */
  readonly firstBackoffMs: number;
  /** No wait is longer, and a registry that asks for a longer one has refused. */
  readonly longestWaitMs: number;
}

/** What a registry warns of. */
export interface RegistryWarning {
  readonly host: string;
  /** Its own words in quotes, cut where they are long, with nothing that a terminal obeys. */
  readonly text: string;
}

export interface RequestFacts {
  readonly method: string;
  /** Origin and path, without query. */
  readonly url: string;
  /** Null where no answer came. */
  readonly status: number | null;
}

/** What a run takes unless it is told otherwise. */
export const usualTiming: RemoteTiming = {
  timeoutMs: 60_000,
  retries: 5,
  firstBackoffMs: 500,
  longestWaitMs: 120_000,
};

/** Layers that are fetched or sent at a time, as many as docker does. */
export const usualParallel = 3;

/** Connections beside those of layers: for questions and manifests. */
export const documentConnections = 3;

/** As many as docker opens for layers, and some for documents. */
export const usualConnections = 6;

/** Below what proxies before registries take of one request. */
export const usualChunkBytes = 64 * 1024 * 1024;

/** Where docker and podman look for certificates of registries. */
export function usualHostFolders(homeFolder: string): readonly string[] {
  return [
    `${homeFolder}/.config/containers/certs.d`,
    `${homeFolder}/.config/docker/certs.d`,
    '/etc/containers/certs.d',
    '/etc/docker/certs.d',
  ];
}
