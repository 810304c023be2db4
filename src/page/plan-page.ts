/** The page of `varve plan`: what is freed, archive by archive before and after, what goes and what is kept. */
import type { KeptImage, Plan, PlannedDeletion, PlannedImage } from '../model/results/plan.js';
import { dayOf, imageNames } from '../report/blocks/names.js';
import { formatBytes, formatCount, formatShare, plural } from '../report/blocks/units.js';
import { legend } from './parts/chart.js';
import { dataTable } from './parts/data-table.js';
import { type Child, html } from './parts/dom.js';
import { countFigure, sizeFigure } from './parts/figures.js';
import { code, shortDigest } from './parts/names.js';
import { facts, keyFigures, type Section, sectionsOf } from './parts/page-parts.js';
import { type ByteBar, byteBars } from './pictures/byte-bars.js';
import { skippedSection, tag } from './sections/findings-section.js';
import { stateTag } from './sections/image-table.js';
import { fileColumns } from './sections/redundant-section.js';

type PlannedArchive = Plan['archives'][number];

const shownArchives = 15;
const outcomeTones: Readonly<Record<PlannedArchive['outcome'], string>> = {
  deleted: 'warn',
  empty: 'warn',
  rewrite: 'warn',
  pack: 'warn',
  same: 'dim',
  unreadable: 'bad',
};

/** What is to be done stands first. */
const outcomeRanks: Readonly<Record<PlannedArchive['outcome'], number>> = {
  deleted: 0,
  empty: 1,
  rewrite: 2,
  pack: 3,
  unreadable: 4,
  same: 5,
};

/** Everything below the verdict. */
export function planPage(plan: Plan): Child[] {
  const outcome = (wanted: PlannedArchive['outcome']) =>
    plan.archives.filter((archive) => archive.outcome === wanted).length;
  return [
    keyFigures([
      {
        label: 'Freed',
        value: sizeFigure(plan.freedBytes),
        notes: [`${formatShare(plan.freedBytes, plan.totalBytes)} of ${formatBytes(plan.totalBytes)}`],
        ...(plan.freedBytes === 0 ? {} : { tone: 'good' }),
      },
      { label: 'Overhead freed', value: sizeFigure(plan.freedOverheadBytes), notes: ['headers, padding, documents'] },
      {
        label: 'Images that go',
        value: countFigure(plan.removed.length),
        notes: [`${formatCount(plan.kept.length)} kept by a rule`],
      },
      {
        label: 'Archives',
        value: countFigure(plan.archives.length),
        notes: [`${outcome('rewrite')} of them would be written anew`],
      },
      {
        label: 'Files to delete',
        value: countFigure(plan.deletions.length),
        notes: [`${formatBytes(plan.deletedSizeBytes)} on disk`],
      },
      { label: 'Stranded', value: sizeFigure(plan.strandedBytes), notes: ['stay, and nothing there needs them'] },
    ]),
    ...sectionsOf([
      ...changeSection(plan),
      ...deletionSection(plan.deletions),
      ...imageSection(plan.images),
      ...keptSection(plan.kept),
      ...archiveSection(plan.archives),
      ...layerSection(plan.layersFreed),
      ...skippedSection(plan.skipped),
    ]),
  ];
}

function changeSection(plan: Plan): Section[] {
  if (plan.totalBytes === 0) return [];
  const { totalBytes, freedBytes, freedOverheadBytes } = plan;
  const touched = plan.archives.filter((archive) => archive.freedBytes > 0).sort((a, b) => b.freedBytes - a.freedBytes);
  const shown = touched.slice(0, shownArchives);
  const bars = [
    barOf('all archives', { tarBytes: totalBytes, freedBytes, freedOverheadBytes }),
    ...shown.map((archive) => barOf(archive.path, { ...archive, tarBytes: archive.tarBytes ?? 0 })),
  ];
  const rest = touched.length - shown.length;
  const picture = byteBars(
    `What stays and what is freed: ${formatBytes(freedBytes)} of ${formatBytes(totalBytes)}. The table of archives has the same figures.`,
    bars,
    [
      'On the right: what is freed, without overhead.',
      rest === 0 ? null : `${plural(rest, 'more archive')} with less: see the table of archives.`,
    ],
  );
  const words = legend([
    ['needed', 'stays'],
    ['duplicate', 'freed'],
    ['overhead', 'overhead freed'],
  ]);
  return [{ id: 'change', title: 'Before and after', content: [words, picture] }];
}

