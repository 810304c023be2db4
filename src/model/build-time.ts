/**
 * Which of two images is known to be newer: the one rule for every command. It rests on build times alone, that is on
 * dates that some builder wrote down as the time of the build. No image was built before docker was there, so an earlier
 * date (Go's zero time, 1970, 1980) is a convention of reproducible builds and says nothing. File names, the order of the
 * inputs and further images decide nothing either, so the answer is the same for every order of the inputs.
 */
import { compareInstants, type Instant, parseInstant } from './instants.js';

/** 2013-01-01T00:00:00Z; docker was first shown in March of that year. */
const firstPossible: Instant = { seconds: 1_356_998_400, nanoseconds: 0 };

/** When an image was built, as its config has it (RFC 3339); null where no date says so. */
export function buildTimeOf(createdAt: string | null): Instant | null {
  const instant = createdAt === null ? null : parseInstant(createdAt);
  return instant === null || compareInstants(instant, firstPossible) < 0 ? null : instant;
}

/**
 * Those of the items that none of the others is known to be newer than, in the order given: all without a build time, and
 * the latest of the others. More than one where nothing decides between them.
 */
export function newestOf<T>(items: Iterable<T>, createdAtOf: (item: T) => string | null): T[] {
  return newestByTime(items, (item) => buildTimeOf(createdAtOf(item)));
}

/** The same, of items whose build times are known already. */
export function newestByTime<T>(items: Iterable<T>, timeOf: (item: T) => Instant | null): T[] {
  const dated = [...items].map((item) => ({ item, time: timeOf(item) }));
  let latest: Instant | null = null;
  for (const { time } of dated) {
    if (time !== null && (latest === null || compareInstants(time, latest) > 0)) latest = time;
  }
  return dated
    .filter(({ time }) => time === null || latest === null || compareInstants(time, latest) === 0)
    .map(({ item }) => item);
}
