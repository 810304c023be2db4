/**
 * A comparison as rows and as lines, for programs: one for each thing that is different. The rows say of every kind of
 * thing the same: what it is called, what it was and what it is; the lines have all of it.
 */
import type {
  ConfigChange,
  Diff,
  DiffArchive,
  DiffImage,
  DiffLayer,
  PairLayer,
  PlanDifference,
} from '../../model/results/diff.js';
import { type CsvValue, renderCsv } from '../forms/csv.js';
import { valueText } from '../forms/json.js';

const header = ['kind', 'change', 'name', 'before', 'after', 'beforeBytes', 'afterBytes'];

type Row = readonly [
  change: string,
  name: string | null,
  before: CsvValue,
  after: CsvValue,
  beforeBytes: number | null,
  afterBytes: number | null,
];

/** One row for each difference; several names in one field are parted by semicolons. */
export function diffCsv(diff: Diff): Iterable<string> {
  const kinds: readonly (readonly [kind: string, rows: readonly Row[]])[] = [
    ['class', classRows(diff)],
    ['archive', archiveRows(diff)],
    ['image', imageRows(diff)],
    [
      'tag',
      diff.images.retagged.map(({ reference, before, after }) => ['moved', reference, before, after, null, null]),
    ],
    ['layer', layerRows(diff)],
    ['pair-layer', (diff.pair?.layers ?? []).filter(({ change }) => change !== 'same').map(pairLayerRow)],
    ['config', (diff.pair?.config ?? []).map(configRow)],
    ['plan', (diff.plan?.differences ?? []).map(planRow)],
  ];
  return renderCsv(
    header,
    kinds.flatMap(([kind, rows]) => rows.map((row): CsvValue[] => [kind, ...row])),
  );
}

function classRows({ bytes: { before, after, delta } }: Diff): Row[] {
  const fields = Object.keys(delta) as (keyof typeof delta)[];
  return fields
    .filter((field) => delta[field] !== 0)
    .map((field) => ['changed', field, null, null, before[field], after[field]]);
}

function archiveRows({ archives }: Diff): Row[] {
  const two = (change: string, before: DiffArchive, after: DiffArchive): Row => [
    change,
    after.name,
    before.path,
    after.path,
    before.tarBytes,
    after.tarBytes,
  ];
  return [
    ...archives.removed.map(({ name, path, tarBytes }): Row => ['removed', name, path, null, tarBytes, null]),
    ...archives.added.map(({ name, path, tarBytes }): Row => ['added', name, null, path, null, tarBytes]),
    ...archives.changed.map(({ before, after }) => two('changed', before, after)),
    ...archives.moved.map(({ before, after }) => two('moved', before, after)),
  ];
}

/** An image is called by its ID; what is before and after are its names. */
function imageRows({ images }: Diff): Row[] {
  const names = ({ references }: DiffImage): string => references.join(';');
  return [
    ...images.removed.map((image): Row => ['removed', image.id, names(image), null, image.sizeBytes, null]),
    ...images.added.map((image): Row => ['added', image.id, null, names(image), null, image.sizeBytes]),
    ...images.changed.map(
      ({ before, after }): Row => ['changed', after.id, names(before), names(after), before.sizeBytes, after.sizeBytes],
    ),
  ];
}

/** The bytes are those that are stored, before and after is in how many copies. */
function layerRows({ layers }: Diff): Row[] {
  const row = (change: string, before: DiffLayer | null, after: DiffLayer | null): Row => [
    change,
    before?.diffId ?? after?.diffId ?? null,
    before?.copies ?? null,
    after?.copies ?? null,
    before?.storedBytes ?? null,
    after?.storedBytes ?? null,
  ];
  return [
    ...layers.removed.map((layer) => row('removed', layer, null)),
    ...layers.added.map((layer) => row('added', null, layer)),
    ...layers.changed.map(({ before, after }) => row('changed', before, after)),
  ];
}

/** Before and after is the position. */
function pairLayerRow({ change, diffId, before, after, sizeBytes }: PairLayer): Row {
  return [change, diffId, before, after, before === null ? null : sizeBytes, after === null ? null : sizeBytes];
}

function configRow({ field, key, change, before, after }: ConfigChange): Row {
  return [change, key === null ? field : `${field} ${key}`, fieldText(before), fieldText(after), null, null];
}

function fieldText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return valueText(value);
}

function planRow({ what, subject, predicted, actual }: PlanDifference): Row {
  const bytes = (value: PlanDifference['actual']) => (typeof value === 'number' ? value : null);
  const word = (value: PlanDifference['actual']) => (typeof value === 'number' ? null : value);
  return [what, subject, word(predicted), word(actual), bytes(predicted), bytes(actual)];
}

/** The figures, then each difference, then the pair and what came of the plan. */
export function diffLines(diff: Diff): object[] {
  const { kind, schemaVersion, differs, sides, bytes, archives, images, layers, pair, plan } = diff;
  const unchanged = { archives: archives.unchanged, images: images.unchanged, layers: layers.unchanged };
  return [
    { kind, schemaVersion, differs, sides, bytes, unchanged },
    ...changeLines('archive', archives),
    ...changeLines('image', images),
    ...images.retagged.map((tag) => ({ kind: 'tag', change: 'moved', ...tag })),
    ...changeLines('layer', layers),
    ...(pair === null ? [] : pairLines(pair)),
    ...(plan === null ? [] : planLines(plan)),
  ];
}

interface Changes {
  readonly added: readonly object[];
  readonly removed: readonly object[];
  readonly changed: readonly object[];
  readonly moved?: readonly object[];
}

function changeLines(kind: string, { removed, added, changed, moved = [] }: Changes): object[] {
  return [
    ...removed.map((before) => ({ kind, change: 'removed', before, after: null })),
    ...added.map((after) => ({ kind, change: 'added', before: null, after })),
    ...changed.map((both) => ({ kind, change: 'changed', ...both })),
    ...moved.map((both) => ({ kind, change: 'moved', ...both })),
  ];
}

function pairLines({ layers, config, ...facts }: NonNullable<Diff['pair']>): object[] {
  return [
    { kind: 'pair', ...facts },
    ...layers.map((layer) => ({ kind: 'pair-layer', ...layer })),
    ...config.map((change) => ({ kind: 'config', ...change })),
  ];
}

function planLines({ images, archives, differences, ...facts }: NonNullable<Diff['plan']>): object[] {
  return [
    { kind: 'plan', ...facts },
    ...images.map((image) => ({ kind: 'plan-image', ...image })),
    ...archives.map((archive) => ({ kind: 'plan-archive', ...archive })),
    ...differences.map((difference) => ({ kind: 'plan-difference', ...difference })),
  ];
}
