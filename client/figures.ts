/**
 * Figures in the words of the command line. Each stands in a `data` element with the number as the JSON document has it:
 * what is written is rounded, what it rests on can be found, copied and compared.
 */
import { formatByteChange, formatBytes, formatCount } from '../src/report/units.js';
import { html } from './dom.js';

/** A size, with its bytes on hover; `n/a` where it is unknown. */
export function size(bytes: number | null): HTMLElement {
  if (bytes === null) return html('span', { class: 'dim' }, 'n/a');
  return html('data', { value: bytes, title: `${formatCount(bytes)} bytes` }, formatBytes(bytes));
}

/** A number of things. */
export function count(number: number): HTMLElement {
  return html('data', { value: number }, formatCount(number));
}

/** What has been added or, with a minus, taken away. */
export function byteChange(bytes: number): HTMLElement {
  return html('data', { value: bytes, title: `${formatByteChange(bytes)}, ${bytes} bytes` }, formatByteChange(bytes));
}
