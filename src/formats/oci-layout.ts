/**
 * The OCI image layout: `index.json` and everything below it, depth first (OCI image spec, image-layout.md, image-index.md,
 * manifest.md). Docker's media types mean the same and are read the same. Hostile input: indexes may nest, repeat each
 * other and point in circles. Each document is read and each descriptor laid beside its blob once; only names are carried
 * along every way that leads to a manifest, and the steps of all these ways are counted and limited.
 */
import type { ArchiveEntry } from '../archive/entry-table.js';
import { contentBytesOf } from '../model/content-size.js';
import type { Digest } from '../model/digest.js';
import {
  type Descriptor,
  type IndexDocument,
  type ManifestOrIndex,
  type Parsed,
  parseIndex,
  parseManifestOrIndex,
  parseOciLayout,
} from '../model/foreign/documents.js';
import { type Limits, limitMessage } from '../model/limits.js';
import { deltaArtifactType, documentKind } from '../model/media-type.js';
import { formatPlatform, platformFromFields } from '../model/platform.js';
import { textKey } from '../model/text-key.js';
import type { ArchiveView } from './archive-view.js';
import type { ClaimBook, Route } from './claims.js';
import { readDigest, readParsed, remarkReadings } from './image-documents.js';
import { type Names, noNames, readRootNames } from './image-names.js';
import { claimDescriptor, claimInline, findBlob, readDeltaBase } from './oci-descriptor.js';
import { readManifest } from './oci-manifest.js';

export const indexName = 'index.json';
export const layoutName = 'oci-layout';

/** The one version that there is; containerd, and docker with it, refuses any other and none. */
const layoutVersion = '1.0.0';

/** A descriptor of an index whose blob is there. */
interface Child {
  readonly descriptor: Descriptor;
  readonly digest: Digest;
  readonly where: string;
  readonly entry: ArchiveEntry;
  /** What it names at the top; empty below. */
  readonly names: Names;
  /** The document, once it was read; null = none that can be followed. */
  document?: ManifestOrIndex | null;
  /** Whether some way led to it. */
  followed?: true;
}

/** A way down to an index. `id` tells it from all others. */
interface Way extends Route {
  readonly id: number;
}

/** Reads `index.json` and all that it leads to into claims. */
export function* readOciLayout(view: ArchiveView, book: ClaimBook): Generator<undefined, void, void> {
  const layout = view.names.file(layoutName);
  if (layout !== null) yield* readLayoutVersion(view, book, layout);
  const entry = view.names.file(indexName);
  const index = entry === null ? null : yield* readParsed(view, book, entry, parseIndex);
  if (index === null) return;
  if (index.manifests === undefined) {
    const message = `${indexName} has no list of manifests; an empty one is written as [], and by Go as null`;
    book.report('document-invalid', message, { subject: indexName, expected: 'manifests', actual: 'absent' });
  }
  yield* new LayoutReader(view, book).readRoot(index);
}

function* readLayoutVersion(view: ArchiveView, book: ClaimBook, entry: ArchiveEntry): Generator<undefined, void, void> {
  const read = yield* readParsed(view, book, entry, parseOciLayout);
  const actual = read?.imageLayoutVersion ?? layoutVersion;
  if (actual === layoutVersion) return;
  book.report('layout-version-unknown', 'containerd and docker refuse a layout of any other version', {
    subject: layoutName,
    expected: layoutVersion,
    actual: actual === '' ? 'none' : actual,
  });
}

class LayoutReader {
  readonly #view: ArchiveView;
  readonly #limits: Limits;
  readonly #book: ClaimBook;
  /** The present children of each index that was opened. */
  readonly #opened = new Map<number, readonly Child[]>();
  /** The ids of ways, by the way before and the index at the end. */
  readonly #ways = new Map<string, number>();
  #steps = 0;
  #documents = 0;

  constructor(view: ArchiveView, book: ClaimBook) {
    this.#view = view;
    this.#limits = view.limits;
    this.#book = book;
  }

