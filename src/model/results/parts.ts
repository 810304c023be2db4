/**
 * The list of the parts of an archive that was cut into several files: what each is called, how long it is and its digest.
 * It lies beside them and is written last, so that where it is, they are. As with the other results, the schema is the
 * source of the types. Hostile input: names; a part lies in the folder of its list and nowhere else.
 */
import * as z from 'zod';
import { algorithmOf, type Digest, isAlgorithm, tryParseDigest } from '../digest.js';
import { VarveError } from '../error.js';
import { finished } from '../work/work.js';
import { firstFault, parseItems, parseJsonText } from './document-text.js';

const bytes = z.number().int().nonnegative();
const digest = z
  .custom<Digest>((value) => {
    const parsed = tryParseDigest(value);
    return parsed !== null && isAlgorithm(algorithmOf(parsed));
  }, 'no digest by sha256 or sha512')
  .meta({ type: 'string', description: '<algorithm>:<hex>' });
const fileName = z
  .string()
  .regex(/^[^/\\\0]+$/, 'no name of a file')
  .refine((name) => name !== '.' && name !== '..', 'no name of a file');

const partSchema = z.object({
  name: fileName.describe('in the folder of the list'),
  sizeBytes: bytes,
  digest,
});

export const partsSchema = z.object({
  kind: z.literal('varve.parts'),
  schemaVersion: z.literal(1),
  name: fileName.describe('of the archive that the parts are when they are put behind each other'),
  sizeBytes: bytes.describe('of that archive'),
  parts: z.array(partSchema).min(1).describe('in their order'),
});

export type PartsList = z.infer<typeof partsSchema>;

const outline = partsSchema.extend({
  parts: z.custom<readonly unknown[]>(isFilledList, 'Too small, or no list: expected one part or more'),
});

function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Reads a list of parts. Throws VarveError `document-invalid` with the first fault. */
export function parsePartsList(text: string): PartsList {
  const refusal = (reason: string): string => `no list of parts: ${reason}`;
  const parsed = outline.safeParse(parseJsonText(text, refusal));
  if (!parsed.success) throw new VarveError('document-invalid', refusal(firstFault(parsed.error)));
  const listed = finished(parseItems('parts', parsed.data.parts, partSchema));
  if (!listed.ok) throw new VarveError('document-invalid', refusal(listed.fault));
  const parts = listed.items;
  const { sizeBytes } = parsed.data;
  const names = new Set(parts.map(({ name }) => name));
  if (names.size < parts.length) throw new VarveError('document-invalid', refusal('it names a part twice'));
  const found = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (found !== sizeBytes) {
    throw new VarveError('document-invalid', refusal(`its parts have ${found} bytes, the archive ${sizeBytes}`));
  }
  return { ...parsed.data, parts };
}
