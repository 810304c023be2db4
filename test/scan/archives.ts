/** Archives on disk for scans: of every writer, in every outer form, good and broken, and one that is worth a pool. */
import type { Inventory } from '../../src/model/results/inventory.js';
import {
  attestation,
  blobPath,
  compress,
  dockerSave,
  type Entry,
  file,
  flipEntryByte,
  gzip,
  type ImageSpec,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  randomLayer,
  seededRandom,
  tagged,
  tar,
  xz,
  zstd,
} from '../helpers/archive-builder.js';
import { bzip2 } from './bzip2-writer.js';

const rng = seededRandom(41);
export const baseLayer = randomLayer(rng, { sizeBytes: 9000, parents: true });
const appLayer = randomLayer(rng, { sizeBytes: 5000 });
export const base = image({ layers: [baseLayer], tags: ['docker.io/library/tide:1'] });
export const app = image({
  from: base,
  layers: [appLayer, layer({ files: [{ path: 'etc/motd', content: 'ebb and flow' }] })],
  config: { Cmd: ['/app'] },
  tags: ['registry.example/team/app:2', 'registry.example/team/app:latest'],
});

/** The ways in which a whole archive is stored. */
export const outerForms: Readonly<Record<string, (content: Buffer) => Buffer>> = {
  tar: (content) => content,
  'tar.gz': (content) => gzip(content, { members: 2 }),
  'tar.zst': (content) => zstd(content, { frames: 2 }),
  'tar.xz': xz,
  'tar.bz2': bzip2,
};

/** An OCI layout with every compression of layers, an attestation, a sha512 manifest and an orphan. */
export function ociEntries(images: readonly ImageSpec[]): Entry[] {
  const mixed = {
    compression: (spec: ImageSpec['layers'][number], i: number) =>
      compress(spec, i % 3 === 0 ? 'gzip' : i % 3 === 1 ? 'zstd' : 'none'),
  };
  const roots = images.flatMap((spec) => {
    const manifest = ociManifest(spec, mixed);
    return tagged(ociIndex([manifest, attestation(manifest)]), spec.tags);
  });
  return ociLayout(roots, { orphans: [Buffer.from('orphan')] });
}

/** Entries of an archive of every writer. */
export function everyWriter(): Readonly<Record<string, Entry[]>> {
  const saves = (['v1', 'legacy', 'hybrid', 'podman', 'crane'] as const).map((variant) => [
    variant,
    dockerSave([base, app], { variant }),
  ]);
  return Object.fromEntries([
    ...saves,
    ['jib', dockerSave([app], { variant: 'jib' })],
    ['oci', ociEntries([base, app])],
  ]);
}

/** Archives with one fault each. */
export async function brokenArchives(): Promise<Readonly<Record<string, Buffer>>> {
  const hybrid = dockerSave([base, app], { variant: 'hybrid' });
  const whole = await tar(hybrid);
  const oci = await tar(ociEntries([base]));
  return {
    'flipped.tar': await tar(flipEntryByte(hybrid, blobPath(baseLayer.diffId), 700)),
    'cut.tar': whole.subarray(0, Math.floor(whole.length * 0.6)),
    'cut.tar.gz': gzip(whole).subarray(0, 4000),
    'header.tar': Buffer.concat([whole.subarray(0, 2048), Buffer.alloc(512, 'x'), whole.subarray(2560)]),
    'layer.tar': await tar(flipLayer(ociEntries([base]))),
    'text.tar': Buffer.from('no tar at all'),
    'empty.tar': Buffer.alloc(0),
    'export.tar': await tar([file('etc/passwd', 'root'), file('bin/sh', 'x')]),
    'bad.tar.zst': Buffer.concat([zstd(oci), Buffer.from('garbage')]),
  };
}

/** A compressed layer with a bit that is not as it should be, under a name that still claims the good bytes. */
function flipLayer(entries: readonly Entry[]): Entry[] {
  const name = blobPath(compress(baseLayer, 'gzip').digest);
  return flipEntryByte(entries, name, 2000);
}

/** An archive of 34 MiB, which is more than a scan does without a pool. */
export async function largeArchive(): Promise<Buffer> {
  const filler = Buffer.alloc(34 * 1024 ** 2, 'varve and silt, ');
  const large = image({
    layers: [layer({ files: [{ path: 'filler', content: filler }] })],
    tags: ['docker.io/library/large:1'],
  });
  return tar(dockerSave([large, app], { variant: 'podman' }));
}

/** What a scan says of its archives in a line each. */
export function lines({ archives }: Inventory, folder: string): string[] {
  return archives.map(({ path, status, format }) => `${path.replace(`${folder}/`, '')} ${status} ${format}`);
}

export const diffIdsOf = (spec: ImageSpec): string[] => spec.layers.map(({ diffId }) => diffId);
