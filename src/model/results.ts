/**
 * The JSON documents that the commands print: results of the analysis, ready to be rendered. Field names are a contract
 * (docs/json.md); fields may be added, never renamed. As in the inventory, the zod schemas are the single source of the
 * types and of the JSON Schemas that `varve schema` prints.
 */
import { z } from 'zod';
import { findingSchema, notCheckedSchema } from './inventory.js';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const format = z.string().nullable();
const status = z.enum(['ok', 'failed', 'unreadable', 'recorded', 'unverified']);
const skipped = z.array(z.object({ path: z.string(), reason: z.string() }));
const state = z.enum(['live', 'dangling', 'superseded']);

export const verificationSchema = z.object({
  kind: z.literal('varve.verification'),
  schemaVersion: z.literal(1),
  summary: z.object({
    archives: count,
    images: count,
    blobs: count.describe('copies hashed'),
    bytesHashed: bytes.describe('stored bytes hashed'),
    errors: count,
    warnings: count,
    hints: count,
    notChecked: count,
  }),
  archives: z.array(
    z.object({ path: z.string(), format, status, findings: z.array(findingSchema), notChecked: z.array(notCheckedSchema) }),
  ),
  skipped,
});

export const layerSchema = z.object({
  diffId: z.string().nullable(),
  sizeBytes: bytes.nullable().describe('uncompressed tar bytes; null where unknown'),
  storedBytes: bytes.describe('sum over copies'),
  images: z.array(z.string()).describe('image IDs'),
  copies: z.array(
    z.object({
      archive: z.string(),
      entry: z.string(),
      digest: z.string().nullable(),
      storedBytes: bytes,
      compression: z.string().nullable(),
    }),
  ),
});

export const reclaimSchema = z.object({
  totalBytes: bytes,
  neededBytes: bytes,
  duplicateBytes: bytes,
  twinBytes: bytes,
  danglingBytes: bytes,
  supersededBytes: bytes,
  unreferencedBytes: bytes,
  overheadBytes: bytes,
  reclaimableBytes: bytes.describe('duplicate + dangling + unreferenced'),
});

export const reportSchema = z.object({
  kind: z.literal('varve.report'),
  schemaVersion: z.literal(1),
  summary: z.object({
    archives: count,
    images: count,
    danglingImages: count,
    supersededImages: count,
    layers: count,
    sharedLayers: count.describe('layers that more than one image has'),
    verified: z.boolean(),
    errors: count,
    warnings: count,
    hints: count,
    notChecked: count,
    soleDanglingArchives: count.describe('archives that hold nothing but untagged images'),
  }),
  archives: z.array(
    z.object({
      path: z.string(),
      format,
      compression: z.string(),
      sizeBytes: bytes,
      tarBytes: bytes,
      status,
      images: z.array(z.string()),
      findings: z.array(findingSchema),
      notChecked: z.array(notCheckedSchema),
      bytes: reclaimSchema.describe('the classes of this archive alone, by the decisions made for the whole set'),
    }),
  ),
  images: z.array(
    z.object({
      id: z.string(),
      manifestDigests: z.array(z.string()),
      references: z.array(z.string()),
      platform: z.string().nullable(),
      createdAt: z.string().nullable(),
      state,
      dangling: z.boolean(),
      superseded: z.boolean(),
      sizeBytes: bytes.nullable(),
      sharedBytes: bytes.nullable(),
      uniqueBytes: bytes.nullable(),
      attributedBytes: bytes.nullable(),
      layers: z.array(z.string().nullable()),
      archives: z.array(z.string()),
    }),
  ),
  layers: z.array(layerSchema),
  reclaim: reclaimSchema,
  skipped,
});

export const layerListSchema = z.object({
  kind: z.literal('varve.layers'),
  schemaVersion: z.literal(1),
  verified: z.boolean(),
  layers: z.array(
    layerSchema.extend({
      archives: z.array(z.string()),
      twins: z.array(z.string()).describe('digests of the other stored forms of the same layer'),
      state: state.nullable().describe('of the images that have it, the liveliest; null for artifact layers'),
    }),
  ),
});

const usage = z.object({
  type: z.enum(['archives', 'images', 'layers', 'unreferenced', 'overhead']),
  total: count,
  active: count,
  sizeBytes: bytes,
  reclaimableBytes: bytes,
});

export const diskUsageSchema = z.object({
  kind: z.literal('varve.df'),
  schemaVersion: z.literal(1),
  verified: z.boolean(),
  rows: z.array(usage),
  reclaim: reclaimSchema,
});

export type Verification = z.infer<typeof verificationSchema>;
export type Report = z.infer<typeof reportSchema>;
export type ReportImage = Report['images'][number];
export type ReportLayer = z.infer<typeof layerSchema>;
export type Reclaim = z.infer<typeof reclaimSchema>;
export type LayerList = z.infer<typeof layerListSchema>;
export type DiskUsage = z.infer<typeof diskUsageSchema>;
export type ImageState = z.infer<typeof state>;
