/**
 * The recipe inside a delta: every file of the archive that is put together from the delta and its base, in its order.
 * Nothing else is needed to do it, and what comes of it is one archive only. Hostile input: any text up to
 * `limits.documentBytes`; names are those of an image layout and nothing else, so no file can be put elsewhere.
 */
import * as z from 'zod';
import { algorithmOf, type Digest, encodedOf, tryParseDigest } from '../../digest.js';
import { VarveError } from '../../error.js';
import type { Work } from '../../work/work.js';
import { firstFault, parseItems, parseJsonText } from '../document-text.js';
import { packedImageSchema } from '../pack.js';

const digest = z
  .custom<Digest>((value) => tryParseDigest(value) !== null)
  .meta({ type: 'string', description: '<algorithm>:<hex>' });

const fileSchema = z.object({
  name: z.string().describe('oci-layout, index.json, manifest.json, repositories, or blobs/<algorithm>/<hex>'),
  sizeBytes: z.number().int().nonnegative(),
  digest,
  in: z.enum(['delta', 'base']).describe('base: the delta is without it, and whoever applies it has to have it'),
});

export const recipeSchema = z.object({
  kind: z.literal('varve.recipe'),
  schemaVersion: z.literal(1),
  filesDigest: digest.describe('SHA-256 over one line for each file: its digest, its size and its name'),
  files: z.array(fileSchema).describe('of the whole archive, in their order'),
  images: z.array(packedImageSchema).describe('of the whole archive, as varve pack lists them'),
});

export type Recipe = z.infer<typeof recipeSchema>;
export type RecipeFile = Recipe['files'][number];

/** What stands at the top of an archive that is put together. */
const topNames: ReadonlySet<string> = new Set(['oci-layout', 'index.json', 'manifest.json', 'repositories']);

/** Lists are looked at one item after the other: the first fault ends it. */
const texts = z.custom<string[]>(
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  'expected a list of texts',
);
const anything = z.custom<readonly unknown[]>((value) => Array.isArray(value), 'expected a list');
const outline = recipeSchema.extend({ files: anything, images: anything });
const imageOutline = packedImageSchema.extend({ references: texts, localTags: texts });

/** Items of a list between two rests. */
const itemsTogether = 256;

/** Parses the text of a recipe. Throws VarveError `document-invalid` with the place of the first fault. */
export function* parseRecipe(text: string): Work<Recipe> {
  const found = outline.safeParse(parseJsonText(text, (reason) => `its recipe is no JSON: ${reason}`));
  if (!found.success) throw refusal(firstFault(found.error));
  yield;
  const files = yield* itemsOf('files', found.data.files, fileSchema);
  const images = yield* itemsOf('images', found.data.images, imageOutline);
  const fault = yield* firstBadFile(files);
  if (fault !== null) throw refusal(fault);
  return { ...found.data, files, images };
}

function* itemsOf<Item>(...[name, list, schema]: Parameters<typeof parseItems<Item>>): Work<Item[]> {
  const parsed = yield* parseItems(name, list, schema);
  if (parsed.ok) return parsed.items;
  throw refusal(parsed.fault);
}

function refusal(fault: string): VarveError {
  return new VarveError('document-invalid', `its recipe is none of version 1: ${fault}`);
}

/** The lines that `filesDigest` is made of. */
export function* recipeLines(files: readonly RecipeFile[]): Generator<string> {
  for (const { digest: own, sizeBytes, name } of files) yield `${own} ${sizeBytes} ${name}\n`;
}

/** What the schema cannot say: each file once, under the name that its digest gives it, all of them no more than a number holds. */
function* firstBadFile(files: readonly RecipeFile[]): Work<string | null> {
  if (files.length === 0) return 'at files: nothing is listed';
  const names = new Set<string>();
  let totalBytes = 0;
  for (const [i, { name, sizeBytes, digest: own }] of files.entries()) {
    if (i % itemsTogether === 0) yield;
    const at = `at files.${i}.name: ${JSON.stringify(name)}`;
    if (!topNames.has(name) && name !== `blobs/${algorithmOf(own)}/${encodedOf(own)}`) {
      return `${at} is no name of an image layout, or not that of its digest`;
    }
    if (names.has(name)) return `${at} stands there twice`;
    names.add(name);
    totalBytes += sizeBytes;
    if (!Number.isSafeInteger(totalBytes)) return `at files.${i}.sizeBytes: together they are larger than any file`;
  }
  return null;
}
