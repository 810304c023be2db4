/**
 * Archives in the shapes of `docker save` and of the tools that imitate it, one function per writer, from the same images.
 * What differs is where names come from (v1 ids, diffIDs, stored digests, nothing), how a repeated layer is written, and
 * which of the documents are there. Shapes follow archives made by the tools themselves.
 */
import { directory, type Entry, file, sortEntries, symlink } from './archive-entry.js';
import { hexOf } from './digests.js';
import { derivedV1Chain, familiarName, originalV1Chain, repositories, saveManifest } from './docker-documents.js';
import { dockerHybrid } from './docker-hybrid.js';
import { createdSeconds, type ImageSpec } from './image.js';
import { type CompressionChoice, storeLayers } from './stored-layer.js';

/** Whose archive it looks like. */
export type SaveVariant = 'v1' | 'legacy' | 'hybrid' | 'podman' | 'crane' | 'jib';

/** How an archive is saved. */
export interface SaveOptions {
  readonly variant: SaveVariant;
  /** For crane and jib. Default: gzip. */
  readonly compression?: CompressionChoice;
}

/** The entries of an archive of these images. */
export function dockerSave(images: readonly ImageSpec[], { variant, compression = 'gzip' }: SaveOptions): Entry[] {
  switch (variant) {
    case 'v1':
      return dockerV1(images);
    case 'legacy':
      return dockerLegacy(images);
    case 'hybrid':
      return dockerHybrid(images);
    case 'podman':
      return podmanSave(images);
    case 'crane':
      return craneSave(images, compression);
    case 'jib':
      return jibSave(images, compression);
  }
}

/** Docker before 1.10: a folder per layer, `repositories`, and no `manifest.json`. */
function dockerV1(images: readonly ImageSpec[]): Entry[] {
  const folders = new Map<string, Entry[]>();
  const tops: { reference: string; id: string }[] = [];
  for (const image of images) {
    const chain = originalV1Chain(image);
    const mtime = createdSeconds(image);
    for (const { id, layer, json } of chain) {
      if (!folders.has(id)) folders.set(id, v1Folder(id, json, file(`${id}/layer.tar`, layer.tar, mtime)));
    }
    for (const tag of image.tags) tops.push({ reference: familiarName(tag), id: chain.at(-1)?.id ?? '' });
  }
  return sortEntries([...[...folders.values()].flat(), repositories(tops)]);
}

function v1Folder(id: string, json: Buffer, layerTar: Entry): Entry[] {
  const mtime = layerTar.mtime ?? 0;
  return [directory(id, mtime), file(`${id}/VERSION`, '1.0', mtime), file(`${id}/json`, json, mtime), layerTar];
}

/** Docker 1.10 to 24: a layer that was written before is a symlink to its first folder. */
function dockerLegacy(images: readonly ImageSpec[]): Entry[] {
  const entries: Entry[] = [];
  const folders = new Set<string>();
  const firstFolder = new Map<string, string>();
  const tops: { reference: string; id: string }[] = [];
  const records = images.map((image) => {
    const chain = derivedV1Chain(image);
    const mtime = createdSeconds(image);
    for (const { id, layer, json } of chain) {
      if (folders.has(id)) continue;
      folders.add(id);
      const first = firstFolder.get(layer.diffId);
      const name = `${id}/layer.tar`;
      const layerTar =
        first === undefined ? file(name, layer.tar, mtime) : symlink(name, `../${first}/layer.tar`, mtime);
      if (first === undefined) firstFolder.set(layer.diffId, id);
      entries.push(...v1Folder(id, json, layerTar));
    }
    const config = `${hexOf(image.id)}.json`;
    if (!entries.some((entry) => entry.name === config)) entries.push(file(config, image.config, mtime));
    const tags = image.tags.map(familiarName);
    for (const reference of tags) tops.push({ reference, id: chain.at(-1)?.id ?? '' });
    return {
      Config: config,
      RepoTags: tags.length === 0 ? null : tags,
      Layers: chain.map(({ id }) => `${id}/layer.tar`),
    };
  });
  const named = tops.length === 0 ? [] : [repositories(tops)];
  return sortEntries([...entries, saveManifest(records), ...named]);
}

/** podman save, skopeo copy to docker-archive: layers are named by diffID, v1 folders hold links to them. */
function podmanSave(images: readonly ImageSpec[]): Entry[] {
  const bodies: Entry[] = [];
  const legacy: Entry[] = [];
  const tops: { reference: string; id: string }[] = [];
  const written = new Set<string>();
  const once = (list: Entry[], entry: Entry): void => {
    if (!written.has(entry.name)) list.push({ ...entry, mode: entry.type === 'symlink' ? 0o777 : 0o444 });
    written.add(entry.name);
  };
  const records = images.map((image) => {
    const layers = image.layers.map((layer) => `${hexOf(layer.diffId)}.tar`);
    image.layers.forEach((layer, index) => {
      once(bodies, file(layers[index] ?? '', layer.tar));
    });
    const config = `${hexOf(image.id)}.json`;
    once(bodies, file(config, image.config));
    const chain = derivedV1Chain(image);
    for (const { id, layer, json } of chain) {
      once(legacy, symlink(`${id}/layer.tar`, `../${hexOf(layer.diffId)}.tar`));
      once(legacy, file(`${id}/VERSION`, '1.0'));
      once(legacy, file(`${id}/json`, json));
    }
    for (const reference of image.tags) tops.push({ reference, id: chain.at(-1)?.id ?? '' });
    return { Config: config, RepoTags: image.tags, Layers: layers };
  });
  const documents: Entry[] = [];
  once(documents, repositories(tops));
  once(documents, saveManifest(records, ''));
  return [...bodies, ...legacy, ...documents];
}

/** crane, kaniko, ko: the config is named by its whole digest, layers by the digest of their stored bytes. */
function craneSave(images: readonly ImageSpec[], compression: CompressionChoice): Entry[] {
  const entries = new Map<string, Entry>();
  const records = images.map((image) => {
    const layers = storeLayers(image.layers, compression).map((stored) => {
      const suffix = { none: '.tar', gzip: '.tar.gz', zstd: '.tar.zst' }[stored.compression];
      const name = `${hexOf(stored.digest)}${suffix}`;
      entries.set(name, entries.get(name) ?? file(name, stored.content));
      return name;
    });
    entries.set(image.id, file(image.id, image.config));
    return { Config: image.id, RepoTags: image.tags, Layers: layers };
  });
  return [...entries.values(), saveManifest(records, '')];
}

/** jib: one image, names that claim nothing for the config, keys of the save manifest in lower case. */
function jibSave(images: readonly ImageSpec[], compression: CompressionChoice): Entry[] {
  const [image, ...others] = images;
  if (image === undefined || others.length > 0) throw new RangeError('jib writes exactly one image');
  const layers = storeLayers(image.layers, compression).map((stored) =>
    file(`${hexOf(stored.digest)}.tar.gz`, stored.content, 1),
  );
  const record = { config: 'config.json', repoTags: image.tags, layers: layers.map((entry) => entry.name) };
  return [...layers, file('config.json', image.config, 1), file('manifest.json', JSON.stringify([record]), 1)];
}
