/**
 * The document of `varve pack`: what one archive of a whole set holds, or would hold, to the byte. As with the other
 * results, the schema is the source of the types.
 */
import * as z from 'zod';
import { type Digest, tryParseDigest } from '../digest.js';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const digest = z
  .custom<Digest>((value) => tryParseDigest(value) !== null)
  .meta({ type: 'string', description: '<algorithm>:<hex>' });
const names = z.array(z.string());

/** An image of an archive that is put together. */
export const packedImageSchema = z.object({
  id: z.string(),
  references: names.describe('that it keeps'),
  localTags: names,
  manifestDigest: z.object({
    before: digest.nullable().describe('null where it was saved without a manifest'),
    after: digest,
  }),
});

const changedDigests = z.array(z.object({ before: digest, after: digest })).describe('in the order of what they were');

/** What has another digest in a pack than in its inputs. */
const changedDigestsSchema = z.object({
  manifests: changedDigests,
  indexes: changedDigests,
  layers: z
    .array(z.object({ diffId: digest, before: digest, after: digest }))
    .describe('each stored form that another one stands for now; the diffID stays'),
});

export const packSchema = z.object({
  kind: z.literal('varve.pack'),
  schemaVersion: z.literal(1),
  output: z.string().nullable().describe('the archive or folder; null for standard output, or where none was named'),
  status: z
    .enum(['planned', 'written', 'refused'])
    .describe('planned: nothing was to be written; refused: nothing was, and leftOut says why'),
  sizeBytes: bytes.describe('of the archive, or of all files of the folder: as planned, and as written'),
  tarBytes: bytes.nullable().describe('of the archive before it is compressed as a whole; null for a folder'),
  compression: z.enum(['none', 'gzip', 'zstd']).describe('of the archive as a whole'),
  parts: z
    .array(
      z.object({
        name: z.string(),
        sizeBytes: bytes,
        digest: digest.nullable().describe('null before they are written'),
      }),
    )
    .describe('the files that the archive is cut into, beside output; none where it is one file'),
  lists: names.describe('the files beside the parts that list them'),
  inputBytes: bytes.describe('of all archives that were read, on disk'),
  archives: count.describe('that were read'),
  images: z
    .array(packedImageSchema)
    .describe('one for each manifest of an image, in the order of the digests at the top'),
  superseded: z
    .array(z.object({ name: z.string(), id: z.string().nullable(), manifestDigest: digest }))
    .describe('names that a newer image has; the older one goes in without it'),
  leftOut: z.array(z.object({ what: z.string(), reason: z.string() })).describe('what cannot go in'),
  recoded: changedDigestsSchema
    .extend({
      form: z.enum(['smallest', 'none', 'gzip', 'zstd']).describe('smallest: of those that the inputs have'),
      level: count.nullable().describe('of gzip and zstd; else null'),
      keptLayers: z
        .array(z.object({ digest, reason: z.string() }))
        .describe('layers that stay as they are, since nobody could unpack them or they are not to be had'),
      lostNames: z
        .array(z.object({ name: z.string(), manifestDigest: digest }))
        .describe('names with a digest in them, which is that of nothing any more'),
    })
    .nullable()
    .describe('null where every layer and manifest stays as it is'),
  signatures: z
    .array(
      z.object({
        what: z.string().describe('its name, or its digest'),
        digest: digest.describe('of its manifest or index'),
        describes: digest.describe('what it was made for, which has another digest now'),
        dropped: z.boolean().describe('left out, as asked for; false: the pack is refused'),
      }),
    )
    .describe('what may be a signature and fits no longer'),
  blobs: count,
  copiedBytes: bytes.describe('of bodies that are copied; all else is made'),
});

/** The document that `varve pack --map` writes. */
export const digestMapSchema = changedDigestsSchema.extend({
  kind: z.literal('varve.digest-map'),
  schemaVersion: z.literal(1),
  output: z.string().nullable().describe('the archive or folder that has the new digests; null for standard output'),
});

export type Pack = z.infer<typeof packSchema>;
export type DigestMap = z.infer<typeof digestMapSchema>;
