/** What has to be known of layers before a pack can be planned to the byte, where they get other forms. */
import { encoderLack } from '../../codec/encode/encoder.js';
import type { Digest } from '../../model/digest.js';
import { VarveError } from '../../model/error.js';
import type { Limits } from '../../model/limits.js';
import { digestChecker, textHasher } from '../../scan/hash-text.js';
import type { PlacedScan } from '../../scan/scan.js';
import { inTurns } from '../../sources/steps.js';
import { type PackRequest, planLayers } from '../pack-plan.js';
import type { WriteSettings } from '../write-pack.js';
import { LayerRecoder, type RecodeRequest } from './layer-recoder.js';

/** What a pack is asked for, as far as its layers get other forms. */
export interface RecodingSettings extends WriteSettings {
  readonly dryRun: boolean;
  readonly recode: RecodeRequest | null;
  /** Null for as many as are of use. */
  readonly workers: number | null;
}

/** What finds out the forms of layers; to be closed. Throws VarveError `usage` where this Node cannot make them. */
export function openRecoder(recode: RecodeRequest, limits: Limits, settings: RecodingSettings): LayerRecoder {
  const { form } = recode;
  const lack = form === 'gzip' || form === 'zstd' ? encoderLack(form) : null;
  if (lack !== null) throw new VarveError('usage', `layers cannot be made ${form} here: ${lack}`);
  const { target, dryRun, engine, workers, signal, onProgress } = settings;
  const output = dryRun ? null : target.path;
  return new LayerRecoder(recode, {
    ...{ output, engine, limits, workers, signal },
    onProgress:
      onProgress === null ? null : (doneBytes, totalBytes, path) => onProgress({ doneBytes, totalBytes, path }),
  });
}

/**
 * The forms that the layers of what goes in get, in place of null where they stay as they are; images of which a layer
 * cannot be had are noted as damaged. Throws OutputError, VarveError `interrupted`.
 */
export async function recodingOf(
  scan: PlacedScan,
  request: Omit<PackRequest, 'recoding' | 'damaged'> & { readonly damaged: Map<Digest, string> },
  { engine, signal, recode }: RecodingSettings,
  recoder: LayerRecoder | null,
): Promise<PackRequest['recoding']> {
  if (recoder === null || recode === null) return null;
  const isDigest = digestChecker(engine);
  for (;;) {
    const layers = await inTurns(planLayers(scan, request, textHasher(engine), isDigest), signal);
    const { forms, failures } = await recoder.formsOf(layers);
    for (const { diffId, roots } of layers) {
      const reason = failures.get(diffId);
      if (reason !== undefined) for (const root of roots) request.damaged.set(root, reason);
    }
    if (failures.size === 0) return { ...recode, forms, isDigest, bodies: recoder.bodies };
  }
}
