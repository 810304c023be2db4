/**
 * A plan as blocks: what it frees in one sentence, then the images that go, those that stay, and what it does to each
 * archive. A plan is read before something is removed, so it says what it rests on and what it leaves open.
 */
import type { Plan } from '../../model/results/plan.js';
import {
  type Block,
  type Column,
  cell,
  gap,
  heading,
  line,
  span,
  type Table,
  type Tone,
  table,
  type View,
} from '../blocks/document.js';
import { dayOf, digestName, imageNames, referenceName } from '../blocks/names.js';
import { stateTones } from '../blocks/tables.js';
import { formatBytes, formatCount, formatShare, joinWords, plural } from '../blocks/units.js';

const shownRows = 20;
const shownLost = 5;

/** Every section that has something to say. */
export function planText(plan: Plan, view: View): Block[] {
  const sections: readonly Block[][] = [
    headlineOf(plan),
    fileSection(plan, view),
    imageSection(plan, view),
    untaggedSection(plan, view),
    keptSection(plan, view),
    archiveSection(plan, view),
    nextSection(plan),
  ];
  return sections
    .filter((blocks) => blocks.length > 0)
    .flatMap((blocks, index) => (index === 0 ? blocks : [gap, ...blocks]));
}

/** What a page begins with: what is freed, and what to do. */
export function planLead(plan: Plan): Block[] {
  return [...headlineOf(plan), ...nextSection(plan)];
}

function headlineOf(plan: Plan): Block[] {
  const { freedBytes, freedOverheadBytes, totalBytes, verified } = plan;
  const share = `${formatShare(freedBytes, totalBytes)} of ${formatBytes(totalBytes)}`;
  const overhead = freedOverheadBytes === 0 ? '' : `, and ${formatBytes(freedOverheadBytes)} of tar packaging`;
  return [
    line([
      span(`${formatBytes(freedBytes)} freed`, 'strong'),
      span(` (${share}${overhead}) by ${joinWords(goingParts(plan))}. Nothing was changed.`),
    ]),
    ...reasonLines(plan),
    ...lostLines(plan),
    ...rewriteLines(plan),
    ...packLines(plan),
    ...failedLines(plan),
    ...goalLines(plan),
    ...useLines(plan),
    ...partialLines(plan),
    ...strandedLines(plan),
    ...(verified ? [] : [line([span('Unverified: the figures rest on what the archives claim.', 'dim')])]),
  ];
}

function goingParts({ deletions, removed, artifacts, untagged }: Plan): string[] {
  const asked = deletions.filter(({ reason }) => reason !== 'empty').length;
  const names = untagged.reduce((sum, { references }) => sum + references.length, 0);
  return [
    asked === 0 ? null : plural(asked, 'file'),
    asked > 0 && removed.length === 0 ? null : plural(removed.length, 'image'),
    names === 0 ? null : `${plural(names, 'name')} of images that stay`,
    artifacts.length === 0 ? null : `${plural(artifacts.length, 'artifact')} beside them`,
  ].filter((part) => part !== null);
}

/** Only where something else goes than the bytes of images. */
function reasonLines({ freedBy }: Plan): Block[] {
  const parts = [
    [freedBy.fileBytes, 'in files that go as a whole'],
    [freedBy.imageBytes, 'with the images'],
    [freedBy.unreferencedBytes, 'that no image needs (unreferenced)'],
    [freedBy.duplicateBytes, 'in further copies (duplicate)'],
    [freedBy.twinBytes, 'in the same layer in another compression (twin)'],
    [freedBy.strandedBytes, 'that other archives have too (stranded)'],
  ] as const;
  const told = parts.filter(([bytes]) => bytes > 0);
  if (told.length === 0 || (told.length === 1 && freedBy.imageBytes + freedBy.fileBytes > 0)) return [];
  return [line(`Of that, ${joinWords(told.map(([bytes, what]) => `${formatBytes(bytes)} ${what}`))}.`)];
}

