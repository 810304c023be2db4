/** Results as rows and as lines: nothing of the document is lost, each line says what it is. */
import { describe, expect, it } from 'vitest';
import { diffCsv as diffCsvPieces, diffLines } from '../../src/report/diff/diff-records.js';
import { reportCsv as reportCsvPieces, reportLines } from '../../src/report/overview/report-records.js';
import {
  verificationCsv as verificationCsvPieces,
  verificationLines,
} from '../../src/report/verification/verification-records.js';
import { readCsv } from '../helpers/form-readers.js';
import { whole } from '../helpers/whole.js';
import { imageDiff, plannedDiff, setDiff } from './sample-diffs.js';
import { fullReport, id, longPath, verification } from './sample-results.js';

const diffCsv = whole(diffCsvPieces);
const reportCsv = whole(reportCsvPieces);
const verificationCsv = whole(verificationCsvPieces);

type Line = Readonly<Record<string, unknown>>;
const ofKind = (lines: readonly object[], kind: string): Line[] =>
  (lines as Line[]).filter((line) => line['kind'] === kind);

describe('the lines of verify', () => {
  const lines = verificationLines(verification) as Line[];

  it('begin with the summary', () => {
    const { kind, schemaVersion, summary } = verification;
    expect(lines[0]).toEqual({ kind, schemaVersion, summary });
  });

  it('hold all of the document', () => {
    const archives = ofKind(lines, 'archive').map(({ kind: _, ...archive }) => ({
      ...archive,
      findings: ofKind(lines, 'finding').flatMap(({ kind, archive: of, ...item }) =>
        of === archive['path'] ? [item] : [],
      ),
      notChecked: ofKind(lines, 'not-checked').flatMap(({ kind, archive: of, ...item }) =>
        of === archive['path'] ? [item] : [],
      ),
    }));
    expect(archives).toEqual(verification.archives);
    expect(ofKind(lines, 'skipped').map(({ kind: _, ...item }) => item)).toEqual(verification.skipped);
  });

  it('have the findings of an archive behind it', () => {
    expect(lines.slice(1, 5).map(({ kind }) => kind)).toEqual(['archive', 'finding', 'finding', 'finding']);
  });
});

describe('the lines of report', () => {
  const lines = reportLines(fullReport) as Line[];

  it('begin with the figures of the whole', () => {
    const { kind, schemaVersion, summary, reclaim } = fullReport;
    expect(lines[0]).toEqual({ kind, schemaVersion, summary, reclaim });
  });

  it('hold every image, layer and archive', () => {
    const without = (kind: string) => ofKind(lines, kind).map(({ kind: _, ...item }) => item);
    expect(without('image')).toEqual(fullReport.images);
    expect(without('layer')).toEqual(fullReport.layers);
    expect(without('archive')).toEqual(fullReport.archives.map(({ findings, notChecked, ...facts }) => facts));
    expect(ofKind(lines, 'finding')).toHaveLength(4);
  });
});

describe('the lines of diff', () => {
  const { archives, images, layers, plan } = plannedDiff;
  const lines = diffLines(plannedDiff) as Line[];
  const changed = (kind: string, change: string) =>
    ofKind(lines, kind).flatMap(({ kind: _, change: is, ...item }) => (is === change ? [item] : []));

  it.each([
    ['archive', archives],
    ['image', images],
    ['layer', layers],
  ] as const)('hold what has changed of each %s', (kind, changes) => {
    expect(changed(kind, 'removed').map(({ before }) => before)).toEqual(changes.removed);
    expect(changed(kind, 'added').map(({ after }) => after)).toEqual(changes.added);
    expect(changed(kind, 'changed')).toEqual(changes.changed);
  });

  it('hold what else there is', () => {
    expect(changed('archive', 'moved')).toEqual(archives.moved);
    expect(changed('tag', 'moved')).toEqual(images.retagged);
    expect(ofKind(lines, 'plan-difference').map(({ kind: _, ...item }) => item)).toEqual(plan?.differences);
    expect(ofKind(diffLines(imageDiff), 'config').map(({ kind: _, ...item }) => item)).toEqual(imageDiff.pair?.config);
    expect(ofKind(diffLines(imageDiff), 'pair-layer')).toHaveLength(imageDiff.pair?.layers.length ?? -1);
  });

  it('begin with the figures of both sides', () => {
    const { kind, schemaVersion, differs, sides, bytes } = plannedDiff;
    expect(lines[0]).toMatchObject({ kind, schemaVersion, differs, sides, bytes });
  });
});

describe('the rows of diff', () => {
  const count = (diff: typeof setDiff, kind: string) => readCsv(diffCsv(diff)).filter(([is]) => is === kind).length;

  it('are one for each difference', () => {
    const lines = diffLines(plannedDiff) as Line[];
    const kinds = ['archive', 'image', 'tag', 'layer'];
    const counts = kinds.map((kind) => count(plannedDiff, kind));
    expect(counts).toEqual(kinds.map((kind) => ofKind(lines, kind).length));
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(count(plannedDiff, 'plan')).toBe(plannedDiff.plan?.differences.length);
    expect(count(imageDiff, 'config')).toBe(imageDiff.pair?.config.length);
    expect(count(imageDiff, 'pair-layer')).toBe(2);
  });

  it('have the bytes of both sides, and nothing where a side has none', () => {
    const rows = readCsv(diffCsv(setDiff)).filter(([kind]) => kind === 'archive');
    expect(rows[0]?.slice(1)).toEqual(['removed', 'gone.tar', 'x/gone.tar', '', '2000522', '']);
  });
});

describe('the rows of verify', () => {
  const [header = [], ...rows] = readCsv(verificationCsv(verification));
  const column = (name: string): string[] => rows.map((row) => row[header.indexOf(name)] ?? '');

  it('are one for each finding and each thing not checked, one for an archive with neither, and one for each path left out', () => {
    expect(column('code')).toEqual([
      'digest-mismatch',
      'blob-unreferenced',
      'blob-unreferenced',
      '',
      '',
      'input-unreadable',
      '',
    ]);
    expect(column('severity')).toEqual(['error', 'hint', 'hint', '', 'not-checked', 'error', '']);
    expect(column('status')).toEqual(['failed', 'failed', 'failed', 'ok', 'ok', 'unreadable', 'skipped']);
    expect(column('archive')[3]).toBe(longPath);
  });

  it('have both sides of a mismatch and its place', () => {
    expect([column('expected')[0], column('actual')[0], column('offsetBytes')[0]]).toEqual([id('a'), id('b'), '1536']);
  });

  it('are as wide as the header', () => {
    expect(rows.filter((row) => row.length !== header.length)).toEqual([]);
  });
});

describe('the rows of report', () => {
  it('are one for each image, with whole bytes and empty fields for what is unknown', () => {
    const [header = [], ...rows] = readCsv(reportCsv(fullReport));
    expect(rows.map((row) => row[0])).toEqual(fullReport.images.map((image) => image.id));
    expect(rows.map((row) => row[header.indexOf('sizeBytes')])).toEqual(['120000000', '', '120000000']);
    expect(rows[0]?.[header.indexOf('references')]).toBe('docker.io/library/debian:12;ghcr.io/a/b:c');
    expect(rows.filter((row) => row.length !== header.length)).toEqual([]);
  });
});
