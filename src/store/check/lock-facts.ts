/** Who holds the lock of a store, as a fact to be told. Nothing is taken. */

import type { StoreLock } from '../../model/results/store/store-check.js';
import type { OwnProcess } from '../lock-owner.js';
import { lstatOf, type StoreFolder } from '../store-folder.js';
import { lockHolder } from '../store-lock.js';

/** The lock of a store; null where nobody holds it. Throws OutputError, StoreError. */
export function storeLock({ lockPath }: StoreFolder, own: OwnProcess): StoreLock | null {
  const holder = lockHolder(lockPath, own);
  if (holder === null) return null;
  return { holder: holder.name, since: lstatOf(lockPath)?.mtime.toISOString() ?? null, isGone: holder.isGone };
}
