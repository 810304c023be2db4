/**
 * The first lines of a report: what was looked at and whether it is intact; how much of it is repeated, and what can be
 * done about that with nothing lost; what else could go. Each with the command that shows or does it, and in words that
 * need no glossary. Every sentence says no more than was checked.
 */
import type { Report } from '../../model/results/results.js';
import { type Block, line, type Span, span, type View } from '../blocks/document.js';
import { referenceName } from '../blocks/names.js';
import { toFetchLines } from '../blocks/to-fetch.js';
import { formatBytes, formatShare, joinWords, plural } from '../blocks/units.js';
import { damageSentences, faultCounts } from '../verification/fault-text.js';
import { countsText } from '../verification/findings-text.js';

const shownNames = 5;
const shownDamage = 3;
const commandIndent = 4;

/** The headline with the notes that belong to it. */
export function headline(report: Report, view: Pick<View, 'inputs'>): Block[] {
  const { summary, reclaim } = report;
  const scope = [
    plural(summary.archives, 'archive'),
    plural(summary.images, 'image'),
    `${plural(summary.layers, 'layer')} in ${formatBytes(reclaim.totalBytes)}`,
  ].join(', ');
  return [
    line([span(`${scope} — `, 'strong'), ...verdict(report)]),
    ...damageSentences(report.archives, shownDamage).map((sentence) => line(sentence, 2, 2)),
    ...(reclaim.totalBytes === 0 ? [] : [...repeatedLines(report, view), ...otherLines(report, view)]),
    ...toFetchLines(report.toFetch),
    ...contestedLines(report),
    ...notes(report),
  ];
}

/** `every digest matches.` or what stands against it. */
function verdict({ summary, archives }: Report): Span[] {
  const count = (status: string) => archives.filter((archive) => archive.status === status).length;
  const failed = count('failed');
  const errors = faultCounts(archives.map((archive) => ({ ...archive, faults: archive.faults.filter(isError) })));
  const unreadable = count('unreadable');
  const unverified = count('unverified');
  const unchecked = count('unchecked');
  const recorded = count('recorded');
  const cached = count('cached');
  const faults = [
    failed === 0
      ? null
      : `${plural(failed, 'archive is', 'archives are')} damaged${errors === null ? '' : ` (${errors})`}`,
    unreadable === 0 ? null : `${unreadable} could not be read`,
  ].filter((part) => part !== null);
  const open = [
    unverified === 0 ? null : `${unverified} not verified`,
    unchecked === 0 ? null : `${unchecked} without a digest to compare with`,
    recorded === 0 ? null : `${recorded} as recorded, not checked again`,
    cached === 0 ? null : `${cached} from the cache, not computed again`,
  ].filter((part) => part !== null);
  const rest = open.length === 0 ? '' : `; ${open.join(', ')}`;
  if (faults.length > 0) return [span(`${faults.join(', ')}${rest}.`, 'bad')];
  if (archives.length === 0) return [span('nothing to check.', 'warn')];
  if (unverified === archives.length) return [span('digests were not checked.', 'warn')];
  if (unverified + unchecked + recorded + cached === archives.length) return [span(`${open.join(', ')}.`, 'warn')];
  const others = countsText({ errors: 0, warnings: summary.warnings, hints: 0 });
  const matches = summary.notChecked === 0 ? 'every digest matches' : 'every digest that could be checked matches';
  return [span(`${matches}${others === null ? '' : ` (${others})`}${rest}.`, open.length === 0 ? 'good' : 'warn')];
}

function isError({ severity }: { readonly severity: string }): boolean {
  return severity === 'error';
}

/** What is stored twice, and the two ways to store it once. */
function repeatedLines({ reclaim, redundant, packed, archives }: Report, view: Pick<View, 'inputs'>): Block[] {
  const { duplicateBytes, totalBytes } = reclaim;
  const blocks: Block[] = [
    duplicateBytes === 0
      ? line('No byte is stored twice.')
      : line([
          span(`${formatBytes(duplicateBytes)} (${formatShare(duplicateBytes, totalBytes)}) is stored twice`, 'strong'),
          span(': further copies of what is there already.'),
        ]),
  ];
  if (redundant.length > 0) {
    const bytes = redundant.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const files = plural(redundant.length, 'archive can be deleted', 'archives can be deleted');
    const names = someOf(redundant.map(({ path }) => path));
    blocks.push(
      line([span(`${files} with nothing lost`, 'strong'), span(`, ${formatBytes(bytes)} on disk: ${names}.`)], 2, 2),
      commandLine('plan', '--remove redundant', view),
    );
  }
  const unified =
    packed.unifiedBodyBytes === packed.bodyBytes
      ? ''
      : `, ${formatBytes(packed.unifiedBodyBytes)} with each layer in its smallest form alone`;
  if (duplicateBytes > 0) {
    blocks.push(
      line(
        `One archive with every image and each blob once would hold ${formatBytes(packed.bodyBytes)}${unified}.`,
        2,
        2,
      ),
    );
    // Out of an inventory nothing can be copied.
    if (archives.every(({ status }) => status !== 'recorded')) blocks.push(commandLine('pack', '-o all.tar', view));
  }
  return blocks;
}

