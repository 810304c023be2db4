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

/** Commands that tell, in every form, what is wrong with an INPUT; the others would say that nothing is in it. */
const tellsFaults: ReadonlySet<string> = new Set(['verify', 'report', 'check', 'scan']);

/**
 * The words of a command line, with the store where an INPUT is missing. Throws UsageError where both are named, StoreError where
 * the store cannot be read as one.
 */
export async function withStoreInput(command: Command, options: SomeOptions, io: CommandIo): Promise<SomeOptions> {
  const folder = storeInput(command, options, io);
  if (folder === null) return options;
  if (!tellsFaults.has(command.name)) {
    const { refuseUnreadable } = await import('../../store/check/readable-store.js');
    const { StoreFolder } = await import('../../store/store-folder.js');
    refuseUnreadable(new StoreFolder(folder));
  }
  return { ...options, words: [...options.words, folder] };
}

/** The store that is to be read, beside what is named; null where none is. Throws UsageError. */
function storeInput(command: Command, options: SomeOptions, io: CommandIo): string | null {
  const reads = command.positional.name === 'INPUT' && command.worksOnStore !== true;
  if (!reads || !command.options.includes('store')) return null;
  const { words, store = null, inUse = [] } = options;
  // Something is piped in, and nothing says that it is a list of names: it is told that it has to be named.
  if (store === null && io.pipedInput && !inUse.includes('-')) return null;
  const folder = namedStore(options, io);
  if (folder === null || lacksInput(command, options)) return folder;
  if (store === null) return null;
  const inputs = words.slice(command.positional.leading?.length ?? 0);
  if (inputs.length > 0 && inputs.every(isRemoteInput)) return folder;
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
