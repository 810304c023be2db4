/**
 * Redirects, followed for reading and, where a body can be sent again, for writing. Never more than ten, never to what is not
 * HTTP, never from TLS to without; whatever tells who asks stays with the host that it was meant for.
 */
import { RemoteError } from '../../model/error.js';
import { askedText } from '../failure.js';
import { quotedAddress, quotedText, shownUrl } from '../remote-text.js';
import type { Exchange } from './exchange.js';
import type { HttpRequest, HttpResponse } from './message.js';

const most = 10;
const anyMethod: ReadonlySet<number> = new Set([307, 308]);
const readingOnly: ReadonlySet<number> = new Set([301, 302, 303]);

/** Sends a request and follows where it is sent on to. Throws RemoteError where that leads nowhere it may. */
export async function followed(exchange: Exchange, request: HttpRequest): Promise<HttpResponse> {
  let current = request;
  for (let hops = 0; ; hops += 1) {
    const response = await exchange.send(current);
    const reads = current.method === 'GET' || current.method === 'HEAD';
    if (!anyMethod.has(response.status) && !(reads && readingOnly.has(response.status))) return response;
    await response.discard();
    if (hops === most)
      throw new RemoteError(`${askedText(request)}: sent on more than ${most} times; that is a circle`);
    current = next(current, response.header('location'));
  }
}

function next(request: HttpRequest, location: string | null): HttpRequest {
  const url = locationOf(request, location);
  if (url.origin === request.url.origin) return { ...request, url };
  if (request.secret !== undefined) {
    throw new RemoteError(
      `${askedText(request)}: the answer sends a secret on to ${shownUrl(url)}, another host; it is not sent there`,
    );
  }
  const { authorization: _, ...headers } = request.headers;
  return { ...request, url, headers };
}

/** The address that a Location means (RFC 9110, 10.2.2). Throws RemoteError where there is none that may be followed. */
export function locationOf({ method, url }: Pick<HttpRequest, 'method' | 'url'>, location: string | null): URL {
  const start = askedText({ method, url });
  if (location === null || location === '')
    throw new RemoteError(`${start}: the answer sends on, and says not where to`);
  if (!URL.canParse(location, url.href)) {
    throw new RemoteError(`${start}: the answer sends on to what is no address: ${quotedAddress(location)}`);
  }
  const target = new URL(location, url);
  if (target.protocol !== 'https:' && target.protocol !== 'http:') {
    throw new RemoteError(`${start}: the answer sends on to ${quotedText(target.protocol)}, and only HTTP is followed`);
  }
  if (url.protocol === 'https:' && target.protocol === 'http:') {
    throw new RemoteError(`${start}: the answer sends on to ${shownUrl(target)}, without TLS; that is not followed`);
  }
  target.username = '';
  target.password = '';
  target.hash = '';
  return target;
}
