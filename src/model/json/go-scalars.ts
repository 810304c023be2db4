/**
 * What Go takes for a time, for base64 and for an integer of 64 bits. `encoding/json` refuses a whole document for one
 * value of them that is not. Hostile input: texts of any length; the work is linear in it.
 */
import { ExactNumber } from './exact-number.js';

const timeGrammar = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))$/;

/** RFC 3339 as Go's `time.Time` takes it from JSON: an hour may have one digit, and a comma may stand before the fraction. */
export function isGoTime(text: string): boolean {
  const match = timeGrammar.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [zoneHour = 0, zoneMinute = 0] = match.slice(7).map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 24 || zoneMinute > 60) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Base64 as Go's `StdEncoding` decodes it: padded, line ends anywhere. */
export function isGoBase64(text: string): boolean {
  const plain = /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, '') : text;
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
}

const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
const longestInteger = 20;

/** Whether a number of JSON is one that Go reads into an int64: `414.0` and `4e2` are not. */
export function isGoInteger(value: unknown): boolean {
  if (!(value instanceof ExactNumber)) return Number.isSafeInteger(value);
  if (!/^-?\d+$/.test(value.text)) return false;
  if (value.text.length > longestInteger) return false;
  const integer = BigInt(value.text);
  return integer >= least && integer <= most;
}
