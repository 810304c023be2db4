/** A check of a store as blocks: what a verification says of it, what is lost, and what lies about, each with what to do. */
import type { StoreCheck, StoreRemark } from '../../model/results/store/store-check.js';
import { type Block, gap, heading, line, span, type View } from '../blocks/document.js';
import { digestName, referenceName } from '../blocks/names.js';
import { pathWord } from '../blocks/shell-words.js';
import { formatBytes, joinWords, plural } from '../blocks/units.js';
import { type ArchiveCounts, verificationText } from '../verification/verification-text.js';

/** Every section that has something to say; the verdict last. */
export function storeCheckText(check: StoreCheck, counts: readonly ArchiveCounts[], view: View): Block[] {
  // A store has no origin that somebody could pin it to.
  const verified = verificationText(check.verification, counts, { ...view, pinned: true });
  return [...verified, ...lostSection(check, view), ...remarkSection(check), gap, verdictOf(check)];
}

function lostSection({ lost, store }: StoreCheck, { wide }: View): Block[] {
  if (lost.length === 0) return [];
  return [
    gap,
    heading('Not whole'),
    ...lost.map(({ digest, names, images, reasons }) => {
      const named = names.length === 0 ? digestName(digest, wide) : joinWords(names.map(referenceName));
      const ids = images.map((id) => digestName(id, wide));
      const cost = ids.length === 0 ? '' : `; it costs ${plural(ids.length, 'image')}: ${joinWords(ids)}`;
      const more = reasons.length > 1 ? ` and ${plural(reasons.length - 1, 'more')}` : '';
      return line([
        span(named, 'bad'),
        span(
          `: ${reasons[0] ?? ''}${
            wide
              ? reasons
                  .slice(1)
                  .map((one) => `; ${one}`)
                  .join('')
              : more
          }${cost}`,
        ),
      ]);
    }),
    line(`→ varve repair --store ${pathWord(store)} --from INPUT heals it; varve rm REF removes it`),
  ];
}

function remarkSection({ remarks }: StoreCheck): Block[] {
  if (remarks.length === 0) return [];
  return [
    gap,
    heading('In the store'),
    ...remarks.flatMap((remark) => [
      line([span(`${remark.severity}: `, toneOf(remark)), span(remark.message)]),
      ...(remark.next === null ? [] : [line(`→ ${remark.next}`, 2)]),
    ]),
  ];
}

function toneOf({ severity }: StoreRemark): 'bad' | 'warn' | 'dim' {
  return severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : 'dim';
}

function verdictOf({ status, names, roots, blobs, blobBytes, lost, remarks }: StoreCheck): Block {
  const size = `${plural(names, 'name')} of ${plural(roots, 'root')}, ${plural(blobs, 'blob')}, ${formatBytes(blobBytes)}`;
  if (status === 'failed') {
    const what = lost.length === 0 ? 'something is wrong' : `${plural(lost.length, 'root')} not whole`;
    return line([span('The store is damaged', 'bad'), span(`: ${what}; ${size}.`)]);
  }
  const rest = remarks.length === 0 ? '' : ` ${plural(remarks.length, 'remark')} above.`;
  return line([span('The store is whole', 'good'), span(`: ${size}.${rest}`)]);
}
