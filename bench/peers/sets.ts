/**
 * The archives that are measured: real ones out of a folder (by the ends of their names, as the script that makes them
 * names them), and generated ones. Those are the same bytes each time; what is large in them is a hole in the file, which
 * costs no room and is read and hashed like other bytes.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  digestOf,
  dockerSave,
  image,
  type LayerSpec,
  layerFromTar,
  randomLayer,
  rawHeader,
  rawTar,
  type StoredLayer,
  seededRandom,
  tar,
  writeArchives,
} from '../../test/helpers/archive-builder.js';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
const blockBytes = 512;

/** The archives of a folder, by what they are. */
export interface RealSets {
  /** docker archives, plain, of one image each. */
  readonly docker: readonly string[];
  /** Plain archives of several images. */
  readonly multi: readonly string[];
  /** OCI archives with gzip layers. */
  readonly gzip: readonly string[];
  /** OCI archives with zstd layers. */
  readonly zstd: readonly string[];
}

/** Throws where a kind is not there. */
export function realSets(folder: string): RealSets {
  const names = readdirSync(folder).sort();
  const ending = (end: string): string[] => {
    const found = names.filter((name) => name.endsWith(end)).map((name) => join(folder, name));
    if (found.length === 0) throw new Error(`${folder} has no file *${end}`);
    return found;
  };
  return {
    docker: ending('.docker.tar'),
    multi: ending('-multi.tar'),
    gzip: ending('.oci.tar'),
    zstd: ending('.oci-zstd.tar'),
  };
}

/** Files and bytes of a set, for the document. */
export function setFacts(name: string, about: string, paths: readonly string[]) {
  const sizeBytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);
  return { name, about, files: paths.length, sizeBytes };
}

/** A docker archive of so many layers of so many bytes, each one file of zeros. All layers are equal, and named apart. */
export function writeArchiveOfZeros(path: string, layers: number, layerBytes: number): void {
  const fileBytes = layerBytes - 3 * blockBytes;
  const layerHeader = rawHeader({ name: 'zeros', claimedSizeBytes: fileBytes });
  const hash = createHash('sha256').update(layerHeader);
  const zeros = Buffer.alloc(8 * mebibyte);
  for (let left = layerBytes - blockBytes; left > 0; left -= zeros.length) {
    hash.update(zeros.subarray(0, Math.min(left, zeros.length)));
  }
  const diffId = `sha256:${hash.digest('hex')}`;
  const names = Array.from({ length: layers }, (_, i) => `layer-${i}.tar`);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      history: names.map((name) => ({ created_by: name })),
      rootfs: { type: 'layers', diff_ids: names.map(() => diffId) },
    }),
  );
  const configName = `${digestOf(config).slice('sha256:'.length)}.json`;
  const manifest = Buffer.from(JSON.stringify([{ Config: configName, RepoTags: ['huge:1'], Layers: names }]));
  const fd = openSync(path, 'w');
  try {
    let at = 0;
    const add = (name: string, sizeBytes: number, start: Buffer): void => {
      writeSync(fd, Buffer.concat([rawHeader({ name, claimedSizeBytes: sizeBytes }), start]), 0, null, at);
      at += blockBytes + Math.ceil(sizeBytes / blockBytes) * blockBytes;
    };
    for (const name of names) add(name, layerBytes, layerHeader);
    add(configName, config.length, config);
    add('manifest.json', manifest.length, manifest);
    ftruncateSync(fd, at + 2 * blockBytes);
  } finally {
    closeSync(fd);
  }
}

const sharedLayerBytes = 16 * mebibyte;

/** 20 archives of five gzip layers each, four of which are the same in all of them. Returns their paths. */
async function writeSharingArchives(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const rng = seededRandom(80);
  const newLayer = (): LayerSpec => randomLayer(rng, { sizeBytes: sharedLayerBytes, entries: 400 });
  const stored = new Map<string, StoredLayer>();
  const store = (layer: LayerSpec): StoredLayer => {
    const content = gzipSync(layer.tar, { level: 6 });
    const kept = stored.get(layer.diffId) ?? {
      layer,
      content,
      digest: digestOf(content),
      compression: 'gzip' as const,
    };
    stored.set(layer.diffId, kept);
    return kept;
  };
  const base = image({ layers: Array.from({ length: 4 }, newLayer) });
  base.layers.forEach(store);
  const paths: string[] = [];
  for (let i = 0; i < 20; i++) {
    const own = image({ from: base, layers: [newLayer()], tags: [`registry.example/shared/app-${i}:1`] });
    const entries = dockerSave([own], {
      variant: 'crane',
      compression: (layer) => stored.get(layer.diffId) ?? store(layer),
    });
    const path = join(folder, `shared-${String(i).padStart(2, '0')}.tar`);
    writeFileSync(path, await tar(entries));
    paths.push(path);
  }
  return paths;
}

/** An archive of one gzip layer, which is at least so many bytes of these files. */
async function writeOneLayer(path: string, files: readonly string[], layerBytes: number): Promise<void> {
  const contents: Buffer[] = [];
  for (let i = 0, left = layerBytes; left > 0; i++) {
    const content = readFileSync(files[i % files.length] ?? '').subarray(0, left);
    contents.push(content);
    left -= content.length;
  }
  const layer = layerFromTar(rawTar(contents.map((content, i) => ({ name: `${i}`, content }))));
  const content = gzipSync(layer.tar, { level: 6 });
  const stored: StoredLayer = { layer, content, digest: digestOf(content), compression: 'gzip' };
  const spec = image({ layers: [layer], tags: ['registry.example/one/layer:1'] });
  writeFileSync(path, await tar(dockerSave([spec], { variant: 'crane', compression: () => stored })));
}

/** The generated archives below a folder; `files`: real ones, whose bytes they are made of where it matters. */
export async function generatedSets(folder: string, files: readonly string[]) {
  mkdirSync(folder, { recursive: true });
  const fill = join(folder, 'fill.tar');
  writeArchiveOfZeros(fill, 2, 300 * mebibyte);
  const huge = join(folder, 'huge.tar');
  writeArchiveOfZeros(huge, 10, 2 * gibibyte);
  writeArchives(join(folder, 'small'), 2000);
  const small = readdirSync(join(folder, 'small')).map((name) => join(folder, 'small', name));
  const sharing = await writeSharingArchives(join(folder, 'sharing'));
  const oneLayer = join(folder, 'one-layer.tar');
  await writeOneLayer(oneLayer, files, 1e9);
  return { fill, huge, small, sharing, oneLayer };
}

export type GeneratedSets = Awaited<ReturnType<typeof generatedSets>>;
