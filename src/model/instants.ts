/**
 * Instants of RFC 3339 to the nanosecond. Builders write `created` with any offset and up to nine digits of a second, so
 * neither the texts nor JavaScript's milliseconds order them rightly. The text comes from image configs that nobody
 * vouches for: what names no instant gives null and is never compared.
 */

/** A point in time: whole seconds since 1970 (negative before) and the nanoseconds that follow them. */
export interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

const grammar = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,64}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** The instant that a text of RFC 3339 names, or null where it names none; digits beyond the nanosecond are cut off. */
export function parseInstant(text: string): Instant | null {
  const match = grammar.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as Sextet;
  const offsetHour = Number(match[9] ?? 0);
  const offsetMinute = Number(match[10] ?? 0);
  // Go, which writes nearly all of these, knows no leap second either.
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return null;
  const days = daysSinceEpoch(year, month, day);
  if (days === null) return null;
  const offsetSeconds = (match[8] === '-' ? -60 : 60) * (offsetHour * 60 + offsetMinute);
  return {
    seconds: days * 86_400 + hour * 3600 + minute * 60 + second - offsetSeconds,
    nanoseconds: Number((match[7] ?? '').slice(0, 9).padEnd(9, '0')),
  };
}

/** Whether a value from a caller without types is an instant. */
export function isInstant(value: unknown): value is Instant {
  if (typeof value !== 'object' || value === null) return false;
  const { seconds, nanoseconds } = value as Readonly<Record<string, unknown>>;
  return Number.isSafeInteger(seconds) && Number.isSafeInteger(nanoseconds);
}

/** Negative where `a` is the earlier instant, positive where it is the later one, 0 where both are the same. */
export function compareInstants(a: Instant, b: Instant): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

type Sextet = [number, number, number, number, number, number];

function daysSinceEpoch(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999, and Go's zero time is in the year 1.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.getTime() / 86_400_000;
}
