/** Histories as text and as a template sees them. */
import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../../src/model/instants.js';
import type { History, HistoryStep } from '../../../src/model/results/results.js';
import { renderText as renderTextPieces } from '../../../src/report/forms/terminal.js';
import { type HistoryTexts, historyTemplateData } from '../../../src/report/images/history-template.js';
import { historyIds, historyText, readableCommand } from '../../../src/report/images/history-text.js';
import { whole } from '../../helpers/whole.js';
import { hostileName, id } from '../sample-results.js';

const renderText = whole(renderTextPieces);

const now = parseInstant('2024-06-01T00:00:00Z');
if (now === null) throw new RangeError('no time');
const texts: HistoryTexts = { truncate: true, bytes: false, human: true, now };

const step = (facts: Partial<HistoryStep> = {}): HistoryStep => ({
  createdAt: '2024-05-01T10:20:30.5+02:00',
  createdBy: '/bin/sh -c #(nop)  CMD ["sh"]',
  comment: null,
  emptyLayer: true,
  layer: null,
  diffId: null,
  sizeBytes: 0,
  claimedSizeBytes: null,
  storedBytes: null,
  compression: null,
  otherImages: 0,
  ...facts,
});
const made = step({
  createdBy: `RUN /bin/sh -c apt-get update &&     apt-get install -y ${'a-long-name '.repeat(10)}# buildkit`,
  comment: 'buildkit.dockerfile.v0',
  emptyLayer: false,
  layer: 0,
  diffId: id('d'),
  sizeBytes: 203_788_288,
  storedBytes: 75_200_000,
  compression: 'gzip',
  otherImages: 2,
});

const history: History = {
  kind: 'varve.history',
  schemaVersion: 1,
  verified: true,
  images: [
    {
      id: id('1'),
      references: ['docker.io/library/debian:12', 'registry.example.com/base:12'],
      platform: 'linux/amd64',
      createdAt: null,
      sizeBytes: 203_788_288,
      claimedSizeBytes: null,
      fits: true,
      steps: [step(), made],
    },
    {
      id: id('2'),
      references: [],
      platform: null,
      createdAt: null,
      sizeBytes: null,
      claimedSizeBytes: null,
      fits: false,
      steps: [
        step({ createdAt: null, createdBy: null, emptyLayer: false, layer: 1, sizeBytes: null }),
        step({ createdBy: hostileName, emptyLayer: false, sizeBytes: null }),
        step({ createdBy: 'COPY x y', emptyLayer: false, sizeBytes: null }),
        step({ createdBy: 'ENV A=b' }),
      ],
    },
    {
      id: id('3'),
      references: [],
      platform: null,
      createdAt: null,
      sizeBytes: 0,
      claimedSizeBytes: null,
      fits: true,
      steps: [],
    },
  ],
  layers: [
    { diffId: id('d'), sizeBytes: 203_788_288, claimedSizeBytes: null, images: [id('1'), id('2'), id('3')] },
    { diffId: null, sizeBytes: null, claimedSizeBytes: null, images: [id('2')] },
  ],
};

function render(facts: Partial<HistoryTexts & { wide: boolean }> = {}, width: number | null = 80): string[] {
  const nameOf = (image: string): string | null => (image === id('2') ? 'shop/api:1' : null);
  const view = { ...texts, wide: false, nameOf, ...facts };
  return renderText(historyText(history, view), { width, color: false }).split('\n');
}

it('the text of a history fits into 80 columns', () => {
  expect(render()).toEqual([
    'debian:12, registry.example.com/base:12  111111111111  linux/amd64  203.8MB',
    'CREATED      CREATED BY                        SIZE  LAYER         SHARED WITH',
    '4 weeks ago  CMD ["sh"]                          0B  (empty)',
    '4 weeks ago  RUN apt-get update && apt-ge…  203.8MB  dddddddddddd  shop/api:1 +1',
    '(no room for COMPRESSED)',
    '',
    '<none>  222222222222  n/a  n/a',
    'CREATED      CREATED BY                               SIZE  LAYER    SHARED WITH',
    'n/a          n/a                                       n/a  n/a',
    '4 weeks ago  evil\\x1b[31m\\u202egnp.exe ok forged.tar   n/a  n/a',
    '4 weeks ago  COPY x y                                  n/a  n/a',
    '4 weeks ago  ENV A=b                                    0B  (empty)',
    'The history has 2 steps with a layer for 1 layer: which step made which is not',
    'known. The layers come first, then the steps.',
    '',
    '<none>  333333333333  n/a  0B',
    'It has no layers and no history.',
    '',
  ]);
});

it('the text of a history in full has commands and times of the image config', () => {
  const text = render({ truncate: false, human: false }, null).join('\n');
  expect(text).toContain(id('d'));
  expect(text).toContain('RUN /bin/sh -c apt-get update &&     apt-get install');
  expect(text).toContain('2024-05-01T08:20:30Z  ');
  expect(text).toContain('203788288');
  expect(text).toContain('buildkit.dockerfile.v0');
});

