/**
 * How a token is asked for (the distribution project's "Token Authentication Specification" and "Oauth2 Token Authentication"):
 * by GET with user and password or with nobody's, by POST with an identity token. Hostile input: challenges that send the password
 * elsewhere, answers of any kind.
 */
import { RemoteError } from '../../model/error.js';
import { type Asked, askedText } from '../failure.js';
import type { HttpRequest } from '../http/message.js';
import { quotedAddress, quotedText, shownUrl } from '../remote-text.js';
import type { Credentials } from './auth-file.js';
import type { Challenge } from './challenge.js';
import { type Scopes, scopeTexts } from './scopes.js';

export interface BearerToken {
  readonly text: string;
  /** In milliseconds of `performance.now()`. */
  readonly expiresAtMs: number;
  /** What may be given for further tokens, where it was asked for; null where none came. */
  readonly refreshToken: string | null;
}

/** What docker takes for the life of a token that says nothing of it, and for the shortest that there is. */
const shortestLifeSeconds = 60;
/** A token is not used in its last seconds: a request may take some. */
const marginMs = 10_000;
const clientId = 'varve';

/** Where tokens are had: the realm of a challenge, which may be relative to the registry. Throws RemoteError where it may not be asked. */
export function realmOf({ parameters }: Challenge, registry: URL): URL {
  const realm = parameters.get('realm') ?? '';
  if (realm === '' || !URL.canParse(realm, registry.href)) {
    throw new RemoteError(
      `${shownUrl(registry)}: the registry asks for a token, and its realm is no address: ${quotedAddress(realm)}`,
    );
  }
  const url = new URL(realm, registry);
  const isHttp = url.protocol === 'https:' || url.protocol === 'http:';
  if (!isHttp || url.username !== '' || url.password !== '') {
    throw new RemoteError(
      `${shownUrl(registry)}: the registry asks for a token of ${quotedText(url.protocol)}, which is not asked`,
    );
  }
  if (registry.protocol === 'https:' && url.protocol === 'http:') {
    throw new RemoteError(
      `${shownUrl(registry)}: the registry asks for a token of ${shownUrl(url)}, without TLS; no password goes there`,
    );
  }
  url.hash = '';
  return url;
}

/** The request for a token. `forLogin`: one that outlives the run is wanted too. */
export function tokenRequest(
  realm: URL,
  { parameters }: Challenge,
  scopes: Scopes,
  credentials: Credentials | null,
  forLogin = false,
): HttpRequest {
  const service = parameters.get('service');
  const form = new URLSearchParams(service === undefined ? {} : { service });
  const texts = scopeTexts(scopes);
  if (credentials?.kind === 'identity') {
    if (texts.length > 0) form.set('scope', texts.join(' '));
    form.set('grant_type', 'refresh_token');
    form.set('client_id', clientId);
    form.set('refresh_token', credentials.token);
    const body = Buffer.from(form.toString());
    const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
    return {
      method: 'POST',
      url: realm,
      headers,
      body: { sizeBytes: body.length, open: () => once(body) },
      secret: credentials.token,
    };
  }
  const url = new URL(realm);
  for (const text of texts) form.append('scope', text);
  if (credentials?.kind === 'password') form.set('account', credentials.username);
  form.set('client_id', clientId);
  if (forLogin) form.set('offline_token', 'true');
  for (const [name, value] of form) url.searchParams.append(name, value);
  const authorization = credentials?.kind === 'password' ? { authorization: basic(credentials) } : {};
  return { method: 'GET', url, headers: { accept: 'application/json', ...authorization }, body: null };
}

/** `Authorization` of a user and a password (RFC 7617, in UTF-8). */
export function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** A body that is at hand. */
async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, void> {
  yield bytes;
}

/** The token of an answer. Throws RemoteError where there is none that a header could hold. */
export function tokenOf(asked: Asked, answer: unknown, nowMs: number): BearerToken {
  const fields = typeof answer === 'object' && answer !== null ? (answer as Readonly<Record<string, unknown>>) : {};
  const text = [fields['token'], fields['access_token']].find((each) => typeof each === 'string' && each !== '');
  if (typeof text !== 'string' || !isToken(text)) {
    throw new RemoteError(
      `${askedText(asked)}: expected JSON with a token or access_token that fits into a header, and found none`,
    );
  }
  const life = fields['expires_in'];
  const seconds = typeof life === 'number' && life > shortestLifeSeconds ? life : shortestLifeSeconds;
  const refresh = fields['refresh_token'];
  return {
    text,
    expiresAtMs: nowMs + seconds * 1000 - marginMs,
    refreshToken: typeof refresh === 'string' && refresh !== '' ? refresh : null,
  };
}

/** Whether a text can stand in `Authorization: Bearer`, with nothing else behind it. */
export function isToken(text: string): boolean {
  return text.length <= 64 * 1024 && /^[\x21-\x7e]+$/.test(text);
}
