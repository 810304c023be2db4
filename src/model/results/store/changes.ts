/**
 * The documents of what changes a store: `varve load`. As with the other results, the schema is the source of the types.
 */
import * as z from 'zod';
import { type Digest, tryParseDigest } from '../../digest.js';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const digest = z
  .custom<Digest>((value) => tryParseDigest(value) !== null)
  .meta({ type: 'string', description: '<algorithm>:<hex>' });
const names = z.array(z.string());

export const loadedSchema = z.object({
  kind: z.literal('varve.load'),
  schemaVersion: z.literal(1),
  status: z.enum(['planned', 'loaded']).describe('planned: nothing was written, and what is told is what would be'),
  store: z.string().describe('its folder'),
  archives: count.describe('that were read'),
  loaded: z
    .array(
      z.object({
        archive: z.string(),
        manifestDigest: digest.describe('of what the archive has at its top, a manifest or an index'),
        made: z.boolean().describe('whether the archive had no manifest, and this one was made for it'),
        ids: names.describe('of its images; none of what is no image'),
        references: names.describe('that it has now, in full'),
        localTags: names,
      }),
    )
    .describe('in the order of the inputs'),
  moved: z
    .array(z.object({ name: z.string(), from: digest, to: digest }))
    .describe(
      'names that went from something in the store, or in an earlier archive, to something in a later one, by the digests of manifests or indexes',
    ),
  layers: z
    .array(
      z.object({
        diffId: z.string().nullable(),
        digest,
        status: z.enum(['already-exists', 'added']),
        bytes: bytes.describe('as it is stored'),
      }),
    )
    .describe('of the images that were loaded, each once, in the order in which they were looked at'),
  quarantined: z
    .array(z.object({ digest, path: z.string() }))
    .describe('what stood in the place of a blob without having its digest, and where it is now'),
  leftOut: z.array(z.object({ what: z.string(), reason: z.string() })).describe('what could not be loaded'),
  blobs: count.describe('that were written'),
  writtenBytes: bytes.describe('of these'),
});

export type Loaded = z.infer<typeof loadedSchema>;