function goalLines({ goal, freedBytes }: Plan): Block[] {
  if (goal === null) return [];
  const { wantedBytes, missingBytes, reached } = goal;
  const greedy = 'The proposal is greedy: a good set, not proven to be the best.';
  if (reached) {
    return [line([span(`${formatBytes(wantedBytes)} wanted: reached.`, 'good'), span(` ${greedy}`)])];
  }
  const most = `${formatBytes(wantedBytes)} wanted: ${formatBytes(missingBytes)} are missing`;
  return [line([span(most, 'warn'), span(`; all that may go frees ${formatBytes(freedBytes)}.`)])];
}

/** What is whole and intact in no file that stays. */
function lostLines({ deletions }: Plan): Block[] {
  const lost = deletions.flatMap(({ path, lost: items }) => items.map((item) => ({ path, ...item })));
  const shown = lost.slice(0, shownLost);
  const more = lost.length - shown.length;
  return [
    ...shown.map(({ path, kind, id, references }) =>
      line([
        span('Lost', 'bad'),
        span(
          ` with ${path}: the ${kind} ${joinWords(imageNames(references))} (${digestName(id, false)}), which is whole in no other file.`,
        ),
      ]),
    ),
    ...(more === 0 ? [] : [line([span(`Lost as well: ${formatCount(more)} more, which --format json lists.`, 'bad')])]),
  ];
}

/** Where files are deleted as they stand, what else is counted takes more than that. */
function rewriteLines({ rewriteBytes, freedBytes }: Plan): Block[] {
  if (rewriteBytes === 0) return [];
  const what = rewriteBytes === freedBytes ? 'All of it' : `${formatBytes(rewriteBytes)} of it`;
  return [line(`${what} goes only when archives that keep other images are written anew without it.`)];
}

/** What a damaged archive says of its bytes is no more certain than the rest of it. */
function failedLines({ failedBytes, freedBytes }: Plan): Block[] {
  if (failedBytes === 0) return [];
  const what = failedBytes === freedBytes ? 'All of it' : `${formatBytes(failedBytes)} of it`;
  return [
    line([
      span(what, 'warn'),
      span(' lies in archives that failed: what is needed there, their faults may hide. See varve verify.'),
    ]),
  ];
}

function packLines({ packBytes }: Plan): Block[] {
  if (packBytes === 0) return [];
  const what = `${formatBytes(packBytes)} of it is needed by other images of the same archives`;
  return [
    line([span(what, 'warn'), span(': no file is written anew without it, only one packed archive holds it once.')]),
  ];
}

function partialLines({ partialTags }: Plan): Block[] {
  return partialTags.map(({ reference, goes, stays }) =>
    line([
      span(`${referenceName(reference)} becomes partial`, 'warn'),
      span(`: ${joinWords(goes)} goes, ${joinWords(stays)} stays.`),
    ]),
  );
}

function useLines({ inUse }: Plan): Block[] {
  if (inUse === null) return [];
  const { listed, found, missing } = inUse;
  const tone: Tone = found === 0 ? 'warn' : 'plain';
  return [
    line([
      span(
        `${formatCount(found)} of ${plural(listed, 'name')} in use ${found === 1 ? 'is' : 'are'} in these archives.`,
        tone,
      ),
    ]),
    ...missing.map(({ name, near, going }) => missingLine(name, near, going)),
  ];
}

function missingLine(name: string, near: readonly string[], going: readonly string[]): Block {
  const none = near.length === 0 ? 'nothing is near it' : `near are ${joinWords(near)}`;
  return line(
    [
      span(`${name} is in use and not here; `),
      going.length === 0 ? span(`${none}.`) : span(`near it, ${joinWords(going.slice(0, shownLost))} would go.`, 'bad'),
    ],
    2,
    2,
  );
}

