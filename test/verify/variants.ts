/** The same two images in the shape of every writer, for tests that hold for all of them. */

import { appImage, baseImage } from '../formats/images.js';
import {
  dockerSave,
  type Entry,
  findEntry,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  withoutPlatform,
} from '../helpers/archive-builder.js';

/** An archive in the shape of a writer. */
export interface Variant {
  readonly name: string;
  readonly entries: readonly Entry[];
  /** The names of the bodies whose digest something claims. */
  readonly claimed: readonly string[];
  /** What the report of a changed body has at the least: `layer-name-mismatch` where only a file name claims its bytes. */
  readonly leastCode: 'layer-name-mismatch' | null;
}

const both = [baseImage, appImage];
const documents = /(?:^|\/)(?:index\.json|oci-layout|manifest\.json|repositories|json|VERSION|config\.json)$/;

function variant(name: string, entries: readonly Entry[]): Variant {
  const bodies = entries.filter((entry) => (entry.type ?? 'file') === 'file' && entry.content.length > 0);
  const claimed = bodies.map((entry) => entry.name).filter((body) => !documents.test(body));
  // The header of a compressed stream holds bits that decide on nothing: such a layer is still the one of its diffID.
  const leastCode = claimed.some((body) => /\.tar\.(?:gz|zst)$/.test(body)) ? 'layer-name-mismatch' : null;
  return { name, entries, claimed, leastCode };
}

const layoutOf = (compression: 'none' | 'gzip' | 'zstd'): Entry[] =>
  ociLayout(
    both.flatMap((spec) => tagged(withoutPlatform(ociManifest(spec, { compression })), spec.tags)),
    { orphans: [Buffer.from('an orphan')] },
  );

/** Every format but docker-v1, which claims no digest. */
export const variants: readonly Variant[] = [
  variant('docker before 25', dockerSave(both, { variant: 'legacy' })),
  variant('docker since 25', dockerSave(both, { variant: 'hybrid' })),
  variant('podman', dockerSave(both, { variant: 'podman' })),
  variant('crane, plain', dockerSave(both, { variant: 'crane', compression: 'none' })),
  variant('crane, gzip', dockerSave(both, { variant: 'crane' })),
  variant('crane, zstd', dockerSave(both, { variant: 'crane', compression: 'zstd' })),
  variant('jib', dockerSave([appImage], { variant: 'jib' })),
  variant('an OCI layout, plain', layoutOf('none')),
  variant('an OCI layout, gzip', layoutOf('gzip')),
  variant('an OCI layout, zstd', layoutOf('zstd')),
  variant('an OCI layout with an index', ociLayout(tagged(ociIndex([ociManifest(appImage)]), ['a.example/x:1']))),
  variant('an OCI layout by sha512', ociLayout([withoutPlatform(ociManifest(appImage, { algorithm: 'sha512' }))])),
];

/** The variant of that name; throws where there is none. */
export function variantOf(name: string): Variant {
  const found = variants.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`no variant ${name}`);
  return found;
}

/** The size of the body of an entry. */
export function bodyBytes({ entries }: Variant, name: string): number {
  return findEntry(entries, name).content.length;
}
