/**
 * The classes of bytes in the order in which every table and picture shows them, with the words for each. Every byte of
 * an archive is in exactly one (docs/accounting.md).
 */
import type { Reclaim } from '../../model/results/results.js';

export interface ByteClassFacts {
  readonly name: string;
  readonly key: Exclude<keyof Reclaim, 'totalBytes' | 'reclaimableBytes' | 'withheldBytes'>;
  readonly meaning: string;
  /** Whether it is part of what can go. */
  readonly reclaimable: boolean;
}

export const byteClasses: readonly ByteClassFacts[] = [
  {
    name: 'needed',
    key: 'neededBytes',
    meaning: 'one intact copy of all that the images need',
    reclaimable: false,
  },
  { name: 'duplicate', key: 'duplicateBytes', meaning: 'further copies of the same bytes', reclaimable: true },
  { name: 'twin', key: 'twinBytes', meaning: 'the same layer in another compression', reclaimable: false },
  { name: 'dangling', key: 'danglingBytes', meaning: 'needed by untagged images only', reclaimable: true },
  {
    name: 'superseded',
    key: 'supersededBytes',
    meaning: 'needed only by images that a newer one replaces',
    reclaimable: false,
  },
  { name: 'unreferenced', key: 'unreferencedBytes', meaning: 'needed by no image', reclaimable: true },
  {
    name: 'overhead',
    key: 'overheadBytes',
    meaning: 'tar packaging: headers, padding, known documents',
    reclaimable: false,
  },
];
