/**
 * The document of `varve diff`: what one side has and the other has not, in archives, images, layers and bytes; and where
 * each side is one image, what is different between the two. Each list of the one direction is a list of the other when
 * the sides are exchanged.
 */
import { z } from 'zod';
import { bytes, claimedBytes, count, reclaimSchema, stateSchema, statusSchema } from './results.js';

const change = z.number().int();

const side = z.object({
  input: z.array(z.string()).describe('as the command line names it'),
  image: z.string().nullable().describe('the one image that the side is about, as it was named; null = all of them'),
  verified: z.boolean().describe('whether the bodies were hashed, now or when the inventory was written'),
  recorded: z.boolean().describe('whether any of it comes from an inventory'),
  archives: count,
  unreadable: count.describe('of the archives; what they hold takes no part'),
  images: count,
  layers: count,
});

const archive = z.object({
  path: z.string(),
  name: z.string().describe('below the folder that the side is'),
  format: z.string().nullable(),
  compression: z.string().nullable(),
  status: statusSchema,
  sizeBytes: bytes.nullable().describe('the file itself; null where it is not known'),
  tarBytes: bytes.nullable().describe('null where it is unreadable'),
  images: z.array(z.string()),
});

const image = z.object({
  id: z.string(),
  references: z.array(z.string()),
  platform: z.string().nullable(),
  createdAt: z.string().nullable(),
  state: stateSchema.describe('on its own side'),
  sizeBytes: bytes.nullable(),
  claimedSizeBytes: claimedBytes,
  uniqueBytes: bytes.nullable().describe('of the size, what no other image of its side has'),
  archives: z.array(z.string()),
});

const layer = z.object({
  diffId: z.string().nullable(),
  sizeBytes: bytes.nullable(),
  claimedSizeBytes: claimedBytes,
  storedBytes: bytes.describe('sum over copies'),
  copies: count,
  images: z.array(z.string()),
});

const pairImage = image.extend({ author: z.string().nullable() });

const pairLayer = z.object({
  change: z.enum(['same', 'removed', 'added']),
  before: count.nullable().describe('position among the layers of that image, base first'),
  after: count.nullable(),
  diffId: z.string().nullable(),
  sizeBytes: bytes.nullable(),
  claimedSizeBytes: claimedBytes,
  createdBy: z.string().nullable().describe('the step that made it, as the history has it; null where none fits'),
});

const configChange = z.object({
  field: z.string().describe("docker's name, such as Env or Labels"),
  key: z.string().nullable().describe('of a variable, label, port or volume; null where the field is one value'),
  change: z.enum(['added', 'removed', 'changed']),
  before: z.unknown().describe('null where it was added'),
  after: z.unknown().describe('null where it was removed'),
});

const reclaimChange = z.object({
  totalBytes: change,
  neededBytes: change,
  duplicateBytes: change,
  twinBytes: change,
  danglingBytes: change,
  supersededBytes: change,
  unreferencedBytes: change,
  overheadBytes: change,
  reclaimableBytes: change,
  withheldBytes: change,
  sizeBytes: change,
});

/** In which ways a plan and what came of it can part. */
export const planDifferenceKinds = [
  'before-bytes',
  'image-stayed',
  'image-never-there',
  'image-gone',
  'image-added',
  'name-stayed',
  'freed-bytes',
  'overhead-bytes',
  'archive-freed-bytes',
  'archive-overhead-bytes',
  'archive-left-bytes',
  'archive-added',
] as const;

const planDifference = z.object({
  what: z
    .enum(planDifferenceKinds)
    .describe(
      'before-bytes: the plan was made of another state; archive-left-bytes: they were to stay, and went with it',
    ),
  subject: z.string().nullable().describe('ID, name or path; null = the set'),
  predicted: z.union([z.string(), z.number()]).nullable().describe('bytes, or a word'),
  actual: z.union([z.string(), z.number()]).nullable(),
});

