/** Small worlds of images in archives of every kind, for laws of plans that are checked on the disk. */
import fc from 'fast-check';
import {
  attestation,
  dockerSave,
  type ImageSpec,
  image,
  ociIndex,
  ociLayout,
  ociManifest,
  randomLayer,
  seededRandom,
  tagged,
} from '../helpers/archive-builder.js';

const random = seededRandom(7);
const layers = [700, 900, 1300, 400, 2100].map((sizeBytes) => randomLayer(random, { sizeBytes }));
const kinds = ['hybrid', 'legacy', 'podman', 'crane', 'oci', 'zstd', 'index'] as const;

export const world = fc.record({
  images: fc.array(fc.array(fc.nat(layers.length - 1), { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 5 }),
  archives: fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      images: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 }),
      tagged: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  first: fc.uniqueArray(fc.nat(4), { maxLength: 3 }),
  second: fc.uniqueArray(fc.nat(4), { maxLength: 3 }),
});
export type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

export function specsOf({ images }: World): ImageSpec[] {
  return images.map((list, at) =>
    image({
      layers: list.map((layer) => layers[layer] ?? layers[0]).filter((layer) => layer !== undefined),
      created: `2024-01-0${at + 1}T00:00:00Z`,
      config: { Labels: { at: `${at}` } },
      tags: [`docker.io/library/image-${at}:1`],
    }),
  );
}

export function entriesOf(kind: (typeof kinds)[number], specs: readonly ImageSpec[]) {
  if (kind === 'hybrid' || kind === 'legacy' || kind === 'podman' || kind === 'crane') {
    return dockerSave(specs, { variant: kind });
  }
  if (kind === 'index') {
    const children = specs.flatMap((spec) => {
      const node = ociManifest(spec);
      return [node, attestation(node)];
    });
    return ociLayout(tagged(ociIndex(children), ['docker.io/library/all:1']));
  }
  const compression = kind === 'zstd' ? ('zstd' as const) : ('gzip' as const);
  return ociLayout(
    specs.flatMap((spec) => {
      const node = ociManifest(spec, { compression });
      return spec.tags.length === 0 ? [node] : tagged(node, spec.tags);
    }),
  );
}
