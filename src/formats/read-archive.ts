/**
 * One archive view → its claims: recognises the format, lets the readers of the formats write into one book, and adds
 * what follows from names alone: what a blob name claims, names that come twice, what no document needs. It yields wherever
 * whoever runs it may rest, as all readers of formats do: between entries, documents and layers of a list.
 */

import { type ArchiveEntry, isJunkName } from '../archive/entry-table.js';
import { ambiguousWays, nameFindings } from '../archive/name-findings.js';
import { algorithmOf, isAlgorithm } from '../model/digest.js';
import type { Finding } from '../model/finding.js';
import { FindingList } from '../model/finding-list.js';
import type { ArchiveFormat, EntryRecord } from '../model/results/inventory.js';
import { eachOf, filtered, isRestDue, type Work } from '../model/work/work.js';
import type { ArchiveView } from './archive-view.js';
import { blobNameDigest, isBlobName } from './blob-name.js';
import { type ArchiveClaims, ClaimBook, type ImageClaim } from './claims.js';
import { readSaveManifest, repositoriesName, saveManifestName } from './docker-save.js';
import { boundFurtherNames } from './further-names.js';
import { readV1 } from './legacy-v1.js';
import { indexName, layoutName, readOciLayout } from './oci-layout.js';
import { type Recognition, recognize } from './recognize.js';

export type ReadArchive =
  | { readonly kind: 'image'; readonly claims: ArchiveClaims }
  | Exclude<Recognition, { kind: 'image' }>;

type ImageRecognition = Extract<Recognition, { kind: 'image' }>;

/** Reads the claims of an archive, or says where its images are instead, or why it has none. */
export function* readArchive(view: ArchiveView): Generator<undefined, ReadArchive, void> {
  const recognition = recognize(view);
  if (recognition.kind === 'nested')
    return { ...recognition, findings: [...recognition.findings, ...(yield* twoWays(view))] };
  if (recognition.kind === 'refused') return recognition;
  const { format } = recognition;
  const book = new ClaimBook(view.limits, view.held);
  for (const found of view.table.findings) book.findings.add(found);
  yield;
  for (const found of nameFindings(view.table, view.names)) {
    if (found === null) yield;
    else book.findings.add(found);
  }
  for (const found of yield* twoWays(view)) book.findings.add(found);
  yield* readDocuments(view, book, recognition);
  reportEmpty(view, book);
  if (view.names.givenUp !== null) book.report('limit-exceeded', view.names.givenUp);
  for (const image of book.images) dropCoveredTags(image);
  yield* boundFurtherNames(view, book);
  yield;
  const repeats = yield* findRepeats(view);
  const shadowed = new Set(repeats.flatMap((entries) => entries.slice(0, -1)));
  const roles: EntryRecord['role'][] = [];
  for (const entry of view.table.entries) {
    if (isRestDue()) yield;
    // A body that a later one of its name hides is judged too: some tools take it.
    if (entry.type === 'file' && isWhole(entry)) claimBlobName(book, entry);
    roles.push(shadowed.has(entry) ? 'stray' : roleOf(book, entry, format));
  }
  yield* reportUnneeded(view, book, roles, shadowed);
  return {
    kind: 'image',
    claims: {
      format,
      table: view.table,
      claims: book.claims,
      layers: book.layers,
      roles,
      images: book.images,
      artifacts: book.artifacts,
      names: book.names,
      absentPlatforms: book.absentPlatforms,
      inline: book.inline,
      repeats,
      findings: book.findings.all(),
      limits: view.limits,
      held: view.held,
      notChecked: book.notChecked.all(view.table.path),
    },
  };
}

/** What loaders find in two ways. A folder is no tar; a part of an archive was looked at with the whole. */
function* twoWays({ table, names, limits }: ArchiveView): Generator<undefined, readonly Finding[], void> {
  if (table.container === 'folder' || table.path !== table.filePath) return [];
  const list = new FindingList(limits.findings, null);
  for (const found of ambiguousWays(table, names)) {
    if (found === null) yield;
    else list.add(found);
  }
  return list.all();
}

function* readDocuments(
  view: ArchiveView,
  book: ClaimBook,
  { format, isSave, isLayout }: ImageRecognition,
): Generator<undefined, void, void> {
  if (format === 'docker-v1') yield* readV1(view, book);
  if (isSave) requireDocument(view, book, saveManifestName);
  const saved = isSave ? yield* readSaveManifest(view, book) : [];
  if (!isLayout || isStrayMark(view)) return;
  requireDocument(view, book, indexName);
  // Docker's documents tell of all images where there is no folder of blobs: nobody takes that for a layout.
  const isPlainSave = format === 'docker-archive';
  if (!isPlainSave && view.names.has(indexName) && !view.names.has(layoutName)) {
    const message = 'the archive is an OCI layout without the file oci-layout';
    book.report('oci-layout-missing', message, { subject: layoutName });
  }
  yield* readOciLayout(view, book);
  for (const image of saved) {
    yield;
    if (image.manifestDigests.size > 0) continue;
    const subject = [...image.references][0] ?? image.claimedId;
    book.report('index-incomplete', `${saveManifestName} lists an image that ${indexName} does not`, { subject });
  }
}