function strandedLines({ strandedBytes }: Plan): Block[] {
  if (strandedBytes === 0) return [];
  const what = `${formatBytes(strandedBytes)} stay in archives whose images no longer need them, as copies of what others have`;
  return [line(`${what}: --remove stranded counts them too.`)];
}

const deletionReasons: Readonly<Record<Plan['deletions'][number]['reason'], string>> = {
  redundant: 'all of it is elsewhere',
  damaged: 'damaged',
  empty: 'no image is left in it',
};

/** Files that go as they stand: the one thing that anybody can do with files. */
function fileSection({ deletions }: Plan, view: View): Block[] {
  if (deletions.length === 0) return [];
  const shown = view.wide || view.verbose ? deletions : deletions.slice(0, shownRows);
  const rows = shown.map(({ path, sizeBytes, reason, coveredBy }) => [
    cell(path),
    cell(formatBytes(sizeBytes)),
    cell(deletionReasons[reason]),
    cell(coveredBy),
  ]);
  const more = deletions.length - shown.length;
  return [
    heading('Files to delete'),
    table(
      [
        { title: 'FILE', min: 20, cut: 'start' },
        { title: 'ON DISK', align: 'right' },
        { title: 'WHY', drop: 1 },
        { title: 'WHAT IT HOLDS IS IN', cut: 'start', shown: deletions.some(({ coveredBy }) => coveredBy.length > 0) },
      ],
      rows,
    ),
    ...(more === 0 ? [] : [line([span(`${plural(more, 'more file')}: -v shows all`, 'dim')])]),
  ];
}

function imageSection({ images, freedBytes }: Plan, view: View): Block[] {
  if (images.length === 0) return [];
  const shown = view.wide || view.verbose ? images : images.slice(0, shownRows);
  return [
    heading('Images that go'),
    imageTable(shown, view),
    ...restLine(images.length - shown.length, 'image', freedBytes),
  ];
}

function restLine(count: number, what: string, freedBytes: number): Block[] {
  if (count === 0) return [];
  return [
    line([span(`${plural(count, `more ${what}`)} (${formatBytes(freedBytes)} freed by all): -v shows all`, 'dim')]),
  ];
}

function imageTable(images: Plan['images'], view: View): Table {
  const columns: Column[] = [
    { title: 'REPOSITORY:TAG', min: 16, cut: 'start' },
    { title: 'IMAGE ID' },
    { title: 'PLATFORM', drop: 2, shown: view.wide || new Set(images.map(({ platform }) => platform)).size > 1 },
    { title: 'CREATED', drop: 3 },
    { title: 'WHY', drop: 1 },
    { title: 'STATE', shown: view.wide },
    { title: 'ALONE', align: 'right' },
    { title: 'FREED', align: 'right' },
    { title: 'ARCHIVES', cut: 'start', shown: view.wide },
  ];
  const rows = images.map((image) => [
    cell(imageNames(image.references)),
    cell(digestName(image.id, view.wide)),
    cell(image.platform ?? 'n/a'),
    cell(view.wide ? (image.createdAt ?? 'n/a') : dayOf(image.createdAt)),
    cell(image.reason),
    cell(image.state, stateTones[image.state]),
    cell(formatBytes(image.freedAloneBytes)),
    cell(formatBytes(image.freedBytes)),
    cell(image.archives),
  ]);
  return table(columns, rows);
}

function untaggedSection({ untagged }: Plan, view: View): Block[] {
  if (untagged.length === 0) return [];
  const rows = untagged.map(({ id, references }) => [cell(imageNames(references)), cell(digestName(id, view.wide))]);
  return [
    heading('Names that go, of images that stay'),
    table([{ title: 'REPOSITORY:TAG', min: 16, cut: 'start' }, { title: 'IMAGE ID' }], rows),
  ];
}

const keptReasons: Readonly<Record<Plan['kept'][number]['reason'], string>> = {
  'in-use': 'in use:',
  keep: '--keep',
  'keep-last': 'among the newest of',
  'keep-newer': 'newer:',
  'other-names': 'has another name:',
};

