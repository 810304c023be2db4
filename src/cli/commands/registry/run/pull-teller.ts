/** What is said while images are pulled, as docker says it; a layer of several images is told with the first of them. */
import type { Digest } from '../../../../model/digest.js';
import { formatBytes } from '../../../../report/blocks/units.js';
import { layerBar, layerProgress, pulledLines, pullingLine } from '../../../../report/registry/transfer-lines.js';
import { pulledLayers } from '../../../../transfer/pull/pull-result.js';
import type { PullEvent } from '../../../../transfer/pull/pull-run.js';
import type { LiveRows } from '../../../output/live-rows.js';

type BlobEvent = Extract<PullEvent, { readonly node: unknown }>;

/** Says what happens. */
export function pullTeller(rows: LiveRows): (event: PullEvent) => void {
  const told = new Set<Digest>();
  const doneBytes = new Map<Digest, number>();
  return (event) => {
    switch (event.kind) {
      case 'found':
        rows.line(pullingLine(event.image.name));
        for (const digest of pulledLayers(event.image)) {
          const isThere = event.present.has(digest) || told.has(digest);
          rows.line(layerProgress(digest, isThere ? 'Already exists' : 'Pulling fs layer'));
          told.add(digest);
        }
        break;
      case 'pulled':
        for (const line of pulledLines(event.image)) rows.line(line);
        break;
      case 'left':
        rows.line(`What has come is in ${event.path}; the same pull goes on with it`);
        break;
      default:
        if (event.node.role === 'layer') tellLayer(event, rows, doneBytes);
    }
  };
}

function tellLayer(event: BlobEvent, rows: LiveRows, doneBytes: Map<Digest, number>): void {
  const { digest, sizeBytes } = event.node;
  const state = (text: string): void => rows.line(layerProgress(digest, text));
  switch (event.kind) {
    case 'resumed':
      doneBytes.set(digest, event.sizeBytes);
      state(`Resuming at ${formatBytes(event.sizeBytes)}`);
      break;
    case 'bytes':
      doneBytes.set(digest, (doneBytes.get(digest) ?? 0) + event.sizeBytes);
      rows.row(digest, () => layerBar(digest, 'Downloading', doneBytes.get(digest) ?? 0, sizeBytes));
      break;
    case 'checking':
      state('Verifying Checksum');
      break;
    case 'done':
      rows.row(digest, null);
      state('Download complete');
      state('Pull complete');
      break;
    case 'failed':
      rows.row(digest, null);
      state('Download failed');
      break;
    default:
  }
}