const planOutcome = z.object({
  cameTrue: z.boolean().describe('whether there is no difference'),
  verified: z.boolean().describe('whether the bodies were hashed when the plan was made'),
  images: z
    .array(
      z.object({
        id: z.string(),
        references: z.array(z.string()),
        predictedBytes: bytes.describe('what it was to free, given those above it'),
        outcome: z.enum(['gone', 'stayed', 'never-there']).describe('never-there: the side before has no such image'),
      }),
    )
    .describe('those that were to go, in the order of the plan'),
  freedBytes: z.object({ predicted: bytes, actual: change }).describe('bodies'),
  freedOverheadBytes: z.object({
    predicted: bytes,
    actual: change,
    frame: change.describe('beside that, documents and tar ends that were written anew, which no plan counts'),
  }),
  archives: z
    .array(
      z.object({
        path: z.string(),
        outcome: z.enum(['deleted', 'empty', 'rewrite', 'pack', 'same', 'unreadable']).describe('predicted'),
        actualOutcome: z.enum(['gone', 'rewritten', 'same']),
        predicted: z.object({ freedBytes: bytes, freedOverheadBytes: bytes, leftBytes: bytes }),
        actual: z.object({ freedBytes: change, freedOverheadBytes: change }),
        frameBytes: change.describe('beside that, documents and the tar end that were written anew'),
      }),
    )
    .describe('those of the plan that the side before has'),
  differences: z.array(planDifference).describe('each way in which the plan did not come true, and what explains it'),
});

const sideBytes = reclaimSchema.extend({ sizeBytes: bytes.describe('of the files; total is of the tars inside') });

export const diffSchema = z.object({
  kind: z.literal('varve.diff'),
  schemaVersion: z.literal(1),
  differs: z.boolean().describe('whether anything is different between the sides'),
  sides: z.object({ before: side, after: side }),
  archives: z.object({
    added: z.array(archive),
    removed: z.array(archive),
    changed: z.array(
      z.object({
        before: archive,
        after: archive,
        images: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
        entries: z
          .object({ added: count, removed: count, changed: count })
          .describe('by name; changed = the same name with other bytes'),
      }),
    ),
    moved: z.array(z.object({ before: archive, after: archive })).describe('under another name, with equal content'),
    unchanged: count,
  }),
  images: z.object({
    added: z.array(image),
    removed: z.array(image),
    retagged: z
      .array(
        z.object({
          reference: z.string(),
          platform: z.string().nullable(),
          archive: z.string().nullable().describe('name of the archive that a local tag belongs to'),
          before: z.string().describe('the ID that the tag meant'),
          after: z.string(),
        }),
      )
      .describe('tags that mean another image now'),
    changed: z
      .array(
        z.object({
          before: image,
          after: image,
          references: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
        }),
      )
      .describe('images of both sides with other tags, or in another state'),
    unchanged: count,
  }),
  layers: z.object({
    added: z.array(layer),
    removed: z.array(layer),
    changed: z.array(z.object({ before: layer, after: layer })).describe('stored in more or fewer copies, or bytes'),
    unchanged: count,
  }),
  bytes: z.object({ before: sideBytes, after: sideBytes, delta: reclaimChange.describe('after - before') }),
  pair: z
    .object({
      before: pairImage,
      after: pairImage,
      layers: z.array(pairLayer).describe('those of before, base first, then those that are new'),
      sameBytes: bytes.nullable().describe('of the layers that both have'),
      removedBytes: bytes.nullable(),
      addedBytes: bytes.nullable(),
      config: z.array(configChange).describe("in docker's order of fields, then by key"),
    })
    .nullable()
    .describe('the two images, where each side is one'),
  plan: planOutcome.nullable().describe('what a plan predicted against what came true; null where none was given'),
});

export type Diff = z.infer<typeof diffSchema>;
export type DiffSide = Diff['sides']['before'];
export type DiffArchive = z.infer<typeof archive>;
export type DiffImage = z.infer<typeof image>;
export type DiffLayer = z.infer<typeof layer>;
export type DiffBytes = Diff['bytes'];
export type PlanOutcome = z.infer<typeof planOutcome>;
export type PlanDifference = z.infer<typeof planDifference>;
export type ImagePair = NonNullable<Diff['pair']>;
export type PairLayer = z.infer<typeof pairLayer>;
export type ConfigChange = z.infer<typeof configChange>;
