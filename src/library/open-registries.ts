/**
 * The way of callers to registries as INPUT: nothing is asked of one unless a scan is given this. Credentials are those of
 * docker and podman in the home folder; nothing of the process is read, so proxies and the like come with `environment`.
 */
import { homedir } from 'node:os';
import type { RemoteInputs } from '../archive/remote-archive.js';
import { VarveError } from '../model/error.js';
import { limitsWith, type ScanLimits } from '../model/limits.js';
import { registryInputs } from '../remote/input/registry-inputs.js';
import { RegistryClient } from '../remote/registry-client.js';
import { usualChunkBytes, usualConnections, usualHostFolders, usualTiming } from '../remote/settings.js';

const longestTimeoutMs = 3_600_000;

/** How registries are asked. */
export interface RegistryOptions {
  /** Without TLS. Default false: that is tried on this machine only. */
  readonly plainHttp?: boolean;
  /** Certificates (PEM) that registries are trusted by as well. */
  readonly caFile?: string;
  /** The certificate and key (PEM) that are shown to them; both or neither. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** The file of logins. Default: those of docker and podman. */
  readonly authFile?: string;
  /** How long a registry may say nothing, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
  /** How often it is asked again for what may pass. Default 5. */
  readonly retries?: number;
  /** Requests at a time, 1 or more. Default 6. */
  readonly parallel?: number;
  /** Which tags of `registry://` are read, by their names in full. Default: all. */
  readonly wantsTag?: (name: string) => boolean;
  /** Whether each manifest is asked for what refers to it (signatures, lists of packages): a request for each. Default false. */
  readonly referrers?: boolean;
  /** For `HTTPS_PROXY`, `NO_PROXY`, `DOCKER_CONFIG`, `REGISTRY_AUTH_FILE` and credential helpers. Default: nothing. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default: that of the user. */
  readonly homeFolder?: string;
  /** Other limits than those of the program, for documents and lists. */
  readonly limits?: ScanLimits;
  readonly signal?: AbortSignal;
  /** Told of each thing that a registry warns of, once; `text`: its own words in quotes, with nothing that a terminal obeys. */
  readonly onWarning?: (warning: { readonly host: string; readonly text: string }) => void;
}

/** Registries that can be read; open until they are closed. */
export interface Registries extends RemoteInputs {
  /** Closes all connections. */
  close(): Promise<void>;
}

/** Opens the way to registries, for the option `remote` of a scan; no connection before it is asked for something. */
export function openRegistries(options: RegistryOptions = {}): Registries {
  const { parallel = usualConnections } = options;
  const client = clientOf(options, parallel);
  const { wantsTag = () => true, referrers = false } = options;
  const inputs = registryInputs({ reader: () => client, parallel, wantsTag, referrers });
  return {
    parallel,
    isRemote: (input) => inputs.isRemote(input),
    find: (...asked) => inputs.find(...asked),
    open: (...asked) => inputs.open(...asked),
    close: () => client.close(),
  };
}

/** A client that asks as these options say, with so many connections. Throws VarveError `usage` for numbers that are none. */
export function clientOf(options: Omit<RegistryOptions, 'parallel'>, connections: number): RegistryClient {
  const { homeFolder = homedir(), timeoutMs = usualTiming.timeoutMs, retries = usualTiming.retries } = options;
  if (!(timeoutMs > 0 && timeoutMs <= longestTimeoutMs))
    throw new VarveError('usage', `the option timeoutMs takes milliseconds up to an hour, not ${timeoutMs}`);
  if (!Number.isInteger(retries) || retries < 0)
    throw new VarveError('usage', `the option retries takes a whole number from 0, not ${retries}`);
  return new RegistryClient({
    limits: limitsWith(options.limits ?? {}),
    offline: false,
    plainHttp: options.plainHttp ?? false,
    tls: {
      caFile: options.caFile ?? null,
      certFile: options.certFile ?? null,
      keyFile: options.keyFile ?? null,
      hostFolders: usualHostFolders(homeFolder),
    },
    authFile: options.authFile ?? null,
    environment: options.environment ?? {},
    homeFolder,
    timing: { ...usualTiming, timeoutMs, retries },
    maxConnections: connections,
    chunkBytes: usualChunkBytes,
    userAgent: 'varve',
    signal: options.signal,
    ...(options.onWarning === undefined ? {} : { onWarning: options.onWarning }),
  });
}
