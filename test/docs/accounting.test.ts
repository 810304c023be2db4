/** docs/accounting.md: its worked example is computed, and its classes are those of the program. */
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { reclaimSchema } from '../../src/model/results/results.js';
import { ArchiveDraft, inventoryOf } from '../helpers/inventory-builder.js';
import { readPage, rowsOf, sectionOf } from './page.js';

const page = readPage('docs/accounting.md');
const example = sectionOf(page, '## Worked example');
const rows = rowsOf(example);
const layerRows = rows.filter((row) => row.length === 2);
const imageRows = rows.filter((row) => row.length === 5);
const going = ['my-curl', 'my-jq', '<none>'];

const bytesOf = (text: string): number => Number(text.replaceAll(',', ''));

/** The images of the page in one store; those named carry no tag. */
function store(untagged: readonly string[]): ReturnType<typeof reportOf> {
  const archive = new ArchiveDraft('store.tar');
  const bodies = new Map(layerRows.map(([name = '', bytes = '']) => [name, archive.layer(name, bytesOf(bytes))]));
  for (const [name = '', layers = ''] of imageRows) {
    const tag = `docker.io/library/${name.includes(':') ? name : `${name}:latest`}`;
    const references = untagged.includes(name) ? [] : [tag];
    archive.image(name, {
      references,
      bodies: layers.split(' ').map((layer) => bodies.get(layer) ?? -1),
      configBytes: 0,
    });
  }
  return reportOf(inventoryOf([archive]));
}

describe('the worked example of docs/accounting.md', () => {
  const before = store(['<none>']);

  it('has six layers and five images', () => {
    expect([layerRows.length, imageRows.length]).toEqual([6, 5]);
  });

  it('shows the figures that the program computes', () => {
    const shown = imageRows.map((row) => row.slice(2).map(bytesOf));
    expect(before.images.map((image) => [image.sizeBytes, image.sharedBytes, image.uniqueBytes])).toEqual(shown);
  });

  it('has the total of the distinct layers, which is what is attributed', () => {
    const attributed = before.images.reduce((sum, { attributedBytes }) => sum + (attributedBytes ?? Number.NaN), 0);
    expect(example).toContain(`**${attributed.toLocaleString('en-US')}**`);
    expect(before.reclaim.totalBytes).toBe(attributed);
  });

  it('frees what the page says when the three images go, and nothing for the untagged one alone', () => {
    const freed = store(going).reclaim.danglingBytes;
    expect(example).toContain(`**${freed.toLocaleString('en-US')}**`);
    expect(before.reclaim.danglingBytes).toBe(0);
  });

  it('shows the two mistakes as they are made', () => {
    const unique = before.images.slice(0, going.length).reduce((sum, { uniqueBytes }) => sum + (uniqueBytes ?? 0), 0);
    const largest = Math.max(...before.images.slice(going.length).map(({ sizeBytes }) => sizeBytes ?? 0));
    expect(example).toContain(` ${unique.toLocaleString('en-US')},`);
    expect(example).toContain(` ${(before.reclaim.totalBytes - largest).toLocaleString('en-US')},`);
  });
});

describe('the classes of docs/accounting.md', () => {
  it('are those of the program', () => {
    const listed = rowsOf(sectionOf(page, '## 2. Where the bytes go')).map(([name]) => `${name}Bytes`);
    const fields = Object.keys(reclaimSchema.shape).filter((name) => !/^(?:total|reclaimable|withheld)/.test(name));
    expect(listed.sort()).toEqual(fields.sort());
  });
});
