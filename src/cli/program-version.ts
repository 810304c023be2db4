/** The version of this program, as its package says it. */
import { createRequire } from 'node:module';

/** The package's own package.json, found by its name: the distance to it differs between sources and build. */
export function programVersion(): string {
  const facts: unknown = createRequire(import.meta.url)('varve/package.json');
  return typeof facts === 'object' && facts !== null && 'version' in facts ? String(facts.version) : 'unknown';
}
