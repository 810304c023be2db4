/**
 * The documents of `varve delta` and `varve apply`: what the other side lacks, and the whole that it puts together there. As
 * with the other results, the schema is the source of the types.
 */
import * as z from 'zod';
import { type Digest, tryParseDigest } from '../../digest.js';
import { packedImageSchema, packSchema } from '../pack.js';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const digest = z
  .custom<Digest>((value) => tryParseDigest(value) !== null)
  .meta({ type: 'string', description: '<algorithm>:<hex>' });
const filesDigest = digest.describe(
  'of the whole archive: SHA-256 over one line for each of its files, with digest, size and name',
);

/** Its layers stay as they are, so that nothing of it has another digest than before. */
export const deltaSchema = packSchema.omit({ recoded: true, signatures: true }).extend({
  kind: z.literal('varve.delta'),
  output: z.string().nullable().describe('the delta; null for standard output, or where none was named'),
  sizeBytes: bytes.describe('of the delta: as planned, and as written'),
  blobs: count.describe('in the delta'),
  whole: z
    .object({ filesDigest, sizeBytes: bytes.describe('as a tar'), blobs: count })
    .describe('the archive that varve apply puts together: that of varve pack'),
  base: z
    .object({
      blobs: count,
      sizeBytes: bytes,
      unverifiedBlobs: count.describe('of which nobody has hashed the bytes: the other side may turn out to differ'),
    })
    .describe('what the other side has to have'),
  layers: z
    .array(
      z.object({
        diffId: digest.nullable(),
        digest,
        status: z.enum(['already-exists', 'added']),
        bytes,
      }),
    )
    .describe('of all images, each stored form once, in the order of the images, the base first'),
});

export const applySchema = z.object({
  kind: z.literal('varve.apply'),
  schemaVersion: z.literal(1),
  output: packSchema.shape.output,
  status: packSchema.shape.status,
  sizeBytes: packSchema.shape.sizeBytes,
  parts: packSchema.shape.parts,
  lists: packSchema.shape.lists,
  filesDigest,
  images: z.array(packedImageSchema).describe('as the delta has them'),
  leftOut: z.array(z.object({ what: z.string(), reason: z.string() })).describe('blobs that are nowhere intact'),
  blobs: count,
  copiedBytes: bytes,
  deltaBytes: bytes.describe('of copiedBytes, what the delta has'),
});

export type Delta = z.infer<typeof deltaSchema>;
export type Apply = z.infer<typeof applySchema>;
