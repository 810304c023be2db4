import { describe, expect, it } from 'vitest';
import { diffText } from '../../../src/report/diff/diff-text.js';
import { renderMarkdown } from '../../../src/report/forms/markdown.js';
import { renderText as renderTextPieces } from '../../../src/report/forms/terminal.js';
import { diffOf } from '../../helpers/diff-inputs.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';
import { whole } from '../../helpers/whole.js';
import { imageDiff, setDiff } from '../sample-diffs.js';

const renderText = whole(renderTextPieces);

const narrow = { wide: false, verbose: false };
const textOf = (diff: typeof setDiff, view = narrow) => renderText(diffText(diff, view), { width: null, color: false });
const short = (name: string) => digestFor(name).slice('sha256:'.length, 'sha256:'.length + 12);

describe('the text of two sets', () => {
  const text = textOf(setDiff);

  it('begins with what happened, what it means for the size, and what was not checked', () => {
    expect(text.split('\n').slice(0, 4)).toEqual([
      'inventory.json → inventory.json: 1 archive new, 2 gone, 2 changed, 1 renamed; 2 images new, 2 gone, 1 changed; ' +
        '2 tags moved; 2 layers new, 2 gone.',
      '7.002MB → 7.002MB (the same size).',
      '1 archive of BEFORE could not be read and had no part in this.',
      'BEFORE is verified, AFTER is not: what it claims was compared with what BEFORE holds.',
    ]);
  });

  it.each([
    [/^- {2}gone\.tar +2\.001MB +- {2}oci-archive, 1 image$/m],
    [/^- {2}unreadable\.tar +n\/a +- {2}UNREADABLE$/m],
    [/^\+ {2}added\.tar +- +2\.001MB {2}oci-archive, 1 image$/m],
    [/^~ {2}changed\.tar +2\.001MB +2\.001MB {2}1 image new, 1 gone; 2 files new, 2 gone$/m],
    [/^~ {2}same\.tar +1\.001MB +1\.001MB {2}names$/m],
    [/ 2\.001MB +2\.001MB {2}renamed$/m],
  ])('has a row for each archive that is not what it was: %s', (row) => {
    expect(text).toMatch(row);
  });

  it('has a row for each image, and under its names what it lost and won', () => {
    expect(text).toMatch(new RegExp(`^- {2}gone:1 +${short('gone')}  linux/amd64 +2MB  live$`, 'm'));
    expect(text).toMatch(new RegExp(`^\\+ {2}<none> +${short('added')}  linux/arm64 +2MB  dangling$`, 'm'));
    expect(text).toMatch(/^~ {2}same:1 .* \+ same:2$/m);
  });

  it('has the old and the new ID of each tag that moved', () => {
    expect(text).toMatch(new RegExp(`^~ {2}app:1 +${short('old')}  ${short('new')}$`, 'm'));
    expect(text).toMatch(new RegExp(`^~ {2}evil.* +${short('old')}  ${short('new')}  changed.tar$`, 'm'));
  });

  it('has the layers that came and went, and not those that stayed', () => {
    expect(text).toMatch(new RegExp(`^- {2}${short('gone')} +1MB +1MB +- +1$`, 'm'));
    expect(text).toMatch(new RegExp(`^\\+ {2}${short('added')} +1MB +- +1MB +1$`, 'm'));
    expect(text).toContain('LAYERS (2 UNCHANGED)');
    expect(text).not.toContain(short('base'));
  });

  it('keeps its marks in Markdown', () => {
    const markdown = renderMarkdown(diffText(setDiff, narrow));
    expect(markdown).toContain('| - | gone.tar | 2.001MB | - | oci-archive, 1 image |');
    expect(markdown).toContain('| \\~ | same.tar |');
  });

  it('shows twenty layers and the count of the others, or all with -v', () => {
    const draft = new ArchiveDraft('a.tar');
    const bodies = Array.from({ length: 22 }, (_, index) => draft.layer(`layer ${index}`, 1000 + index));
    draft.image('one', { bodies });
    const other = new ArchiveDraft('b.tar');
    other.image('two', { bodies: [other.layer('two', 5000)] });
    const grown = diffOf(inventoryOf([other]), inventoryOf([other, draft]));
    const rows = (verbose: boolean) => textOf(grown, { wide: false, verbose }).match(/^\+ {2}[0-9a-f]{12} /gm);
    expect(rows(false)).toHaveLength(20);
    expect(rows(true)).toHaveLength(22);
    expect(textOf(grown)).toContain('2 more layers (2.001kB): -v shows all\n');
  });
});

it('the text of two sets that are equal is one sentence and the bytes', () => {
  const draft = new ArchiveDraft('a.tar');
  draft.image('one', { bodies: [draft.layer('x', 990)] });
  const same = inventoryOf([draft]);
  const text = textOf(diffOf(same, same));
  expect(text.split('\n')[0]).toBe('inventory.json → inventory.json: nothing differs (1 archive, 1 image, 1kB → 1kB).');
  expect(text).not.toMatch(/ARCHIVES|IMAGES|LAYERS|CONFIG/);
});

it('the text of nothing against nothing has no table', () => {
  expect(textOf(diffOf(inventoryOf([]), inventoryOf([])))).toBe(
    'inventory.json → inventory.json: nothing differs (0 archives, 0 images, 0B → 0B).\n',
  );
});

describe('the text of two images', () => {
  const text = textOf(imageDiff);

  it('begins with both, their sizes, and facts that differ', () => {
    const [title, size, facts] = text.split('\n');
    expect(title).toBe(`app:1 (${short('one')}) → <none> (${short('two')})`);
    expect(size).toBe('2MB → 2MB (the same size): 1 layer in common (1MB), 1 gone (1MB) and 1 new (1MB).');
    expect(facts).toMatch(/^created 2024-05-01 → n\/a; platform linux\/amd64 → linux\/arm64; author evil.* → none\.$/);
  });

  it('has all layers, with their places and what happened to them', () => {
    expect(text).toMatch(new RegExp(`^= +1  ${short('base')}   1MB  n/a$`, 'm'));
    expect(text).toMatch(new RegExp(`^- +2  ${short('x')}   1MB  n/a$`, 'm'));
    expect(text).toMatch(new RegExp(`^\\+ +2  ${short('y')}   1MB  n/a$`, 'm'));
  });

  it('has each difference of the configs, text as it is and anything else as JSON', () => {
    expect(text).toMatch(/^~ {2}Env +PATH +- archives\/of.*\n +\+ \/bin$/m);
    expect(text).toMatch(/^~ {2}Cmd +- \["a"\]\n +\+ \["a","evil/m);
    expect(text).toMatch(/^\+ {2}Healthcheck +\{"Test":\["CMD","evil/m);
    expect(text).toMatch(/^- {2}Labels +evil/m);
  });

  it('says so where only how they were made differs', () => {
    const one = new ArchiveDraft('a.tar');
    one.image('one', { bodies: [one.layer('x', 10)] });
    const two = new ArchiveDraft('a.tar');
    two.image('two', { bodies: [two.layer('x', 10)] });
    expect(textOf(diffOf(inventoryOf([one]), inventoryOf([two])))).toContain('No difference in how they are run.\n');
  });
});
