/**
 * The JSON documents that the commands print: results of the analysis, ready to be rendered. Field names are a contract
 * (docs/json.md); fields may be added, never renamed. As in the inventory, the zod schemas are the single source of the
 * types and of the JSON Schemas that `varve schema` prints.
 */
import * as z from 'zod';
import { faultSchema } from './faults.js';
import { coverageSchema, findingSchema, notCheckedSchema } from './inventory.js';
import { toFetchSchema } from './registry/to-fetch.js';

export const bytes = z.number().int().nonnegative();
export const claimedBytes = bytes
  .nullable()
  .describe('the same as compressed layers say it of themselves, where it is not known; null else');
export const count = z.number().int().nonnegative();
const format = z.string().nullable();
export const statusSchema = z.enum(['ok', 'failed', 'unreadable', 'unchecked', 'cached', 'recorded', 'unverified']);
const faults = z.array(faultSchema).describe('its errors and warnings by their cause, errors first');
const skipped = z.array(z.object({ path: z.string(), reason: z.string() }));
export const stateSchema = z.enum(['live', 'dangling', 'superseded']);

export const verificationSchema = z.object({
  kind: z.literal('varve.verification'),
  schemaVersion: z.literal(1),
  summary: z.object({
    archives: count,
    images: count,
    blobs: count.describe('copies hashed'),
    bytesHashed: bytes.describe('stored bytes hashed'),
    blobsFromCache: count.describe('copies of which the digest, or what is inside, was taken from a cache'),
    bytesFromCache: bytes.describe('their stored bytes'),
    errors: count,
    warnings: count,
    hints: count,
    notChecked: count,
    coverage: coverageSchema.describe('sum over the archives that were hashed now'),
  }),
  archives: z.array(
    z.object({
      path: z.string(),
      format,
      compression: z.string().nullable().describe('of the archive as a whole; null where not a byte could be read'),
      status: statusSchema,
      coverage: coverageSchema.nullable().describe('null where bodies were not hashed'),
      findings: z.array(findingSchema),
      faults,
      notChecked: z.array(notCheckedSchema),
    }),
  ),
  skipped,
});

export const layerSchema = z.object({
  diffId: z.string().nullable(),
  sizeBytes: bytes.nullable().describe('uncompressed tar bytes; null where unknown'),
  claimedSizeBytes: claimedBytes,
  storedBytes: bytes.describe('sum over copies'),
  images: z.array(z.string()).describe('image IDs'),
  copies: z.array(
    z.object({
      archive: z.string(),
      entry: z.string(),
      digest: z.string().nullable(),
      storedBytes: bytes,
      compression: z.string().nullable(),
    }),
  ),
});

export const reclaimSchema = z.object({
  totalBytes: bytes,
  neededBytes: bytes,
  duplicateBytes: bytes,
  twinBytes: bytes,
  danglingBytes: bytes,
  supersededBytes: bytes,
  unreferencedBytes: bytes,
  overheadBytes: bytes,
  reclaimableBytes: bytes.describe('duplicate + dangling + unreferenced, of archives that did not fail'),
  withheldBytes: bytes.describe(
    'the same of archives that failed: no more certain than the rest of them, and not offered',
  ),
});

const claimedFigures = {
  claimedSizeBytes: claimedBytes,
  claimedSharedBytes: claimedBytes,
  claimedUniqueBytes: claimedBytes,
};
const storedLayers = {
  storedBytes: bytes.nullable().describe('of its layers as they are stored; null where one is in no archive'),
  compressions: z.array(z.string()).describe('in which forms they are stored, each once'),
};

