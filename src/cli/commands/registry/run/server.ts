/** The registry that a login is of, as somebody types it. */
import { apiHostOf } from '../../../../remote/place.js';
import { UsageError } from '../../../line/usage-error.js';

const hub = 'docker.io';

/** Host and port; docker takes an address too, of which that counts. Throws UsageError for what is none, and where there are several. */
export function serverOf(words: readonly string[]): string {
  const [word = hub] = words;
  const server = word.replace(/^https?:\/\//, '').replace(/\/(?:v[12]\/?)?$/, '');
  if (server.includes('/'))
    throw new UsageError(`${word} is more than a registry; a login is of a host, as in registry.example:5000`);
  apiHostOf(server);
  return server;
}
