/**
 * The values of filters: durations and times as docker reads them (the table of its own timestamp_test.go), sizes as
 * docker prints them, globs over paths. What is none gives null.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Instant, parseInstant } from '../../src/model/instants.js';
import { formatBytes } from '../../src/report/blocks/units.js';
import { parseByteSize } from '../../src/words/byte-size.js';
import { parseDuration } from '../../src/words/duration.js';
import { momentInstant, parseMoment } from '../../src/words/moment.js';
import { matchesGlob, maxGlobLength, parsePathGlob } from '../../src/words/path-glob.js';
import { maxPatternLength, parsePathPattern } from '../../src/words/path-pattern.js';

const now = parseInstant('2020-01-02T03:04:05.123456789Z') as Instant;

function instantOf(text: string): Instant | null {
  const moment = parseMoment(text);
  return moment === null ? null : momentInstant(moment, now);
}

describe('parseMoment', () => {
  it.each([
    ['2006-01-02T15:04:05.999999999+07:00', '2006-01-02T08:04:05.999999999Z'],
    ['2006-01-02T15:04:05.999999999Z', '2006-01-02T15:04:05.999999999Z'],
    ['2006-01-02T15:04:05.999999999', '2006-01-02T15:04:05.999999999Z'],
    ['2006-01-02T15:04:05Z', '2006-01-02T15:04:05Z'],
    ['2006-01-02T15:04:05', '2006-01-02T15:04:05Z'],
    ['2006-01-02T15:04Z', '2006-01-02T15:04:00Z'],
    ['2006-01-02T15:04+00:00', '2006-01-02T15:04:00Z'],
    ['2006-01-02T15:04-00:00', '2006-01-02T15:04:00Z'],
    ['2006-01-02T15:04', '2006-01-02T15:04:00Z'],
    ['2006-01-02T15Z', '2006-01-02T15:00:00Z'],
    ['2006-01-02T15-00:00', '2006-01-02T15:00:00Z'],
    ['2006-01-02T15', '2006-01-02T15:00:00Z'],
    ['2006-01-02T1Z', '2006-01-02T01:00:00Z'],
    ['2006-01-02T1', '2006-01-02T01:00:00Z'],
    ['2006-01-02+00:00', '2006-01-02T00:00:00Z'],
    ['2006-01-02-00:01', '2006-01-02T00:01:00Z'],
    ['2006-01-02Z', '2006-01-02T00:00:00Z'],
    ['2006-01-02', '2006-01-02T00:00:00Z'],
    ['1136073600', '2006-01-01T00:00:00Z'],
    ['1136073600.', '2006-01-01T00:00:00Z'],
    ['1136073600.1', '2006-01-01T00:00:00.1Z'],
    ['1136073600.000000001', '2006-01-01T00:00:00.000000001Z'],
    ['1136073600.0000000009', '2006-01-01T00:00:00Z'],
    ['1136073600.00000000000000000001', '2006-01-01T00:00:00Z'],
    ['-1m', '2020-01-02T03:05:05.123456789Z'],
    ['0m', '2020-01-02T03:04:05.123456789Z'],
    ['1m', '2020-01-02T03:03:05.123456789Z'],
    ['1.5h', '2020-01-02T01:34:05.123456789Z'],
    ['1h30m', '2020-01-02T01:34:05.123456789Z'],
  ])('takes %s of the table of docker', (text, expected) => {
    expect(instantOf(text)).toEqual(parseInstant(expected));
  });

  it.each([
    ['2006-01-02T15:04:05,25Z', '2006-01-02T15:04:05.25Z', 'a comma before the fraction'],
    ['2006-01-02T15:04:05.1234567899Z', '2006-01-02T15:04:05.123456789Z', 'digits beyond the nanosecond'],
    ['2006-01-02T00:00:00+24:60', '2005-12-31T23:00:00Z', 'an offset of a day and an hour'],
    ['0001-01-01', '0001-01-01T00:00:00Z', 'the zero time of Go'],
    ['0', '1970-01-01T00:00:00Z', 'the start of Unix time'],
    ['+0', '2020-01-02T03:04:05.123456789Z', 'the present, as a duration with a sign'],
    ['+5', '1970-01-01T00:00:05Z', 'Unix seconds with a plus'],
    ['400d', '2018-11-28T03:04:05.123456789Z', 'days, which are ours'],
    ['1d12h', '2019-12-31T15:04:05.123456789Z', 'days among the units of Go'],
  ])('takes %s for %s: %s', (text, expected) => {
    expect(instantOf(text)).toEqual(parseInstant(expected));
  });

  it.each([
    ...[
      '2006-01-02T15:04:0Z',
      '2006-01-02T15:04:0',
      '2006-01-02T15:0Z',
      '2006-01-02T15:0',
      '2006-01-02TZ',
      '2006-01-02T',
    ],
    ...['1136073600.000000000000000000001', ' 1136073600 \t', 'foo.bar', '1136073600.bar', '1136073600.000000001bar'],
    ...['invalid', '', '.0000000009', '2006-01-02t15:04:05z', '2006-1-2', '06-01-02', '2006-01-02T15:04:05+0700'],
    ...['2006-13-01', '2006-01-02T24:00', '2006-01-02T00:60', '2006-01-02T00:00:60', '2006-01-02+25:00', '-5', '51y'],
    ...['9223372036854775808', '2006-01-02 15:04:05'],
  ])('refuses as no moment %j', (text) => {
    expect(parseMoment(text)).toBeNull();
  });

  it('counts nanoseconds back over the start of a second and of Unix time', () => {
    const moment = parseMoment('1s1ns');
    expect(moment && momentInstant(moment, { seconds: 1, nanoseconds: 0 })).toEqual({
      seconds: -1,
      nanoseconds: 999_999_999,
    });
  });
});

describe('parseDuration', () => {
  it('takes a day for 24 hours, as no other unit that Go refuses', () => {
    expect(parseDuration('2d')).toBe(parseDuration('48h'));
    expect(parseDuration('1.5d')).toBe(parseDuration('36h'));
    expect(['1w', '1y', '1D', '1M'].map(parseDuration)).toEqual([null, null, null, null]);
  });

  it('reads back what it is given in whole units', () => {
    const parts = fc.tuple(fc.nat(99_999), fc.nat(59), fc.nat(59), fc.nat(999_999_999));
    fc.assert(
      fc.property(parts, ([hours, minutes, seconds, nanoseconds]) => {
        const expected = BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000n + BigInt(nanoseconds);
        expect(parseDuration(`${hours}h${minutes}m${seconds}s${nanoseconds}ns`)).toBe(expected);
        expect(parseDuration(`-${hours}h${minutes}m${seconds}.${String(nanoseconds).padStart(9, '0')}s`)).toBe(
          -expected,
        );
      }),
    );
  });
});

describe('parseByteSize', () => {
  it.each([
    ['0', 0],
    ['77B', 77],
    ['1kB', 1_000],
    ['1KiB', 1_024],
    ['1k', 1_000],
    ['500MB', 500_000_000],
    ['500M', 500_000_000],
    ['200MiB', 209_715_200],
    ['2g', 2_000_000_000],
    ['1.5GiB', 1_610_612_736],
    ['.5TB', 500_000_000_000],
    ['1.TiB', 1_099_511_627_776],
    ['1 MB', 1_000_000],
    ['1pb', 1_000_000_000_000_000],
    ['1.9B', 1],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('reads %s as %d bytes', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each([
    '',
    'MB',
    '.',
    '.MB',
    '-1',
    '+1',
    '1e3',
    '0x10',
    '1  MB',
    ' 1',

    '1iB',
    '1MiBB',
    '1EB',
    '1,5GB',
    '9PiB',
  ])('refuses as no size %j', (text) => {
    expect(parseByteSize(text)).toBeNull();
  });

  it('reads what a listing prints, to the four digits that are printed', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999_999_999), (bytes) => {
        const read = parseByteSize(formatBytes(bytes)) ?? Number.NaN;
        expect(Math.abs(read - bytes)).toBeLessThanOrEqual(bytes / 1000);
      }),
    );
  });
});

describe('a path glob', () => {
  const matches = (glob: string, path: string): boolean => {
    const parsed = parsePathGlob(glob);
    return parsed !== null && matchesGlob(parsed, path);
  };

  it.each([
    ['a.tar', 'a.tar'],
    ['./a.tar', 'a.tar'],
    ['a.tar', './a.tar'],
    ['*', 'a.tar'],
    ['*.tar', '.tar'],
    ['?.tar', 'é.tar'],
    ['?.tar', '😀.tar'],
    ['**', 'a/b/c'],
    ['**', ''],
    ['a/**', 'a/b/c'],
    ['**/c', 'c'],
    ['**/c', 'a/b/c'],
    ['**/c', '/c'],
    ['a/**/c', 'a/c'],
    ['a/**/c', 'a/b/b/c'],
    ['a/**/**/c', 'a/c'],
    ['a**c', 'a/b/c'],
    ['a**/c', 'a/c'],
    ['a**/c', 'ab/b/c'],
    ['***/c', 'a/b/c'],
    ['**/a*/b', 'x/a/ab/b'],
    ['*.{a,b}', 'x.{a,b}'],
    ['C:\\x\\*', 'C:\\x\\a.tar'],
  ])('%s matches %s', (glob, path) => {
    expect(matches(glob, path)).toBe(true);
  });

  it.each([
    ['a.tar', 'b/a.tar'],
    ['a.tar', 'a.tar.gz'],
    ['*', 'a/b'],
    ['?', '/'],
    ['?', ''],
    ['**/c', 'a/bc'],
    ['a/**', 'a'],
    ['a/**/c', 'a/bc'],
    ['a/**/c', 'ac'],
    ['a**/c', 'ac'],
    ['[ab]', 'a'],
    ['A.tar', 'a.tar'],
    ['', 'a'],
  ])('%s does not match %s', (glob, path) => {
    expect(matches(glob, path)).toBe(false);
  });

  it('without stars and question marks matches itself and nothing else', () => {
    const path = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '[', ']', '\\', '😀') });
    fc.assert(
      fc.property(path, path, (one, other) => {
        expect(matches(one, one)).toBe(true);
        expect(matches(one, other)).toBe(bare(one) === bare(other));
      }),
    );
  });
});

it('a pattern and a glob are read up to their limits and not one character further', () => {
  expect(parsePathPattern('a'.repeat(maxPatternLength))).not.toBeNull();
  expect(parsePathPattern('a'.repeat(maxPatternLength + 1))).toBeNull();
  expect(parsePathGlob('a'.repeat(maxGlobLength))).not.toBeNull();
  expect(parsePathGlob('a'.repeat(maxGlobLength + 1))).toBeNull();
});

function bare(path: string): string {
  return path.replace(/^\.\//, '');
}
