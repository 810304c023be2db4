/**
 * Figures in the words of the command line. Each stands in a `data` element with the number as the JSON document has it:
 * what is written is rounded, what it rests on can be found, copied and compared.
 */
import { formatByteChange, formatBytes, formatCount, formatSize } from '../../report/blocks/units.js';
import { html } from './dom.js';

/** A size, with its bytes on hover; where it is unknown what is claimed of it, with `~`, or `n/a`. */
export function sizeFigure(bytes: number | null, claimedBytes: number | null = null): HTMLElement {
  if (bytes === null && claimedBytes === null) return html('span', { class: 'dim' }, 'n/a');
  if (bytes === null) {
    const title = `${formatCount(claimedBytes ?? 0)} bytes, as the compressed layers say themselves: they were not read`;
    return html('span', { class: 'dim', title }, formatSize(null, claimedBytes));
  }
  return html('data', { value: bytes, title: `${formatCount(bytes)} bytes` }, formatBytes(bytes));
}

/** A number of things. */
export function countFigure(number: number): HTMLElement {
  return html('data', { value: number }, formatCount(number));
}

/** What has been added or, with a minus, taken away. */
export function byteChange(bytes: number): HTMLElement {
  return html('data', { value: bytes, title: `${formatByteChange(bytes)}, ${bytes} bytes` }, formatByteChange(bytes));
}
