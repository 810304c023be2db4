/** The images that the tests of formats put into archives: a base, an image on it, and others beside them. */
import { type ImageSpec, image, layer, type OciNode, ociManifest } from '../helpers/archive-builder.js';

export const shell = layer({ files: [{ path: 'bin/sh', content: 'shell '.repeat(300) }] });
export const program = layer({ files: [{ path: 'srv/app', content: 'program '.repeat(200) }] });
export const settings = layer({ files: [{ path: 'etc/app.conf', content: 'setting = 1\n' }] });

export const baseImage = image({ layers: [shell], tags: ['docker.io/library/tidewater:12'] });
export const appImage = image({
  from: baseImage,
  layers: [program, settings],
  config: { Cmd: ['/srv/app'] },
  tags: ['registry.example.com/shop/app:2.1'],
});
export const armImage = image({
  layers: [program],
  platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
  tags: ['registry.example.com/shop/app:2.1'],
});

/** The image under other names. */
export function named(spec: ImageSpec, ...tags: string[]): ImageSpec {
  return { ...spec, tags };
}

/** The digests of the documents of a node: of its manifest, config and layers, in that order. */
export function digestsOf(node: OciNode): string[] {
  return node.blobs.map((blob) => blob.digest);
}

export const appManifest = ociManifest(appImage);
export const armManifest = ociManifest(armImage);
