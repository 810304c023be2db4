/**
 * Layers in another form, each from the first of its copies that is the layer that it should be: in threads, as bodies are
 * observed. What comes out goes into a folder of its own, or nowhere, where only its digest and size are wanted.
 */
import { join } from 'node:path';
import { type Digest, encodedOf } from '../model/digest.js';
import { OutputError, VarveError } from '../model/error.js';
import type { Limits } from '../model/limits.js';
import { createExpandedBytes } from '../observe/control.js';
import type { Engine } from '../observe/hasher.js';
import type { JobResult, LayerForm, RecodedLayer, RecodeJob } from '../observe/observation.js';
import { nameOfLocation } from '../sources/location.js';
import { runJobs } from '../threads/run.js';
import type { BodyPlace } from './copy-body.js';

/** A layer, and where bodies lie that should be it. */
export interface LayerBodies {
  readonly diffId: Digest;
  /** In the order in which they are tried, each with the number of its archive. */
  readonly places: readonly (BodyPlace & { readonly archive: number })[];
}

export interface RecodeSettings {
  readonly form: LayerForm;
  /** Where what comes out is put; null: nowhere. */
  readonly folder: string | null;
  readonly engine: Engine;
  readonly limits: Limits;
  /** Null: as many as are of use. */
  readonly workers: number | null;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((doneBytes: number, totalBytes: number, path: string) => void) | null;
}

/** A layer in its new form, or why none of its bodies is it. */
export type RecodedBody =
  | { readonly ok: true; readonly digest: Digest; readonly sizeBytes: number; readonly path: string | null }
  | { readonly ok: false; readonly reason: string };

/** Recodes layers, by diffID. Throws VarveError `interrupted`, OutputError. */
export async function recodeBodies(
  layers: readonly LayerBodies[],
  settings: RecodeSettings,
): Promise<Map<Digest, RecodedBody>> {
  const results = new Map<Digest, RecodedBody>();
  const reasons = new Map<Digest, string[]>(layers.map(({ diffId }) => [diffId, []]));
  const archives = layers.flatMap(({ places }) => places.map(({ archive }) => archive + 1));
  const expandedBytes = createExpandedBytes(archives.reduce((most, each) => Math.max(most, each), 1));
  for (let round = 0; ; round++) {
    const jobs = layers.flatMap((layer) => (results.has(layer.diffId) ? [] : jobOf(layer, round, settings)));
    if (jobs.length === 0) break;
    const done = await runRecoding(jobs, expandedBytes, settings);
    for (const [i, { diffId, location, offsetBytes, output }] of jobs.entries()) {
      const recoded = recodedOf(done[i]);
      if (recoded.ok) results.set(diffId, { ...recoded, path: output });
      else reasons.get(diffId)?.push(`${nameOfLocation(location)} at byte ${offsetBytes}: ${recoded.detail}`);
    }
  }
  for (const [diffId, own] of reasons) {
    if (results.has(diffId)) continue;
    results.set(diffId, { ok: false, reason: own.length === 0 ? 'there is no copy of it' : own.join('; ') });
  }
  return results;
}

function jobOf({ diffId, places }: LayerBodies, round: number, { form, folder }: RecodeSettings): RecodeJob[] {
  const place = places[round];
  if (place === undefined) return [];
  return [{ ...place, kind: 'recode', diffId, form, output: folder === null ? null : join(folder, encodedOf(diffId)) }];
}

function runRecoding(
  jobs: readonly RecodeJob[],
  expandedBytes: BigInt64Array,
  { engine, limits, workers, signal, onProgress }: RecodeSettings,
): Promise<JobResult[]> {
  const totalBytes = jobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return runJobs(jobs, {
    engine,
    limits,
    expandedBytes,
    ...(workers === null ? null : { workers }),
    ...(signal === undefined ? null : { signal }),
    ...(onProgress === null
      ? null
      : { onProgress: (doneBytes, { location }) => onProgress(doneBytes, totalBytes, nameOfLocation(location)) }),
  });
}

/** What is wrong with the input is one more reason to take another copy; all else is thrown. */
function recodedOf(result: JobResult | undefined): RecodedLayer {
  if (result === undefined) throw new VarveError('internal', 'a job has no result');
  if (!result.ok) {
    const { code, message } = result.error;
    if (code === 'input-unreadable' || code === 'thread-lost') return { ok: false, detail: message };
    throw new VarveError(code, message);
  }
  const recoded = result.value as RecodedLayer;
  if (!recoded.ok && recoded.ofOutput === true) throw new OutputError(recoded.detail, { cause: null });
  return recoded;
}
