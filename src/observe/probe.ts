/** What a probe is: a look inside a layer that goes beyond what is verified, made while its tar goes by. */
import type { LayerListener } from '../archive/layer-scan.js';

/** One look inside a layer. */
export interface LayerProbe<T> extends LayerListener {
  /** What was found, after the last byte; `doubt`: why the tar is not what every reader sees, or null. */
  finish(doubt: string | null): T;
}
