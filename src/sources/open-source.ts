/**
 * The one way from any location to its bytes. Who reads what lies on a disk here takes `local-source.ts`: sockets, by which
 * standard input is read, take as long to load as a small archive to list.
 */
import { VarveError } from '../model/error.js';
import type { ByteSource } from './byte-source.js';
import { openLocal } from './local-source.js';
import { isLocal, type Location, nameOfLocation } from './location.js';
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
