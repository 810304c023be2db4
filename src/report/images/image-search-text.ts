/**
 * The results of a search as text, rows and data of templates, in docker's columns. An archive knows of no stars, and
 * says what Docker Hub does not: the tags that are there and where.
 */
import type { ImageSearch } from '../../model/results/results.js';
import { type Block, type Column, cell, line, table } from '../blocks/document.js';
import { cutText } from '../blocks/table.js';
import { formatCount } from '../blocks/units.js';
import { type CsvValue, renderCsv } from '../forms/csv.js';

type Result = ImageSearch['results'][number];

export interface ImageSearchView {
  readonly wide: boolean;
  /** Whether a description may be cut. */
  readonly truncate: boolean;
}

/** What docker cuts a description to. */
const descriptionWidth = 45;

export function imageSearchText({ results, term }: ImageSearch, view: ImageSearchView): Block[] {
  if (results.length === 0) return [line(`No image for ${JSON.stringify(term)}.`)];
  const columns: Column[] = [
    { title: 'NAME', min: 12, cut: 'start' },
    { title: 'DESCRIPTION', min: 12, drop: 2 },
    { title: 'TAGS', min: 8, drop: 1 },
    { title: 'IMAGES', align: 'right', drop: 3 },
    { title: 'STARS', align: 'right', shown: results.some(({ starCount }) => starCount !== undefined) },
    { title: 'OFFICIAL' },
    { title: 'LABELS', shown: view.wide },
    { title: 'ARCHIVE', cut: 'start', shown: view.wide },
  ];
  const rows = results.map((result) => [
    cell(result.name ?? '<none>'),
    cell(descriptionText(result, view)),
    cell(result.tags.join(', ')),
    // Of what a registry lists no image was read.
    cell(result.images.length === 0 ? 'n/a' : formatCount(result.images.length)),
    cell(result.starCount === undefined ? '' : formatCount(result.starCount)),
    cell(result.official ? '[OK]' : ''),
    cell(result.labels),
    cell(result.archives),
  ]);
  return [table(columns, rows)];
}

const header = ['name', 'repository', 'official', 'description', 'tags', 'labels', 'images', 'archives'];

/** One line for each result; lists are parted by semicolons. */
export function imageSearchCsv({ results }: ImageSearch): Iterable<string> {
  const rows = results.map((result): CsvValue[] => [
    result.name,
    result.repository,
    result.official,
    result.description,
    ...[result.tags, result.labels, result.images, result.archives].map((list) => list.join(';')),
  ]);
  return renderCsv(header, rows);
}

/** What stands above each placeholder in a table. */
export const searchHeads = {
  Name: 'NAME',
  Description: 'DESCRIPTION',
  StarCount: 'STARS',
  IsOfficial: 'OFFICIAL',
  Repository: 'REPOSITORY',
  Tags: 'TAGS',
  Labels: 'LABELS',
  Images: 'IMAGES',
  Archives: 'ARCHIVES',
} as const;

/** What one result gives to a template; the first four are docker's. */
export function searchTemplateData(result: Result, view: ImageSearchView): Record<keyof typeof searchHeads, unknown> {
  return {
    Name: result.name ?? '<none>',
    Description: descriptionText(result, view),
    StarCount: result.starCount ?? 'N/A',
    IsOfficial: result.official ? '[OK]' : '',
    Repository: result.repository ?? '<none>',
    Tags: result.tags,
    Labels: result.labels,
    Images: result.images,
    Archives: result.archives,
  };
}

function descriptionText({ description }: Result, { truncate }: ImageSearchView): string {
  const oneLine = (description ?? '').replace(/\r\n|[\r\n]/g, ' ');
  return truncate ? cutText(oneLine, descriptionWidth, 'end') : oneLine;
}
