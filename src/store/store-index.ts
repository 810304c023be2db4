/**
 * The index of a store as text, and what changes in it: a root that is added, a name that goes from one root to another, a
 * root that goes. Pure. What others wrote in a descriptor stays as it is, and descriptors stand in one order, so that the
 * same changes in any order make the same text. Hostile input: an index that somebody edited; what is not read as the
 * loaders read it is refused, since to write it anew would lose something.
 */
import { type Digest, tryParseDigest } from '../model/digest.js';
import { VarveError } from '../model/error.js';
import { imageNameAnnotation, refNameAnnotation } from '../model/foreign/annotations.js';
import { parseIndex } from '../model/foreign/documents.js';
import { ociIndex } from '../model/media-type.js';
import { classifyTag, formatReference, tryParseReference, withDefaultTag } from '../model/reference.js';
import { finished } from '../model/work/work.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** A name as it stands in an inventory: a full reference, or a tag that means something in its store only. */
export interface StoreName {
  readonly name: string;
  readonly isReference: boolean;
}

/** One descriptor: what was written, and what it says. */
export interface IndexEntry {
  readonly written: JsonObject;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly names: readonly StoreName[];
}

/** An index; every change makes another. */
export interface StoreIndex {
  /** Without its descriptors. */
  readonly head: JsonObject;
  readonly entries: readonly IndexEntry[];
}

export const emptyIndex: StoreIndex = { head: { schemaVersion: 2, mediaType: ociIndex }, entries: [] };

/** Reads an index. Throws VarveError `document-invalid` with the reason. */
export function parseStoreIndex(text: string): StoreIndex {
  const parsed = finished(parseIndex(text));
  if (!parsed.ok) throw new VarveError('document-invalid', parsed.problem);
  if (parsed.remarks.length > 0) {
    throw new VarveError('document-invalid', 'its readers do not agree on what it says, so it is not written anew');
  }
  const { manifests: written = [], ...head } = JSON.parse(text) as { readonly manifests?: readonly JsonObject[] };
  const listed = parsed.value.manifests ?? [];
  if (!Array.isArray(written) || written.length !== listed.length) {
    throw new VarveError('document-invalid', 'its list of manifests is not written as the specification has it');
  }
  const entries = listed.map(({ digest, size }, position) => {
    const known = tryParseDigest(digest);
    if (known === null) throw new VarveError('document-invalid', `${JSON.stringify(digest)} is no digest`);
    return entryOf(written[position] ?? {}, known, size);
  });
  return { head, entries };
}

/** The text of an index, the same for the same descriptors. */
export function indexText({ head, entries }: StoreIndex): string {
  const texts = new Map(entries.map(({ written, digest }) => [JSON.stringify(written), digest]));
  const key = ([text, digest]: readonly [string, Digest]): string => `${digest} ${text}`;
  const sorted = [...texts].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return `{${JSON.stringify(head).slice(1, -1)},"manifests":[${sorted.map(([text]) => text).join(',')}]}`;
}

/** With a root, under a descriptor without names; as it is where it is there. */
export function withRoot(index: StoreIndex, written: JsonObject, digest: Digest, sizeBytes: number): StoreIndex {
  if (index.entries.some((entry) => entry.digest === digest)) return index;
  return { ...index, entries: [...index.entries, entryOf(written, digest, sizeBytes)] };
}

/** The root that has a name; null where none has it. */
export function holderOf({ entries }: StoreIndex, name: string): Digest | null {
  return entries.find(({ names }) => names.some((own) => own.name === name))?.digest ?? null;
}

/** With a name at a root that is there, and at no other. */
export function withName(index: StoreIndex, digest: Digest, name: StoreName): StoreIndex {
  const others = withoutNames(index, ({ name: own }, holder) => own === name.name && holder !== digest);
  const holders = others.entries.filter((entry) => entry.digest === digest);
  if (holders.some(({ names }) => names.some((own) => own.name === name.name))) return others;
  const source = holders[0];
  if (source === undefined) return others;
  return tidied({ ...others, entries: [...others.entries, named(source, name)] }, new Set([digest]));
}

