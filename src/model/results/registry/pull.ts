/** The document of `varve pull`. As with the other results, the schema is the source of the types. */
import * as z from 'zod';
import { type Digest, tryParseDigest } from '../../digest.js';

const bytes = z.number().int().nonnegative();
const digest = z
  .custom<Digest>((value) => tryParseDigest(value) !== null)
  .meta({ type: 'string', description: '<algorithm>:<hex>' });

export const pullSchema = z.object({
  kind: z.literal('varve.pull'),
  schemaVersion: z.literal(1),
  store: z.string().nullable().describe('its folder; null where an archive is written'),
  output: z.string().nullable().describe('the archive; null where the store is written to'),
  status: z.enum(['planned', 'pulled']).describe('planned: nothing was to be written'),
  images: z
    .array(
      z.object({
        reference: z.string().describe('in full, as it is called now'),
        digest: digest.describe('of its manifest or index, as the registry has it'),
        mediaType: z.string(),
        status: z
          .enum(['planned', 'downloaded', 'up-to-date'])
          .describe('up-to-date: the name meant this already, and all of it is there'),
        before: digest.nullable().describe('what had the name in the store until now'),
        platforms: z.array(z.string()).describe('that come with it, where its index says for which they are'),
        layers: z.array(digest).describe('of all its manifests that come, base first'),
        bytes: bytes.describe('of all that it needs, as it is stored'),
      }),
    )
    .describe('in the order in which they were asked for'),
  blobs: z
    .array(
      z.object({
        digest,
        role: z.enum(['index', 'manifest', 'config', 'layer']),
        bytes: bytes.describe('as it is stored'),
        status: z.enum(['already-exists', 'planned', 'fetched', 'failed']),
        resumedBytes: bytes.describe('that were there from a pull that was cut off'),
      }),
    )
    .describe('all that the images need, each once'),
  foreignLayers: z.array(digest).describe('layers that nobody distributes: they are not fetched'),
  failed: z.array(z.object({ what: z.string(), reason: z.string() })).describe('what could not be pulled'),
  quarantined: z
    .array(z.object({ digest, path: z.string() }))
    .describe('what stood in the place of a blob without having its digest, and where it is now'),
  fetchBytes: bytes.describe('of blobs that are not there, less what is there of them: what is fetched'),
  fetchedBytes: bytes.describe('of blobs that have come'),
  sizeBytes: bytes.nullable().describe('of the archive; null for a store'),
});

export type Pull = z.infer<typeof pullSchema>;
