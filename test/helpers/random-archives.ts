/**
 * Sets of small archives that share layers, images and names as those of a build machine do: saved by several tools, with
 * platforms and attestations, older and newer images under one name, some compressed as a whole.
 */
import {
  attestation,
  dockerSave,
  type Entry,
  gzip,
  type ImageSpec,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  type SeededRandom,
  tagged,
  tar,
} from './archive-builder.js';

const layers = Array.from({ length: 5 }, (_, i) =>
  layer({ files: [{ path: `f${i}`, content: `layer ${i} `.repeat(9) }] }),
);
const variants = ['legacy', 'hybrid', 'podman', 'crane', 'jib'] as const;

function randomImage(random: SeededRandom): ImageSpec {
  const count = random.integer(1, 4);
  const tags = [`docker.io/shop/app:${random.integer(1, 3)}`, `registry.example.com/x:${random.integer(1, 2)}`];
  return image({
    layers: Array.from({ length: count }, () => random.pick(layers)),
    created: `2024-01-${String(random.integer(1, 20)).padStart(2, '0')}T00:00:00Z`,
    config: { Env: [`N=${random.integer(1, 4)}`] },
    tags: tags.slice(0, random.integer(0, 2)),
  });
}

function randomEntries(random: SeededRandom): Entry[] {
  const images = Array.from({ length: random.integer(1, 3) }, () => randomImage(random));
  const kind = random.integer(0, 7);
  const variant = variants[kind];
  // Jib writes one image.
  if (variant !== undefined) return dockerSave(variant === 'jib' ? images.slice(0, 1) : images, { variant });
  const compression = random.pick(['none', 'gzip', 'zstd'] as const);
  const roots = images.map((spec) => {
    const manifest = ociManifest(spec, { compression });
    return { spec, node: random.integer(0, 1) === 0 ? manifest : ociIndex([manifest, attestation(manifest)]) };
  });
  const orphans = random.integer(0, 1) === 0 ? [] : [Buffer.from('an orphan')];
  return ociLayout(
    roots.flatMap(({ spec, node }) => (spec.tags.length === 0 ? [node] : tagged(node, spec.tags))),
    { orphans },
  );
}

/** One to five archives, by their names. */
export async function randomSet(random: SeededRandom): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (let i = random.integer(1, 5); i > 0; i--) {
    const bytes = await tar(randomEntries(random));
    files[`${i}.tar`] = random.integer(0, 4) === 0 ? gzip(bytes) : bytes;
  }
  return files;
}
