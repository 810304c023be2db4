/** The document of `varve push`. As with the other results, the schema is the source of the types. */
import * as z from 'zod';
import { type Digest, tryParseDigest } from '../../digest.js';

const bytes = z.number().int().nonnegative();
const digest = z
  .custom<Digest>((value) => tryParseDigest(value) !== null)
  .meta({ type: 'string', description: '<algorithm>:<hex>' });

export const pushSchema = z.object({
  kind: z.literal('varve.push'),
  schemaVersion: z.literal(1),
  status: z.enum(['planned', 'pushed']).describe('planned: nothing was to be sent'),
  images: z
    .array(
      z.object({
        source: z.string().describe('what was asked for'),
        target: z.string().describe('the name in the registry, in full'),
        digest: digest.describe('of the manifest or index that has that name'),
        mediaType: z.string(),
        sizeBytes: bytes.describe('of that document'),
        status: z
          .enum(['planned', 'pushed', 'up-to-date'])
          .describe('up-to-date: the name meant this already in the registry'),
        partOf: digest
          .nullable()
          .describe(
            'the index that is here, where not all of its platforms are, so that one manifest of it was pushed alone',
          ),
        referrers: z.array(digest).describe('what describes it and goes with it: signatures, attestations'),
        layers: z.array(digest).describe('of all its manifests, base first'),
      }),
    )
    .describe('in the order in which they were asked for'),
  blobs: z
    .array(
      z.object({
        repository: z.string().describe('with its registry'),
        digest,
        role: z.enum(['index', 'manifest', 'config', 'layer']),
        bytes: bytes.describe('as it is stored'),
        status: z.enum(['already-exists', 'planned', 'pushed', 'mounted', 'failed']),
        mountedFrom: z.string().nullable().describe('the repository of the same registry that had it'),
      }),
    )
    .describe('all that was looked at, each once for each repository; nothing of what is up-to-date'),
  foreignLayers: z.array(digest).describe('layers that nobody distributes: they are not sent'),
  failed: z.array(z.object({ what: z.string(), reason: z.string() })).describe('what could not be pushed'),
  sendBytes: bytes.describe('of blobs that are not there; less is sent where another repository has some'),
  sentBytes: bytes.describe('of blobs that were sent'),
});

export type Push = z.infer<typeof pushSchema>;
