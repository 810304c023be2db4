/**
 * The JSON documents inside archives, from text to typed values: the one place where unknown JSON gets a type. They are
 * read as Go's decoder reads them into the structs of loaders (`go-reading.ts`), since most readers of these documents are
 * written in Go; the schemas ask for no more than Varve needs; unknown fields are ignored. Sources: OCI image spec (descriptor.md,
 * image-index.md, manifest.md, config.md, image-layout.md), docker image spec v1.2 and v1 (`manifest.json`,
 * `repositories`, v1 `json`). Hostile input: any text up to `limits.documentBytes`; the first fault ends the look.
 */
import { messageOf } from '../error.js';
import {
  aFlag,
  aListOf,
  aMapOf,
  anInteger,
  anObject,
  aText,
  type Demand,
  type Demanded,
  isObject,
  kindOf,
  Misfit,
  maybe,
  objectAsWritten,
} from '../json/demand.js';
import { hasInexactNumber } from '../json/exact-json.js';
import { readAsGo } from '../json/go-reading.js';
import type { Shape } from '../json/json-shape.js';
import type { Remark } from '../json/reading-remarks.js';
import { endOfFirstValue, readWritten, whatWasDropped } from '../json/written-json.js';
import { limitMessage, limits } from '../limits.js';
import { isRestDue, type Work } from '../work/work.js';
import {
  imageShape,
  indexShape,
  layoutShape,
  manifestShape,
  repositoriesShape,
  saveManifestShape,
  v1Shape,
} from './document-shapes.js';

const maybeText = maybe(aText);
const texts = aListOf(aText);

const platform = anObject({ architecture: maybeText, os: maybeText, variant: maybeText, 'os.version': maybeText });

const descriptor = anObject({
  mediaType: maybeText,
  digest: aText,
  size: anInteger,
  annotations: aMapOf(aText),
  data: maybeText,
  platform: maybe(platform),
  artifactType: maybeText,
});

const index = anObject({ mediaType: maybeText, manifests: aListOf(descriptor) });

const manifest = anObject({
  mediaType: maybeText,
  artifactType: maybeText,
  config: maybe(descriptor),
  layers: aListOf(descriptor),
  // The artifact manifest of an OCI release candidate; still found in old layouts.
  blobs: aListOf(descriptor),
  subject: maybe(descriptor),
});

const history = anObject({ created: maybeText, created_by: maybeText, comment: maybeText, empty_layer: maybe(aFlag) });

const imageConfig = anObject({
  architecture: maybeText,
  os: maybeText,
  variant: maybeText,
  'os.version': maybeText,
  created: maybeText,
  author: maybeText,
  // Kept as it is written, for whoever looks at the image; nothing that is verified depends on it.
  config: objectAsWritten(depthProblem),
  rootfs: maybe(anObject({ diff_ids: texts })),
  history: aListOf(history),
});

const saveRecord = anObject({
  Config: aText,
  RepoTags: texts,
  Layers: texts,
  LayerSources: aMapOf(anObject({ mediaType: maybeText })),
});

const repositories = aMapOf(aMapOf(aText));

const v1Image = anObject({
  id: maybeText,
  parent: maybeText,
  created: maybeText,
  os: maybeText,
  architecture: maybeText,
  comment: maybeText,
  container_config: maybe(anObject({ Cmd: texts })),
});

const ociLayout = anObject({ imageLayoutVersion: aText });

export type Descriptor = Demanded<typeof descriptor>;
export type IndexDocument = Demanded<typeof index>;
export type ManifestDocument = Demanded<typeof manifest>;
export type ImageConfig = Demanded<typeof imageConfig>;
export type SaveRecord = Demanded<typeof saveRecord>;
export type V1Image = Demanded<typeof v1Image>;

/** A manifest or an index, told apart by what it holds: `manifests` makes an index. */
export type ManifestOrIndex =
  | { readonly kind: 'index'; readonly document: IndexDocument }
  | { readonly kind: 'manifest'; readonly document: ManifestDocument };

