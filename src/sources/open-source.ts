/** The one way from a location to its bytes. */
import type { ByteSource, SizedSource } from './byte-source.js';
import { openFile } from './file-source.js';
import type { Location } from './location.js';
import { openParts } from './parts-source.js';
import { openStandardInput } from './standard-input.js';

/** Opens a location; `signal` ends a wait for what is not local. Throws VarveError `input-unreadable`. */
export function openSource(location: Location, signal: AbortSignal | undefined): ByteSource {
  return location.kind === 'stdin' ? openStandardInput(signal) : openLocal(location);
}

/** Opens a location whose bytes are on a disk here. Throws VarveError `input-unreadable`. */
export function openLocal(location: Exclude<Location, { readonly kind: 'stdin' }>): SizedSource {
  return location.kind === 'file' ? openFile(location.path) : openParts(location);
}
