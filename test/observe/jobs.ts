/** Files with bodies in them, jobs over these, and digests by hand. */

import { createHash } from 'node:crypto';
import { type Limits, limits } from '../../src/model/limits.js';
import { createControl } from '../../src/observe/control.js';
import type { Engine } from '../../src/observe/hasher.js';
import type { BlobJob } from '../../src/observe/observation.js';
import { createContext, type WorkContext } from '../../src/observe/work-context.js';
import { fileAt } from '../../src/sources/location.js';

export const sha256 = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
export const sha512 = (bytes: Buffer): string => `sha512:${createHash('sha512').update(bytes).digest('hex')}`;

/** The context of a worker. */
export function workerContext(engine: Engine = 'node', changed: Partial<Limits> = {}): WorkContext {
  return createContext({ engine, control: createControl(), limits: { ...limits, ...changed } });
}

export function blobJob(path: string, sizeBytes: number, facts: Partial<BlobJob> = {}): BlobJob {
  return {
    kind: 'blob',
    location: fileAt(path),
    offsetBytes: 0,
    sizeBytes,
    algorithms: ['sha256'],
    layer: null,
    archive: 0,
    probes: [],
    ...facts,
  };
}
