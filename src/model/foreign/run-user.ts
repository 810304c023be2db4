/**
 * The user of an image config (`User`), read as runtimes read it: white space around it does not count, a group may stand
 * behind a colon, and what Go's strconv.Atoi takes for a number is one, with a sign and leading zeros. The text comes from
 * an archive that nobody vouches for and may be of any length.
 */

/** Whom a container runs as; `root`: certainly root of Linux; `range`: a number that is no uid. */
export type RunUser =
  | { readonly kind: 'none' }
  | { readonly kind: 'root' }
  | { readonly kind: 'range' }
  | { readonly kind: 'number' }
  | { readonly kind: 'name'; readonly name: string };

/** What runtimes take as a uid: beyond it docker refuses, and some have cut the number to 32 bits, where 2^32 is root. */
export const maxUid = 2 ** 31 - 1;

// What bytes.TrimSpace of Go takes away.
const around = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/** Reads the user of a config. */
export function parseRunUser(written: string): RunUser {
  const [text = ''] = trimmed(written).split(':', 1);
  if (text === '') return { kind: 'none' };
  const bare = trimmed(text);
  const [, sign, digits] = /^([+-]?)0*([0-9]*)$/.exec(bare) ?? [];
  if (bare === 'root') return { kind: 'root' };
  // A sign alone is no number, so it is a name, as is a number with white space before the colon.
  if (digits === undefined || /^[+-]$/.test(bare) || (bare !== text && digits !== ''))
    return { kind: 'name', name: text };
  if (digits === '') return { kind: 'root' };
  const tooLarge = digits.length > 10 || Number(digits) > maxUid;
  return { kind: sign === '-' || tooLarge ? 'range' : 'number' };
}

/**
 * Whether the name is an administrator's on Windows, which compares names in any case, with or without a domain. The one
 * that only containers have is so on every platform: the platform is a word of the archive as well.
 */
export function isWindowsRoot(name: string, otherThanLinux: boolean): boolean {
  const folded = name.normalize('NFKC').toLowerCase();
  const account = folded
    .slice(folded.lastIndexOf('\\') + 1)
    .replace(/@[^@]*$/, '')
    .replace(/[. ]+$/, '');
  if (account.trim() === 'containeradministrator' || account === 's-1-5-93-2-1') return true;
  return (
    otherThanLinux &&
    /^(?:administrator|system|localsystem|s-1-5-18|s-1-5-32-544|s-1-5-21-.*-500)$/.test(account.trim())
  );
}

function trimmed(text: string): string {
  const start = text.replace(around, '');
  let end = start.length;
  while (end > 0 && around.test(start[end - 1] ?? '')) end--;
  return start.slice(0, end);
}