/** Without the names that are to go; a root that loses its last one stays, without a name. */
export function withoutNames(index: StoreIndex, goes: (name: StoreName, digest: Digest) => boolean): StoreIndex {
  const touched = new Set<Digest>();
  const entries = index.entries.flatMap((entry) => {
    const left = entry.names.filter((name) => !goes(name, entry.digest));
    if (left.length === entry.names.length) return [entry];
    touched.add(entry.digest);
    return [nameless(entry), ...left.map((name) => named(entry, name))];
  });
  return tidied({ ...index, entries }, touched);
}

/** Without these roots. */
export function withoutRoots(index: StoreIndex, gone: ReadonlySet<string>): StoreIndex {
  return { ...index, entries: index.entries.filter(({ digest }) => !gone.has(digest)) };
}

/** Without descriptors of these roots that say nothing which another one does not say. */
function tidied(index: StoreIndex, digests: ReadonlySet<Digest>): StoreIndex {
  const own = index.entries.filter(({ digest }) => digests.has(digest));
  const withNames = own.filter(({ names }) => names.length > 0);
  /** Texts of descriptors, each of which says its digest; and what those with a name would be without it. */
  const [seen, said] = [new Set<string>(), new Set(withNames.map((entry) => JSON.stringify(nameless(entry).written)))];
  const kept = index.entries.filter(({ digest, names, written }) => {
    if (!digests.has(digest)) return true;
    const text = JSON.stringify(written);
    if (seen.has(text) || (names.length === 0 && said.has(text))) return false;
    seen.add(text);
    return true;
  });
  return { ...index, entries: kept };
}

function entryOf(written: JsonObject, digest: Digest, sizeBytes: number): IndexEntry {
  return { written, digest, sizeBytes, names: namesOfDescriptor(annotationsOf(written)) };
}

function nameless({ written, digest, sizeBytes }: IndexEntry): IndexEntry {
  const { annotations: _, ...rest } = written;
  const others = Object.entries(annotationsOf(written)).filter(
    ([key]) => key !== imageNameAnnotation && key !== refNameAnnotation,
  );
  return entryOf(annotated(rest, others), digest, sizeBytes);
}

function named(entry: IndexEntry, { name, isReference }: StoreName): IndexEntry {
  const { written, digest, sizeBytes } = nameless(entry);
  const { annotations: _, ...rest } = written;
  const own = isReference
    ? [
        [imageNameAnnotation, name],
        [refNameAnnotation, name],
      ]
    : [[refNameAnnotation, name]];
  return entryOf(
    annotated(rest, [...Object.entries(annotationsOf(written)), ...own] as [string, unknown][]),
    digest,
    sizeBytes,
  );
}

/** Annotations behind all else, in one order; none where there are none. */
function annotated(rest: JsonObject, annotations: readonly (readonly [string, unknown])[]): JsonObject {
  if (annotations.length === 0) return rest;
  return { ...rest, annotations: Object.fromEntries([...annotations].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function annotationsOf({ annotations }: JsonObject): JsonObject {
  return typeof annotations === 'object' && annotations !== null ? (annotations as JsonObject) : {};
}

/** The names that a descriptor gives, as every reader of a layout here takes them (formats/image-names.ts). */
function namesOfDescriptor(annotations: JsonObject): StoreName[] {
  const textOf = (key: string): string => {
    const value = annotations[key];
    return typeof value === 'string' ? value : '';
  };
  const [imageName, refName] = [textOf(imageNameAnnotation), textOf(refNameAnnotation)];
  const names = new Map<string, StoreName>();
  const add = (name: string, isReference: boolean): void => void names.set(name, { name, isReference });
  const full = tryParseReference(imageName);
  if (full !== null) add(formatReference(withDefaultTag(full)), true);
  else if (imageName !== '') add(imageName, false);
  const other = refName === '' ? null : classifyTag(refName);
  if (other?.kind === 'reference') add(formatReference(other.reference), true);
  else if (other !== null && other.text !== (full === null ? null : withDefaultTag(full).tag)) add(other.text, false);
  return [...names.values()];
}
