/**
 * The document of `varve repair`: what was healed of damaged archives, and what could not be, with the images that it costs.
 * As with the other results, the schema is the source of the types.
 */
import * as z from 'zod';
import { type Digest, tryParseDigest } from '../../digest.js';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const digest = z
  .custom<Digest>((value) => tryParseDigest(value) !== null)
  .meta({ type: 'string', description: '<algorithm>:<hex>' });
const archive = z.string().describe('the damaged one');
const images = z.array(z.string()).describe('IDs of the images of this archive that need it');

export const repairSchema = z.object({
  kind: z.literal('varve.repair'),
  schemaVersion: z.literal(1),
  status: z
    .enum(['planned', 'written', 'refused'])
    .describe(
      'planned: nothing was to be written; refused: of some archive nothing was written, and notHealed says why',
    ),
  sizeBytes: bytes.describe('of what is written: as planned, and as written'),
  archives: z
    .array(
      z.object({
        path: z.string(),
        output: z.string().nullable().describe('where it is written; null where nothing is'),
        status: z
          .enum(['whole', 'healed', 'partly', 'refused'])
          .describe('whole: nothing is wrong with it; partly: written, and some of it is still damaged'),
        sizeBytes: bytes.describe('of what is written of it; 0 where nothing is'),
      }),
    )
    .describe('the damaged ones, in the order of the inputs'),
  healed: z.array(
    z.object({
      archive,
      name: z.string().describe('of its file in the archive'),
      digest: digest.describe('of its bytes as they are written'),
      sizeBytes: bytes,
      from: z.string().describe('the archive that has it intact; others may have it too'),
      proof: z
        .enum(['digest', 'content', 'archive'])
        .describe(
          'digest: of its bytes; content: a diffID, which is that of what is inside; archive: no digest covers it, and the archive that it is from is the same in all that the damage has not reached',
        ),
      decoded: z.boolean().describe('it is what is inside a compressed layer there'),
      images,
      image: z.string().nullable().describe('name or ID of the first of them'),
      layer: count.nullable().describe('which of its layers, from 1; null where it is none'),
      layers: count.describe('how many it has'),
    }),
  ),
  rebuilt: z
    .array(
      z.object({
        archive,
        what: z.string(),
        from: z.string().nullable().describe('the archive whose structure it is; null where it was made'),
      }),
    )
    .describe('headers and ends of archives, which no digest covers'),
  notHealed: z.array(
    z.object({
      archive,
      name: z.string().nullable().describe('null: the archive as a whole'),
      digest: digest.nullable().describe('null where none says what it was'),
      reason: z.string(),
      images,
    }),
  ),
  quarantined: z
    .array(z.object({ digest, path: z.string() }))
    .describe('what stood in a store in the place of a blob that was healed, and where it is now; of a store alone'),
  blobs: count.describe('that were healed'),
  copiedBytes: bytes.describe('of the bodies that were healed'),
});

export type Repair = z.infer<typeof repairSchema>;