function barOf(
  name: string,
  {
    tarBytes,
    freedBytes,
    freedOverheadBytes,
  }: Pick<PlannedArchive, 'freedBytes' | 'freedOverheadBytes'> & {
    readonly tarBytes: number;
  },
): ByteBar {
  return {
    name,
    figure: `-${formatBytes(freedBytes)} · ${formatShare(freedBytes, tarBytes)}`,
    parts: [
      { fill: 'needed', meaning: 'stays', bytes: tarBytes - freedBytes - freedOverheadBytes },
      { fill: 'duplicate', meaning: 'freed', bytes: freedBytes },
      { fill: 'overhead', meaning: 'overhead freed', bytes: freedOverheadBytes },
    ],
  };
}

function deletionSection(deletions: Plan['deletions']): Section[] {
  if (deletions.length === 0) return [];
  const content = dataTable<PlannedDeletion>({
    caption: 'Files to delete',
    noun: ['file', 'files'],
    rows: deletions,
    columns: [
      ...fileColumns<PlannedDeletion>(),
      { title: 'WHY', show: ({ reason }) => reason, sortBy: ({ reason }) => reason },
      {
        title: 'LOST',
        show: ({ lost }) => lost.flatMap(({ references }) => namesOf(references)),
        sortBy: ({ lost }) => lost.length,
      },
    ],
    searchIn: ({ path, reason, coveredBy, lost }) => [path, reason, ...coveredBy, ...lost.map(({ id }) => id)],
    detail: ({ path, coveredBy, lost }) =>
      facts([
        ['file', [code(path)]],
        ['what it holds is in', coveredBy.map(code)],
        ['lost with it', lost.map(({ id }) => code(id))],
      ]),
  });
  return [{ id: 'deletions', title: 'Files to delete', count: formatCount(deletions.length), content: [content] }];
}

function imageSection(images: readonly PlannedImage[]): Section[] {
  if (images.length === 0) return [];
  const content = dataTable<PlannedImage>({
    caption: 'Images that go',
    noun: ['image', 'images'],
    rows: images,
    columns: [
      {
        title: 'REPOSITORY:TAG',
        show: ({ references }) => namesOf(references),
        sortBy: ({ references }) => firstName(references),
      },
      { title: 'IMAGE ID', show: ({ id }) => shortDigest(id) },
      { title: 'CREATED', show: ({ createdAt }) => dayOf(createdAt), sortBy: ({ createdAt }) => createdAt },
      { title: 'STATE', show: ({ state }) => stateTag(state), sortBy: ({ state }) => state },
      { title: 'WHY', show: ({ reason }) => reason, sortBy: ({ reason }) => reason },
      {
        title: 'ALONE',
        numeric: true,
        show: (image) => sizeFigure(image.freedAloneBytes),
        sortBy: (image) => image.freedAloneBytes,
      },
      {
        title: 'FREED',
        numeric: true,
        show: ({ freedBytes }) => sizeFigure(freedBytes),
        sortBy: ({ freedBytes }) => freedBytes,
      },
    ],
    searchIn: ({ id, references, platform, state, reason, archives }) => [
      id,
      ...references,
      platform,
      state,
      reason,
      ...archives,
    ],
    detail: ({ id, references, contested, archives }) =>
      facts([
        ['image ID', [code(id)]],
        ['references', references.map(code)],
        ['also of others', contested.map(code)],
        ['archives', archives.map(code)],
      ]),
  });
  const note = html(
    'p',
    { class: 'dim' },
    'Alone: if no other image went. Freed: given those above it in the order of the plan.',
  );
  return [{ id: 'images', title: 'Images that go', count: formatCount(images.length), content: [note, content] }];
}

