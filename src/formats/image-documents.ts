/**
 * What every format shares: an image config and its layers, as claims. Docker's save records, OCI manifests and both in
 * one archive end up here, so that a fault reads the same whichever document led to it.
 */
import type { ArchiveEntry } from '../archive/entry-table.js';
import { type Digest, tryParseDigest } from '../model/digest.js';
import { type ImageConfig, type Parsed, parseImageConfig } from '../model/foreign/documents.js';
import { formatPlatform, platformFromFields } from '../model/platform.js';
import type { HistoryRecord, LayerRecord } from '../model/results/inventory.js';
import { isRestDue, type Work } from '../model/work/work.js';
import type { ArchiveView } from './archive-view.js';
import type { ClaimBook, ImageClaim } from './claims.js';

/** Reads and parses a document once; what goes wrong is reported with the entry's name. */
export function* readParsed<T>(
  view: ArchiveView,
  book: ClaimBook,
  entry: ArchiveEntry,
  parse: (text: string) => Work<Parsed<T>>,
): Work<T | null> {
  return yield* book.parsed(parse, entry.index, () => readAndParse(view, book, entry, parse));
}

function* readAndParse<T>(
  view: ArchiveView,
  book: ClaimBook,
  entry: ArchiveEntry,
  parse: (text: string) => Work<Parsed<T>>,
): Work<T | null> {
  const read = view.readDocument(entry);
  if (!read.ok) {
    book.add(read.finding);
    return null;
  }
  yield;
  const parsed = yield* parse(read.text);
  if (!parsed.ok) {
    book.report(parsed.isLimit ? 'limit-exceeded' : 'document-invalid', parsed.problem, placeOf(entry));
    return null;
  }
  remarkReadings(book, entry, read, parsed);
  return parsed.value;
}

/** Reports where other readers read something else out of a document. */
export function remarkReadings(
  book: ClaimBook,
  entry: ArchiveEntry,
  { isRepaired = false }: { readonly isRepaired?: boolean },
  parsed: Parsed<unknown>,
): void {
  if (!parsed.ok) return;
  const at = placeOf(entry);
  if (isRepaired) {
    const message =
      'bytes that are no UTF-8: Go reads U+FFFD for each of them, Python refuses the document, JavaScript reads one ' +
      'U+FFFD for several';
    book.report('readers-disagree', message, at);
  }
  for (const { code, message, ...readings } of parsed.remarks) book.report(code, message, { ...at, ...readings });
}

function placeOf(entry: ArchiveEntry): { readonly subject: string; readonly offsetBytes: number | null } {
  return { subject: entry.name, offsetBytes: entry.location === null ? entry.offsetBytes : null };
}

/** Parses a digest that a document names; reports it where it is malformed. */
export function readDigest(book: ClaimBook, text: string, source: string): Digest | null {
  const digest = tryParseDigest(text);
  if (digest === null) {
    book.report('document-invalid', `${source}: not a digest`, {
      subject: source,
      expected: '<algorithm>:<lower-case hex>',
      actual: text.slice(0, 200),
    });
  }
  return digest;
}

/** One layer as a manifest or save record lists it, before the config has named its diffID. */
export interface ListedLayer {
  readonly entry: ArchiveEntry | null;
  readonly digest: Digest | null;
  readonly mediaType: string | null;
  /** Set where the bytes are no tar that can be read. */
  readonly opaque: string | null;
  /** Whether a media type says so; a save record has none. */
  readonly declared: boolean;
}

/** The layers of an image in one document. */
export interface ListedLayers {
  /** Names the list in messages. */
  readonly where: string;
  readonly layers: readonly ListedLayer[];
  /** How many the document has; more than `layers` where a limit was reached. */
  readonly total: number;
}

/** The config of an image where it is there and well formed. */
export function* readConfig(view: ArchiveView, book: ClaimBook, image: ImageClaim): Work<ImageConfig | null> {
  const entry = image.configEntry === null ? undefined : view.table.entries[image.configEntry];
  return entry === undefined ? null : yield* readParsed(view, book, entry, parseImageConfig);
}

