import { describe, expect, it } from 'vitest';
import { compareInstants, parseInstant } from '../../src/model/instants.js';

/** Fails where one of the texts is no instant. */
function compare(a: string, b: string): number {
  const [left, right] = [parseInstant(a), parseInstant(b)];
  if (left === null || right === null) throw new Error(`no instant: ${a} or ${b}`);
  return Math.sign(compareInstants(left, right));
}

describe('parseInstant', () => {
  it('counts seconds from 1970 and keeps nanoseconds', () => {
    expect(parseInstant('1970-01-01T00:00:01.000000002Z')).toEqual({ seconds: 1, nanoseconds: 2 });
  });

  it('agrees with Date on the seconds of dates far apart', () => {
    for (const text of [
      '2024-02-29T23:59:59Z',
      '1969-12-31T23:59:59Z',
      '1900-03-01T00:00:00Z',
      '9999-12-31T00:00:00Z',
    ]) {
      expect(parseInstant(text)?.seconds).toBe(Date.parse(text) / 1000);
    }
  });

  it('reads the zero time of Go as the year 1, not 1901', () => {
    expect(parseInstant('0001-01-01T00:00:00Z')).toEqual({ seconds: -62_135_596_800, nanoseconds: 0 });
  });

  it('takes lower-case t and z', () => {
    expect(parseInstant('1970-01-01t00:00:00z')).toEqual({ seconds: 0, nanoseconds: 0 });
  });

  it.each([
    '',
    'yesterday',
    '2024-01-01',
    '2024-01-01T00:00:00',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+0100',
    ' 2024-01-01T00:00:00Z',
    '2024-01-01T00:00:00Z\n',
  ])('finds no instant in %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});

describe('compareInstants', () => {
  it('orders instants that differ by one nanosecond', () => {
    expect(compare('2024-05-01T12:00:00.123456788Z', '2024-05-01T12:00:00.123456789Z')).toBe(-1);
  });

  it('reads a short fraction as tenths and hundredths, not as a count', () => {
    expect(compare('2024-05-01T12:00:00.5Z', '2024-05-01T12:00:00.49Z')).toBe(1);
  });

  it('finds the same instant behind different offsets', () => {
    expect(compare('2024-05-01T12:00:00+02:00', '2024-05-01T10:00:00Z')).toBe(0);
    expect(compare('2024-04-30T23:30:00-10:30', '2024-05-01T10:00:00.000Z')).toBe(0);
  });

  it('orders by instant where the texts stand in the other order', () => {
    expect(compare('2024-05-01T09:00:00-05:00', '2024-05-01T10:00:00Z')).toBe(1);
  });

  it('looks at no digit beyond the nanosecond', () => {
    expect(compare('2024-05-01T12:00:00.1234567891Z', '2024-05-01T12:00:00.1234567899Z')).toBe(0);
  });
});
