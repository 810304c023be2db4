/**
 * Our own documents read back: from text to JSON, and from what a schema says of it to one sentence with the first fault
 * and its place. Hostile input: any text.
 */
import { messageOf, VarveError } from '../error.js';
import type { Work } from '../work/work.js';

/** The JSON of a text. Throws VarveError `document-invalid`, with the sentence that `refusal` makes of the reason. */
export function parseJsonText(
  text: string,
  refusal: (reason: string) => string,
  parse: (text: string) => unknown = JSON.parse,
): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new VarveError('document-invalid', refusal(messageOf(cause)), { cause });
  }
}

/** Items of a list between two rests. */
const itemsTogether = 256;

/** What a schema takes of one value. */
interface ItemSchema<Item> {
  safeParse(
    value: unknown,
  ): { success: true; data: Item } | { success: false; error: Parameters<typeof firstFault>[0] };
}

/**
 * The items of a list by their schema, or the first fault. The schema of a whole list tells all that is wrong with it, at a
 * kilobyte for each item: a document of 8 MiB made of wrong items would cost gigabytes.
 */
export function* parseItems<Item>(
  name: string,
  items: readonly unknown[],
  schema: ItemSchema<Item>,
): Work<{ readonly ok: true; readonly items: Item[] } | { readonly ok: false; readonly fault: string }> {
  const parsed: Item[] = [];
  for (const [i, item] of items.entries()) {
    if (i % itemsTogether === 0) yield;
    const found = schema.safeParse(item);
    if (!found.success) return { ok: false, fault: firstFault(found.error, [name, i]) };
    parsed.push(found.data);
  }
  return { ok: true, items: parsed };
}

/** What a schema finds first: `at archives.0.path: expected string, received number`; `place` is where its value stands. */
export function firstFault(
  error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] },
  place: readonly PropertyKey[] = [],
): string {
  const [issue] = error.issues;
  return `at ${[...place, ...(issue?.path ?? [])].map(String).join('.') || 'the top'}: ${issue?.message}`;
}
