import { describe, expect, it } from 'vitest';
import {
  formatByteChange,
  formatBytes,
  formatChangeShare,
  formatCompressed,
  formatCount,
  formatShare,
  formatSize,
  joinWords,
  plural,
} from '../../../src/report/blocks/units.js';

describe('bytes as text', () => {
  it.each([
    [0, '0B'],
    [77, '77B'],
    [999, '999B'],
    [1000, '1kB'],
    [1234, '1.234kB'],
    [360_312_345, '360.3MB'],
    [1_234_567_890, '1.235GB'],
    [4_797_000, '4.797MB'],
    [20_000_000_000_000, '20TB'],
  ])('%d are written as docker writes them', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('of an unknown size are n/a', () => {
    expect(formatBytes(null)).toBe('n/a');
  });

  it('beyond the last unit stay in it', () => {
    expect(formatBytes(2e21)).toBe('2000EB');
  });
});

describe('a size as text', () => {
  it('that is known is written so, whatever is claimed', () => {
    expect([formatSize(1234, null), formatSize(1234, 99)]).toEqual(['1.234kB', '1.234kB']);
  });

  it('that is only claimed has a ~, also where it is 0', () => {
    expect([formatSize(null, 203_788_288, 3), formatSize(null, 0)]).toEqual(['~204MB', '~0B']);
  });

  it('that is neither known nor claimed is n/a', () => {
    expect(formatSize(null, null)).toBe('n/a');
  });
});

it('the text of what is compressed has its forms, and none is no form', () => {
  const texts = [
    formatCompressed(1234, ['none', null]),
    formatCompressed(1234, ['gzip', 'none', 'zstd']),
    formatCompressed(null, ['gzip']),
  ];
  expect(texts).toEqual(['-', '1.234kB gzip+zstd', 'n/a']);
});

it('a change of bytes has its sign, and none where there is no change', () => {
  expect([1234, -1234, 0, null].map(formatByteChange)).toEqual(['+1.234kB', '-1.234kB', '0B', 'n/a']);
});

it('a change as a share is one of what there was', () => {
  const shares = [formatChangeShare(-50, 200), formatChangeShare(400, 200), formatChangeShare(1, 2000)];
  expect(shares).toEqual(['-25 %', '+200 %', '+<1 %']);
});

it('a count has a comma for each thousand', () => {
  expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
});

it('a counted word is singular for one, plural for none and many', () => {
  expect([plural(1, 'copy', 'copies'), plural(0, 'layer'), plural(2, 'copy', 'copies')]).toEqual([
    '1 copy',
    '0 layers',
    '2 copies',
  ]);
});

it('a share never rounds to nothing or to the whole', () => {
  expect([
    formatShare(0, 10),
    formatShare(1, 1000),
    formatShare(333, 1000),
    formatShare(999, 1000),
    formatShare(5, 5),
  ]).toEqual(['0 %', '<1 %', '33 %', '>99 %', '100 %']);
});

it('a share of nothing is 0 %', () => {
  expect(formatShare(0, 0)).toBe('0 %');
});

it('a list of words is joined as in a sentence', () => {
  expect([joinWords([]), joinWords(['a']), joinWords(['a', 'b']), joinWords(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
});