/** A parsed document, or the sentence that says what is wrong with it. */
export type Parsed<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** Where other readers read something else. */
      readonly remarks: readonly Remark[];
    }
  | {
      readonly ok: false;
      readonly problem: string;
      /** Whether a named limit was hit, which the sentence begins with. */
      readonly isLimit?: boolean;
      /** Whether it is a manifest of docker's first schema. */
      readonly isSchema1?: boolean;
    };

const schema1 =
  "a manifest of docker's schema 1, which podman and skopeo take for an image, and which is not read here";

export function* parseManifestOrIndex(source: string): Work<Parsed<ManifestOrIndex>> {
  const read = yield* readDocument(source, manifestShape);
  if (!read.ok) return read;
  const { value } = read;
  if (!isObject(value)) return wrongShape(`expected an object, found ${kindOf(value)}`);
  if (!('manifests' in value)) {
    if (![value['config'], value['layers'], value['blobs']].some((part) => part != null)) {
      if (hasList(value, 'fslayers')) return { ...wrongShape(schema1), isSchema1: true };
      return wrongShape('it has neither manifests nor config, layers or blobs');
    }
    return applySchema(manifest, read, (document) => ({ kind: 'manifest', document }));
  }
  // Readers disagree on what such a document is (CVE-2021-41190), so that one digest would stand for two images.
  if (value['config'] != null || value['layers'] != null) {
    return wrongShape('it is an image index and an image manifest at once');
  }
  return applySchema(index, read, (document) => ({ kind: 'index', document }));
}

/** Whether an object that was written by anyone has a list under that key (in lower case), as Go finds keys. */
function hasList(value: Record<string, unknown>, key: string): boolean {
  return Object.entries(value).some(([name, item]) => name.toLowerCase() === key && Array.isArray(item));
}

/** Whether a document that is not read as an image config may be one to a loader that knows fewer of its fields. */
export function mayBeImageConfig(source: string): boolean {
  const json = parseJson(source);
  const rootfs = json.ok && isObject(json.value) ? Object.entries(json.value) : [];
  return rootfs.some(([key, item]) => key.toLowerCase() === 'rootfs' && isObject(item) && hasList(item, 'diff_ids'));
}

export function* parseIndex(source: string): Work<Parsed<IndexDocument>> {
  return yield* parse(index, source, indexShape, { isStream: true });
}

export function* parseImageConfig(source: string): Work<Parsed<ImageConfig>> {
  return yield* parse(imageConfig, source, imageShape, { isExact: true });
}

export function* parseV1Image(source: string): Work<Parsed<V1Image>> {
  return yield* parse(v1Image, source, v1Shape);
}

/** Repository → tag → v1 id. A Map, since any text may be a name here, `__proto__` included. */
export function* parseRepositories(source: string): Work<Parsed<ReadonlyMap<string, ReadonlyMap<string, string>>>> {
  const parsed = yield* parse(repositories, source, repositoriesShape, { isStream: true });
  if (!parsed.ok) return parsed;
  const value = new Map([...(parsed.value ?? [])].map(([name, tags]) => [name, tags ?? new Map<string, string>()]));
  return { ...parsed, value };
}

export function* parseOciLayout(source: string): Work<Parsed<{ imageLayoutVersion: string }>> {
  return yield* parse(ociLayout, source, layoutShape, { isStream: true });
}

/** The save records of `manifest.json`. An empty list is one; null, which Go takes for it, no writer makes. */
export function* parseSaveManifest(source: string): Work<Parsed<readonly SaveRecord[]>> {
  const parsed = yield* parse(aListOf(saveRecord), source, saveManifestShape, { isStream: true });
  if (!parsed.ok) return parsed;
  const { value, remarks } = parsed;
  return value == null ? wrongShape('expected a list of save records, found null') : { ok: true, value, remarks };
}

