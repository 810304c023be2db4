/** The document of `varve rm` and `varve prune`: a plan, and what came of it. As with the other results, the schema is the source of the types. */
import * as z from 'zod';
import { planSchema } from '../plan.js';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();

export const storeRemovalSchema = z.object({
  kind: z.literal('varve.removal'),
  schemaVersion: z.literal(1),
  store: z.string().describe('its folder'),
  status: z.enum(['planned', 'removed']).describe('planned: nothing was to be changed'),
  plan: planSchema.describe('what varve plan says of the same removal'),
  blobs: count.describe('files of bodies that went, or would go'),
  freedBytes: bytes.describe('of these: what the plan says'),
  uploads: z
    .object({ files: count, bytes })
    .describe('what writers that are gone had begun and not finished; only varve prune clears it'),
  spared: z
    .array(z.object({ what: z.string(), bytes, reason: z.enum(['recent', 'subject', 'foreign']) }))
    .describe(
      'what nothing names and stays, by digest or name; recent: another program may be writing it; subject: it describes something that stays; foreign: it is no blob',
    ),
  artifactNames: z
    .array(z.string())
    .describe('names that went, or would go, from what is no image, or none that can be read'),
  refused: z.array(z.object({ what: z.string(), reason: z.string() })).describe('what was asked for and stays'),
});

export type StoreRemoval = z.infer<typeof storeRemovalSchema>;
