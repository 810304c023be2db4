import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/model/results/results.js';
import { renderText as renderTextPieces } from '../../../src/report/forms/terminal.js';
import { headline } from '../../../src/report/overview/headline.js';
import { whole } from '../../helpers/whole.js';
import { archive, emptyReport, fault, fullReport, id, image, mismatch, nothing } from '../sample-results.js';

const renderText = whole(renderTextPieces);

function lines(report: Report): string[] {
  return renderText(headline(report, { inputs: 'images' }), { width: null, color: false })
    .trimEnd()
    .split('\n');
}

function withArchives(archives: Report['archives'], summary: Partial<Report['summary']> = {}): Report {
  const base = emptyReport();
  return { ...base, archives, summary: { ...base.summary, archives: archives.length, ...summary } };
}

describe('the verdict of a headline', () => {
  it('is that every digest matches when all was checked and fits', () => {
    const report = withArchives([archive({ path: 'a' }), archive({ path: 'b' })], { images: 1, layers: 3 });
    expect(lines(report)[0]).toBe('2 archives, 1 image, 3 layers in 0B — every digest matches.');
  });

  it('says how many archives are damaged and unreadable', () => {
    const damaged = archive({ path: 'a', status: 'failed', findings: [mismatch, mismatch], faults: [fault({})] });
    const unreadable = archive({ path: 'b', status: 'unreadable', findings: [mismatch], faults: [fault({})] });
    const report = withArchives([damaged, unreadable], { errors: 3 });
    expect(lines(report)[0]).toMatch(/ — 1 archive is damaged \(1 fault\), 1 could not be read\.$/);
  });

  it('names the first three damaged layers with their image and an intact copy, and counts the others', () => {
    const copies = [{ archive: 'b.tar', entry: 'x', sameBytes: true, recorded: false }];
    const faults = [fault({ intactCopies: copies }), ...Array.from({ length: 4 }, () => fault({ part: 'config' }))];
    const report = withArchives([archive({ path: 'a.tar', status: 'failed', findings: [mismatch], faults })]);
    expect(lines(report).slice(1, 5)).toEqual([
      '  Damaged: layer 2 of 3 of debian:12 (step `COPY app /srv`) in a.tar: its bytes are not sha256:aaaaaaaaaaaa…; ' +
        'an intact copy is in b.tar.',
      ...Array.from(
        { length: 2 },
        () =>
          '  Damaged: config of debian:12 (step `COPY app /srv`) in a.tar: its bytes are not sha256:aaaaaaaaaaaa…; ' +
          'no other copy here is known to be intact.',
      ),
      '  Damaged too: 2 more things.',
    ]);
  });

  it('counts what is only counted', () => {
    const faults = [fault({}), fault({}), fault({}), fault({ count: 2000 })];
    const report = withArchives([archive({ path: 'a.tar', status: 'failed', findings: [mismatch], faults })]);
    expect(lines(report)[0]).toMatch(/damaged \(2,003 faults\)\.$/);
    expect(lines(report)[4]).toBe('  Damaged too: 2,000 more things.');
  });

  it('does not claim what could not be checked', () => {
    const report = withArchives([archive({ path: 'a' })], { notChecked: 2 });
    expect(lines(report)[0]).toMatch(/ — every digest that could be checked matches\.$/);
  });

  it('is open where no body was read', () => {
    const report = withArchives([archive({ path: 'a', status: 'unverified' })], { verified: false });
    expect(lines(report)[0]).toMatch(/ — digests were not checked\.$/);
    expect(lines(report)).toContain('The figures are unverified: they rest on what the archives claim.');
  });

  it('tells recorded archives from checked ones', () => {
    const report = withArchives([archive({ path: 'a' }), archive({ path: 'b', status: 'recorded' })]);
    expect(lines(report)[0]).toMatch(/ — every digest matches; 1 as recorded, not checked again\.$/);
  });

  it('tells archives from the cache from computed ones, and does not praise them alone', () => {
    const cached = archive({ path: 'b', status: 'cached' });
    expect(lines(withArchives([archive({ path: 'a' }), cached]))[0]).toMatch(
      / — every digest matches; 1 from the cache, not computed again\.$/,
    );
    expect(lines(withArchives([cached]))[0]).toMatch(/ — 1 from the cache, not computed again\.$/);
  });

  it('names warnings beside matching digests', () => {
    expect(lines(withArchives([archive({ path: 'a' })], { warnings: 1 }))[0]).toMatch(/matches \(1 warning\)\.$/);
  });

  it('is no praise for nothing', () => {
    expect(lines(emptyReport())[0]).toBe('0 archives, 0 images, 0 layers in 0B — nothing to check.');
  });
});