/** Fills an image from its config and its list of layers. */
export function* describeImage(
  view: ArchiveView,
  book: ClaimBook,
  image: ImageClaim,
  list: ListedLayers,
): Generator<undefined, void, void> {
  const config = yield* readConfig(view, book, image);
  const configName = image.configEntry === null ? null : (view.table.entries[image.configEntry]?.name ?? null);
  const diffIds = config?.rootfs?.diff_ids ?? [];
  const layers: LayerRecord[] = [];
  for (const [i, layer] of list.layers.entries()) {
    if (isRestDue()) yield;
    layers.push(claimLayer(book, layer, diffIds[i] ?? null, configName ?? list.where));
  }
  for (const { entry } of layers) if (entry !== null) book.reach(image, [entry]);
  image.layers = mergeLayers(image.layers, layers);
  if (config === null) return;
  const platform = platformFromFields(config);
  image.platform ??= platform === null ? null : formatPlatform(platform);
  image.osVersion ??= platform?.osVersion ?? null;
  image.createdAt ??= config.created ?? null;
  image.author ??= config.author ?? null;
  image.config ??= config.config ?? null;
  if (diffIds.length !== list.total) {
    const message = `${list.where} lists ${list.total} layers, the image config names ${diffIds.length} diffIDs`;
    book.report('layer-count-mismatch', message, {
      subject: configName,
      expected: `${diffIds.length} layers`,
      actual: `${list.total} layers`,
    });
  }
  if (image.history.length === 0) describeHistory(book, image, config, { layers: list.total, subject: configName });
}

/** Two documents that list the same image: each knows things of its layers that the other does not say. */
function mergeLayers(known: readonly LayerRecord[], listed: LayerRecord[]): LayerRecord[] {
  if (known.length !== listed.length) return known.length > listed.length ? [...known] : listed;
  return listed.map((layer, i) => {
    const other = known[i] ?? layer;
    const diffId = other.diffId ?? layer.diffId;
    if (other.entry === null) return { ...layer, diffId };
    // Another file, perhaps another compression of it: its digest and type are not those of the file that is known.
    if (layer.entry !== null && layer.entry !== other.entry) return { ...other, diffId };
    return { ...other, diffId, digest: other.digest ?? layer.digest, mediaType: other.mediaType ?? layer.mediaType };
  });
}

function claimLayer(book: ClaimBook, layer: ListedLayer, diffIdText: string | null, configName: string): LayerRecord {
  const diffId = diffIdText === null ? null : readDigest(book, diffIdText, `rootfs.diff_ids of ${configName}`);
  if (layer.entry !== null) {
    const { index, name } = layer.entry;
    book.layer(index, layer.opaque, layer.declared);
    if (layer.opaque !== null) book.skipCheck(name, `diffID: ${layer.opaque}`);
    else if (diffId !== null) book.claim({ kind: 'diffid', entry: index, digest: diffId, source: configName });
    else if (diffIdText === null) book.skipCheck(name, 'diffID: the image config names none');
  }
  return { diffId, digest: layer.digest, entry: layer.entry?.index ?? null, mediaType: layer.mediaType };
}

function describeHistory(
  book: ClaimBook,
  image: ImageClaim,
  config: ImageConfig,
  { layers, subject }: { layers: number; subject: string | null },
): void {
  image.history = (config.history ?? []).map(
    (step): HistoryRecord => ({
      createdAt: step.created ?? null,
      createdBy: step.created_by ?? null,
      comment: step.comment ?? null,
      emptyLayer: step.empty_layer ?? false,
    }),
  );
  const filled = image.history.filter((step) => !step.emptyLayer).length;
  if (filled === layers) return;
  const message =
    image.history.length === 0
      ? 'the image config has no history'
      : `the history has ${filled} steps with a layer for ${layers} layers`;
  book.report('history-mismatch', message, { subject });
}
