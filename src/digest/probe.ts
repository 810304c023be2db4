/** What a probe is: a look inside a layer that goes beyond what is verified, made while its tar goes by. */
import type { LayerListener } from '../archive/layer-scan.js';
import type { FileList, FileListRefusal } from '../model/file-list.js';

/** What each probe finds, by its name. */
export interface ProbeResults {
  /** The files of the layer, each with the digest of its content. */
  readonly files: FileList | FileListRefusal;
}

export type ProbeName = keyof ProbeResults;

/** One look inside a layer. */
export interface LayerProbe<T> extends LayerListener {
  /** What was found, after the last byte; `doubt`: why the tar is not what every reader sees, or null. */
  finish(doubt: string | null): T;
}
