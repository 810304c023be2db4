/**
 * What a registry says, for sentences of ours: bounded, in quotes, and with nothing that a terminal obeys. Addresses are shown
 * without their query and without user and password, which hold the signatures and tokens of those who made them.
 */

const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const longest = 200;

/** Text of others in quotes, cut behind `most` characters. */
export function quotedText(text: string, most = longest): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return JSON.stringify(cut).replace(unsafe, (character) =>
    Array.from({ length: character.length }, (_, unit) => {
      return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}

/** An address without what may be secret in it. */
export function shownUrl(url: URL): string {
  const path = url.pathname.length > longest ? `${url.pathname.slice(0, longest)}…` : url.pathname;
  return `${url.protocol}//${url.host}${path}`;
}

/** What was to be an address and is none, without what may be secret in it: its query, and what stands before an `@`. */
export function quotedAddress(text: string): string {
  const [path = ''] = text.split(/[?#]/, 1);
  return quotedText(path.replace(/^([^/]*\/\/)?.*@/, '$1'));
}