interface Reading {
  /** Loaders decode the first value of the file and leave what comes behind it. */
  readonly isStream?: boolean;
  /** Numbers of it are kept that no double holds. */
  readonly isExact?: boolean;
}

/** So much of a document is read as soon as one small thing is done. */
const charactersOfThing = 1024;

function* parse<T>(schema: Demand<T>, source: string, shape: Shape, reading: Reading = {}): Work<Parsed<T>> {
  const read = yield* readDocument(source, shape, reading);
  const parsed = read.ok ? applySchema(schema, read, (value) => value) : read;
  if (parsed.ok || reading.isStream !== true || read.ok || read.isJson) return parsed;
  // Not JSON as a whole: where a first value of it is a document, loaders read that.
  const end = endOfFirstValue(source);
  if (end === -1 || end === source.length) return parsed;
  const first = yield* parse(schema, source.slice(0, end), shape);
  return first.ok ? { ...first, remarks: [...first.remarks, trailing(source.length - end)] } : parsed;
}

/** What Go reads of a document; of one that it refuses, whether it is JSON at all. */
function* readDocument(
  source: string,
  shape: Shape,
  reading: Reading = {},
): Work<Extract<Parsed<unknown>, { ok: true }> | { ok: false; problem: string; isJson: boolean }> {
  const json = parseJson(source);
  if (!json.ok) return { ...json, isJson: false };
  const things = source.length / charactersOfThing;
  if (isRestDue(things)) yield;
  const dropped = yield* droppedOf(source, json.value, reading.isExact ?? false);
  if (isRestDue(things)) yield;
  const read = yield* readAsGo(json.value, shape, dropped);
  if (isRestDue(things)) yield;
  return read.ok ? read : { ...read, isJson: true };
}

function* droppedOf(source: string, value: unknown, isExact: boolean): ReturnType<typeof whatWasDropped> {
  const dropped = yield* whatWasDropped(source, value);
  return dropped === null && isExact && hasInexactNumber(source) ? yield* readWritten(source) : dropped;
}

function parseJson(source: string): Parsed<unknown> {
  try {
    return { ok: true, value: JSON.parse(source), remarks: [] };
  } catch (error) {
    return { ok: false, problem: `no JSON: ${messageOf(error)}` };
  }
}

function trailing(length: number): Remark {
  const message =
    `${length} characters stand behind the first value: docker and containerd read that value and leave them, ` +
    'readers of the whole file (podman, Python, JavaScript) refuse it';
  return { code: 'readers-disagree', message };
}

function applySchema<T, U>(
  schema: Demand<T>,
  { value, remarks }: { readonly value: unknown; readonly remarks: readonly Remark[] },
  make: (value: T) => U,
): Parsed<U> {
  const read = schema(value);
  if (!(read instanceof Misfit)) return { ok: true, value: make(read), remarks };
  const { path, message, isLimit } = read;
  if (isLimit) return { ok: false, problem: message, isLimit };
  return { ok: false, problem: `wrong shape at ${path.length === 0 ? 'the document' : path.join('.')}: ${message}` };
}

function wrongShape(what: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem: `wrong shape at the document: ${what}` };
}

/** Whoever writes a run configuration out again does so by recursion, so its depth is limited. */
function depthProblem(value: Record<string, unknown>): Misfit | null {
  if (!isDeeper(value, limits.configDepth)) return null;
  const message = limitMessage('configDepth', limits.configDepth, 'the run configuration is nested deeper');
  return new Misfit(message, [], true);
}

/** Whether objects and lists lie inside each other more than so many times. */
function isDeeper(value: unknown, depth: number): boolean {
  let level = [value].filter(isHolder);
  for (let i = 0; i < depth && level.length > 0; i++) {
    const below: object[] = [];
    for (const holder of level) {
      for (const key in holder) {
        const item = (holder as Readonly<Record<string, unknown>>)[key];
        if (isHolder(item)) below.push(item);
      }
    }
    level = below;
  }
  return level.some((holder) => Object.keys(holder).length > 0);
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
