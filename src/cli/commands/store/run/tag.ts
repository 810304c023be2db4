/** The naming of `varve tag`. */
import { referenceName } from '../../../../report/blocks/names.js';
import { scan } from '../../../../scan/scan.js';
import { refuseUnread } from '../../../../store/change-store.js';
import { readIndex } from '../../../../store/store-folder.js';
import { newName, tagRoot } from '../../../../store/tag.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliver } from '../../../output/output.js';
import { allImages, lookedUp, presentStore, rootOfWord } from '../../../selection/store-images.js';
import { lockSettings } from '../../../selection/store-settings.js';

type Options = CommandOptions<'dry-run' | 'store' | 'lock-timeout' | 'quiet' | 'no-progress' | 'no-color'>;

export async function run(options: Options, { io }: Context): Promise<readonly Outcome[]> {
  const [source, target, tooMany] = options.words;
  if (source === undefined || target === undefined || tooMany !== undefined) {
    throw new UsageError(
      `tag takes SOURCE and TARGET, and there ${options.words.length === 1 ? 'is 1 word' : `are ${options.words.length} words`}`,
    );
  }
  const name = newName(target);
  const store = presentStore(options, io);
  const find = async () => {
    const inventory = await scan([store.path], { verify: false, inventories: false, workers: 0, signal: io.signal });
    refuseUnread(inventory.archives);
    const { all } = await allImages({ inventory }, io);
    return lookedUp(inventory, () => rootOfWord(all, source, readIndex(store).index).root);
  };
  const { dryRun } = options;
  const { from, to } = await tagRoot(store, find, name, { ...lockSettings(options, io), dryRun });
  if (dryRun) {
    const before = from === null || from === to ? '' : `; until now ${from} has it`;
    await deliver(`Would tag: ${referenceName(name.name)} ${to}${before}\n`, { output: null }, io);
  }
  return ['done'];
}
