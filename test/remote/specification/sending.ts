/** What the rules of the specification are held against: a registry with an image and a blob, and another blob that is sent to it. */
import { randomBytes } from 'node:crypto';
import { type Digest, parseDigest } from '../../../src/model/digest.js';
import type { startFaulty } from '../faulty-registry.js';
import type { FaultPlan } from '../servers/fault-proxy.js';
import { sha256 } from '../servers/registry-content.js';

/** Rules of the specification as docs/registries.md names them, each with what fails where it is not kept. */
export type Rules = Readonly<Record<string, () => Promise<void>>>;

export type Faulty = Awaited<ReturnType<typeof startFaulty>>;

export const chunkBytes = 100_000;
export const bytes = randomBytes(2 * chunkBytes + 1);
export const digestOf = (content: Buffer): Digest => parseDigest(sha256(content));
export const blob = { digest: digestOf(bytes), sizeBytes: bytes.length };

/** A document as registries take it. */
export const json = (fields: object): Buffer => Buffer.from(JSON.stringify({ schemaVersion: 2, ...fields }));

export const nothing: FaultPlan = () => null;

/** Sends the blob to the repository `a`. */
export const send = ({ client, place }: Faulty): Promise<void> =>
  client.putBlob(place, blob, async function* (offsetBytes) {
    yield bytes.subarray(offsetBytes);
  });

export const isThere = ({ registry }: Faulty): boolean =>
  registry.content.repository('a').blobs.get(blob.digest)?.equals(bytes) === true;

/** A header of the requests with a method, in their order. */
export const headersOf = ({ proxy }: Faulty, method: string, name: string): unknown[] =>
  proxy.seen.filter((each) => each.method === method).map(({ headers }) => headers[name]);

/** The requests as `PUT 201`, in the order in which they were answered. */
export const requests = ({ proxy }: Faulty): string[] =>
  proxy.answered.map(({ method, status }) => `${method} ${status}`);

/** A plan, and one fault for the first request with a method. */
export function firstly(plan: FaultPlan, method: string, fault: ReturnType<FaultPlan>): FaultPlan {
  let done = false;
  return (asked, path, count) => {
    if (asked !== method || done) return plan(asked, path, count);
    done = true;
    return fault;
  };
}