/**
 * What nothing is lost by only for who does not want it. What a damaged archive does not need is no more certain than the
 * rest of it, and so nothing of it is offered.
 */
function otherLines({ summary, reclaim, archives, images }: Report, view: Pick<View, 'inputs'>): Block[] {
  const { twinBytes } = reclaim;
  const failed = archives.filter(({ status }) => status === 'failed');
  const offered = (key: 'danglingBytes' | 'unreferencedBytes' | 'supersededBytes') =>
    failed.reduce((bytes, archive) => bytes - archive.bytes[key], reclaim[key]);
  const [danglingBytes, unreferencedBytes] = [offered('danglingBytes'), offered('unreferencedBytes')];
  const supersededBytes = offered('supersededBytes');
  const parts = [
    { bytes: danglingBytes, text: `in ${plural(summary.danglingImages, 'untagged image')}`, word: 'dangling' },
    {
      bytes: supersededBytes,
      text: `in ${plural(summary.supersededImages, 'image')} whose tags newer builds have`,
      word: 'superseded',
    },
    { bytes: unreferencedBytes, text: 'that no image needs', word: 'unreferenced' },
  ].filter(({ bytes }) => bytes > 0);
  const blocks: Block[] = [];
  if (parts.length > 0) {
    const sentence = joinWords(parts.map(({ bytes, text }) => `${formatBytes(bytes)} ${text}`));
    blocks.push(
      line(`What else could go: ${sentence}.`),
      ...soleDanglingLines({ summary, archives, images }),
      commandLine('plan', `--remove ${parts.map(({ word }) => word).join(',')}`, view),
    );
  }
  if (twinBytes > 0) blocks.push(line(`${formatBytes(twinBytes)} is the same layer in another compression.`));
  return blocks;
}

/** Untagged is not the same as unwanted: an archive saved by ID has no tag at all. */
function soleDanglingLines({ summary, archives, images }: Pick<Report, 'summary' | 'archives' | 'images'>): Block[] {
  const dangling = new Set(images.filter((image) => image.dangling).map(({ id }) => id));
  const paths = archives
    .filter((archive) => archive.images.length > 0 && archive.images.every((id) => dangling.has(id)))
    .map(({ path }) => path);
  const count = summary.soleDanglingArchives;
  if (count === 0) return [];
  // An archive with an artifact that is still in use beside its images is not counted, though its images say so.
  const names = paths.length === count ? `: ${someOf(paths)}` : '';
  return [line(`${plural(count, 'archive holds', 'archives hold')} nothing but untagged images${names}.`, 2, 2)];
}

function contestedLines({ contested }: Report): Block[] {
  if (contested.length === 0) return [];
  const tags = contested.map(
    ({ reference, images }) => `${referenceName(reference)} (${plural(images.length, 'image')})`,
  );
  const count = plural(contested.length, 'tag is contested', 'tags are contested');
  return [line([span(count, 'warn'), span(`, nothing says which image is the newest: ${someOf(tags)}.`)])];
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, shownNames);
  const more = names.length - shown.length;
  return more === 0 ? joinWords(shown) : `${shown.join(', ')} and ${more} more`;
}

/** A command over the same inputs, for whoever wants to see more of it. */
function commandLine(command: string, options: string, { inputs }: Pick<View, 'inputs'>): Block {
  return line([span(`varve ${command} ${inputs ?? 'INPUT'} ${options}`, 'dim')], commandIndent, commandIndent);
}

function notes({ summary, archives }: Report): Block[] {
  const compressed = archives.filter(({ compression, status }) => compression !== 'none' && status !== 'unreadable');
  const sum = (key: 'sizeBytes' | 'tarBytes') => compressed.reduce((bytes, archive) => bytes + (archive[key] ?? 0), 0);
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
