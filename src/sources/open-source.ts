/** The one way from a location to its bytes. */
import type { ByteSource } from './byte-source.js';
import { openFile } from './file-source.js';
import type { Location } from './location.js';
import { openStandardInput } from './standard-input.js';

/** Opens a location; `signal` ends a wait for what is not local. Throws VarveError `input-unreadable`. */
export function openSource(location: Location, signal: AbortSignal | undefined): ByteSource {
  switch (location.kind) {
    case 'file':
      return openFile(location.path);
    case 'stdin':
      return openStandardInput(signal);
  }
}
