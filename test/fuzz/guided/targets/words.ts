/** Sizes, durations and moments as people type them: a value within its bounds, and the same in every spelling of it. */
import { parseInstant } from '../../../../src/model/instants.js';
import { parseByteSize } from '../../../../src/words/byte-size.js';
import { parseDuration } from '../../../../src/words/duration.js';
import { momentInstant, parseMoment } from '../../../../src/words/moment.js';
import { same, type Target, texts } from '../target.js';

const two63 = 1n << 63n;

export const target: Target = {
  name: 'words',
  maxBytes: 64,
  seeds: texts(
    '500MB',
    '1.5 GiB',
    '.5k',
    '24h30m',
    '-1.5h',
    '1h1m1s1ms1us1ns',
    '9223372036854775807ns',
    '2024-01-02T03:04:05Z',
    '2024-02-29T23:59:59.123456789+05:30',
    '2024-01-02',
    '1700000000.25',
    '+0',
  ),
  words: ['µs', 'd', '9999999999', '0.', 'T24:', '-00:00', '+24:60'],
  check(input) {
    const text = input.toString();
    size(text);
    duration(text);
    const moment = parseMoment(text);
    if (moment?.kind === 'at') nanoseconds(moment.instant.nanoseconds);
    if (moment !== null) nanoseconds(momentInstant(moment, { seconds: 1_700_000_000, nanoseconds: 5 }).nanoseconds);
    instant(text);
  },
};

function size(text: string): void {
  const bytes = parseByteSize(text);
  same('size', parseByteSize(text.toUpperCase()), parseByteSize(text.toLowerCase()));
  if (bytes !== null && !(Number.isSafeInteger(bytes) && bytes >= 0)) throw new Error(`a size of ${bytes}`);
}

function duration(text: string): void {
  const long = parseDuration(text);
  if (long === null) return;
  if (long >= two63 || long < -two63) throw new Error(`a duration of ${long}`);
  if (!/^[-+]/.test(text)) same('negative', parseDuration(`-${text}`), -long);
}

function instant(text: string): void {
  const read = parseInstant(text);
  if (read === null) return;
  nanoseconds(read.nanoseconds);
  // What JavaScript reads of the same text, which knows years of four digits and milliseconds.
  const milliseconds = Date.parse(text.toUpperCase().replace(/\.(\d{1,3})\d*/, '.$1'));
  if (!Number.isNaN(milliseconds)) same('instant', read.seconds, Math.floor(milliseconds / 1000));
}

function nanoseconds(value: number): void {
  if (!(Number.isInteger(value) && value >= 0 && value < 1e9)) throw new Error(`${value} nanoseconds`);
}
