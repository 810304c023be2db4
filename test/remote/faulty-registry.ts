/** A registry of the tests with one image, behind a proxy that does harm by a plan, and a client that does not wait long. */
import { randomBytes } from 'node:crypto';
import { afterEach } from 'vitest';
import { parseDigest } from '../../src/model/digest.js';
import { RegistryClient } from '../../src/remote/registry-client.js';
import { type RemoteSettings, usualTiming } from '../../src/remote/settings.js';
import { remoteSettings } from './remote-settings.js';
import { type FaultPlan, startFaultProxy } from './servers/fault-proxy.js';
import { startRegistry } from './servers/registry-server.js';
import type { RegistryOptions } from './servers/registry-visit.js';

export const type = 'application/vnd.oci.image.manifest.v1+json';
export const quick = { ...usualTiming, timeoutMs: 300, retries: 2, firstBackoffMs: 1, longestWaitMs: 3000 };
/** What is closed behind a test of the file that calls this. */
export const closing: (() => Promise<void>)[] = [];

export function closeAfterEach(): void {
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
}

/** A registry with one image behind a proxy that does harm by a plan. */
export async function startFaulty(
  plan: FaultPlan,
  changed: Partial<RemoteSettings> = {},
  options: RegistryOptions = {},
) {
  const registry = await startRegistry(options);
  const proxy = await startFaultProxy(registry.host, plan);
  const client = new RegistryClient(remoteSettings({ timing: quick, ...changed }));
  closing.push(() => client.close(), proxy.close, registry.close);
  const bytes = randomBytes(400_000);
  const blob = { digest: parseDigest(registry.content.addBlob('a', bytes)), sizeBytes: bytes.length };
  registry.content.addManifest('a', Buffer.from('{}'), type, 'x');
  const asked = (method: string, part: string) =>
    proxy.seen.filter((each) => each.method === method && each.path.includes(part)).length;
  return { registry, proxy, client, bytes, blob, asked, place: { registry: proxy.host, repository: 'a' } };
}

export const on =
  (method: string, part: string, fault: (count: number) => ReturnType<FaultPlan>): FaultPlan =>
  (m, path, count) =>
    m === method && path.includes(part) ? fault(count) : null;

export async function readAll(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const piece of pieces) found.push(piece);
  return Buffer.concat(found);
}