export const reportSchema = z.object({
  kind: z.literal('varve.report'),
  schemaVersion: z.literal(1),
  summary: z.object({
    archives: count,
    images: count,
    danglingImages: count,
    supersededImages: count,
    layers: count,
    sharedLayers: count.describe('layers that more than one image has'),
    verified: z.boolean(),
    errors: count,
    warnings: count,
    hints: count,
    notChecked: count,
    soleDanglingArchives: count.describe('archives that hold nothing but untagged images'),
  }),
  archives: z.array(
    z.object({
      path: z.string(),
      format,
      compression: z.string().nullable(),
      sizeBytes: bytes.nullable().describe('the file itself; null where it is not known'),
      tarBytes: bytes.nullable().describe('the tar inside; null where it is unreadable'),
      status: statusSchema,
      images: z.array(z.string()),
      findings: z.array(findingSchema),
      faults,
      notChecked: z.array(notCheckedSchema),
      bytes: reclaimSchema.describe('the classes of this archive alone, by the decisions made for the whole set'),
    }),
  ),
  images: z.array(
    z.object({
      id: z.string(),
      manifestDigests: z.array(z.string()),
      references: z.array(z.string()),
      platform: z.string().nullable(),
      createdAt: z.string().nullable(),
      state: stateSchema,
      dangling: z.boolean(),
      superseded: z.boolean(),
      sizeBytes: bytes.nullable(),
      sharedBytes: bytes.nullable(),
      uniqueBytes: bytes.nullable(),
      attributedBytes: bytes.nullable(),
      ...claimedFigures,
      ...storedLayers,
      layers: z.array(z.string().nullable()),
      archives: z.array(z.string()),
    }),
  ),
  layers: z.array(layerSchema),
  contested: z
    .array(
      z.object({
        reference: z.string().describe('normalised, or a local tag as written'),
        platform: z.string().nullable(),
        archive: z.string().nullable().describe('the archive that a local tag belongs to; null for a reference'),
        images: z.array(z.string()).describe('IDs of the images that none of the others is known to be newer than'),
      }),
    )
    .describe('tags of several images, where nothing says which of them is the newest'),
  redundant: z
    .array(
      z.object({
        path: z.string(),
        sizeBytes: bytes.describe('on disk'),
        damaged: z.boolean(),
        coveredBy: z.array(z.string()).describe('archives that stay and together have all of it'),
        lostDigests: z
          .array(z.string())
          .describe('of manifests and indexes that no archive that stays has; the images are there under other ones'),
      }),
    )
    .describe('archives that can be deleted as they stand, all of them, with no image, name or artifact lost'),
  packed: z
    .object({
      bodyBytes: bytes.describe('every image, each stored digest once'),
      unifiedBodyBytes: bytes.describe('with each layer in its smallest form alone'),
      sizeBytes: bytes.nullable(),
      unifiedSizeBytes: bytes.nullable(),
    })
    .describe(
      'one archive of the whole set; the sizes, which an inventory does not tell, are null: varve pack --dry-run has them',
    ),
  toFetch: toFetchSchema.default([]),
  reclaim: reclaimSchema,
  skipped,
});

export const layerListSchema = z.object({
  kind: z.literal('varve.layers'),
  schemaVersion: z.literal(1),
  verified: z.boolean(),
  layers: z.array(
    layerSchema.extend({
      archives: z.array(z.string()),
      twins: z.array(z.string()).describe('digests of the other stored forms of the same layer'),
      state: stateSchema.nullable().describe('of the images that have it, the liveliest; null for artifact layers'),
    }),
  ),
});

export const imageListSchema = z.object({
  kind: z.literal('varve.images'),
  schemaVersion: z.literal(1),
  verified: z.boolean(),
  images: z
    .array(
      z.object({
        kind: z.literal('image'),
        reference: z.string().nullable().describe('in full, or a local tag as written; null for an image without any'),
        repository: z
          .string()
          .nullable()
          .describe('as docker shows it; null where there is none, also for a local tag'),
        tag: z.string().nullable(),
        digest: z
          .string()
          .nullable()
          .describe(
            'of the index or manifest behind this name: the ID in a containerd store; null where none is known',
          ),
        id: z.string(),
        manifestDigests: z.array(z.string()),
        indexDigests: z.array(z.string()).describe('indexes that lead to it'),
        platform: z.string().nullable(),
        createdAt: z.string().nullable(),
        state: stateSchema,
        sizeBytes: bytes.nullable(),
        sharedBytes: bytes.nullable(),
        uniqueBytes: bytes.nullable(),
        ...claimedFigures,
        ...storedLayers,
        labels: z.record(z.string(), z.string()),
        layers: z.array(z.string().nullable()).describe('diffIDs, base first'),
        archives: z.array(z.string()),
      }),
    )
    .describe('one item for each reference of an image, in the order that was asked for'),
  others: z
    .array(
      z.object({
        kind: z.enum(['attestation', 'artifact', 'index', 'absent']).describe('absent: a platform that is not there'),
        digest: z.string(),
        references: z.array(z.string()),
        platform: z.string().nullable().describe('of a platform that is not there'),
        artifactType: z.string().nullable(),
        subject: z.string().nullable().describe('manifest or index that it describes, or that names it'),
        state: stateSchema.nullable(),
        storedBytes: bytes.nullable().describe('of all that it needs, with the indexes that lead to it'),
        archives: z.array(z.string()),
      }),
    )
    .describe('what lies beside the images; empty unless it was asked for'),
});

export const imageSearchSchema = z.object({
  kind: z.literal('varve.search'),
  schemaVersion: z.literal(1),
  verified: z.boolean(),
  term: z.string(),
  total: count.describe('how many there are, whatever the limit'),
  results: z
    .array(
      z.object({
        name: z.string().nullable().describe('as docker shows it; null for an image without a repository'),
        repository: z.string().nullable().describe('in full'),
        official: z.boolean().describe('it lies under docker.io/library/'),
        description: z.string().nullable(),
        tags: z.array(z.string()),
        labels: z.array(z.string()).describe('keys of the labels that hold the term'),
        images: z.array(z.string()),
        archives: z.array(z.string()),
        starCount: count.exactOptional().describe('as Docker Hub has it; absent where nobody counts stars'),
      }),
    )
    .describe('the best first: the name itself, a part of a name, a label'),
});