it('the wide view of a history names three of the images that share a layer', () => {
  expect(render({ wide: true }, null).join('\n')).toContain('shop/api:1, 333333333333');
});

it('a hostile command in a history never starts a line of its own', () => {
  const lines = render({}, null);
  expect(lines.some((line) => line.startsWith('ok'))).toBe(false);
  expect(lines.join('\n')).not.toContain('\x1b');
});

it('a history by IDs alone has that of each image once', () => {
  const twice = { ...history, images: [...history.images, ...history.images.slice(0, 1)] };
  expect(historyIds(twice, { truncate: true })).toBe('111111111111\n222222222222\n333333333333\n');
  expect(historyIds(twice, { truncate: false })).toBe(`${id('1')}\n${id('2')}\n${id('3')}\n`);
});

it('a history of no image is a sentence', () => {
  const empty = historyText({ ...history, images: [] }, { ...texts, wide: false, nameOf: () => null });
  expect(renderText(empty, { width: 80, color: false })).toBe('No image.\n');
});

describe('a command reads as in its Dockerfile', () => {
  it.each([
    ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
    ['/bin/sh -c #(nop) ADD file:1 in / ', 'ADD file:1 in /'],
    ['/bin/sh -c apt-get update', 'RUN apt-get update'],
    ['RUN /bin/sh -c apt-get   update \t&& true # buildkit', 'RUN apt-get update && true'],
    ['|2 A=1 B=two words /bin/sh -c make', 'RUN make'],
    ['RUN |1 A=1 /bin/sh -c make # buildkit', 'RUN make'],
    ['cmd /S /C #(nop) CMD ["cmd"]', 'CMD ["cmd"]'],
    ['cmd /S /C dir', 'RUN dir'],
    ['COPY dist/ /srv/ # buildkit', 'COPY dist/ /srv/'],
    ['RUN /bin/bash -o pipefail -c make', 'RUN /bin/bash -o pipefail -c make'],
    ['umoci repack', 'umoci repack'],
    ['echo /bin/sh -c x', 'echo /bin/sh -c x'],
    ['', ''],
  ])('%s', (written, shown) => {
    expect(readableCommand(written)).toBe(shown);
  });

  it('in no time, however long it is', () => {
    const long = `|1 ${'/bin/sh -'.repeat(200_000)}`;
    expect(readableCommand(long)).toBe(long);
  });
});

describe('a template for history sees', () => {
  const rows = (facts: Partial<HistoryTexts> = {}) =>
    history.images.flatMap((image) => historyTemplateData(image, { ...texts, ...facts }));

  it("docker's placeholders with docker's texts", () => {
    expect(rows().slice(0, 2)).toEqual([
      {
        ID: '111111111111',
        CreatedSince: '4 weeks ago',
        CreatedAt: '2024-05-01T08:20:30Z',
        CreatedBy: '/bin/sh -c #(nop)  CMD ["sh"]',
        Size: '0B',
        Compressed: '',
        Comment: '',
        Layer: '',
        Empty: true,
        OtherImages: 0,
      },
      {
        ID: '<missing>',
        CreatedSince: '4 weeks ago',
        CreatedAt: '2024-05-01T08:20:30Z',
        CreatedBy: 'RUN /bin/sh -c apt-get update &&     apt-get…',
        Size: '204MB',
        Compressed: '75.2MB gzip',
        Comment: 'buildkit.dockerfile.v0',
        Layer: 'dddddddddddd',
        Empty: false,
        OtherImages: 2,
      },
    ]);
  });

  it('all of it with --no-trunc, numbers with --bytes, times too with --human=false', () => {
    expect(rows({ truncate: false })[1]).toMatchObject({ Layer: id('d'), CreatedBy: made.createdBy });
    expect(rows({ truncate: false })[0]).toMatchObject({ ID: id('1') });
    expect(rows({ bytes: true })[1]).toMatchObject({
      Size: '203788288',
      Compressed: '75200000',
      CreatedSince: '4 weeks ago',
    });
    expect(rows({ human: false })[1]).toMatchObject({ Size: '203788288', CreatedSince: '2024-05-01T08:20:30Z' });
  });

  it('no age where there is no time, or one that builders write for none', () => {
    const image = history.images[0];
    if (image === undefined) throw new RangeError('no image');
    const times = [null, 'yesterday', '1970-01-01T00:00:00Z'];
    const steps = times.map((createdAt) => step({ createdAt }));
    expect(
      historyTemplateData({ ...image, steps }, texts).map(({ CreatedSince, CreatedAt }) => [CreatedSince, CreatedAt]),
    ).toEqual([
      ['N/A', ''],
      ['N/A', ''],
      ['N/A', '1970-01-01T00:00:00Z'],
    ]);
  });

  it('N/A for a size that is not known', () => {
    expect(rows()[2]).toMatchObject({ Size: 'N/A', Layer: 'unknown' });
  });
});
