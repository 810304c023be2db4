/** What the options that change the layers of a pack mean together. */
import { encoderLevels } from '../../codec/encode/encoder.js';
import { VarveError } from '../../model/error.js';
import type { RecodeRequest } from './layer-recoder.js';

/** The options as they are given. */
export interface RecodeOptions {
  readonly unify: boolean;
  readonly compress: 'none' | 'gzip' | 'zstd' | null;
  readonly level: number | null;
  readonly map: string | null;
  readonly dropSignatures: boolean;
}

/** How layers are to be stored; null where they stay as they are. Throws VarveError `usage` for options without a meaning. */
export function recodeRequest({ unify, compress, level, map, dropSignatures }: RecodeOptions): RecodeRequest | null {
  if (unify && compress !== null) {
    throw new VarveError(
      'usage',
      'varve pack --unify and --compress exclude each other; either leaves one form of each layer',
    );
  }
  if (level !== null) checkLevel(compress, level);
  if (compress !== null) {
    const usual = compress === 'none' ? null : encoderLevels[compress].usual;
    return { form: compress, level: compress === 'none' ? null : (level ?? usual), dropSignatures };
  }
  if (unify) return { form: 'smallest', level: null, dropSignatures };
  if (map !== null || dropSignatures) {
    const message =
      map === null
        ? 'varve pack --drop-signatures means nothing without --unify or --compress; no digest changes'
        : 'varve pack --map means nothing without --unify or --compress; no digest changes';
    throw new VarveError('usage', message);
  }
  return null;
}

function checkLevel(compress: RecodeOptions['compress'], level: number): void {
  if (compress === null || compress === 'none') {
    throw new VarveError('usage', 'varve pack --level means nothing without --compress gzip or zstd');
  }
  const { least, most } = encoderLevels[compress];
  if (Number.isInteger(level) && level >= least && level <= most) return;
  throw new VarveError(
    'usage',
    `varve pack --level of ${compress} takes a whole number from ${least} to ${most}, not ${level}`,
  );
}
