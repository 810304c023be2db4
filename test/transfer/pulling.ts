/** Pulls of tests, without a terminal and without a network. */

import { limits } from '../../src/model/limits.js';
import { parsePlatform } from '../../src/model/platform.js';
import type { Pull } from '../../src/model/results/registry/pull.js';
import { StoreFolder } from '../../src/store/store-folder.js';
import type { LockSettings } from '../../src/store/store-lock.js';
import { pullToArchive, pullToStore } from '../../src/transfer/pull/pull.js';
import type { PullSettings } from '../../src/transfer/pull/pull-run.js';
import { pullReference } from '../../src/transfer/pull/pulled-image.js';
import { self } from '../store/loading.js';
import type { FakeRegistry } from './fake-registry.js';

const usual: Omit<PullSettings & LockSettings, 'client'> = {
  own: self,
  timeoutMs: 10_000,
  onWait: () => {},
  wish: { kind: 'own', platform: parsePlatform('linux/amd64') },
  limits,
  parallel: 3,
  dryRun: false,
  engine: 'node',
  signal: undefined,
  onEvent: () => {},
};

/** Pulls names into a store. */
export function pullInto(
  store: string,
  client: FakeRegistry,
  names: readonly string[],
  options: Partial<PullSettings & LockSettings> = {},
): Promise<Pull> {
  return pullToStore(new StoreFolder(store), names.map(pullReference), {
    ...usual,
    ...options,
    client,
  });
}

/** Pulls names into an archive. */
export function pullAs(
  path: string,
  client: FakeRegistry,
  names: readonly string[],
  options: Partial<PullSettings & LockSettings> = {},
): Promise<Pull> {
  return pullToArchive(path, names.map(pullReference), { ...usual, ...options, client });
}