  *readRoot(index: IndexDocument): Generator<undefined, void, void> {
    const children = yield* this.#open(index, null);
    yield* this.#readBases(children);
    for (const child of children) {
      const { references, localTags } = child.names;
      const route = { root: child.digest, indexEntries: [], indexDigests: [], references, localTags };
      const { way } = this.#wayTo(textKey(JSON.stringify(child.names)), route);
      if (!(yield* this.#follow(child, way))) return;
    }
  }

  /** What deltas among these leave to their bases, before anything is missed. */
  *#readBases(children: readonly Child[]): Generator<undefined, void, void> {
    for (const child of children) {
      if (child.descriptor.artifactType !== deltaArtifactType) continue;
      child.document = yield* this.#read(child);
      const { document } = child;
      if (document?.kind === 'manifest') yield* readDeltaBase(this.#view, this.#book, document.document);
    }
  }

  /** Lays the descriptors of an index (null: index.json) beside the blobs, once; returns those whose blob is there. */
  *#open(index: IndexDocument, own: Digest | null): Generator<undefined, Child[], void> {
    const where = own ?? indexName;
    const children: Child[] = [];
    const absent: Omit<Child, 'entry'>[] = [];
    for (const [i, descriptor] of (index.manifests ?? []).entries()) {
      yield;
      const at = `${where} manifests[${i}]`;
      const digest = readDigest(this.#book, descriptor.digest, at);
      if (digest === null) continue;
      const entry = findBlob(this.#view, this.#book, digest, at);
      const names = own === null ? readRootNames(this.#book, descriptor, digest, at) : noNames;
      claimInline(this.#book, descriptor, digest, at);
      if (entry === null) absent.push({ descriptor, digest, where: at, names });
      else children.push({ descriptor, digest, where: at, names, entry });
      if (entry !== null) claimDescriptor(this.#book, descriptor, digest, { entry, source: at });
    }
    yield;
    this.#reportAbsent(absent, children, own);
    return children;
  }

  /** Absent by design only where another platform of the same index (at the top: of the same name) is there. */
  #reportAbsent(absent: readonly Omit<Child, 'entry'>[], present: readonly Child[], index: Digest | null): void {
    const places = new Set(
      present
        .filter(({ descriptor }) => descriptor.platform != null)
        .map(({ names }) => textKey(JSON.stringify(names))),
    );
    for (const { descriptor, digest, where, names } of absent) {
      const platform = platformFromFields(descriptor.platform ?? {});
      if (platform !== null && places.has(textKey(JSON.stringify(names)))) {
        const text = formatPlatform(platform);
        this.#book.report('platform-absent', `${where}: ${text} is not in this archive`, { subject: digest });
        this.#book.absentPlatforms.push({
          digest,
          platform: text,
          index,
          references: [...names.references],
          localTags: [...names.localTags],
        });
      } else {
        this.#book.report('blob-missing', `${where} names a manifest that is not there`, { subject: digest });
      }
    }
  }

  /** One step along a way. Returns false where the archive has had all the steps that it gets. */
  *#follow(child: Child, way: Way): Generator<undefined, boolean, void> {
    yield;
    if (++this.#steps > this.#limits.descriptors) {
      this.#limit('descriptors', 'ways through the indexes');
      return false;
    }
    const first = child.followed !== true;
    child.followed = true;
    if (child.document === undefined) child.document = yield* this.#read(child);
    const { document, digest, entry, descriptor, where } = child;
    if (document === null) {
      // Named by a root all the same: its bytes are not unreferenced.
      const artifactType = descriptor.artifactType ?? descriptor.mediaType ?? null;
      this.#book.artifact({ digest, kind: 'artifact', artifactType, subject: null }, way, [entry.index]);
      return true;
    }
    if (document.kind === 'index') return yield* this.#followIndex(child, document.document, way);
    const found = { descriptor, digest, where, first, route: way, entry, document: document.document };
    yield* readManifest(this.#view, this.#book, found);
    return true;
  }

  *#read(child: Child): Generator<undefined, ManifestOrIndex | null, void> {
    const { entry, descriptor } = child;
    // Any media type may stand in an index; only those that Varve knows promise a manifest (image-index.md). Where none
    // is given, podman and skopeo guess by the content.
    const isKnown = !descriptor.mediaType || documentKind(descriptor.mediaType) !== 'unknown';
    if (!isKnown && !this.#mayBeManifest(entry)) return null;
    if (++this.#documents > this.#limits.manifests) {
      this.#limit('manifests', 'manifests and indexes');
      return null;
    }
    const document = isKnown
      ? yield* readParsed(this.#view, this.#book, entry, parseManifestOrIndex)
      : yield* this.#readUnpromised(entry);
    if (document !== null) compareMediaTypes(this.#book, child, document);
    return document;
  }

  /** Whether a body of another type is to be looked at; one that is too large for it is told. */
  #mayBeManifest(entry: ArchiveEntry): boolean {
    if (contentBytesOf(entry) <= this.#limits.documentBytes) return this.#view.mayBeDocument(entry) === true;
    if (this.#view.mayBeDocument(entry) === true) {
      this.#book.skipCheck(
        entry.name,
        `whether it is a manifest: it has more than ${this.#limits.documentBytes} bytes`,
      );
    }
    return false;
  }

  /** A document that need not be a manifest: what it is instead is no fault, unless some reader takes it for an image. */
  *#readUnpromised(entry: ArchiveEntry): Generator<undefined, ManifestOrIndex | null, void> {
    const read = this.#view.readDocument(entry);
    const parsed: Parsed<ManifestOrIndex> | null = read.ok ? yield* parseManifestOrIndex(read.text) : null;
    if (!read.ok || parsed === null) return null;
    if (parsed.ok) remarkReadings(this.#book, entry, read, parsed);
    else if (parsed.isSchema1) this.#book.report('document-invalid', parsed.problem, { subject: entry.name });
    return parsed.ok ? parsed.value : null;
  }

  *#followIndex(child: Child, document: IndexDocument, way: Way): Generator<undefined, boolean, void> {
    const { entry, digest } = child;
    if (way.indexEntries.includes(entry.index)) return true;
    const { indexDepth } = this.#limits;
    if (way.indexEntries.length + 1 > indexDepth) {
      this.#book.report('limit-exceeded', limitMessage('indexDepth', indexDepth, 'indexes are nested deeper'), {
        subject: digest,
      });
      return true;
    }
    const { way: next, isNew } = this.#wayTo(`${way.id} ${entry.index}`, {
      ...way,
      indexEntries: [...way.indexEntries, entry.index],
      indexDigests: [...way.indexDigests, digest],
    });
    // Two descriptors of one index for the same child add nothing.
    if (!isNew) return true;
    const children = this.#opened.get(entry.index) ?? (yield* this.#open(document, digest));
    this.#opened.set(entry.index, children);
    // An index that leads to nothing that is there is still named by a root.
    if (children.length === 0)
      this.#book.artifact({ digest, kind: 'index', artifactType: null, subject: null }, next, []);
    for (const below of children) if (!(yield* this.#follow(below, next))) return false;
    return true;
  }

  #wayTo(key: string, route: Route): { way: Way; isNew: boolean } {
    const known = this.#ways.get(key);
    const id = known ?? this.#ways.size;
    this.#ways.set(key, id);
    const { root, indexEntries, indexDigests, references, localTags } = route;
    return { way: { root, indexEntries, indexDigests, references, localTags, id }, isNew: known === undefined };
  }

  #limit(name: 'descriptors' | 'manifests', what: string): void {
    this.#book.report('limit-exceeded', limitMessage(name, this.#limits[name], `there are more ${what}`), {
      subject: indexName,
    });
  }
}

/** A descriptor's type against the document's own, and against what the document is. */
function compareMediaTypes(book: ClaimBook, { descriptor, where, digest }: Child, parsed: ManifestOrIndex): void {
  const claimed = descriptor.mediaType ?? null;
  const own = parsed.document.mediaType ?? null;
  const kind = documentKind(claimed);
  const differ = own !== null && claimed !== null && own !== claimed && kind !== 'unknown';
  if (!differ && (kind === 'unknown' || kind === parsed.kind)) return;
  book.report('media-type-mismatch', `${where} and the document name different media types`, {
    subject: digest,
    expected: claimed ?? 'none',
    actual: own ?? `an image ${parsed.kind}`,
  });
}
