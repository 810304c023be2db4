/**
 * Docker archives from before 1.10: one folder per layer with `json`, `VERSION` and `layer.tar`, parents by id, tags in
 * `repositories`, and no digest anywhere (docker image spec v1). There is nothing to compare the content with, which is
 * said for each layer. Hostile input: parents in a circle, ids that climb out of the archive, many long chains.
 */
import { withSlashes } from '../archive/entry-names.js';
import type { ArchiveEntry } from '../archive/entry-table.js';
import { parseRepositories, parseV1Image, type V1Image } from '../model/foreign/documents.js';
import { formatPlatform, platformFromFields } from '../model/platform.js';
import { formatReference, tryParseReference } from '../model/reference.js';
import type { LayerRecord } from '../model/results/inventory.js';
import type { ArchiveView } from './archive-view.js';
import type { ClaimBook, ImageClaim } from './claims.js';
import { repositoriesName, saveManifestName } from './docker-save.js';
import { readParsed } from './image-documents.js';
import { reportName } from './image-names.js';
import { findNamedFile } from './named-file.js';
import { saveName } from './recognize.js';

interface V1Layer {
  readonly folder: string;
  readonly json: ArchiveEntry;
  readonly document: V1Image;
}

/** Reads a v1 archive into claims: an image per tag, and one per layer that no image builds on. */
export function* readV1(view: ArchiveView, book: ClaimBook): Generator<undefined, void, void> {
  const reader = new V1Reader(view, book, yield* readLayers(view, book));
  for (const [id, tags] of yield* readTags(view, book)) {
    yield;
    if (!book.admitImage()) break;
    const image = reader.read(id);
    book.name(image, { references: tags.full, localTags: tags.local }, null);
  }
  yield* reader.readUntagged();
  reportAbsent(view, book);
  if (mayBeCut(view)) {
    const message =
      'it ends without end blocks and names no image; later documents may be cut off, of a newer format even';
    book.report('archive-truncated', message, { offsetBytes: view.table.tarBytes });
  }
}

/** What must be there for what is there: without it, another archive would pass as a v1 archive with less in it. */
function reportAbsent({ table, names }: ArchiveView, book: ClaimBook): void {
  const absent = (subject: string, message: string): void =>
    book.report('document-missing', message, { subject, expected: 'a file', actual: 'absent' });
  const newer = table.entries.find(({ name, type }) => type === 'file' && saveName.test(name));
  if (newer !== undefined) {
    absent(
      saveManifestName,
      `${newer.name} is of a newer format, and ${saveManifestName}, which says what for, is not there`,
    );
  }
  for (const { name } of table.entries) {
    const [, folder] = /^([0-9a-f]{64})[/\\]layer\.tar$/.exec(name) ?? [];
    if (folder === undefined || names.has(`${folder}/json`) || names.windowsFile(`${folder}/json`) !== null) continue;
    absent(`${folder}/json`, 'a v1 layer is there without the document that describes it');
  }
}

/** Docker wrote v1 folders first until version 24: such an archive, cut behind them, would pass as one of their time. */
function mayBeCut({ table, names }: ArchiveView): boolean {
  return !names.has(repositoriesName) && table.findings.some(({ code }) => code === 'end-blocks-missing');
}

class V1Reader {
  readonly #view: ArchiveView;
  readonly #book: ClaimBook;
  readonly #layers: ReadonlyMap<string, V1Layer>;
  readonly #covered = new Set<string>();

  constructor(view: ArchiveView, book: ClaimBook, layers: ReadonlyMap<string, V1Layer>) {
    this.#view = view;
    this.#book = book;
    this.#layers = layers;
  }

