/** Times in configs as the brute-force oracle reads them, by code of its own. */
/** No image was built before 2013. */
export function buildTimeOf(text: string | null): bigint | null {
  const instant = instantOf(text);
  return instant === null || instant < BigInt(Date.UTC(2013, 0, 1)) * 1_000_000n ? null : instant;
}

/** Nanoseconds since 1970 of an RFC 3339 text, or null where it is none. */
function instantOf(text: string | null): bigint | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/i.exec(
    text ?? '',
  );
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [offsetHour, offsetMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const daysOfMonths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (day < 1 || day > (daysOfMonths[month - 1] ?? 0)) return null;
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return null;
  // setUTCFullYear, because Date.UTC takes the years below 100 for those of the last century.
  const days = new Date(0).setUTCFullYear(year, month - 1, day) / 86_400_000;
  const offsetMinutes = (offsetHour * 60 + offsetMinute) * (match[8] === '-' ? -1 : 1);
  const seconds = days * 86_400 + hour * 3600 + (minute - offsetMinutes) * 60 + second;
  return BigInt(seconds) * 1_000_000_000n + BigInt((match[7] ?? '').padEnd(9, '0'));
}
