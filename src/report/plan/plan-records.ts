/**
 * A plan as rows and as lines, for programs. The rows are the images that go, in their order, so that the freed bytes of
 * the first rows are what those images free together; the lines have all of the plan.
 */
import type { Plan } from '../../model/results/plan.js';
import { type CsvValue, renderCsv } from '../forms/csv.js';

const header = [
  'id',
  'references',
  'platform',
  'createdAt',
  'state',
  'reason',
  'freedAloneBytes',
  'freedBytes',
  'archives',
];

/** One row for each image that goes; names and archives are parted by semicolons. */
export function planCsv({ images }: Plan): Iterable<string> {
  const rows = images.map((image): CsvValue[] => [
    image.id,
    image.references.join(';'),
    image.platform,
    image.createdAt,
    image.state,
    image.reason,
    image.freedAloneBytes,
    image.freedBytes,
    image.archives.join(';'),
  ]);
  return renderCsv(header, rows);
}

/** The figures, then the files that are deleted, the images, names, artifacts and layers that go, the images that stay, each archive. */
export function planLines(plan: Plan): object[] {
  // The IDs are those of the images.
  const {
    removed,
    deletions,
    images,
    untagged,
    artifacts,
    layersFreed,
    kept,
    archives,
    partialTags,
    skipped,
    ...facts
  } = plan;
  return [
    facts,
    ...deletions.map((deletion) => ({ kind: 'deletion', ...deletion })),
    ...images.map((image) => ({ kind: 'image', ...image })),
    ...untagged.map((item) => ({ kind: 'untagged', ...item })),
    ...artifacts.map((digest) => ({ kind: 'artifact', digest })),
    ...layersFreed.map((layer) => ({ kind: 'layer', ...layer })),
    ...kept.map((image) => ({ kind: 'kept', ...image })),
    ...archives.map((archive) => ({ kind: 'archive', ...archive })),
    ...partialTags.map((tag) => ({ kind: 'partial-tag', ...tag })),
    ...skipped.map((item) => ({ kind: 'skipped', ...item })),
  ];
}