function keptSection(kept: readonly KeptImage[]): Section[] {
  if (kept.length === 0) return [];
  const content = dataTable<KeptImage>({
    caption: 'Kept',
    noun: ['image', 'images'],
    rows: kept,
    columns: [
      {
        title: 'REPOSITORY:TAG',
        show: ({ references }) => namesOf(references),
        sortBy: ({ references }) => firstName(references),
      },
      { title: 'IMAGE ID', show: ({ id }) => shortDigest(id) },
      { title: 'WHY', show: ({ reason }) => reason, sortBy: ({ reason }) => reason },
      { title: 'BY', show: ({ detail }) => html('div', { class: 'said' }, detail), sortBy: ({ detail }) => detail },
    ],
    searchIn: ({ id, references, reason, detail }) => [id, ...references, reason, detail],
  });
  return [{ id: 'kept', title: 'Kept', count: formatCount(kept.length), content: [content] }];
}

function archiveSection(archives: readonly PlannedArchive[]): Section[] {
  if (archives.length === 0) return [];
  const content = dataTable<PlannedArchive>({
    caption: 'Archives',
    noun: ['archive', 'archives'],
    rows: archives,
    sorted: { title: 'BECOMES', descending: false },
    columns: [
      {
        title: 'BECOMES',
        show: ({ outcome }) => tag(outcome, outcomeTones[outcome]),
        sortBy: ({ outcome }) => outcomeRanks[outcome],
      },
      { title: 'ARCHIVE', show: ({ path }) => html('div', { class: 'said' }, path), sortBy: ({ path }) => path },
      {
        title: 'SIZE',
        numeric: true,
        show: ({ tarBytes }) => sizeFigure(tarBytes),
        sortBy: ({ tarBytes }) => tarBytes,
      },
      {
        title: 'FREED',
        numeric: true,
        show: ({ freedBytes }) => sizeFigure(freedBytes),
        sortBy: ({ freedBytes }) => freedBytes,
      },
      {
        title: 'OVERHEAD',
        numeric: true,
        show: (archive) => sizeFigure(archive.freedOverheadBytes),
        sortBy: (archive) => archive.freedOverheadBytes,
      },
      {
        title: 'CONTENT LEFT',
        numeric: true,
        show: ({ leftBytes }) => sizeFigure(leftBytes),
        sortBy: ({ leftBytes }) => leftBytes,
      },
      {
        title: 'STRANDED',
        numeric: true,
        show: (archive) => sizeFigure(archive.strandedBytes),
        sortBy: (archive) => archive.strandedBytes,
      },
    ],
    searchIn: ({ path, format, outcome, removed, untagged }) => [path, format, outcome, ...removed, ...untagged],
    detail: ({ path, removed, untagged }) =>
      facts([
        ['archive', [code(path)]],
        ['images that go', removed.map(code)],
        ['names that go', untagged.map(code)],
      ]),
  });
  return [{ id: 'archives', title: 'Archives', count: formatCount(archives.length), content: [content] }];
}

function layerSection(layers: Plan['layersFreed']): Section[] {
  if (layers.length === 0) return [];
  const content = dataTable({
    caption: 'Layers freed',
    noun: ['layer', 'layers'],
    rows: layers,
    columns: [
      { title: 'DIFF ID', show: ({ diffId }) => shortDigest(diffId) },
      {
        title: 'FREED',
        numeric: true,
        show: ({ freedBytes }) => sizeFigure(freedBytes),
        sortBy: ({ freedBytes }) => freedBytes,
      },
      { title: 'LEFT', show: ({ gone }) => (gone ? 'no copy' : 'some copies'), sortBy: ({ gone }) => Number(gone) },
    ],
    searchIn: ({ diffId }) => [diffId],
  });
  return [{ id: 'layers', title: 'Layers freed', count: formatCount(layers.length), content: [content] }];
}

function namesOf(references: readonly string[]): Child[] {
  return imageNames(references).map((name) => html('div', { class: 'said' }, name));
}

function firstName(references: readonly string[]): string | null {
  return imageNames(references)[0] ?? null;
}
