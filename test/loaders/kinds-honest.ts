/** Archives as tools write them: every builder of test/helpers, in every way that a tar may be written. */
import {
  artifact,
  attestation,
  blobNode,
  dockerSave,
  type Entry,
  gzip,
  type ImageSpec,
  ociIndex,
  ociLayout,
  ociManifest,
  type SaveVariant,
  type SeededRandom,
  tagged,
  tar,
  withoutPlatform,
  xz,
  zstd,
} from '../helpers/archive-builder.js';
import type { Kind } from './kinds.js';
import { smallImage } from './specimens.js';

const names = ['docker.io/library/one:1', 'registry.example/team/two:2', 'docker.io/acme/three:latest'];

function someImages(rng: SeededRandom, most: number): ImageSpec[] {
  const base = smallImage(rng);
  return Array.from({ length: rng.integer(1, most) }, (_, index) => {
    const named = rng.integer(0, 5) === 0 ? [] : [names[index] ?? ''];
    return smallImage(rng, { tags: named, ...(rng.pick([true, false]) ? { from: base } : {}) });
  });
}

function written(rng: SeededRandom, entries: readonly Entry[]): Promise<Buffer> {
  return tar(entries, {
    prefix: rng.pick(['', '', './']),
    longNames: rng.pick(['auto', 'auto', 'pax', 'gnu']),
    blockingFactor: rng.pick([1, 20]),
  });
}

function saved(variant: SaveVariant): Kind['make'] {
  return (rng) => {
    const images = someImages(rng, variant === 'jib' ? 1 : 3);
    return written(rng, dockerSave(images, { variant, compression: rng.pick(['gzip', 'none', 'zstd'] as const) }));
  };
}

function rootOf(rng: SeededRandom, spec: ImageSpec) {
  const options = {
    compression: rng.pick(['gzip', 'none', 'zstd'] as const),
    family: rng.pick(['oci', 'docker'] as const),
  };
  const node = withoutPlatform(ociManifest(spec, options));
  return spec.tags.length === 0
    ? [node]
    : tagged(node, spec.tags, rng.pick(['containerd', 'full-ref-name', 'tag-only']));
}

function layouts(rng: SeededRandom): Promise<Buffer> {
  const roots = someImages(rng, 3).flatMap((spec) => rootOf(rng, spec));
  return written(rng, ociLayout(roots, { directories: rng.pick([true, false]) }));
}

function platforms(rng: SeededRandom): Promise<Buffer> {
  const architectures = ['amd64', 'arm64', 's390x'].slice(0, rng.integer(2, 3));
  const nodes = architectures.map((architecture) =>
    ociManifest(smallImage(rng, { platform: { os: 'linux', architecture } })),
  );
  const described = rng.pick([true, false]) ? nodes.flatMap((node) => [node, attestation(node)]) : nodes;
  return written(rng, ociLayout(tagged(ociIndex(described), ['docker.io/library/many:1'])));
}

function artifacts(rng: SeededRandom): Promise<Buffer> {
  const [spec] = someImages(rng, 1);
  const roots = spec === undefined ? [] : rootOf(rng, spec);
  const signature = artifact([blobNode('text/plain', Buffer.from(rng.text(40)))], {
    artifactType: 'application/vnd.example.signature',
    ...(roots[0] === undefined ? {} : { subject: roots[0] }),
  });
  return written(rng, ociLayout([...roots, signature]));
}

async function compressed(rng: SeededRandom): Promise<Buffer> {
  const plain = await rng.pick([layouts, saved('podman'), saved('hybrid'), saved('legacy')])(rng);
  return rng.pick([gzip, zstd, xz])(plain);
}

export const honestKinds: readonly Kind[] = [
  ...(['v1', 'legacy', 'hybrid', 'podman', 'crane', 'jib'] as const).map(
    (variant): Kind => ({ name: `save-${variant}`, family: 'honest', make: saved(variant) }),
  ),
  { name: 'layout', family: 'honest', make: layouts },
  { name: 'layout-platforms', family: 'honest', make: platforms },
  { name: 'layout-artifacts', family: 'honest', make: artifacts },
  { name: 'compressed', family: 'honest', make: compressed },
];
