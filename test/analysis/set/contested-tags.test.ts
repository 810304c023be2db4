import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../src/analysis/bytes/report.js';
import { limits } from '../../../src/model/limits.js';
import { ArchiveDraft, digestFor, type ImageFacts, inventoryOf } from '../../helpers/inventory-builder.js';

const web = 'docker.io/library/web:1';

/** An archive for each image. */
function reportOn(images: readonly (readonly [name: string, facts: ImageFacts])[]) {
  return reportOf(
    inventoryOf(
      images.map(([name, facts], position) => {
        const archive = new ArchiveDraft(`${position}.tar`);
        archive.image(name, facts);
        return archive;
      }),
    ),
  );
}

describe('a contested tag', () => {
  const contested: [name: string, facts: ImageFacts][] = [
    ['old', { references: [web], createdAt: '2023-01-01T00:00:00Z' }],
    ['new', { references: [web], createdAt: '2024-01-01T00:00:00Z' }],
    ['undated', { references: [web] }],
  ];

  it('is one of several images of which none is known to be the newest; what is known to be older is none of them', () => {
    expect(reportOn(contested).contested).toEqual([
      { reference: web, platform: 'linux/amd64', archive: null, images: [digestFor('new'), digestFor('undated')] },
    ]);
  });

  it('is a hint for each archive that gives the tag to one of them, and counted', () => {
    const { archives, summary } = reportOn(contested);
    expect(archives.map(({ findings }) => findings.map(({ code, subject }) => [code, subject]))).toEqual([
      [],
      [['tag-contested', web]],
      [['tag-contested', web]],
    ]);
    expect(summary).toMatchObject({ errors: 0, warnings: 0, hints: 2 });
  });

  it('is none where one image is known to be the newest, and where the platforms are different', () => {
    const dated = contested.slice(0, 2);
    expect(reportOn(dated).contested).toEqual([]);
    const [amd, arm] = ['linux/amd64', 'linux/arm64'].map((platform) => ({ references: [web], platform }));
    expect(
      reportOn([
        ['amd', { ...amd }],
        ['arm', { ...arm }],
      ]).contested,
    ).toEqual([]);
  });

  it('may be a local tag, within its archive', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('one', { localTags: ['1.0'] });
    archive.image('two', { localTags: ['1.0'] });
    const { contested: tags } = reportOf(inventoryOf([archive, new ArchiveDraft('b.tar')]));
    expect(tags).toEqual([
      { reference: '1.0', platform: 'linux/amd64', archive: 'a.tar', images: [digestFor('one'), digestFor('two')] },
    ]);
  });

  it('is listed up to the limit of findings, and the others are counted', () => {
    const references = Array.from({ length: limits.findings + 5 }, (_, i) => `docker.io/library/web:${i}`);
    const { archives, summary } = reportOn([
      ['one', { references }],
      ['two', { references }],
    ]);
    expect(archives.map(({ findings }) => findings.length)).toEqual([limits.findings + 1, limits.findings + 1]);
    expect(summary.hints).toBe(2 * references.length);
  });
});
