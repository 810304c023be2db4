/** The next page of a list, by `Link` (RFC 8288) with `rel="next"`: at the same host only, so that a list never leads elsewhere. */
import { RemoteError } from '../../model/error.js';
import { askedText } from '../failure.js';
import { shownUrl } from '../remote-text.js';
import type { HttpResponse } from './message.js';
import { locationOf } from './redirects.js';

/** Characters of the header; an address and a few words are in it, and its patterns are not linear in its length. */
const longest = 8 * 1024;

/** The address of the next page; null where there is none. Throws RemoteError where it lies at another host. */
export function nextPage({ request, header }: HttpResponse): URL | null {
  const text = header('link') ?? '';
  if (text.length > longest)
    throw new RemoteError(`${askedText(request)}: its Link has more than ${longest} characters`);
  for (const [, target = '', parameters = ''] of text.matchAll(/<([^<>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?![\w-]))/i.test(parameters)) continue;
    const url = locationOf(request, target);
    if (url.origin === request.url.origin) return url;
    throw new RemoteError(
      `${askedText(request)}: the next page of the list is said to be at ${shownUrl(url)}, another host`,
    );
  }
  return null;
}
