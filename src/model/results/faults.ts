/**
 * Faults: the errors and warnings of an archive by their cause. One flipped bit makes several findings; it is one fault, of
 * one stored body, one document or the archive as a whole, and it says which images it touches and where an intact copy lies.
 */
import * as z from 'zod';
import { findingSchema } from './inventory.js';

const count = z.number().int().nonnegative();

export const faultSchema = z.object({
  severity: z.enum(['error', 'warning']).describe('of its gravest finding'),
  code: findingSchema.shape.code.describe('of the finding that tells most of it'),
  part: z
    .enum(['layer', 'config', 'manifest', 'index', 'artifact', 'blob', 'file', 'archive'])
    .describe('what it lies in; blob: no image needs it; file: of the format; archive: no single body'),
  subject: z.string().nullable().describe('entry name, digest or reference; null = the archive as a whole'),
  problem: z.string().describe('what is wrong with it, without its name'),
  images: z
    .array(
      z.object({
        id: z.string(),
        references: z.array(z.string()).describe('with its local tags'),
        layer: count.nullable().describe('which of its layers, from 1; null where it is no layer or not known which'),
        layers: count.describe('how many it has'),
        step: z.string().nullable().describe('the command that made the layer, as the history has it'),
      }),
    )
    .describe('images of this archive that need it, the first three'),
  moreImages: count.describe('how many more do'),
  intactCopies: z
    .array(
      z.object({
        archive: z.string(),
        entry: z.string().nullable().describe('null: the images as a whole'),
        sameBytes: z.boolean().describe('false: the same layer in another stored form'),
        recorded: z.boolean().describe('as an inventory recorded it, not checked again'),
      }),
    )
    .nullable()
    .describe('of the inputs, the first three; null where no copy would mend it'),
  moreIntactCopies: count,
  findings: z.array(count).describe('positions in the findings of the archive'),
  count: z
    .number()
    .int()
    .positive()
    .exactOptional()
    .describe('faults of this code that are counted here and not listed; absent = this one'),
});

export type Fault = z.infer<typeof faultSchema>;
export type FaultImage = Fault['images'][number];
export type IntactCopy = NonNullable<Fault['intactCopies']>[number];
