/** Two builds of one image, and deltas that were made by nobody. */
import { createHash } from 'node:crypto';
import { deltaArtifactType, recipeType } from '../../src/model/media-type.js';
import {
  artifact,
  blobNode,
  blobPath,
  dockerSave,
  type Entry,
  image,
  layer,
  type OciNode,
  ociLayout,
  ociManifest,
  tagged,
} from '../helpers/archive-builder.js';

const base = layer({ files: [{ path: 'etc/os', content: 'tidewater'.repeat(4000) }] });

/** A build of one image on one base. */
export function build(version: number) {
  return image({
    layers: [base, layer({ files: [{ path: 'app', content: `build ${version} `.repeat(300) }] })],
    created: `2024-01-${String(version).padStart(2, '0')}T00:00:00Z`,
    tags: ['docker.io/shop/api:1'],
  });
}

/** As podman saves it: plain layers, and no manifest. */
export function savedBuild(version: number): Entry[] {
  return dockerSave([build(version)], { variant: 'podman' });
}

/** As a layout, with layers in one form. */
export function layoutBuild(version: number, compression: 'none' | 'gzip' = 'gzip'): Entry[] {
  const spec = build(version);
  return ociLayout(tagged(ociManifest(spec, { compression }), spec.tags));
}

/** What a recipe says of a file with these bytes. */
export function recipeFile(content: string, facts: object = {}): object {
  const digest = digestOf(content);
  return { name: blobPath(digest), sizeBytes: Buffer.byteLength(content), digest, in: 'delta', ...facts };
}

/** The text of a recipe of these files, which adds up unless the facts say otherwise. */
export function recipeText(files: readonly object[], facts: object = {}): string {
  const lines = files.map((file) => {
    const { digest, sizeBytes, name } = file as Record<string, unknown>;
    return `${digest} ${sizeBytes} ${name}\n`;
  });
  const recipe = { kind: 'varve.recipe', schemaVersion: 1, filesDigest: digestOf(lines.join('')), files, images: [] };
  return JSON.stringify({ ...recipe, ...facts });
}

/** A layout with a delta of that recipe and these bodies, and with other roots. */
export function deltaLayout(recipe: string, bodies: readonly string[] = [], roots: readonly OciNode[] = []): Entry[] {
  const parts = [
    blobNode(recipeType, Buffer.from(recipe)),
    ...bodies.map((body) => blobNode('x/y', Buffer.from(body))),
  ];
  return ociLayout([...roots, artifact(parts, { artifactType: deltaArtifactType })]);
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
