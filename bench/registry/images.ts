/**
 * The images that are pulled and pushed: 20 that share up to four layers of 30 MB and have one of 3 MB of their own; or four of
 * large layers, 100, 60, 30 and 10 MB each, that share the first.
 */
import { join } from 'node:path';
import process from 'node:process';
import {
  image,
  layer,
  ociLayout,
  ociManifest,
  seededRandom,
  tagged,
  writeLayoutFolder,
} from '../../test/helpers/archive-builder.js';
import { run } from '../peers/processes.js';

export interface ImageSet {
  readonly registry: string;
  /** Without registry and tag. */
  readonly repositories: readonly string[];
  /** A layout in which each image has its repository as tag. */
  readonly layout: string;
  /** A store in which each has its full name. */
  readonly store: string;
}

/** How many images of which layers. */
export interface ImageShape {
  readonly images: number;
  /** So many of these an image has at least, and up to all of them. */
  readonly leastShared: number;
  readonly sharedBytes: readonly number[];
  readonly ownBytes: readonly number[];
}

export const imageShapes: Readonly<Record<'usual' | 'large', ImageShape>> = {
  usual: { images: 20, leastShared: 2, sharedBytes: [30e6, 30e6, 30e6, 30e6], ownBytes: [3e6] },
  large: { images: 4, leastShared: 1, sharedBytes: [100e6], ownBytes: [60e6, 30e6, 10e6] },
};

/** Makes them, and has the registry hold them. */
export async function imagesOf(folder: string, registry: string, shape = imageShapes.usual): Promise<ImageSet> {
  const { images, leastShared, sharedBytes, ownBytes } = shape;
  const random = seededRandom(18);
  const noise = (path: string, sizeBytes: number) => layer({ files: [{ path, content: random.bytes(sizeBytes) }] });
  const shared = sharedBytes.map((sizeBytes, i) => noise(`shared${i}`, sizeBytes));
  const repositories = Array.from({ length: images }, (_, i) => `app${String(i).padStart(2, '0')}`);
  const nodes = repositories.map((name, i) => {
    const base = shared.slice(0, leastShared + (i % (1 + shared.length - leastShared)));
    const own = ownBytes.map((sizeBytes, layerOf) => noise(`${name}-${layerOf}`, sizeBytes));
    return ociManifest(image({ layers: [...base, ...own], created: '2024-01-01T00:00:00Z' }), { compression: 'none' });
  });
  const layout = join(folder, 'layout');
  await writeLayoutFolder(
    ociLayout(nodes.flatMap((node, i) => tagged(node, [`x:${repositories[i]}`], 'tag-only'))),
    layout,
  );
  const store = join(folder, 'store');
  const varve = (...argv: readonly string[]) =>
    run({ argv: [process.execPath, 'dist/src/cli/main.cjs', ...argv], discard: true });
  for (const name of repositories) {
    varve('push', name, `docker://${registry}/source/${name}:1`, '--from', layout, '-q');
  }
  varve('pull', ...repositories.map((name) => `${registry}/source/${name}:1`), '--store', store, '-q');
  return { registry, repositories, layout, store };
}
