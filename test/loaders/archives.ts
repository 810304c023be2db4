/**
 * The archives that loaders and Varve are compared on: one for each seed, the same bytes on every machine. Seeds go through
 * all kinds before they come back to one.
 */
import { createHash } from 'node:crypto';
import { seededRandom } from '../helpers/archive-builder.js';
import type { Kind } from './kinds.js';
import { containerKinds } from './kinds-containers.js';
import { honestKinds } from './kinds-honest.js';
import { imageKinds } from './kinds-images.js';
import { jsonKinds } from './kinds-json.js';
import { nameKinds } from './kinds-names.js';
import { pathKinds } from './kinds-paths.js';
import { sizeKinds } from './kinds-sizes.js';

/** Honest ones are few kinds of which many differ: they come again between the others. */
const others = [...sizeKinds, ...nameKinds, ...jsonKinds, ...imageKinds, ...pathKinds, ...containerKinds];
const honestEach = 6;

export const kinds: readonly Kind[] = others.flatMap((kind, index) => {
  const honest = honestKinds[Math.floor(index / honestEach) % honestKinds.length];
  return index % honestEach === 0 && honest !== undefined ? [honest, kind] : [kind];
});

export interface Generated {
  readonly seed: number;
  readonly kind: Kind;
  readonly bytes: Buffer;
  /** First 16 hexadecimal digits of the bytes' SHA-256. */
  readonly digest: string;
}

export async function archiveOf(seed: number): Promise<Generated> {
  const kind = kinds[seed % kinds.length];
  if (kind === undefined) throw new RangeError(`no kind for seed ${seed}`);
  const bytes = await kind.make(seededRandom(seed));
  return { seed, kind, bytes, digest: createHash('sha256').update(bytes).digest('hex').slice(0, 16) };
}
