/**
 * The document of `varve fsck`: what a store is worth. As with the other results, the schema is the source of the types. It
 * says who is writing, so it is no result that is the same on every machine.
 */
import * as z from 'zod';
import { type Digest, tryParseDigest } from '../../digest.js';
import { verificationSchema } from '../results.js';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const digest = z
  .custom<Digest>((value) => tryParseDigest(value) !== null)
  .meta({ type: 'string', description: '<algorithm>:<hex>' });

export const storeLockSchema = z.object({
  holder: z.string().describe('process and host, as far as the lock says it'),
  since: z.string().nullable().describe('when it was taken, by the clock of the file system'),
  isGone: z.boolean().describe('whether that process is provably dead; the next writer takes the lock over'),
});

export const storeCheckSchema = z.object({
  kind: z.literal('varve.fsck'),
  schemaVersion: z.literal(1),
  store: z.string().describe('its folder'),
  status: z
    .enum(['ok', 'failed'])
    .describe('failed: something in the index is not whole, or a finding or remark is an error'),
  names: count.describe('in the index'),
  roots: count.describe('manifests and indexes that the index names'),
  blobs: count,
  blobBytes: bytes,
  lock: storeLockSchema.nullable().describe('null where nobody holds it'),
  lost: z
    .array(
      z.object({
        digest: digest.describe('of a manifest or index that the index names'),
        names: z.array(z.string()),
        images: z.array(z.string()).describe('IDs of its images, as far as they can still be read'),
        reasons: z.array(z.string()),
      }),
    )
    .describe('what the index names and is not whole'),
  remarks: z
    .array(
      z.object({
        what: z.enum(['index', 'lock', 'uploads', 'quarantine', 'unreferenced', 'foreign', 'mark', 'ballast', 'work']),
        severity: z.enum(['error', 'warning', 'hint']),
        files: count,
        bytes,
        message: z.string(),
        next: z.string().nullable().describe('what to do; null where nothing has to be done'),
      }),
    )
    .describe('beside the findings of the verification'),
  verification: verificationSchema.describe('what varve verify says of the store'),
});

export type StoreCheck = z.infer<typeof storeCheckSchema>;
export type StoreRemark = StoreCheck['remarks'][number];
export type StoreLock = z.infer<typeof storeLockSchema>;
