/** From a location on a disk here to its bytes, by position. */
import type { SizedSource } from './byte-source.js';
import { openFile } from './file-source.js';
import type { LocalLocation } from './location.js';
import { openParts } from './parts-source.js';

/** Opens a location whose bytes are on a disk here. Throws VarveError `input-unreadable`. */
export function openLocal(location: LocalLocation): SizedSource {
  return location.kind === 'file' ? openFile(location.path) : openParts(location);
}
