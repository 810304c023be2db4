/** Pushes of tests, without a terminal and without a network. */
import { limits } from '../../src/model/limits.js';
import type { Push } from '../../src/model/results/registry/push.js';
import { scanForPack } from '../../src/pack/pack.js';
import { LocalImages } from '../../src/transfer/push/local-images.js';
import { type PushSettings, pushAll } from '../../src/transfer/push/push.js';
import { pushRequests } from '../../src/transfer/push/push-request.js';
import type { FakeRegistry } from './fake-registry.js';

/** Pushes names out of archives or stores. */
export async function pushFrom(
  inputs: readonly string[],
  client: FakeRegistry,
  names: readonly string[],
  options: Partial<PushSettings> & { readonly spoolFolder: string },
): Promise<Push> {
  const scan = await scanForPack(inputs, { verify: false, workers: 0 });
  const local = await LocalImages.of(scan, limits, undefined);
  const wanted = pushRequests(names).map((request) => ({ request, root: local.named(request.target) }));
  return pushAll(local, wanted, {
    parallel: 3,
    dryRun: false,
    engine: 'node',
    signal: undefined,
    onEvent: () => {},
    ...options,
    client,
  });
}
