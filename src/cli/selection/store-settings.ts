/** How the commands that change a store wait for its lock. */
import type { LockSettings } from '../../store/store-lock.js';
import { type CommandIo, tell } from '../command-io.js';
import type { OptionValues } from '../line/read-options.js';
import { ownProcess } from './own-process.js';

const usualTimeoutSeconds = 300;

/** So long a blob that nothing names may be one that another program is just writing. */
export const graceMs = 3_600_000;

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
