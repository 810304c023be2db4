/**
 * The result of `verify` as blocks: a line for each archive, those with errors first, under it every fault by its cause; the
 * hints of all; and a last line that sums up and says what consistency does not prove.
 */
import type { Verification } from '../../model/results/results.js';
import { type Block, gap, line, span, type View } from '../blocks/document.js';
import { statusCell } from '../blocks/tables.js';
import { formatBytes, formatShare, plural } from '../blocks/units.js';
import { faultBlocks } from './fault-blocks.js';
import { faultCounts } from './fault-text.js';
import { hintBlocks, listedHints, notCheckedBlocks, skippedBlocks } from './findings-text.js';

/** What the archive lines say beside status and format, in the order of the archives. */
export interface ArchiveCounts {
  readonly images: number;
  readonly blobs: number;
}

export interface VerificationView extends View {
  /** Whether any image was pinned from outside; without that, an archive digested anew throughout passes. */
  readonly pinned: boolean;
}

const statusWidth = 'unreadable'.length + 2;

export function verificationText(
  verification: Verification,
  counts: readonly ArchiveCounts[],
  view: VerificationView,
): Block[] {
  const { archives, skipped } = verification;
  const lines = archives
    .map((archive, index) => ({ archive, own: counts[index] }))
    .sort((a, b) => gravity(a.archive) - gravity(b.archive))
    .flatMap(({ archive, own }) => archiveBlocks(archive, own, view));
  const hints = view.verbose ? [] : hintBlocks(archives);
  const passedOver = skipped.length === 0 ? [] : [line('Passed over:'), ...skippedBlocks(skipped, view)];
  return [
    ...lines,
    ...(hints.length === 0 ? [] : [line('Hints:'), ...hints]),
    ...passedOver,
    gap,
    ...verificationSummary(verification, view),
  ];
}

/** Errors come first, and warnings before what has none; else the order is that of the input. */
function gravity({ faults }: Verification['archives'][number]): number {
  const [first] = faults;
  return first === undefined ? 2 : first.severity === 'error' ? 0 : 1;
}

function archiveBlocks(
  archive: Verification['archives'][number],
  counts: ArchiveCounts | undefined,
  view: View,
): Block[] {
  const { lines, tone } = statusCell(archive.status);
  const details = [
    archive.format,
    ...(counts === undefined || archive.format === null
      ? []
      : [plural(counts.images, 'image'), plural(counts.blobs, 'blob')]),
  ].filter((detail) => detail !== null);
  const status = span((lines[0] ?? '').padEnd(statusWidth), tone);
  const detail = span(details.length === 0 ? '' : `  ${details.join(', ')}`, 'dim');
  return [
    line([status, span(archive.path, 'strong'), detail], 0, statusWidth),
    ...faultBlocks(archive, view),
    ...(view.verbose ? listedHints(archive.findings) : []),
    ...notCheckedBlocks(archive.notChecked, view, 'not checked: '),
  ];
}

/** The sum of all, in one line, and what it does not prove. */
export function verificationSummary({ summary, archives }: Verification, view: VerificationView): Block[] {
  const count = (...kinds: string[]): number => archives.filter(({ status }) => kinds.includes(status)).length;
  const failed = count('failed');
  const unreadable = count('unreadable');
  const again = count('recorded', 'unverified');
  const unchecked = count('unchecked');
  const open = again + unchecked + count('cached');
  const checked = `Checked ${plural(summary.blobs, 'blob')}, ${formatBytes(summary.bytesHashed)}, in ${plural(summary.archives, 'archive')}`;
  const parts = [
    failed === 0 ? null : `${failed} failed`,
    unreadable === 0 ? null : `${unreadable} could not be read`,
    unchecked === 0 ? null : `${unchecked} without a digest to compare with`,
    again === 0 ? null : `${again} not checked again`,
    summary.bytesFromCache === 0 ? null : `${formatBytes(summary.bytesFromCache)} from the cache, not computed again`,
    faultCounts(archives),
    summary.notChecked === 0 ? null : `${plural(summary.notChecked, 'thing')} could not be checked`,
  ].filter((part) => part !== null);
  const bad = failed + unreadable > 0;
  const blocks = [
    line([
      span(`${checked}: `, 'strong'),
      span(`${parts.length === 0 ? 'no fault' : parts.join(', ')}.`, bad ? 'bad' : open === 0 ? 'good' : 'warn'),
    ]),
  ];
  blocks.push(...coverageBlocks(summary.coverage));
  if (view.pinned || archives.length === unreadable) return blocks;
  const note = 'This proves consistency, not origin: use --expect REF=DIGEST to pin an image.';
  return [...blocks, line([span(note, 'dim')])];
}

/** What the formats leave open, however well all digests fit. */
function coverageBlocks({ digestBytes, contentBytes, openBytes }: Verification['summary']['coverage']): Block[] {
  const totalBytes = digestBytes + contentBytes + openBytes;
  if (openBytes === 0) return [];
  const part = `${formatBytes(openBytes)} of ${formatBytes(totalBytes)} (${formatShare(openBytes, totalBytes)})`;
  const inside = contentBytes === 0 ? '' : `; ${formatBytes(contentBytes)} of layers only by what they unfold to`;
  const text = `Compared with no digest: ${part}, such as tar headers, padding and manifest.json${inside}.`;
  return [line([span(text, 'dim')])];
}