/** A file `oci-layout` among archives, with nothing of a layout: the folder was never one. */
function isStrayMark({ table, names }: ArchiveView): boolean {
  if (table.besides === undefined || names.has(indexName) || names.has(saveManifestName)) return false;
  return !table.entries.some(({ name, type }) => type !== 'directory' && /^blobs[/\\]/.test(name));
}

/** Whoever takes the folder for a layout finds nothing in it, whoever takes it for a folder finds the archives. */
function reportEmpty({ table, names }: ArchiveView, book: ClaimBook): void {
  const { besides = 0 } = table;
  if (besides === 0 || book.images.length + book.artifacts.length + book.absentPlatforms.length > 0) return;
  const archives = besides === 1 ? '1 archive' : `${besides} archives`;
  const subject = [indexName, saveManifestName, layoutName].find((name) => names.has(name)) ?? null;
  book.report(
    'layout-empty',
    `this folder is an archive without an image, and ${archives} beside it are read by themselves`,
    {
      subject,
      expected: 'a manifest',
      actual: 'none',
    },
  );
}

function requireDocument(view: ArchiveView, book: ClaimBook, name: string): void {
  if (view.names.file(name) !== null) return;
  const found = view.names.get(name);
  const actual = found === undefined ? 'absent' : found.type === 'file' ? 'cut' : `a ${found.type}`;
  const message = `${name} is ${actual === 'absent' ? 'not there' : actual}`;
  book.report('document-missing', message, { subject: name, expected: 'a file', actual });
}

/** Docker writes the tag alone into `index.json` and the full name into `manifest.json`: one tag, not two. */
function dropCoveredTags({ references, localTags }: ImageClaim): void {
  const tags = new Set([...references].map((reference) => reference.slice(reference.lastIndexOf(':') + 1)));
  for (const tag of localTags) if (tags.has(tag)) localTags.delete(tag);
}

function isWhole(entry: ArchiveEntry): boolean {
  return entry.storedBytes === entry.sizeBytes;
}

function* findRepeats({ table }: ArchiveView): Work<ArchiveEntry[][]> {
  const byName = new Map<string, ArchiveEntry[]>();
  yield* eachOf(table.entries, (entry) => {
    const same = byName.get(entry.name);
    if (same === undefined) byName.set(entry.name, [entry]);
    else same.push(entry);
  });
  return yield* filtered(byName.values(), (entries) => entries.length > 1);
}

function claimBlobName(book: ClaimBook, entry: ArchiveEntry): void {
  const digest = blobNameDigest(entry.name);
  if (digest === null) return;
  const algorithm = algorithmOf(digest);
  if (isAlgorithm(algorithm)) {
    book.claim({ kind: 'digest', entry: entry.index, digest, named: 'blob', source: entry.name });
  } else book.skipCheck(entry.name, `digest: the algorithm ${algorithm} is not known here`);
}

const layoutDocuments: ReadonlySet<string> = new Set([indexName, layoutName]);
const saveDocuments: ReadonlySet<string> = new Set([indexName, layoutName, saveManifestName, repositoriesName]);
/** A v1 id is the name of a folder; beside a save manifest only what is written like one counts. */
const v1Document = /[/\\](?:json|VERSION)$/;
const legacyDocument = /^[0-9a-f]{64}[/\\](?:json|VERSION)$/;

function isKnownDocument(name: string, format: ArchiveFormat): boolean {
  if (format === 'oci-archive' || format === 'oci-layout') return layoutDocuments.has(name);
  return saveDocuments.has(name) || (format === 'docker-v1' ? v1Document : legacyDocument).test(name);
}

function roleOf(book: ClaimBook, entry: ArchiveEntry, format: ArchiveFormat): EntryRecord['role'] {
  if (entry.type !== 'file' || !isWhole(entry)) return 'stray';
  // Whatever its name, what an image consists of is verified; only v1 images have a document for their config.
  if (book.layers.has(entry.index)) return 'layer';
  if (book.reached.has(entry.index) && format !== 'docker-v1') return 'blob';
  if (isKnownDocument(entry.name, format)) return 'document';
  return book.reached.has(entry.index) || isBlobName(entry.name) ? 'blob' : 'stray';
}

function* reportUnneeded(
  view: ArchiveView,
  book: ClaimBook,
  roles: readonly EntryRecord['role'][],
  shadowed: ReadonlySet<ArchiveEntry>,
): Generator<undefined, void, void> {
  let junk = 0;
  for (const entry of view.table.entries) {
    if (isRestDue()) yield;
    const role = roles[entry.index];
    if (entry.type !== 'file' || role === 'document' || book.reached.has(entry.index)) continue;
    if (shadowed.has(entry) || !isWhole(entry)) continue;
    const facts = { subject: entry.name, offsetBytes: view.table.container === 'tar' ? entry.offsetBytes : null };
    if (isJunkName(entry.name)) junk++;
    else if (role === 'blob') {
      book.report('blob-unreferenced', `${entry.storedBytes} bytes that no document needs`, facts);
    } else book.report('file-unreferenced', `${entry.storedBytes} bytes that no document names`, facts);
  }
  if (junk > 0) {
    book.report('junk-entry', `${junk} files of an operating system (AppleDouble, .DS_Store) were ignored`);
  }
}
