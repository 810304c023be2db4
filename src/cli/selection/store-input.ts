/**
 * The store in the place of an INPUT: a command that reads archives and is told of none reads the store that `--store` or
 * `VARVE_STORE` names. What is named outright is read and nothing else, unless `--store` is named beside what a registry has: then
 * the two are laid side by side.
 */
import { isRemoteInput } from '../../remote/input/input-names.js';
import { storePlace } from '../../store/store-place.js';
import type { CommandIo } from '../command-io.js';
import type { Command } from '../line/command.js';
import type { SomeOptions } from '../line/read-options.js';
import { UsageError } from '../line/usage-error.js';

/** The folder of the store that the options or the environment name; null where neither does. */
function namedStore({ store }: Pick<SomeOptions, 'store'>, { env }: Pick<CommandIo, 'env'>): string | null {
  if (store == null && (env['VARVE_STORE'] ?? '') === '') return null;
  return storePlace(store || null, env);
}

/** The words of a command line, with the store where an INPUT is missing. Throws UsageError where both are named. */
export function withStoreInput(command: Command, options: SomeOptions, io: CommandIo): SomeOptions {
  const reads = command.positional.name === 'INPUT' && command.worksOnStore !== true;
  if (!reads || !command.options.includes('store')) return options;
  const { words, store = null, inUse = [] } = options;
  // Something is piped in, and nothing says that it is a list of names: it is told that it has to be named.
  if (store === null && io.pipedInput && !inUse.includes('-')) return options;
  const folder = namedStore(options, io);
  if (folder === null) return options;
  if (lacksInput(command, options)) return { ...options, words: [...words, folder] };
  if (store === null) return options;
  const inputs = words.slice(command.positional.leading?.length ?? 0);
  if (inputs.length > 0 && inputs.every(isRemoteInput)) return { ...options, words: [...words, folder] };
  throw new UsageError(
    `--store is what ${command.name} reads where there is no INPUT, and ${JSON.stringify(words.at(-1))} is one`,
  );
}

/** Whether there is a place for one more INPUT that nothing was named for. */
function lacksInput(
  { twoImages, positional: { leading = [] } }: Command,
  { words, images = [] }: SomeOptions,
): boolean {
  if (twoImages !== true) return words.length <= leading.length;
  return images.length === 0 ? words.length === 1 : words.length === 0;
}
