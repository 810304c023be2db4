/**
 * The document of `varve info`: this program, this machine and its store, as docker system info has them. As with the other
 * results, the schema is the source of the type. It tells of the machine, so it differs from one to the next.
 */
import * as z from 'zod';
import { storeLockSchema } from './store-check.js';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const files = z.object({ files: count, bytes });

export const infoSchema = z.object({
  kind: z.literal('varve.info'),
  schemaVersion: z.literal(1),
  version: z.string().describe('of varve'),
  node: z.string(),
  platform: z.string().describe('operating system and architecture'),
  zlib: z.string().nullable().describe('that Node has'),
  zstd: z.string().nullable().describe('that Node has; null where it has none'),
  hashing: z.object({ engine: z.string().describe('that is used'), engines: z.array(z.string()) }),
  codecs: z.array(
    z.object({
      codec: z.enum(['gzip', 'zstd', 'xz', 'bzip2']),
      implementation: z
        .string()
        .describe('handle: that beneath the streams of Node; stream: these; wasm; own: written for varve'),
      encodes: z.boolean().describe('whether layers and archives can be written so'),
    }),
  ),
  workers: z.object({ used: count.describe('threads that hash, at most; 0: the main thread'), processors: count }),
  limits: z.array(z.object({ name: z.string(), value: count, usual: count.describe('where nothing is changed') })),
  store: z.object({
    path: z.string(),
    from: z.enum(['option', 'VARVE_STORE', 'user']).describe('what says so; user: the data folder of the user'),
    state: z.enum(['store', 'absent', 'refused']).describe('refused: something is there that is no store'),
    reason: z.string().nullable().describe('why there is none'),
    format: z.string().nullable().describe('oci-layout'),
    fileSystem: z.string().nullable().describe('its type; of the nearest folder that is there'),
    freeBytes: bytes.nullable().describe('on that file system, for this user'),
    images: count.nullable().describe('null where its index cannot be read'),
    names: count.nullable(),
    blobs: count,
    blobBytes: bytes,
    lock: storeLockSchema.nullable().describe('null where nobody holds it'),
    quarantine: files,
    uploads: files,
    ballastBytes: bytes.nullable(),
  }),
  cache: z
    .object({ path: z.string(), entries: count, bytes: bytes.describe('on disk'), limitBytes: bytes })
    .nullable()
    .describe('the folder in which observations are kept; null without one'),
});

export type Info = z.infer<typeof infoSchema>;
