/** What a pull would fetch of registries, in a sentence for each. */
import type { BytesToFetch } from '../../model/results/registry/to-fetch.js';
import { type Block, line, span } from './document.js';
import { formatBytes, plural } from './units.js';

/** One line for each registry. */
export function toFetchLines(rows: readonly BytesToFetch[] = []): Block[] {
  return rows.map(({ path, blobs, bytes, presentBlobs, presentBytes }) => {
    const here = presentBlobs === 0 ? 'nothing of it is here' : `${formatBytes(presentBytes)} of it is here`;
    const all = `all of it is here (${formatBytes(presentBytes)})`;
    const fetched = `to pull it fetches ${formatBytes(bytes)} in ${plural(blobs, 'blob')}; ${here}`;
    return line([span(path, 'strong'), span(`: ${blobs === 0 ? `to pull it fetches no blob; ${all}` : fetched}.`)]);
  });
}
