/** What holds for every result in every form: width, safety, order, completeness. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Block, View } from '../../src/report/blocks/document.js';
import { displayWidth } from '../../src/report/blocks/table.js';
import { diffText } from '../../src/report/diff/diff-text.js';
import { renderMarkdown } from '../../src/report/forms/markdown.js';
import { renderText as renderTextPieces } from '../../src/report/forms/terminal.js';
import { diskUsageText } from '../../src/report/images/disk-usage-text.js';
import { layersCsv as layersCsvPieces, layersText } from '../../src/report/images/layers-text.js';
import { reportText } from '../../src/report/overview/report-text.js';
import { planText } from '../../src/report/plan/plan-text.js';
import { verificationText } from '../../src/report/verification/verification-text.js';
import { whole } from '../helpers/whole.js';
import { imageDiff, plannedDiff, samplePlan, setDiff } from './sample-diffs.js';
import { diskUsage, fullReport, hostileName, id, layerList, longPath, verification } from './sample-results.js';

const layersCsv = whole(layersCsvPieces);
const renderText = whole(renderTextPieces);

const counts = [
  { images: 1, blobs: 12 },
  { images: 1, blobs: 1 },
];

const results: readonly (readonly [name: string, blocks: (view: View) => Block[]])[] = [
  ['report', (view) => reportText(fullReport, view)],
  ['verification', (view) => verificationText(verification, counts, { ...view, pinned: false })],
  ['layers', (view) => layersText(layerList, view)],
  ['df', (view) => diskUsageText(diskUsage, null, view)],
  ['diff of sets', (view) => diffText(setDiff, view)],
  ['diff with a plan', (view) => diffText(plannedDiff, view)],
  ['plan', (view) => planText(samplePlan, view)],
  ['diff of images', (view) => diffText(imageDiff, view)],
  ['df -v', (view) => diskUsageText(diskUsage, { report: fullReport, layers: layerList }, view)],
];

const views: readonly View[] = [
  { wide: false, verbose: false },
  { wide: false, verbose: true },
  { wide: true, verbose: false },
];

describe.each(results)('%s', (_, blocks) => {
  it.each([20, 40, 80, 120, 200].flatMap((width) => views.map((view) => [width, view] as const)))(
    'has no line wider than %d columns (%j)',
    (width, view) => {
      const lines = renderText(blocks(view), { width, color: false }).split('\n');
      expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
    },
  );

  it.each(views)('prints nothing that a terminal obeys (%j)', (view) => {
    const text = renderText(blocks(view), { width: 80, color: false });
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(renderMarkdown(blocks(view))).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  it.each(views)('says the same with and without colour (%j)', (view) => {
    const colored = renderText(blocks(view), { width: 80, color: true });
    expect(colored).toContain('\x1b[');
    expect(stripVTControlCharacters(colored)).toBe(renderText(blocks(view), { width: 80, color: false }));
  });

  it('ends in exactly one newline', () => {
    expect(renderText(blocks({ wide: false, verbose: false }), { width: null, color: false })).toMatch(/[^\n]\n$/);
  });
});

it('a report without a width names every path and every finding in full', () => {
  const text = renderText(reportText(fullReport, { wide: false, verbose: false }), { width: null, color: false });
  expect(text).toContain(longPath);
  expect(text).toContain(`expected ${id('a')}`);
  expect(text).toContain(`found    ${id('b')}`);
  expect(text).toContain('evil\\x1b[31m\\u202egnp.exe\\x0d\\x0aok  forged.tar');
});

it('a path that is too long for a line of verify is broken, not cut', () => {
  const blocks = verificationText(verification, counts, { wide: false, verbose: false, pinned: false });
  const text = renderText(blocks, { width: 40, color: false });
  expect(text.replaceAll(/\s+/g, '')).toContain(longPath);
});

it('equal hints are one line, and each is listed when asked for', () => {
  const render = (verbose: boolean) =>
    renderText(reportText(fullReport, { wide: false, verbose }), { width: null, color: false });
  expect(render(false)).toMatch(/^ {2}a\.tar: blob-unreferenced \(2\)$/m);
  expect(render(false)).not.toContain('No image or index of the archive needs this blob.');
  expect(render(true).split('No image or index of the archive needs this blob.')).toHaveLength(3);
});

it('unknown sizes are n/a and come last among the layers', () => {
  const text = renderText(layersText(layerList, { wide: false, verbose: false }), { width: null, color: false });
  const rows = text.split('\n').slice(1, 3);
  expect(rows[0]).toMatch(/^dddddddddddd +90MB +30MB gzip +60MB /);
  expect(rows[1]).toMatch(/^unknown +n\/a +- +77B /);
});

it('a size that is only claimed has a ~ in tables, and is no size in CSV', () => {
  const layers = layerList.layers.map((layer) => ({ ...layer, sizeBytes: null, claimedSizeBytes: 90_000_000 }));
  const list = { ...layerList, layers };
  const text = renderText(layersText(list, { wide: false, verbose: false }), { width: null, color: false });
  expect(text.split('\n')[1]).toMatch(/^dddddddddddd +~90MB +30MB gzip +60MB /);
  expect(layersCsv(list).split('\n')[1]).toBe(`${id('d')},,60000000,2,0,2,2,live,90000000`);
});

it('every name of an image has its line, in short form', () => {
  const text = renderText(reportText(fullReport, { wide: false, verbose: false }), { width: null, color: false });
  expect(text).toMatch(/^debian:12 +1{12} +linux\/amd64 +2024-05-01 +live/m);
  expect(text).toMatch(/^ghcr\.io\/a\/b:c$/m);
  expect(text).toMatch(/^<none> +3{12} +n\/a +n\/a +dangling/m);
});

it('the wide view of layers has full digests', () => {
  const text = renderText(reportText(fullReport, { wide: true, verbose: false }), { width: null, color: false });
  expect(text).toContain(id('1'));
  expect(text).toContain(id('d'));
});

it('verify sums up, and says what it does not prove unless an image is pinned', () => {
  const render = (pinned: boolean) =>
    renderText(verificationText(verification, counts, { wide: false, verbose: false, pinned }), {
      width: null,
      color: false,
    });
  expect(render(false)).toContain(
    'Checked 42 blobs, 1.235GB, in 4 archives: 1 failed, 1 could not be read, 1 fault, 1 thing could not be checked.\n',
  );
  expect(render(false)).toMatch(/--expect REF=DIGEST to pin an image\.\n$/);
  expect(render(true)).not.toContain('--expect');
});

it('verify has a line for each archive with what is in it', () => {
  const text = renderText(verificationText(verification, counts, { wide: false, verbose: false, pinned: true }), {
    width: null,
    color: false,
  });
  expect(text).toMatch(/^FAILED {6}a\.tar {2}docker-archive, 1 image, 12 blobs$/m);
  expect(text).toMatch(/^UNREADABLE {2}missing\.tar$/m);
});

it('Markdown keeps hostile names inside their cell', () => {
  const markdown = renderMarkdown([
    {
      kind: 'table',
      columns: [{ title: 'NAME' }],
      rows: [[{ lines: ['a|b', '<script>', '[x](y) `c` *d*'], tone: 'plain' }]],
    },
  ]);
  expect(markdown).toBe('| NAME |\n| --- |\n| a\\|b<br>&lt;script\\><br>\\[x\\](y) \\`c\\` \\*d\\* |\n');
});

it('Markdown lists a finding with its facts', () => {
  const markdown = renderMarkdown(reportText(fullReport, { wide: false, verbose: false }));
  expect(markdown).toContain('- **error** `digest-mismatch`: layer 2 of 3 of debian:12 ');
  expect(markdown).toContain(`\n  - expected ${id('a')}\n`);
});

it('CSV has a header, whole bytes, and empty fields for what is unknown', () => {
  expect(layersCsv(layerList)).toBe(
    `diffId,sizeBytes,storedBytes,copies,twins,images,archives,state,claimedSizeBytes\n${id('d')},90000000,60000000,2,0,2,2,live,\n,,77,1,1,1,1,,\n`,
  );
});

it('df shows the totals in the columns of docker system df', () => {
  expect(renderText(diskUsageText(diskUsage, null, { wide: false, verbose: false }), { width: 80, color: false })).toBe(
    [
      'TYPE           TOTAL  ACTIVE     SIZE  RECLAIMABLE  SHARE',
      'Archives           4       3  1.235GB      412.5MB   33 %',
      'Images             3       1    1.2GB        400MB   33 %',
      'Layers             2       1      1GB        300MB   30 %',
      'Unreferenced       2       0   12.5MB       12.5MB  100 %',
      'Tar packaging      1       0  67.89kB           0B    0 %',
      '',
      'Unverified: the figures rest on what the archives claim.',
      '',
    ].join('\n'),
  );
});

it('a hostile name never starts a line of its own', () => {
  const text = renderText(reportText(fullReport, { wide: false, verbose: true }), { width: null, color: false });
  expect(text).not.toMatch(/^ok {2}forged/m);
  expect(hostileName).toContain('\nok  forged');
});
