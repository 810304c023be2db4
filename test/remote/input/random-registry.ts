/**
 * Registries of random images that share layers and repeat each other across repositories, with platforms and attestations,
 * and the same images as the roots of a layout that somebody pulled them into.
 */
import {
  attestation,
  image,
  layer,
  type OciNode,
  ociIndex,
  ociManifest,
  type SeededRandom,
  tagged,
} from '../../helpers/archive-builder.js';
import { MemoryRegistry } from './memory-registry.js';

const layers = Array.from({ length: 6 }, (_, i) =>
  layer({ files: [{ path: `f${i}`, content: `layer ${i} `.repeat(20 + 7 * i) }] }),
);

/** A registry, and what a pull of all its tags into one layout makes of it. */
export interface RandomRegistry {
  readonly registry: MemoryRegistry;
  readonly pulled: readonly OciNode[];
}

export function randomRegistry(random: SeededRandom): RandomRegistry {
  const registry = new MemoryRegistry();
  const nodes = Array.from({ length: random.integer(1, 6) }, () => randomNode(random));
  const pulled: OciNode[] = [];
  for (const repository of ['team/a', 'team/b', 'c'].slice(0, random.integer(1, 3))) {
    for (let tag = random.integer(1, 4); tag > 0; tag--) {
      const node = random.pick(nodes);
      registry.push(repository, `1.${tag}`, node);
      pulled.push(...tagged(node, [`${registry.host}/${repository}:1.${tag}`], 'full-ref-name'));
    }
  }
  return { registry, pulled };
}

function randomNode(random: SeededRandom): OciNode {
  const architectures = random.integer(0, 1) === 0 ? ['amd64'] : ['amd64', 'arm64'];
  const compression = random.pick(['none', 'gzip', 'zstd'] as const);
  const manifests = architectures.map((architecture) =>
    ociManifest(
      image({
        layers: Array.from({ length: random.integer(1, 4) }, () => random.pick(layers)),
        created: `2024-01-${String(random.integer(1, 20)).padStart(2, '0')}T00:00:00Z`,
        platform: { os: 'linux', architecture },
        config: { Env: [`N=${random.integer(1, 3)}`] },
      }),
      { compression },
    ),
  );
  const [first] = manifests;
  if (manifests.length === 1 && first !== undefined && random.integer(0, 1) === 0) return first;
  const described = first !== undefined && random.integer(0, 1) === 0 ? [attestation(first)] : [];
  return ociIndex([...manifests, ...described]);
}
