/**
 * What docker takes for a time (`until=`): a duration before now, a date or time of RFC 3339 that may lack its smaller
 * parts, or Unix seconds with a fraction. Rules and order are those of docker's `timestamp.Parse`; one thing is not: a
 * time without an offset is UTC here, where docker takes the zone of the daemon, so that an answer about archives does
 * not depend on the machine that gives it.
 */
import { type Instant, parseInstant } from '../model/instants.js';
import { parseDuration } from './duration.js';

/** A time, or a distance before now. */
export type Moment =
  | { readonly kind: 'at'; readonly instant: Instant }
  | { readonly kind: 'ago'; readonly nanoseconds: bigint };

const billion = 1_000_000_000n;
// Go's layouts ask for two digits everywhere but in the hour, and take a comma before the fraction too.
const dateAndTime =
  /^(\d{4}-\d{2}-\d{2})(?:T(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?)?(?:Z|([+-])(\d{2}):(\d{2}))?$/;
const unixSeconds = /^\+?(\d+)(?:\.(\d{0,20}))?$/;
const maxUnixSeconds = (1n << 63n) - 1n;

/** The moment that the text names, or null where it names none. */
export function parseMoment(text: string): Moment | null {
  // Docker's exception: 0 is the start of Unix time, not "no time ago".
  const nanoseconds = text === '0' ? null : parseDuration(text);
  if (nanoseconds !== null) return { kind: 'ago', nanoseconds };
  const instant = parseDateAndTime(text) ?? parseUnixSeconds(text);
  return instant === null ? null : { kind: 'at', instant };
}

/** The moment as an instant, seen from `now`. */
export function momentInstant(moment: Moment, now: Instant): Instant {
  if (moment.kind === 'at') return moment.instant;
  const total = BigInt(now.seconds) * billion + BigInt(now.nanoseconds) - moment.nanoseconds;
  const nanoseconds = ((total % billion) + billion) % billion;
  return { seconds: Number((total - nanoseconds) / billion), nanoseconds: Number(nanoseconds) };
}

function parseDateAndTime(text: string): Instant | null {
  const match = dateAndTime.exec(text);
  if (match === null) return null;
  const [, date, hour = '0', minute = '00', second = '00', fraction = '0', sign, offsetHour, offsetMinute] = match;
  const local = parseInstant(`${date}T${hour.padStart(2, '0')}:${minute}:${second}.${fraction.slice(0, 9)}Z`);
  const [hours, minutes] = [Number(offsetHour ?? 0), Number(offsetMinute ?? 0)];
  // Go takes an offset of 24 hours and one of 60 minutes.
  if (local === null || hours > 24 || minutes > 60) return null;
  const offsetSeconds = (hours * 60 + minutes) * (sign === '-' ? -60 : 60);
  return { ...local, seconds: local.seconds - offsetSeconds };
}

function parseUnixSeconds(text: string): Instant | null {
  const match = unixSeconds.exec(text);
  if (match === null) return null;
  const [, digits = '', fraction = ''] = match;
  const significant = digits.replace(/^0+/, '');
  if (significant.length > 19 || BigInt(`0${significant}`) > maxUnixSeconds) return null;
  return { seconds: Number(significant), nanoseconds: Number(fraction.slice(0, 9).padEnd(9, '0')) };
}
