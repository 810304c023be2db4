/**
 * The list of the parts of an archive that was cut into several files: what each is called, how long it is and its digest.
 * It lies beside them and is written last, so that where it is, they are. As with the other results, the schema is the
 * source of the types. Hostile input: names; a part lies in the folder of its list and nowhere else.
 */
import * as z from 'zod';
import { algorithmOf, type Digest, isAlgorithm, tryParseDigest } from '../digest.js';
import { VarveError } from '../error.js';
import { firstFault, parseJsonText } from './document-text.js';

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

export const partsSchema = z.object({
  kind: z.literal('varve.parts'),
  schemaVersion: z.literal(1),
  name: fileName.describe('of the archive that the parts are when they are put behind each other'),
  sizeBytes: bytes.describe('of that archive'),
  parts: z
    .array(z.object({ name: fileName.describe('in the folder of the list'), sizeBytes: bytes, digest }))
    .min(1)
    .describe('in their order'),
});

export type PartsList = z.infer<typeof partsSchema>;

/** Reads a list of parts. Throws VarveError `document-invalid` with the first fault. */
export function parsePartsList(text: string): PartsList {
  const refusal = (reason: string): string => `no list of parts: ${reason}`;
  const parsed = partsSchema.safeParse(parseJsonText(text, refusal));
  if (!parsed.success) throw new VarveError('document-invalid', refusal(firstFault(parsed.error)));
  const { parts, sizeBytes } = parsed.data;
  const names = new Set(parts.map(({ name }) => name));
  if (names.size < parts.length) throw new VarveError('document-invalid', refusal('it names a part twice'));
  const found = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (found !== sizeBytes) {
    throw new VarveError('document-invalid', refusal(`its parts have ${found} bytes, the archive ${sizeBytes}`));
  }
  return parsed.data;
}
