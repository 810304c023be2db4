/**
 * Our own documents read back: from text to JSON, and from what a schema says of it to one sentence with the first fault
 * and its place. Hostile input: any text.
 */
import { messageOf, VarveError } from '../error.js';

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

/** What a schema finds first: `at archives.0.path: expected string, received number`. */
export function firstFault(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): string {
  const [issue] = error.issues;
  return `at ${issue?.path.map(String).join('.') || 'the top'}: ${issue?.message}`;
}
