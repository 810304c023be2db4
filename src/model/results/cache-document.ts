/**
 * The files of a result cache: what was observed of bodies, never what it was found to mean, so that claims are compared
 * anew in every run. Hostile input: such a file may hold anything; only what these schemas admit is looked at.
 */
import { z } from 'zod';
import { type Digest, tryParseDigest } from '../digest.js';
import { VarveError } from '../error.js';
import { firstFault, parseJsonText } from './document-text.js';
import { findingSchema } from './inventory.js';

/** Another number: files of another version are of no use, and are written anew. */
export const cacheVersion = 4;

const bytes = z.number().int().nonnegative();
const position = z.number().int().nonnegative();
const compression = z.enum(['none', 'gzip', 'zstd', 'xz', 'bzip2']);
const base64 = z.base64();

const digestOf = (algorithm: string) =>
  z.custom<Digest>((value) => tryParseDigest(value) !== null && String(value).startsWith(`${algorithm}:`));
const digests = z.object({
  sha256: digestOf('sha256').exactOptional(),
  sha512: digestOf('sha512').exactOptional(),
});

const accounts = z.object({
  passwd: z.enum(['written', 'removed', 'unclear']).nullable(),
  users: z.array(z.object({ name: z.string(), root: z.boolean() })),
  rootsElsewhere: z.array(z.string()),
});

const layer = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    diffIds: digests,
    sizeBytes: bytes,
    tar: z.object({
      entries: z.number().int().nonnegative(),
      problem: z.object({ detail: z.string(), offsetBytes: bytes }).nullable(),
      disagreements: z.array(z.object({ detail: z.string(), offsetBytes: bytes })),
      duplicatePath: z.string().nullable(),
      pathsUnchecked: z.boolean(),
      endBlocks: z.boolean(),
      trailingData: z.boolean(),
      accounts: accounts.exactOptional(),
    }),
  }),
  z.object({
    ok: z.literal(false),
    limit: z.literal(false),
    detail: z.string(),
    offsetBytes: bytes,
    unsupported: z.literal(true).exactOptional(),
    mayBeDamage: z.literal(true).exactOptional(),
  }),
]);

const observation = z.object({
  digests,
  storedBytes: bytes,
  compression: compression.nullable(),
  layer: layer.nullable(),
});

const sparse = z.object({
  form: z.enum(['gnu', 'pax']),
  sizeBytes: bytes,
  pieces: z.array(z.object({ offsetBytes: bytes, lengthBytes: bytes, storedAtBytes: bytes })),
  refusal: z.string().nullable(),
});

const entry = z.object({
  index: position,
  sourceIndex: position,
  name: z.string(),
  type: z.enum(['file', 'directory', 'symlink', 'link', 'other']),
  linkName: z.string().nullable(),
  offsetBytes: bytes,
  dataOffsetBytes: bytes,
  sizeBytes: bytes,
  storedBytes: bytes,
  structureBytes: z.object({ headerBytes: bytes, paddingBytes: bytes }),
  location: z.null(),
  sparse: sparse.exactOptional(),
});

/** A whole archive that went through in one pass. */
const pass = z
  .object({
    compression,
    sizeBytes: bytes,
    index: z.object({
      entries: z.array(entry),
      overhead: z.object({ headerBytes: bytes, paddingBytes: bytes, endBytes: bytes, trailingBytes: bytes }),
      tarBytes: bytes,
      truncated: z.boolean(),
      findings: z.array(findingSchema),
    }),
    start: base64,
    failure: z.object({ code: z.enum(['corrupt', 'truncated', 'unsupported']), detail: z.string() }).nullable(),
    bodies: z.array(z.object({ entry: position, observation })),
    documents: z.array(z.object({ entry: position, content: base64 })),
  })
  .refine(({ index: { entries } }) => entries.every((each, i) => each.index === i && each.sourceIndex === i), {
    error: 'the entries are not numbered as they stand',
  })
  .refine(
    ({ index, bodies, documents }) => [...bodies, ...documents].every((each) => each.entry < index.entries.length),
    {
      error: 'something belongs to no entry',
    },
  );

const engine = z.enum(['node', 'noble']);
const identity = z.string().regex(/^\d+(?::-?\d+){4}$/);

/** What is known of the files of one source, each as it was when it was read. */
const cachedSourceSchema = z.object({
  kind: z.literal('varve.cached-source'),
  version: z.literal(cacheVersion),
  engine,
  files: z.array(
    z.object({
      identity,
      bodies: z.array(z.object({ offsetBytes: bytes, sizeBytes: bytes, observation })),
      pass: pass.nullable(),
    }),
  ),
});

/** What is inside a blob with this digest, wherever it lies. */
const cachedLayerSchema = z.object({
  kind: z.literal('varve.cached-layer'),
  version: z.literal(cacheVersion),
  engine,
  digest: z.custom<Digest>((value) => tryParseDigest(value) !== null),
  compression,
  layer,
});

const contents = z.object({
  kind: z.literal('varve.cached-contents'),
  version: z.literal(cacheVersion),
  engine,
  diffId: z.custom<Digest>((value) => tryParseDigest(value) !== null),
});

/** The files of a layer with this diffID, or why they are not listed; `columns` is what the cache makes of them. */
const cachedContentsSchema = z.union([
  contents.extend({ count: z.number().int().nonnegative(), textBytes: bytes, columns: base64 }),
  contents.extend({ refusal: z.string() }),
]);

export type CachedSource = z.infer<typeof cachedSourceSchema>;
type CachedLayer = z.infer<typeof cachedLayerSchema>;
type CachedContents = z.infer<typeof cachedContentsSchema>;
export type CachedPass = z.infer<typeof pass>;

/** Parses a file about a source; null for one of another version. Throws VarveError `document-invalid`. */
export function parseCachedSource(text: string): CachedSource | null {
  return parse(text, cachedSourceSchema);
}

/** Parses a file about a layer; null for one of another version. Throws VarveError `document-invalid`. */
export function parseCachedLayer(text: string): CachedLayer | null {
  return parse(text, cachedLayerSchema);
}

/** Parses a file about the files of a layer; null for one of another version. Throws VarveError `document-invalid`. */
export function parseCachedContents(text: string): CachedContents | null {
  return parse(text, cachedContentsSchema);
}

const versioned = z.object({ version: z.number() });

function parse<T>(text: string, schema: z.ZodType<T>): T | null {
  const json = parseJsonText(text, (reason) => reason);
  const { data } = versioned.safeParse(json);
  if (data !== undefined && data.version !== cacheVersion) return null;
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new VarveError('document-invalid', firstFault(result.error));
}
