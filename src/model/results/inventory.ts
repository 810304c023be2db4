/**
 * The inventory: everything that was read, claimed and observed, as plain versioned data. It is what `scan` returns and
 * writes, and all that the stages to the right of it (analysis, report) may know. No clock times, no host names; arrays
 * keep the order of the archive; sizes are integers in bytes.
 *
 * The zod schema is the single source: the types are inferred from it and the JSON Schema is printed from it.
 */
import * as z from 'zod';
import { type Digest, tryParseDigest } from '../digest.js';
import { type FindingCode, findingCodes } from '../finding.js';

const bytes = z.number().int().nonnegative();
const digest = z
  .custom<Digest>((value) => tryParseDigest(value) !== null)
  .meta({ type: 'string', description: '<algorithm>:<hex>' });
const compression = z.enum(['none', 'gzip', 'zstd', 'xz', 'bzip2']);
const index = z.number().int().nonnegative();

/** What of an archive's tar stream, or of the files of a folder, a change would be seen in. */
export const coverageSchema = z.object({
  digestBytes: bytes.describe('bodies that were compared with a digest of their stored bytes'),
  contentBytes: bytes.describe('compressed layers of which only the unfolded bytes were compared, with a diffID'),
  openBytes: bytes.describe(
    'covered by no digest: headers, padding, documents of the format, files that nothing names',
  ),
});

export const findingSchema = z.object({
  code: z.enum(Object.keys(findingCodes) as [FindingCode, ...FindingCode[]]),
  severity: z.enum(['error', 'warning', 'hint']),
  subject: z.string().nullable(),
  expected: z.string().nullable(),
  actual: z.string().nullable(),
  offsetBytes: bytes.nullable(),
  message: z.string(),
  count: z
    .number()
    .int()
    .positive()
    .exactOptional()
    .describe('findings of this code that are counted here and not listed; absent = this one'),
});

export const notCheckedSchema = z.object({
  subject: z.string(),
  reason: z.string(),
  count: z
    .number()
    .int()
    .positive()
    .exactOptional()
    .describe('things that were not checked and are counted here, not listed; absent = this one'),
});

const entrySchema = z.object({
  name: z.string(),
  storedBytes: bytes.describe('body bytes that are present'),
  structureBytes: bytes
    .nullable()
    .default(null)
    .describe('its headers and padding in the tar; null where an older inventory does not say'),
  role: z
    .enum(['document', 'blob', 'layer', 'stray'])
    .describe('document: known by its name, counts as overhead; stray: cut, shadowed, or named by nothing'),
  claimedDigest: digest.nullable().describe('what a blob name or descriptor says of the stored bytes'),
  digest: digest.nullable().describe('observed digest of the stored bytes; null where they were not hashed'),
  intact: z.boolean().nullable().describe('false: the bytes contradict a claim; null: not checked'),
  compression: compression.nullable(),
  diffId: digest
    .nullable()
    .describe('digest of its uncompressed tar, as far as known: observed where it was read, else claimedDiffId'),
  claimedDiffId: digest
    .exactOptional()
    .describe('what an image config says of its uncompressed tar; absent where none does, and in older inventories'),
  uncompressedBytes: bytes.nullable().describe('tar bytes of a layer; null where unknown'),
  claimedUncompressedBytes: bytes
    .exactOptional()
    .describe('what a compressed layer that was not read says of that itself; absent where it does not'),
  cached: z
    .enum(['body', 'layer'])
    .exactOptional()
    .describe('taken from a cache: all that is observed of it, or what is inside; absent where all was computed'),
});

const layerSchema = z.object({
  diffId: digest.nullable().describe('what the layer is known by: claimedDiffId, else the diffId of its entry'),
  claimedDiffId: digest
    .exactOptional()
    .describe('what the image config says; absent where it says nothing, and in older inventories'),
  digest: digest.nullable().describe('claimed by a manifest'),
  entry: index.nullable().describe('index into entries; null where the blob is absent'),
  mediaType: z.string().nullable(),
});

const historySchema = z.object({
  createdAt: z.string().nullable(),
  createdBy: z.string().nullable(),
  comment: z.string().nullable(),
  emptyLayer: z.boolean(),
});

