/**
 * What every generated archive is made of: two small images under one name, one as it should be and one that an attacker
 * wants to be run, and their documents in the two shapes that loaders know. Nothing of `src/`.
 */
import {
  type Entry,
  editJson,
  file,
  type ImageSpec,
  image,
  layer,
  type OciNode,
  ociLayout,
  ociManifest,
  type SeededRandom,
  sortEntries,
  tagged,
  withoutPlatform,
} from '../helpers/archive-builder.js';

/** A good image and the one that is to be run in its place; both have the same tag. */
export interface Pair {
  readonly good: ImageSpec;
  readonly bad: ImageSpec;
  readonly tag: string;
}

const tags = [
  'docker.io/library/app:1',
  'registry.example/team/app:2.0',
  'docker.io/acme/shop:latest',
  'localhost:5000/a/b/c:v1.2.3-rc.1',
];

export function smallImage(rng: SeededRandom, options: Partial<Parameters<typeof image>[0]> = {}): ImageSpec {
  const layers = Array.from({ length: rng.integer(1, 2) }, () =>
    layer({
      files: [{ path: `srv/${rng.hex(6)}`, content: rng.text(rng.integer(1, 700)) }],
      parents: rng.pick([true, false]),
    }),
  );
  return image({ layers, config: { User: '1000', Cmd: ['/srv/run'] }, ...options });
}

export function pairOf(rng: SeededRandom): Pair {
  const tag = rng.pick(tags);
  const good = smallImage(rng, { tags: [tag] });
  const bad = smallImage(rng, { tags: [tag], config: { User: 'root', Env: ['API_TOKEN=secret'], Cmd: ['/srv/run'] } });
  return { good, bad, tag };
}

/** The root of an image that carries its tag as containerd writes it. */
export function rootsOf(spec: ImageSpec): OciNode[] {
  return tagged(withoutPlatform(ociManifest(spec, { compression: 'none' })), spec.tags);
}

/** Bodies of both images, and the one document that says which of them is meant. */
export interface Shape {
  readonly bodies: readonly Entry[];
  readonly document: string;
  /** The document for each of them. */
  readonly good: Buffer;
  readonly bad: Buffer;
}

/** `docker save` as podman writes it, without the folders of version 1. */
export function saveShape({ good, bad }: Pair): Shape {
  const record = (spec: ImageSpec) => [
    {
      Config: `${spec.id.slice(7)}.json`,
      RepoTags: spec.tags.map((tag) => tag.replace(/^docker\.io\/(library\/)?/, '')),
      Layers: spec.layers.map(({ diffId }) => `${diffId.slice(7)}.tar`),
    },
  ];
  const bodies = [good, bad].flatMap((spec) => [
    file(`${spec.id.slice(7)}.json`, spec.config),
    ...spec.layers.map(({ diffId, tar }) => file(`${diffId.slice(7)}.tar`, tar)),
  ]);
  const text = (spec: ImageSpec) => Buffer.from(JSON.stringify(record(spec)));
  return { bodies, document: 'manifest.json', good: text(good), bad: text(bad) };
}

/** An OCI archive. */
export function layoutShape({ good, bad }: Pair): Shape {
  const entriesOf = (spec: ImageSpec) => ociLayout(rootsOf(spec), { directories: false });
  const indexOf = (spec: ImageSpec) =>
    entriesOf(spec).find(({ name }) => name === 'index.json')?.content ?? Buffer.alloc(0);
  const all = new Map([...entriesOf(good), ...entriesOf(bad)].map((entry) => [entry.name, entry]));
  all.delete('index.json');
  return { bodies: [...all.values()], document: 'index.json', good: indexOf(good), bad: indexOf(bad) };
}

export function shapeOf(rng: SeededRandom, pair: Pair): Shape {
  return rng.pick([saveShape, layoutShape])(pair);
}

/** A layout of these roots, its index edited. */
export function editedLayout(roots: readonly OciNode[], edit: (index: Index) => unknown = (index) => index): Entry[] {
  return sortEntries(editJson<Index>(ociLayout(roots, { directories: false }), 'index.json', edit));
}

export interface Index {
  readonly manifests: readonly Readonly<Record<string, unknown>>[];
  readonly [key: string]: unknown;
}
