/** The one way from a location to its bytes. */
import { VarveError } from '../model/error.js';
import type { ByteSource, SizedSource } from './byte-source.js';
import { openFile } from './file-source.js';
import { isLocal, type LocalLocation, type Location, nameOfLocation } from './location.js';
import { openParts } from './parts-source.js';
import { openStandardInput } from './standard-input.js';

/**
 * Opens a location of this machine; `signal` ends a wait for standard input. Throws VarveError `input-unreadable`, for a
 * blob of a registry too: whoever has the way there opens that (`RemoteInputs.open`).
 */
export function openSource(location: Location, signal: AbortSignal | undefined): ByteSource {
  if (location.kind === 'stdin') return openStandardInput(signal);
  if (isLocal(location)) return openLocal(location);
  throw new VarveError(
    'input-unreadable',
    `${nameOfLocation(location)}: it is in a registry, and nothing of it is fetched for this; pull it first`,
  );
}

/** Opens a location whose bytes are on a disk here. Throws VarveError `input-unreadable`. */
export function openLocal(location: LocalLocation): SizedSource {
  return location.kind === 'file' ? openFile(location.path) : openParts(location);
}