function keptSection({ kept }: Plan, view: View): Block[] {
  if (kept.length === 0) return [];
  const shown = view.wide || view.verbose ? kept : kept.slice(0, shownRows);
  const rows = shown.map(({ id, references, reason, detail }) => [
    cell(imageNames(references)),
    cell(digestName(id, view.wide)),
    cell(`${keptReasons[reason]} ${detail}`),
  ]);
  const more = kept.length - shown.length;
  return [
    heading('Images that stay all the same'),
    table([{ title: 'REPOSITORY:TAG', min: 16, cut: 'start' }, { title: 'IMAGE ID' }, { title: 'WHY', min: 16 }], rows),
    ...(more === 0 ? [] : [line([span(`${plural(more, 'more image')}: -v shows all`, 'dim')])]),
  ];
}

const outcomeTones: Readonly<Record<Plan['archives'][number]['outcome'], Tone>> = {
  deleted: 'warn',
  empty: 'warn',
  rewrite: 'plain',
  pack: 'plain',
  same: 'dim',
  unreadable: 'bad',
};

function archiveSection({ archives }: Plan, view: View): Block[] {
  const shown = archives.filter(({ outcome }) => view.wide || view.verbose || outcome !== 'same');
  const same = archives.length - shown.length;
  const note =
    same === 0 ? [] : [line([span(`${plural(same, 'archive stays as it is', 'archives stay as they are')}.`, 'dim')])];
  if (shown.length === 0) return note;
  const rows = shown.map((archive) => [
    cell(archive.outcome, outcomeTones[archive.outcome]),
    cell(archive.path),
    cell(formatBytes(archive.tarBytes)),
    cell(formatBytes(archive.freedBytes)),
    cell(formatBytes(archive.leftBytes)),
    cell(formatBytes(archive.strandedBytes)),
  ]);
  return [
    heading('Archives'),
    table(
      [
        { title: 'BECOMES' },
        { title: 'ARCHIVE', min: 20, cut: 'start' },
        { title: 'SIZE', align: 'right', drop: 2 },
        { title: 'FREED', align: 'right' },
        { title: 'CONTENT LEFT', align: 'right' },
        { title: 'STRANDED', align: 'right', drop: 1, shown: archives.some(({ strandedBytes }) => strandedBytes > 0) },
      ],
      rows,
    ),
    ...note,
  ];
}

/** What to do with the plan, as far as there is something to do. */
function nextSection({ archives, deletions, deletedSizeBytes, rewriteBytes, images, untagged }: Plan): Block[] {
  const of = (wanted: string) => archives.filter(({ outcome }) => outcome === wanted);
  const [rewrite, pack] = [of('rewrite'), of('pack')];
  const left = of('empty').filter(({ leftBytes }) => leftBytes > 0);
  const items = [
    deletions.length === 0
      ? null
      : `${plural(deletions.length, 'file or folder can be deleted as it stands', 'files and folders can be deleted as they stand')}, ${formatBytes(deletedSizeBytes)} on disk: --format script prints the commands, which look at each first.`,
    rewrite.length === 0
      ? null
      : `${plural(rewrite.length, 'archive keeps', 'archives keep')} other images: written anew without what goes, ${formatBytes(rewriteBytes)} less.`,
    pack.length === 0
      ? null
      : `${plural(pack.length, 'archive stays', 'archives stay')}: what would go from ${pack.length === 1 ? 'it' : 'them'} is needed there.`,
    left.length === 0
      ? null
      : `${plural(left.length, 'archive has', 'archives have')} no image left, but the only copy of what others need.`,
    images.length + untagged.length === 0
      ? null
      : '--format script --for docker prints the commands that remove the images from its store.',
  ].filter((item) => item !== null);
  return items.length === 0 ? [] : [heading('What to do'), ...items.map((text): Block => ({ kind: 'item', text }))];
}
