/** What is said while images are pushed, as docker says it. */
import type { Digest } from '../../../../model/digest.js';
import { layerBar, layerProgress, pushedLines, pushingLine } from '../../../../report/registry/transfer-lines.js';
import type { PushEvent } from '../../../../transfer/push/push.js';
import type { LiveRows } from '../../../output/live-rows.js';

type BlobEvent = Extract<PushEvent, { readonly node: unknown }>;

/** Says what happens. */
export function pushTeller(rows: LiveRows): (event: PushEvent) => void {
  const sentBytes = new Map<Digest, number>();
  return (event) => {
    switch (event.kind) {
      case 'looking':
        sentBytes.clear();
        rows.line(pushingLine(event.image.name));
        break;
      case 'planned':
        for (const digest of event.image.layers) {
          rows.line(layerProgress(digest, event.present.has(digest) ? 'Layer already exists' : 'Preparing'));
        }
        break;
      case 'pushed':
        for (const line of pushedLines(event.image)) rows.line(line);
        break;
      default:
        if (event.node.role === 'layer') tellLayer(event, rows, sentBytes);
    }
  };
}

function tellLayer(event: BlobEvent, rows: LiveRows, sentBytes: Map<Digest, number>): void {
  const { digest, sizeBytes } = event.node;
  switch (event.kind) {
    case 'begun':
      // Once more for each copy that was not right.
      sentBytes.delete(digest);
      break;
    case 'bytes':
      sentBytes.set(digest, (sentBytes.get(digest) ?? 0) + event.sizeBytes);
      rows.row(digest, () => layerBar(digest, 'Pushing', sentBytes.get(digest) ?? 0, sizeBytes));
      break;
    case 'done':
      rows.row(digest, null);
      rows.line(
        layerProgress(digest, event.outcome.how === 'mounted' ? `Mounted from ${event.outcome.from}` : 'Pushed'),
      );
      break;
    case 'failed':
      rows.row(digest, null);
      rows.line(layerProgress(digest, 'Push failed'));
      break;
    default:
  }
}
