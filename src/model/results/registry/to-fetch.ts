/** What a pull would fetch of the registries among the inputs: a part of the reports that count bytes. */
import * as z from 'zod';

const whole = z.number().int().nonnegative();

export const toFetchSchema = z
  .array(
    z.object({
      path: z.string().describe('the registry, or the image of it, by its name in full'),
      blobs: whole.describe('that are in no archive of this run on a disk here'),
      bytes: whole,
      presentBlobs: whole.describe('that are here already'),
      presentBytes: whole,
    }),
  )
  .describe('what a pull of all that is named of each registry would fetch; empty where no INPUT is one');

export type BytesToFetch = z.infer<typeof toFetchSchema>[number];
