/**
 * The first lines of a report: what was looked at, whether it is intact, how many bytes can go and what has to be known
 * before someone acts on these figures. Every sentence says no more than was checked.
 */
import type { Report } from '../model/results.js';
import { type Block, line, type Span, span } from './document.js';
import { countReadable, countsText } from './findings-text.js';
import { formatBytes, formatShare, joinWords, plural } from './units.js';

const shownPaths = 5;

/** The headline with the notes that belong to it. */
export function headline(report: Report): Block[] {
  const { summary, reclaim } = report;
  const scope = [
    plural(summary.archives, 'archive'),
    plural(summary.images, 'image'),
    `${plural(summary.layers, 'layer')} in ${formatBytes(reclaim.totalBytes)}`,
  ].join(', ');
  return [
    line([span(`${scope} — `, 'strong'), ...verdict(report)]),
    ...reclaimLines(report),
    ...soleDanglingLines(report),
    ...notes(report),
  ];
}

/** `every digest matches.` or what stands against it. */
function verdict({ summary, archives }: Report): Span[] {
  const count = (status: string) => archives.filter((archive) => archive.status === status).length;
  const failed = count('failed');
  const errors = countReadable(archives).errors;
  const unreadable = count('unreadable');
  const unverified = count('unverified');
  const recorded = count('recorded');
  const cached = count('cached');
  const faults = [
    failed === 0 ? null : `${plural(failed, 'archive is', 'archives are')} damaged (${plural(errors, 'error')})`,
    unreadable === 0 ? null : `${unreadable} could not be read`,
  ].filter((part) => part !== null);
  const open = [
    unverified === 0 ? null : `${unverified} not verified`,
    recorded === 0 ? null : `${recorded} as recorded, not checked again`,
    cached === 0 ? null : `${cached} from the cache, not computed again`,
  ].filter((part) => part !== null);
  const rest = open.length === 0 ? '' : `; ${open.join(', ')}`;
  if (faults.length > 0) return [span(`${faults.join(', ')}${rest}.`, 'bad')];
  if (archives.length === 0) return [span('nothing to check.', 'warn')];
  if (unverified === archives.length) return [span('digests were not checked.', 'warn')];
  if (unverified + recorded + cached === archives.length) return [span(`${open.join(', ')}.`, 'warn')];
  const others = countsText({ errors: 0, warnings: summary.warnings, hints: 0 });
  const matches = summary.notChecked === 0 ? 'every digest matches' : 'every digest that could be checked matches';
  return [span(`${matches}${others === null ? '' : ` (${others})`}${rest}.`, open.length === 0 ? 'good' : 'warn')];
}

function reclaimLines({ summary, reclaim }: Report): Block[] {
  const { duplicateBytes, danglingBytes, unreferencedBytes, reclaimableBytes, supersededBytes, twinBytes } = reclaim;
  const parts = [
    duplicateBytes === 0 ? null : `${formatBytes(duplicateBytes)} stored more than once`,
    danglingBytes === 0 ? null : `${formatBytes(danglingBytes)} in ${plural(summary.danglingImages, 'untagged image')}`,
    unreferencedBytes === 0 ? null : `${formatBytes(unreferencedBytes)} that nothing refers to`,
  ].filter((part) => part !== null);
  const beside = [
    supersededBytes === 0
      ? null
      : `${formatBytes(supersededBytes)} in ${plural(summary.supersededImages, 'superseded image')}`,
    twinBytes === 0 ? null : `${formatBytes(twinBytes)} in recompressed twins of layers`,
  ].filter((part) => part !== null);
  const share = `${formatBytes(reclaimableBytes)} (${formatShare(reclaimableBytes, reclaim.totalBytes)}) can go`;
  if (reclaim.totalBytes === 0) return [];
  const first =
    parts.length === 0
      ? line('Nothing can go: no byte is stored twice, untagged or unreferenced.')
      : line([span(share, 'strong'), span(`: ${parts.join(', ')}.`)]);
  return beside.length === 0 ? [first] : [first, line(`Beside that: ${joinWords(beside)}.`)];
}

/** Untagged is not the same as unwanted: an archive saved by ID has no tag at all. */
function soleDanglingLines({ summary, archives, images }: Report): Block[] {
  const dangling = new Set(images.filter((image) => image.dangling).map(({ id }) => id));
  const paths = archives
    .filter((archive) => archive.images.length > 0 && archive.images.every((id) => dangling.has(id)))
    .map(({ path }) => path);
  const count = summary.soleDanglingArchives;
  if (count === 0) return [];
  const shown = paths.slice(0, shownPaths);
  const more = count - shown.length;
  const list = more === 0 ? joinWords(shown) : `${shown.join(', ')} and ${more} more`;
  // An archive with an artifact that is still in use beside its images is not counted, though its images say so.
  const names = paths.length === count ? `: ${list}` : '';
  return [line(`${plural(count, 'archive holds', 'archives hold')} nothing but untagged images${names}.`)];
}

function notes({ summary, archives }: Report): Block[] {
  const compressed = archives.filter(({ compression, status }) => compression !== 'none' && status !== 'unreadable');
  const sum = (key: 'sizeBytes' | 'tarBytes') => compressed.reduce((bytes, archive) => bytes + archive[key], 0);
  const blocks: Block[] = [];
  if (!summary.verified && archives.some(({ status }) => status !== 'unreadable')) {
    blocks.push(line([span('The figures are unverified: they rest on what the archives claim.', 'warn')]));
  }
  if (compressed.length > 0) {
    const files = `${formatBytes(sum('sizeBytes'))} on disk`;
    const what = plural(
      compressed.length,
      'archive is compressed as a whole and counts',
      'archives are compressed as a whole and count',
    );
    blocks.push(line(`${what} by the tar inside: ${formatBytes(sum('tarBytes'))} (${files}).`));
  }
  return blocks;
}
