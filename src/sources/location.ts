/**
 * Where bytes come from, as plain data: it travels between threads, stands in a plan, and holds no secret. What is not
 * local gets a kind of its own here, and a way to open it in the room that has it.
 */

export type Location =
  /** A file that is read by position. */
  | { readonly kind: 'file'; readonly path: string }
  /** Standard input, once and from its start. */
  | { readonly kind: 'stdin' };

export const standardInput: Location = { kind: 'stdin' };

export function fileAt(path: string): Location {
  return { kind: 'file', path };
}

/** How a location is called in messages, findings and progress. */
export function nameOfLocation(location: Location): string {
  return location.kind === 'file' ? location.path : 'standard input';
}
