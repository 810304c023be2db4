/**
 * Filters by the time that an image was built: `before` and `since` another image, `until` a time. As in docker the
 * comparison is strict, to the nanosecond, and several of a kind all have to hold. An image of which nothing says when it
 * was built (model/build-time.ts) is never selected; one to compare with is refused, where docker forgets the filter and
 * selects everything.
 */
import { compareInstants, type Instant } from '../model/instants.js';
import { type Moment, momentInstant, parseMoment } from '../words/moment.js';
import { type Condition, type FilterRule, filterRule, filterText, type ImageRows, refusal } from './filter-rule.js';
import { findImages } from './find-images.js';
import { createdOf } from './image-row.js';

const image = 'an image: name, name:tag, name@digest, ID, or at least 4 digits that only its ID starts with';

export const timeFilters: readonly FilterRule[] = [
  filterRule<string>({
    key: 'before',
    form: 'before=IMAGE',
    help: 'images created before this one; of several, before the oldest',
    takes: image,
    docker: true,
    parse: (text) => text,
    condition: (names) => olderThan((set) => names.flatMap((name) => creationTimes(set, 'before', name))),
  }),
  filterRule<string>({
    key: 'since',
    form: 'since=IMAGE',
    help: 'images created after this one; of several, after the newest',
    takes: image,
    docker: true,
    parse: (text) => text,
    condition: (names) => newerThan((set) => names.flatMap((name) => creationTimes(set, 'since', name))),
  }),
  filterRule<Moment>({
    key: 'until',
    form: 'until=TIME',
    help: 'images created before a time, or longer ago than a duration; of several, before the earliest',
    takes: 'a time (2026-05-01, 2026-05-01T12:30:00Z), Unix seconds, or how long ago (24h, 1h30m, 30d)',
    docker: true,
    parse: parseMoment,
    condition: (moments) => olderThan((set) => moments.map((moment) => momentInstant(moment, set.now))),
  }),
];

function olderThan(timesIn: (set: ImageRows) => readonly Instant[]): Condition {
  return allOf(timesIn, (created, time) => compareInstants(created, time) < 0);
}

function newerThan(timesIn: (set: ImageRows) => readonly Instant[]): Condition {
  return allOf(timesIn, (created, time) => compareInstants(created, time) > 0);
}

function allOf(
  timesIn: (set: ImageRows) => readonly Instant[],
  holds: (created: Instant, time: Instant) => boolean,
): Condition {
  return (set) => {
    const times = timesIn(set);
    return (row) => {
      const created = createdOf(row);
      return created !== null && times.every((time) => holds(created, time));
    };
  };
}

/** When the images of this name were built, those of a contested tag all; at least one of them says so. */
function creationTimes({ rows }: ImageRows, key: string, name: string): Instant[] {
  const { images, contenders } = findImages(rows, name, filterText(key, name));
  const times = [...images, ...contenders].map(createdOf).filter((time) => time !== null);
  if (times.length === 0) {
    throw refusal(key, name, 'nothing says when this image was built; until takes a time to compare with');
  }
  return times;
}