describe('what is repeated', () => {
  it('is told in bytes and as a share, with what one packed archive would hold', () => {
    const packed = { bodyBytes: 900, unifiedBodyBytes: 700, sizeBytes: null, unifiedSizeBytes: null };
    expect(lines({ ...fullReport, packed }).slice(2, 5)).toEqual([
      '300MB (24 %) is stored twice: further copies of what is there already.',
      '  One archive with every image and each blob once would hold 900B, 700B with each layer in its smallest form alone.',
      '    varve pack images -o all.tar',
    ]);
  });

  it('names the archives that can be deleted, their size on disk, and the command', () => {
    const redundant = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((path) => ({
      path,
      sizeBytes: 10,
      damaged: false,
      coveredBy: ['x'],
      lostDigests: [],
    }));
    expect(lines({ ...fullReport, redundant }).slice(3, 5)).toEqual([
      '  7 archives can be deleted with nothing lost, 70B on disk: a, b, c, d, e and 2 more.',
      '    varve plan images --remove redundant',
    ]);
  });

  it('is said to be nothing where it is nothing, and then nothing is to be packed', () => {
    const report = { ...withArchives([archive({ path: 'a' })]), reclaim: { ...nothing, totalBytes: 10 } };
    expect(lines(report)).toHaveLength(2);
    expect(lines(report)[1]).toBe('No byte is stored twice.');
  });
});

describe('what else could go', () => {
  it('is named part by part, with the command for these parts', () => {
    const text = lines(fullReport);
    const at = text.findIndex((line) => line.startsWith('What else'));
    expect([text[at], ...text.slice(at + 2, at + 4)]).toEqual([
      'What else could go: 100MB in 1 untagged image, 2MB in 1 image whose tags newer builds have and 12.5MB that no image needs.',
      '    varve plan images --remove dangling,superseded,unreferenced',
      '20MB is the same layer in another compression.',
    ]);
  });

  it('leaves out the parts that are nothing', () => {
    const only = { ...nothing, totalBytes: 10, unreferencedBytes: 5, reclaimableBytes: 5 };
    expect(lines({ ...withArchives([archive({ path: 'a' })]), reclaim: only }).slice(2)).toEqual([
      'What else could go: 5B that no image needs.',
      '    varve plan images --remove unreferenced',
    ]);
  });

  it('is nothing of a damaged archive, since what it does not need is no more certain than the rest of it', () => {
    const bytes = { ...nothing, totalBytes: 10, unreferencedBytes: 5, danglingBytes: 3, reclaimableBytes: 8 };
    const failed = archive({ path: 'a', status: 'failed', bytes });
    const whole = archive({ path: 'b', bytes });
    const sum = { ...bytes, totalBytes: 20, unreferencedBytes: 10, danglingBytes: 6, reclaimableBytes: 16 };
    expect(lines({ ...withArchives([failed]), reclaim: bytes }).join('\n')).not.toMatch(/could go|--remove/);
    expect(lines({ ...withArchives([failed, whole]), reclaim: sum }).find((text) => text.startsWith('What else'))).toBe(
      'What else could go: 3B in 0 untagged images and 5B that no image needs.',
    );
  });

  it('is nothing that contested tags tell: of these no image is known to be the newest', () => {
    const contested = [
      { reference: 'docker.io/library/app:1', platform: null, archive: null, images: [id('1'), id('2')] },
    ];
    expect(lines({ ...fullReport, contested })).toContain(
      '1 tag is contested, nothing says which image is the newest: app:1 (2 images).',
    );
  });
});

describe('the notes of a headline', () => {
  it('name the archives that hold untagged images only', () => {
    const base = withArchives([archive({ path: 'a', images: [id('1')] }), archive({ path: 'b', images: [id('2')] })], {
      soleDanglingArchives: 1,
    });
    const images = [image({ id: id('1'), dangling: true, state: 'dangling' }), image({ id: id('2') })];
    const dangling = { ...nothing, totalBytes: 10, danglingBytes: 5 };
    expect(lines({ ...base, images, reclaim: dangling }).map((text) => text.trim())).toContain(
      '1 archive holds nothing but untagged images: a.',
    );
  });

  it('say that a compressed archive counts by its tar bytes', () => {
    const report = withArchives([archive({ path: 'a', compression: 'gzip', sizeBytes: 400, tarBytes: 1000 })]);
    expect(lines(report)).toContain(
      '1 archive is compressed as a whole and counts by the tar inside: 1kB (400B on disk).',
    );
  });

  it('are absent where there is nothing to note', () => {
    const all = { ...nothing, totalBytes: 10, neededBytes: 10 };
    expect(lines({ ...withArchives([archive({ path: 'a' })]), reclaim: all })).toHaveLength(2);
  });
});
