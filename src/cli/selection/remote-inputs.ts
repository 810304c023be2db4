/**
 * The way to the INPUTs of a command line that are in registries. What speaks to them is loaded where one is named, and a
 * run that is to stay offline is refused before that.
 */
import type { RemoteInputs } from '../../archive/remote-archive.js';
import { isRemoteInput, parseRemoteInput } from '../../remote/input/input-names.js';
import { plural } from '../../report/blocks/units.js';
import type { CommandIo } from '../command-io.js';
import type { RegistryOption } from '../line/options.js';
import type { OptionValues } from '../line/read-options.js';
import { UsageError } from '../line/usage-error.js';

/** The way to registries, open until it is closed. */
export interface OpenRemoteInputs {
  readonly inputs: RemoteInputs;
  /** What it took to ask for referrers; null where nobody did. */
  remark(): string | null;
  close(): Promise<void>;
}

/** What a command means that has no options of registries. */
const unasked: OptionValues<RegistryOption | 'quiet'> = {
  plainHttp: false,
  caFile: null,
  certFile: null,
  keyFile: null,
  authFile: null,
  timeoutSeconds: null,
  retries: null,
  offline: false,
  quiet: false,
};

/** Null where no INPUT is in a registry. Throws VarveError `usage` for one that is none, and for any with `--offline`. */
export async function openRemoteInputs(
  inputs: readonly string[],
  options: OptionValues<'max'> & Partial<OptionValues<RegistryOption | 'referrers' | 'filter' | 'quiet'>>,
  io: CommandIo,
): Promise<OpenRemoteInputs | null> {
  const remote = inputs.filter(isRemoteInput).map(parseRemoteInput);
  const [first] = remote;
  if (first === undefined) return null;
  if (options.offline === true) throw new UsageError(`${first.path} is in a registry, and --offline forbids to ask it`);
  const { openRegistryClient, runLimits } = await import('./registry-client.js');
  const { registryInputs } = await import('../../remote/input/registry-inputs.js');
  const { usualConnections } = await import('../../remote/settings.js');
  const asked = { requests: 0 };
  const client = openRegistryClient({ ...unasked, ...options }, io, {
    limits: runLimits(options),
    onRequest: ({ url }) => {
      if (/\/referrers\/|\/manifests\/sha(?:256|512)-/.test(url)) asked.requests += 1;
    },
  });
  const wantsTag = options.filters?.wantsName ?? (() => true);
  const { referrers = false } = options;
  return {
    inputs: registryInputs({ reader: () => client, parallel: usualConnections, wantsTag, referrers }),
    remark: () =>
      referrers ? `for what refers to images ${plural(asked.requests, 'request')} went to registries` : null,
    close: () => client.close(),
  };
}
