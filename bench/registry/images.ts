/** The images that are pulled and pushed: 20 that share up to four layers of 30 MB, and have one of 3 MB of their own. */
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

const [images, sharedBytes, ownBytes] = [20, 30_000_000, 3_000_000];

/** Makes them, and has the registry hold them. */
export async function imagesOf(folder: string, registry: string): Promise<ImageSet> {
  const random = seededRandom(18);
  const noise = (path: string, sizeBytes: number) => layer({ files: [{ path, content: random.bytes(sizeBytes) }] });
  const shared = [0, 1, 2, 3].map((i) => noise(`shared${i}`, sharedBytes));
  const repositories = Array.from({ length: images }, (_, i) => `app${String(i).padStart(2, '0')}`);
  const nodes = repositories.map((name, i) =>
    ociManifest(
      image({ layers: [...shared.slice(0, 2 + (i % 3)), noise(name, ownBytes)], created: '2024-01-01T00:00:00Z' }),
      { compression: 'none' },
    ),
  );
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