const imageSchema = z.object({
  id: z.string().describe('digest of the config; a v1 id in docker-v1 archives'),
  configEntry: index.nullable(),
  manifestDigests: z.array(digest),
  indexDigests: z.array(digest).describe('indexes that lead to it'),
  references: z.array(z.string()).describe('normalised, sorted; with tag or digest'),
  localTags: z.array(z.string()).describe('tags that are no reference; they belong to this archive'),
  platform: z.string().nullable(),
  osVersion: z.string().nullable(),
  createdAt: z.string().nullable(),
  author: z.string().nullable(),
  config: z.record(z.string(), z.unknown()).nullable().describe('the run configuration, as the image config has it'),
  namedUser: z
    .enum(['root', 'user', 'missing'])
    .exactOptional()
    .describe(
      'what its /etc/passwd makes of the user that its config names; absent where that is a number or not known',
    ),
  layers: z.array(layerSchema).describe('base first'),
  history: z.array(historySchema),
  reaches: z.array(index).describe('entries that this image needs: indexes, manifests, config, layers'),
});

const artifactSchema = z.object({
  digest: digest.describe('of its manifest'),
  kind: z.enum(['attestation', 'artifact', 'index']).describe('index: one that leads to nothing that is present'),
  artifactType: z.string().nullable(),
  subject: digest.nullable().describe('manifest or index that it describes'),
  indexDigests: z
    .array(digest)
    .default([])
    .describe('indexes that lead to it; none where an older inventory does not say'),
  references: z.array(z.string()),
  localTags: z.array(z.string()),
  reaches: z.array(index),
});

const absentPlatformSchema = z.object({
  digest: digest.describe('of its manifest'),
  platform: z.string(),
  index: digest.nullable().describe('the index that names it; null for index.json'),
  references: z.array(z.string()).describe('that index.json gives it; those of another index are those of its images'),
  localTags: z.array(z.string()),
});

const archiveSchema = z.object({
  path: z.string(),
  nestedIn: z
    .string()
    .exactOptional()
    .describe('the file that it is a sub-folder of; absent where the archive is all of its file or folder'),
  format: z.enum(['docker-v1', 'docker-archive', 'docker-oci', 'docker-dir', 'oci-archive', 'oci-layout']).nullable(),
  compression: compression.nullable().describe('of the archive as a whole; null where not a byte could be read'),
  sizeBytes: bytes.nullable().describe('the file itself; of a folder the sum of its files; null where it is not known'),
  tarBytes: bytes.nullable().describe('the tar stream; of a folder the sum of its files; null where it is unreadable'),
  status: z.enum(['ok', 'failed', 'unreadable', 'unchecked', 'cached', 'recorded', 'unverified']),
  recorded: z
    .literal(true)
    .exactOptional()
    .describe('it comes from an inventory and was not read now, whatever its status; absent = it was read now'),
  remote: z
    .literal(true)
    .exactOptional()
    .describe('it lies in a registry, and no byte of it on a disk here; absent = it is here'),
  overhead: z
    .object({ headerBytes: bytes, paddingBytes: bytes, endBytes: bytes, trailingBytes: bytes })
    .nullable()
    .describe('tar structure; each part counted by itself; null where it is unreadable'),
  coverage: coverageSchema
    .nullable()
    .default(null)
    .describe('null where bodies were not hashed, and where an older inventory does not say'),
  entries: z.array(entrySchema).describe('every body, in archive order'),
  images: z.array(imageSchema),
  artifacts: z.array(artifactSchema),
  absentPlatforms: z.array(absentPlatformSchema).describe('named by an index of which another platform is there'),
  findings: z.array(findingSchema),
  notChecked: z.array(notCheckedSchema),
});

export const inventorySchema = z.object({
  kind: z.literal('varve.inventory'),
  schemaVersion: z.literal(1),
  verified: z.boolean().describe('whether the bodies were hashed'),
  archives: z.array(archiveSchema),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
  passedOver: z.number().int().nonnegative().describe('files in searched folders that are no archives'),
});

export type Inventory = z.infer<typeof inventorySchema>;
export type ArchiveRecord = z.infer<typeof archiveSchema>;
/** An archive that was read: of it everything is known that is null of one that cannot be. */
export type ReadArchiveRecord = ArchiveRecord & {
  readonly [Field in 'compression' | 'sizeBytes' | 'tarBytes' | 'overhead']: NonNullable<ArchiveRecord[Field]>;
};
export type Coverage = z.infer<typeof coverageSchema>;
export type EntryRecord = z.infer<typeof entrySchema>;
export type ImageRecord = z.infer<typeof imageSchema>;
export type LayerRecord = z.infer<typeof layerSchema>;
export type ArtifactRecord = z.infer<typeof artifactSchema>;
export type AbsentPlatformRecord = z.infer<typeof absentPlatformSchema>;
export type HistoryRecord = z.infer<typeof historySchema>;
export type ArchiveFormat = NonNullable<ArchiveRecord['format']>;
