/**
 * The document of `varve plan`: what a removal frees, to the byte, and what it does to each archive. `varve diff` reads it
 * again to hold a prediction against what came true. As with the other results, the schema is the source of the types.
 */
import * as z from 'zod';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const names = z.array(z.string());

export const planSchema = z.object({
  kind: z.literal('varve.plan'),
  schemaVersion: z.literal(1),
  verified: z.boolean().describe('whether the bodies were hashed'),
  totalBytes: bytes.describe('of all readable archives, before'),
  removed: names.describe('IDs of the images that go, in the order of images'),
  freedBytes: bytes.describe('stored bytes of the bodies that go; the sum of freedBy'),
  freedOverheadBytes: bytes.describe(
    'headers and padding of these bodies, and all overhead of archives of which nothing is left',
  ),
  freedBy: z
    .object({
      fileBytes: bytes.describe('of files that were asked for as a whole, redundant or damaged'),
      imageBytes: bytes,
      unreferencedBytes: bytes,
      duplicateBytes: bytes,
      twinBytes: bytes,
      strandedBytes: bytes,
    })
    .describe(
      'why bytes go: with files that were asked for, with the images, or as copies of a class that was named or of a file that becomes empty; each byte once',
    ),
  rewriteBytes: bytes.describe('of freedBytes, what goes only when archives that stay are written anew without it'),
  packBytes: bytes.describe(
    'of freedBytes, what goes from archives whose own images need it: only one packed archive lacks it',
  ),
  failedBytes: bytes
    .default(0)
    .describe(
      'of freedBytes, what goes from archives that failed and whose files were not asked for; 0 in older plans',
    ),
  deletedSizeBytes: bytes.describe('of deletions, on disk'),
  deletions: z
    .array(
      z.object({
        path: z.string(),
        folder: z.boolean(),
        reason: z
          .enum(['redundant', 'damaged', 'empty'])
          .describe('redundant or damaged: asked for; empty: no image or artifact is left in it'),
        sizeBytes: bytes.describe('on disk'),
        coveredBy: names.describe(
          'files that have what it holds, whole and intact, and are neither redundant nor damaged; none for an empty one',
        ),
        lost: z
          .array(
            z.object({
              kind: z.enum(['image', 'artifact']),
              id: z.string(),
              references: names.describe('those that no file that stays has for it; none where it has no name'),
            }),
          )
          .describe('of a damaged one, what is whole and intact nowhere else'),
      }),
    )
    .describe('files and folders that are deleted as they stand, in input order'),
  strandedBytes: bytes.describe('copies that stay in an archive whose images no longer need them; others still do'),
  goal: z
    .object({
      wantedBytes: bytes,
      reached: z.boolean(),
      missingBytes: bytes,
      method: z.literal('greedy').describe('a good set, found one image after the other; not proven to be the best'),
    })
    .nullable()
    .describe('what was to be freed; null where nothing was proposed'),
  images: z
    .array(
      z.object({
        id: z.string(),
        references: names,
        platform: z.string().nullable(),
        createdAt: z.string().nullable(),
        state: z.enum(['live', 'dangling', 'superseded']),
        reason: z
          .enum(['dangling', 'superseded', 'named', 'filter', 'goal', 'keep-last', 'redundant', 'damaged'])
          .describe('why it goes; redundant, damaged: with its file, which has its bytes'),
        freedAloneBytes: bytes.describe('if no other image went'),
        freedBytes: bytes.describe('given those above it; the sum over images is what all of them free'),
        contested: names.describe('of its references, those that an image that stays has too'),
        archives: names,
      }),
    )
    .describe('those that go, in order'),
  untagged: z.array(z.object({ id: z.string(), references: names })).describe('names that go from images that stay'),
  artifacts: names.describe('digests of the attestations, signatures and referrers that go with the images'),
  layersFreed: z.array(
    z.object({
      diffId: z.string().nullable(),
      freedBytes: bytes.describe('stored bytes of its copies that go'),
      gone: z.boolean().describe('whether no copy is left'),
    }),
  ),
  kept: z
    .array(
      z.object({
        id: z.string(),
        references: names,
        reason: z.enum(['in-use', 'keep', 'keep-last', 'keep-newer', 'other-names']),
        detail: z.string().describe('the name, repository or time by which it is kept'),
      }),
    )
    .describe('images that were asked for or were proposable, and stay'),
  archives: z.array(
    z.object({
      path: z.string(),
      format: z.string().nullable(),
      outcome: z
        .enum(['deleted', 'empty', 'rewrite', 'pack', 'same', 'unreadable'])
        .describe(
          'deleted: asked for as a whole; empty: no image or artifact is left in it; rewrite: something goes from it, something stays; pack: what goes is needed by its own images, so it stays, and only one packed archive lacks it',
        ),
      tarBytes: bytes.nullable().describe('null where it is unreadable'),
      freedBytes: bytes,
      freedOverheadBytes: bytes,
      leftBytes: bytes.describe('bodies that stay in it'),
      strandedBytes: bytes.describe('of these, copies that none of its images needs any more'),
      removed: names.describe('IDs of the images that go from it'),
      untagged: names.describe('names that go from images that stay in it'),
    }),
  ),
  partialTags: z
    .array(z.object({ reference: z.string(), goes: names, stays: names }))
    .describe('tags of several platforms that lose some of them: platforms of which no image with this tag is left'),
  inUse: z
    .object({
      listed: count,
      found: count.describe('of these, how many name an image of the archives'),
      missing: z
        .array(
          z.object({
            name: z.string(),
            near: names.describe('of the archives, nearest first'),
            going: names.describe('of these, those of which an image or the name goes'),
          }),
        )
        .describe('those that name none, unless another name of the same container does'),
    })
    .nullable()
    .describe('what was told to be in use'),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});

export type Plan = z.infer<typeof planSchema>;
export type PlannedDeletion = Plan['deletions'][number];
export type PlannedImage = Plan['images'][number];
export type KeptImage = Plan['kept'][number];
