/**
 * The findings of archives as rows and as lines, for programs: one table, or one JSON object a line with its kind. An
 * archive without any finding is there too, so that what was looked at can be told from what was not.
 */
import type { Finding, NotChecked } from '../../model/finding.js';
import type { Verification } from '../../model/results/results.js';
import { type CsvValue, renderCsv } from '../forms/csv.js';

type VerifiedArchive = Verification['archives'][number];

const header = [
  'status',
  'archive',
  'format',
  'severity',
  'code',
  'subject',
  'expected',
  'actual',
  'offsetBytes',
  'message',
];

/**
 * One row for each finding and each thing not checked; one with empty fields for an archive that has neither; one for each
 * path that the search left out.
 */
export function verificationCsv({ archives, skipped }: Verification): Iterable<string> {
  const rows = archives.flatMap(({ status, path, format, findings, notChecked }): CsvValue[][] => {
    const start = [status, path, format];
    const found = [...findings.map(findingCells), ...notChecked.map(notCheckedCells)];
    return (found.length === 0 ? [header.slice(start.length).map(() => null)] : found).map((cells) => [
      ...start,
      ...cells,
    ]);
  });
  return renderCsv(header, [...rows, ...skipped.map(skippedCells)]);
}

function findingCells({ severity, code, subject, expected, actual, offsetBytes, message }: Finding): CsvValue[] {
  return [severity, code, subject, expected, actual, offsetBytes, message];
}

function notCheckedCells({ subject, reason }: NotChecked): CsvValue[] {
  return ['not-checked', null, subject, null, null, null, reason];
}

function skippedCells({ path, reason }: Verification['skipped'][number]): CsvValue[] {
  return ['skipped', path, null, null, null, null, null, null, null, reason];
}

/** The summary, then each archive with its findings behind it, then what the search left alone. */
export function verificationLines({ kind, schemaVersion, summary, archives, skipped }: Verification): object[] {
  return [
    { kind, schemaVersion, summary },
    ...archives.flatMap(archiveLines),
    ...skipped.map((item) => ({ kind: 'skipped', ...item })),
  ];
}

/** An archive without its findings, and they behind it; each names the archive that it is of. */
export function archiveLines<T extends Pick<VerifiedArchive, 'path' | 'findings' | 'notChecked'>>(
  archive: T,
): object[] {
  const { findings, notChecked, ...facts } = archive;
  const { path } = archive;
  return [
    { kind: 'archive', ...facts },
    ...findings.map((finding) => ({ kind: 'finding', archive: path, ...finding })),
    ...notChecked.map((item) => ({ kind: 'not-checked', archive: path, ...item })),
  ];
}
