/**
 * Times as docker's tables tell them: how long ago, in the one unit that fits, rounded as its go-units package does
 * (`About an hour ago`, `3 weeks ago`), and the time itself in Go's own spelling. Always in UTC, where docker takes the
 * zone of the machine, so that one archive gives one answer everywhere.
 */
import { type Instant, parseInstant } from '../../model/instants.js';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
/** Go's zero time, which some builders write for "no time": 0001-01-01T00:00:00Z. */
const zeroTimeSeconds = -62_135_596_800;

/** `3 weeks ago`, seen from `now`; null where the text is no time, or Go's zero time. */
export function createdSince(createdAt: string | null, now: Instant): string | null {
  const created = knownTime(createdAt);
  if (created === null) return null;
  // docker knows the second in which an image was created, and the fraction of now.
  return `${spokenDuration(now.seconds + now.nanoseconds / 1e9 - created.seconds)} ago`;
}

/** `2024-05-01 10:20:30 +0000 UTC`; null where the text is no time, or Go's zero time. */
export function createdTime(createdAt: string | null): string | null {
  const created = knownTime(createdAt);
  if (created === null) return null;
  const [date, time] = new Date(created.seconds * 1000).toISOString().split(/[T.]/);
  return `${date} ${time} +0000 UTC`;
}

function knownTime(createdAt: string | null): Instant | null {
  const created = createdAt === null ? null : parseInstant(createdAt);
  return created?.seconds === zeroTimeSeconds ? null : created;
}

/** What docker calls a duration of so many seconds; one below zero is less than a second. */
function spokenDuration(seconds: number): string {
  const hours = Math.trunc(seconds / hour + 0.5);
  if (seconds < 1) return 'Less than a second';
  if (seconds < 2) return '1 second';
  if (seconds < minute) return `${Math.trunc(seconds)} seconds`;
  if (seconds < 2 * minute) return 'About a minute';
  if (seconds < hour) return `${Math.trunc(seconds / minute)} minutes`;
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(seconds / day / 365)} years`;
}
