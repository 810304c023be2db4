/** What the commands over a store have in common: how they wait for its lock, and what they spare. */
import type { Inventory } from '../../model/results/inventory.js';
import { ownProcess } from '../../store/lock/own-process.js';
import type { LockSettings } from '../../store/store-lock.js';
import { isStore } from '../../store/store-stamp.js';
import { type CommandIo, tell } from '../command-io.js';
import type { OptionValues } from '../line/read-options.js';

const usualTimeoutSeconds = 300;

/** So long a blob that nothing names may be one that another program is just writing. */
export const graceMs = 3_600_000;

/** The positions of the stores among these archives. */
export function storePositions({ archives }: Inventory): Set<number> {
  return new Set(archives.flatMap(({ path }, position) => (isStore(path) ? position : [])));
}

export function lockSettings(
  { lockTimeout, quiet }: OptionValues<'lock-timeout' | 'quiet'>,
  io: CommandIo,
): LockSettings {
  return {
    own: ownProcess,
    timeoutMs: (lockTimeout ?? usualTimeoutSeconds) * 1000,
    onWait: (text) => {
      if (!quiet) void tell(io, text);
    },
    signal: io.signal,
  };
}
