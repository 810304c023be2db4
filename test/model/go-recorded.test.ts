/**
 * Thousands of documents that are nearly right, read here and by loaders written in Go: what those read was recorded
 * (`test/fuzz/json-readers.ts`), so that every run is held to it without Go.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedDocument } from '../fuzz/json-documents.js';
import { judge } from '../fuzz/json-readings.js';
import { recordedCount, recordedReadings, recordPath } from '../fuzz/json-record.js';

const lines = readFileSync(recordPath, 'utf8').trimEnd().split('\n');
const cases = lines.map((line, number) => {
  const document = generatedDocument(number);
  return { number, document, readings: recordedReadings(line, document) };
});

describe('the documents that Go has read', () => {
  it('are those that are generated', () => {
    expect(lines).toHaveLength(recordedCount);
    expect(cases.filter(({ readings }) => readings === null).map(({ number }) => number)).toEqual([]);
  });

  const verdicts = cases.map(({ number, document, readings }) => ({ number, ...judge(document, readings ?? {}) }));

  it('are read as the loaders read them, or differ with a finding', () => {
    expect(verdicts.filter(({ fault }) => fault !== null)).toEqual([]);
  });

  it('are of all sorts: read as they are, read with a finding, refused', () => {
    const share = (some: (verdict: (typeof verdicts)[number]) => boolean): number =>
      verdicts.filter(some).length / verdicts.length;
    expect(share(({ isRead, isRemarked }) => isRead && !isRemarked)).toBeGreaterThan(0.2);
    expect(share(({ isRead, isRemarked }) => isRead && isRemarked)).toBeGreaterThan(0.05);
    expect(share(({ isRead }) => !isRead)).toBeGreaterThan(0.1);
  });
});