  /** The image whose top layer has that id. */
  read(top: string): ImageClaim {
    const head = this.#layers.get(top);
    const image = this.#book.image(head?.json.index ?? null, top, top);
    const chain = this.#book.admitLayers(this.#chainOf(top), top).map((id) => this.#layers.get(id) ?? null);
    chain.reverse();
    image.layers = chain.map((layer) => this.#readLayer(image, layer));
    image.history = chain.map((layer) => ({
      createdAt: layer?.document.created ?? null,
      createdBy: layer?.document.container_config?.Cmd?.join(' ') ?? null,
      comment: layer?.document.comment ?? null,
      emptyLayer: false,
    }));
    const platform = platformFromFields(head?.document ?? {});
    image.platform = platform === null ? null : formatPlatform(platform);
    image.createdAt = head?.document.created ?? null;
    return image;
  }

  /** An image for each layer that no tag covers and no other layer builds on. */
  *readUntagged(): Generator<undefined, void, void> {
    const parents = new Set([...this.#layers.values()].map((layer) => layer.document.parent));
    const isTop = (id: string): boolean => !parents.has(id);
    // What is left then stands in a circle of parents that nothing else leads into.
    for (const isRead of [isTop, () => true]) {
      for (const id of this.#layers.keys()) {
        yield;
        if (this.#covered.has(id) || !isRead(id)) continue;
        if (!this.#book.admitImage()) return;
        this.read(id);
      }
    }
  }

  /** The ids of a layer and its parents, top first. */
  #chainOf(top: string): string[] {
    const ids = new Set<string>();
    // One more than is admitted, so that the limit is seen to be passed.
    const enough = Math.min(this.#view.limits.layers, this.#book.layersLeft) + 1;
    for (let id: string | null | undefined = top; id; id = this.#layers.get(id)?.document.parent) {
      if (ids.has(id)) {
        this.#book.report('parent-loop', 'the parents of this v1 image form a circle', { subject: top });
        break;
      }
      ids.add(id);
      this.#covered.add(id);
      if (!this.#layers.has(id)) {
        this.#book.report('blob-missing', 'a v1 layer that a tag or a parent names is not there', { subject: id });
      }
      if (ids.size === enough) break;
    }
    return [...ids];
  }

  #readLayer(image: ImageClaim, layer: V1Layer | null): LayerRecord {
    const entry =
      layer === null ? null : findNamedFile(this.#view, this.#book, `${layer.folder}/layer.tar`, layer.json.name);
    if (entry !== null) {
      this.#book.layer(entry.index, null, false);
      this.#book.skipCheck(entry.name, 'diffID: v1 documents name none');
      this.#book.reach(image, [entry.index]);
    } else if (layer !== null) {
      const subject = `${layer.folder}/layer.tar`;
      this.#book.report('blob-missing', 'the layer of a v1 image is not there', { subject });
    }
    return { diffId: null, digest: null, entry: entry?.index ?? null, mediaType: null };
  }
}

function* readLayers(view: ArchiveView, book: ClaimBook): Generator<undefined, Map<string, V1Layer>, void> {
  const layers = new Map<string, V1Layer>();
  for (const entry of view.table.entries) {
    yield;
    const name = withSlashes(entry.name);
    if (entry.type !== 'file' || !name.endsWith('/json')) continue;
    if (findNamedFile(view, book, name, 'an image of before docker 1.10') !== entry) continue;
    const folder = name.slice(0, -'/json'.length);
    const document = yield* readParsed(view, book, entry, parseV1Image);
    if (document === null) continue;
    const id = document.id ?? folder.slice(folder.lastIndexOf('/') + 1);
    if (!book.admitName(id, entry.name) || !book.admitName(document.parent ?? '', entry.name)) continue;
    layers.set(id, { folder, json: entry, document });
  }
  return layers;
}

function* readTags(
  view: ArchiveView,
  book: ClaimBook,
): Generator<undefined, Map<string, { full: string[]; local: string[] }>, void> {
  const tags = new Map<string, { full: string[]; local: string[] }>();
  const entry = view.names.file(repositoriesName);
  const repositories = entry === null ? null : yield* readParsed(view, book, entry, parseRepositories);
  for (const [name, ids] of repositories ?? []) {
    for (const [tag, id] of ids) {
      yield;
      const text = `${name}:${tag}`;
      if (!book.admitName(text, repositoriesName) || !book.admitName(id, repositoriesName)) continue;
      const reference = tryParseReference(text);
      const known = tags.get(id) ?? { full: [], local: [] };
      tags.set(id, known);
      if (reference === null) {
        known.local.push(text);
        reportName(book, text, `${repositoriesName} of ${id}`);
      } else known.full.push(formatReference(reference));
    }
  }
  return tags;
}
