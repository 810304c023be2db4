/**
 * The document of `varve bench`: how fast this machine reads, hashes and decodes. As with the other results, the schema is
 * the source of the type. It is the one document whose figures differ from run to run: they are times.
 */
import { z } from 'zod';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const rate = z.number().nonnegative().describe('bytes a second; median of the samples');

export const benchSchema = z.object({
  kind: z.literal('varve.bench'),
  schemaVersion: z.literal(1),
  machine: z.object({
    processor: z.string().describe('as the operating system names it'),
    processors: count.describe('threads that can run at the same time'),
    memoryBytes: bytes,
    platform: z.string().describe('operating system and architecture'),
    node: z.string(),
  }),
  digest: z
    .array(z.object({ engine: z.string(), chunkBytes: bytes, bytesPerSecond: rate, samples: count }))
    .describe('SHA-256 of bytes in memory, on one thread; by engine, smallest chunk first'),
  decode: z
    .array(
      z.object({
        codec: z.enum(['gzip', 'zstd']),
        implementation: z.enum(['handle', 'stream', 'wasm']).describe('handle: that beneath the streams of Node'),
        used: z.boolean().describe('whether Varve takes it on this Node'),
        bytesPerSecond: rate.describe('decoded bytes a second'),
        samples: count,
      }),
    )
    .describe('on one thread, from memory to memory'),
  read: z
    .array(
      z.object({
        path: z.string().nullable().describe('null: a temporary file that is in memory'),
        pass: z.enum(['first', 'again']).describe('first: as far as it was in memory already is not known'),
        sizeBytes: bytes.describe('bytes read; less than the whole where the time was up'),
        bytesPerSecond: rate,
      }),
    )
    .describe('into one buffer that is used again, on one thread'),
  threads: z
    .array(z.object({ workers: count.describe('0: the main thread'), bytesPerSecond: rate }))
    .describe('bodies read and hashed as verify does it, without the start of the threads'),
  limits: z
    .object({
      plainBytesPerSecond: rate,
      gzipBytesPerSecond: rate.describe('decoded bytes'),
      zstdBytesPerSecond: rate.describe('decoded bytes'),
    })
    .describe('what one thread can check at most, by the figures above: the times of its steps one after the other'),
  best: z.object({ engine: z.string(), chunkBytes: bytes, workers: count }),
});

export type Bench = z.infer<typeof benchSchema>;
