/** The client of registries that the options and the environment of a run mean. */
import { homedir } from 'node:os';
import { type Limits, limitsWith } from '../../model/limits.js';
import { RegistryClient } from '../../remote/registry-client.js';
import {
  documentConnections,
  type RegistryWarning,
  type RemoteSettings,
  usualChunkBytes,
  usualConnections,
  usualHostFolders,
  usualParallel,
  usualTiming,
} from '../../remote/settings.js';
import { type CommandIo, tell } from '../command-io.js';
import type { RegistryOption } from '../line/options.js';
import type { OptionValues } from '../line/read-options.js';
import { UsageError } from '../line/usage-error.js';
import { programVersion } from '../program-version.js';

/** What a command decides itself. */
interface MoreSettings extends Pick<RemoteSettings, 'onRequest'> {
  readonly connections?: number;
  readonly limits?: Limits;
}

/** Opens no connection before it is asked for something. What registries warn of is told when it is closed. */
export function openRegistryClient(
  options: OptionValues<RegistryOption | 'quiet'>,
  io: CommandIo,
  more: MoreSettings = {},
): RegistryClient {
  const heard = heardWarnings(options, io);
  return new WarningClient({ ...registrySettings(options, io, more), onWarning: heard.onWarning }, heard.tell);
}

class WarningClient extends RegistryClient {
  readonly #tell: () => Promise<void>;

  constructor(settings: RemoteSettings, tellWarnings: () => Promise<void>) {
    super(settings);
    this.#tell = tellWarnings;
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#tell();
  }
}

/** Keeps what registries warn of until no progress is in the way of it. Nothing is told with `--quiet`. */
export function heardWarnings(
  { quiet }: OptionValues<'quiet'>,
  io: CommandIo,
): { readonly onWarning: (warning: RegistryWarning) => void; readonly tell: () => Promise<void> } {
  const heard: RegistryWarning[] = [];
  return {
    onWarning: (warning) => {
      if (!quiet) heard.push(warning);
    },
    tell: async () => {
      for (const { host, text } of heard.splice(0)) await tell(io, `${host} warns: ${text}`);
    },
  };
}

/** The client of a pull or a push, and how many layers it carries at a time. */
export function openTransferClient(
  options: OptionValues<RegistryOption | 'parallel' | 'max' | 'quiet'>,
  io: CommandIo,
): { readonly client: RegistryClient; readonly parallel: number } {
  const parallel = options.parallel ?? usualParallel;
  const connections = parallel + documentConnections;
  return { client: openRegistryClient(options, io, { connections, limits: runLimits(options) }), parallel };
}

/** The limits of a run, as `--max` changes them. */
export function runLimits({ limits }: OptionValues<'max'>): Limits {
  return limitsWith(limits);
}

/** What the options say to whoever speaks to registries. Throws UsageError with `--offline`: whoever asks means to speak to one. */
export function registrySettings(
  { plainHttp, caFile, certFile, keyFile, authFile, timeoutSeconds, retries, offline }: OptionValues<RegistryOption>,
  { env, signal }: CommandIo,
  more: MoreSettings = {},
): RemoteSettings {
  if (offline) throw new UsageError('--offline forbids to ask a registry, and here nothing is done without one');
  const homeFolder = env['HOME'] || homedir();
  return {
    limits: more.limits ?? runLimits({ limits: {} }),
    offline,
    plainHttp,
    tls: { caFile, certFile, keyFile, hostFolders: usualHostFolders(homeFolder) },
    authFile,
    environment: env,
    homeFolder,
    timing: {
      ...usualTiming,
      timeoutMs: timeoutSeconds === null ? usualTiming.timeoutMs : timeoutSeconds * 1000,
      retries: retries ?? usualTiming.retries,
    },
    maxConnections: more.connections ?? usualConnections,
    chunkBytes: usualChunkBytes,
    userAgent: `varve/${programVersion()}`,
    signal,
    ...(more.onRequest === undefined ? {} : { onRequest: more.onRequest }),
  };
}
