/**
 * The documents of Docker's save formats: `manifest.json`, `repositories` and the v1 JSON of each layer, with their old names.
 * A v1 id is made from what is below it, not from a layer's bytes alone: it is a name, never a digest to be checked.
 */
import { type Entry, file } from './archive-entry.js';
import { chainIdsOf, digestOf, hexOf } from './digests.js';
import type { ImageSpec } from './image.js';
import type { LayerSpec } from './layer.js';

/** One record of `manifest.json`. */
export interface SaveRecord {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
  readonly LayerSources?: Readonly<Record<string, object>>;
}

/** One layer of the v1 chain. */
export interface V1Layer {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly layer: LayerSpec;
  /** The bytes of its `json`. */
  readonly json: Buffer;
}

/** `manifest.json` with the line end that Docker writes. */
export function saveManifest(records: readonly SaveRecord[], newline = '\n'): Entry {
  return file('manifest.json', `${JSON.stringify(records)}${newline}`);
}

/** `repositories`: repository to tag to the v1 id (or layer digest) of the top layer. */
export function repositories(tops: readonly { readonly reference: string; readonly id: string }[]): Entry {
  const document: Record<string, Record<string, string>> = {};
  for (const { reference, id } of tops) {
    const { repository, tag } = splitTag(reference);
    document[repository] = { ...document[repository], [tag]: id };
  }
  return file('repositories', `${JSON.stringify(document)}\n`);
}

/** The reference as Docker shows it: without `docker.io/` and `library/`. */
export function familiarName(reference: string): string {
  return reference.replace(/^docker\.io\/(library\/)?/, '');
}

/** Repository and tag of a reference; throws RangeError where it has no tag. */
export function splitTag(reference: string): { repository: string; tag: string } {
  const colon = reference.lastIndexOf(':');
  if (colon <= reference.lastIndexOf('/')) throw new RangeError(`no tag in ${reference}`);
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

/** The v1 chain as Docker 1.10 to 24 derives it: only the top layer's id depends on the image's config. */
export function derivedV1Chain(image: ImageSpec): V1Layer[] {
  const chainIds = chainIdsOf(image.layers.map((layer) => layer.diffId));
  const chain: V1Layer[] = [];
  image.layers.forEach((layer, index) => {
    const isTop = index === image.layers.length - 1;
    const body = v1Body(image, isTop, chain.at(-1)?.id);
    const id = hexOf(digestOf(JSON.stringify({ ...body, layer_id: chainIds[index] })));
    chain.push({ id, layer, json: Buffer.from(JSON.stringify({ id, ...body })) });
  });
  return chain;
}

/** The v1 chain of Docker before 1.10: the layers of the base image keep the ids that they have there. */
export function originalV1Chain(image: ImageSpec): V1Layer[] {
  const chain = image.from === undefined ? [] : originalV1Chain(image.from);
  const own = image.layers.slice(chain.length);
  own.forEach((layer, index) => {
    const body = { ...v1Body(image, index === own.length - 1, chain.at(-1)?.id), docker_version: '1.9.1' };
    const id = hexOf(digestOf(JSON.stringify({ ...body, diffId: layer.diffId })));
    const sized = { id, ...body, Size: layer.tar.length };
    chain.push({ id, layer, json: Buffer.from(JSON.stringify(sized)) });
  });
  return chain;
}

function v1Body(image: ImageSpec, isTop: boolean, parent: string | undefined): Record<string, unknown> {
  return {
    ...(parent === undefined ? {} : { parent }),
    created: isTop ? (image.created ?? '0001-01-01T00:00:00Z') : '1970-01-01T00:00:00Z',
    container_config: { Cmd: isTop ? (image.runtime.Cmd ?? null) : null },
    ...(isTop ? { config: image.runtime, architecture: image.platform.architecture } : {}),
    os: image.platform.os,
  };
}