const usage = z.object({
  type: z.enum(['archives', 'images', 'layers', 'unreferenced', 'overhead']),
  total: count,
  active: count,
  sizeBytes: bytes,
  reclaimableBytes: bytes,
});

export const diskUsageSchema = z.object({
  kind: z.literal('varve.df'),
  schemaVersion: z.literal(1),
  verified: z.boolean(),
  rows: z.array(usage),
  toFetch: toFetchSchema.default([]),
  reclaim: reclaimSchema,
});

const historyStep = z.object({
  createdAt: z.string().nullable(),
  createdBy: z.string().nullable().describe('the command, as the image config has it'),
  comment: z.string().nullable(),
  emptyLayer: z.boolean().describe('whether the step made no layer'),
  layer: count.nullable().describe('position in layers; null where it made none, or it is not known which'),
  diffId: z.string().nullable().describe('of that layer'),
  sizeBytes: bytes.nullable().describe('uncompressed tar bytes; 0 where it made no layer, null where unknown'),
  claimedSizeBytes: claimedBytes,
  storedBytes: bytes.nullable().describe('of that layer as the archive has it; null where it has no body'),
  compression: z.string().nullable().describe('of that body'),
  otherImages: count.describe('how many other images have that layer'),
});

export const historySchema = z.object({
  kind: z.literal('varve.history'),
  schemaVersion: z.literal(1),
  verified: z.boolean(),
  images: z.array(
    z.object({
      id: z.string(),
      references: z.array(z.string()),
      platform: z.string().nullable(),
      createdAt: z.string().nullable(),
      sizeBytes: bytes.nullable(),
      claimedSizeBytes: claimedBytes,
      fits: z.boolean().describe('whether the history has a step for each layer; if not, none is matched to any'),
      steps: z.array(historyStep).describe('newest first; where they do not fit, the layers and then the steps'),
    }),
  ),
  layers: z
    .array(
      z.object({
        diffId: z.string().nullable(),
        sizeBytes: bytes.nullable(),
        claimedSizeBytes: claimedBytes,
        images: z.array(z.string()).describe('IDs of all images of the inputs that have it'),
      }),
    )
    .describe('of these images, each once'),
});

export const imageTreeSchema = z.object({
  kind: z.literal('varve.tree'),
  schemaVersion: z.literal(1),
  verified: z.boolean(),
  nodes: z
    .array(
      z.object({
        parent: count.nullable().describe('position in nodes; null for one that nothing is below'),
        depth: count,
        chainId: z.string().nullable().describe('of its last layer; null where a diffID is unknown'),
        images: z.array(z.string()).describe('IDs of the images that end here; none where some only part here'),
        layers: z
          .array(
            z.object({ diffId: z.string().nullable(), sizeBytes: bytes.nullable(), claimedSizeBytes: claimedBytes }),
          )
          .describe('what it has beyond its parent, base first'),
        layerCount: count.describe('with those below'),
        addedBytes: bytes.nullable().describe('uncompressed tar bytes of layers'),
        claimedAddedBytes: claimedBytes,
        sizeBytes: bytes.nullable().describe('with those below'),
        claimedSizeBytes: claimedBytes,
      }),
    )
    .describe('each before what is built on it'),
  images: z.array(
    z.object({
      id: z.string(),
      references: z.array(z.string()),
      platform: z.string().nullable(),
      createdAt: z.string().nullable(),
      node: count.describe('position in nodes'),
      bases: z
        .array(z.string())
        .describe('IDs of the nearest images that it is built on; several if they have equal layers'),
      derived: z.array(z.string()).describe('IDs of the images of which it is such a base'),
    }),
  ),
});

export type Verification = z.infer<typeof verificationSchema>;
export type Report = z.infer<typeof reportSchema>;
export type ReportImage = Report['images'][number];
export type ReportLayer = z.infer<typeof layerSchema>;
export type Reclaim = z.infer<typeof reclaimSchema>;

export type LayerList = z.infer<typeof layerListSchema>;
export type DiskUsage = z.infer<typeof diskUsageSchema>;
export type ImageList = z.infer<typeof imageListSchema>;
export type ListedImage = ImageList['images'][number];
export type ListedOther = ImageList['others'][number];
export type ImageSearch = z.infer<typeof imageSearchSchema>;
export type ImageState = z.infer<typeof stateSchema>;
export type History = z.infer<typeof historySchema>;
export type ImageHistory = History['images'][number];
export type HistoryStep = ImageHistory['steps'][number];
export type ImageTree = z.infer<typeof imageTreeSchema>;
export type TreeNode = ImageTree['nodes'][number];
