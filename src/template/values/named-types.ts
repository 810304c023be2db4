/**
 * The named types of Go's package time that docker's structs hold: how they print, how they stand in JSON, and what can be
 * asked of them.
 */
import { type BasicType, type StructType, Typed } from './go-types.js';
import { float } from './values.js';

const units = { Nanoseconds: 1n, Microseconds: 1_000n, Milliseconds: 1_000_000n } as const;
const second = 1_000_000_000n;

/** Nanoseconds that print as `1h30m0s`. */
export const durationType: BasicType = {
  kind: 'int',
  name: 'time.Duration',
  shown: durationText,
  methods: {
    String: durationText,
    Abs: (value) => new Typed(durationType, magnitude(value)),
    Hours: (value) => float(inUnits(value, 3600n * second)),
    Minutes: (value) => float(inUnits(value, 60n * second)),
    Seconds: (value) => float(inUnits(value, second)),
    Milliseconds: (value) => new Typed(int64, nanoseconds(value) / units.Milliseconds),
    Microseconds: (value) => new Typed(int64, nanoseconds(value) / units.Microseconds),
    Nanoseconds: (value) => new Typed(int64, nanoseconds(value)),
  },
};

const int64: BasicType = { kind: 'int', name: 'int64' };

function nanoseconds(value: unknown): bigint {
  return BigInt(value as number | bigint);
}

function magnitude(value: unknown): bigint {
  const count = nanoseconds(value);
  return count < 0n ? -count : count;
}

/** Whole units and the rest are divided each by itself, as Go does: one division would round otherwise. */
function inUnits(value: unknown, unit: bigint): number {
  const count = nanoseconds(value);
  return Number(count / unit) + Number(count % unit) / Number(unit);
}

function durationText(value: unknown): string {
  const count = magnitude(value);
  const sign = nanoseconds(value) < 0n ? '-' : '';
  if (count === 0n) return '0s';
  if (count < units.Microseconds) return `${sign}${count}ns`;
  if (count < units.Milliseconds) return `${sign}${decimal(count, units.Microseconds)}µs`;
  if (count < second) return `${sign}${decimal(count, units.Milliseconds)}ms`;
  const minutes = count / (60n * second);
  const seconds = `${decimal(count % (60n * second), second)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return hours === 0n ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60n}m${seconds}`;
}

/** A count of units with as many digits behind the point as there are. */
function decimal(count: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const rest = String(count % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return rest === '' ? String(count / unit) : `${count / unit}.${rest}`;
}

/** A time in UTC, by its text in RFC 3339, without fractions of a second. */
export const timeType: StructType = {
  kind: 'struct',
  name: 'time.Time',
  fields: [],
  isText: true,
  shown: timeText,
  json: (value) => JSON.stringify(textOf(value)),
  methods: {
    String: timeText,
    IsZero: (value) => textOf(value) === '0001-01-01T00:00:00Z',
    Unix: (value) => new Typed(int64, Date.parse(textOf(value)) / 1000),
    Year: (value) => Number(textOf(value).slice(0, 4)),
  },
};

function textOf(time: unknown): string {
  return (time as { readonly text: string }).text;
}

function timeText(value: unknown): string {
  return textOf(value).replace('T', ' ').replace('Z', ' +0000 UTC');
}
