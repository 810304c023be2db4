/**
 * The flags, width and precision of one verb of Go's printf, and the padding that they ask for. Widths count characters.
 */
import { characterCount } from './go-text.js';

export interface Flags {
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** `%#v`: the value as it would stand in Go's source. */
  readonly goSyntax: boolean;
  /** `%+v`: structs with the names of their fields. */
  readonly fieldNames: boolean;
  readonly width: number | null;
  readonly precision: number | null;
}

export const noFlags: Flags = {
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  goSyntax: false,
  fieldNames: false,
  width: null,
  precision: null,
};

/** The text at its width: to the right with spaces or zeros, with `-` to the left. */
export function pad(text: string, { width, minus, zero }: Flags): string {
  const missing = width === null ? 0 : width - characterCount(text);
  if (missing <= 0) return text;
  return minus ? text + ' '.repeat(missing) : (zero ? '0' : ' ').repeat(missing) + text;
}
