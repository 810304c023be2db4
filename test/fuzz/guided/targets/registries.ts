/**
 * What registries answer, and the files that say who asks: whatever it is, it is read the same twice or refused by a RemoteError, an
 * address that may be followed is one of HTTP without user and password, and what is shown holds nothing that a terminal obeys. The
 * input is lines: challenge, link, location, time to wait, and the body behind them.
 */
import { RemoteError } from '../../../../src/model/error.js';
import { keysOf, readAuthFile, storedCredentials } from '../../../../src/remote/auth/auth-file.js';
import { parseChallenges } from '../../../../src/remote/auth/challenge.js';
import { covers, joinedScopes, parseScopes, scopeTexts } from '../../../../src/remote/auth/scopes.js';
import { realmOf, tokenOf } from '../../../../src/remote/auth/token-request.js';
import { jsonOf } from '../../../../src/remote/http/body.js';
import { nextPage } from '../../../../src/remote/http/link.js';
import { locationOf } from '../../../../src/remote/http/redirects.js';
import { retryAfterMs } from '../../../../src/remote/http/retries.js';
import { Warnings } from '../../../../src/remote/http/warnings.js';
import { parseWords } from '../../../../src/remote/registry-error.js';
import { quotedText } from '../../../../src/remote/remote-text.js';
import { same, type Target, texts } from '../target.js';

const url = new URL('https://registry.example/v2/a/tags/list');
const request = { method: 'GET', url, headers: {}, body: null } as const;
const place = { registry: 'registry.example', repository: 'a/b' };

export const target: Target = {
  name: 'registries',
  maxBytes: 1500,
  seeds: texts(
    'Bearer realm="https://a.example/token",service="s",scope="repository:a/b:pull,push"\n</v2/a?last=x>; rel="next"\n/v2/x?_state=y\n120\n{"errors":[{"code":"DENIED","message":"no"}]}',
    'Negotiate YQ==, Basic realm=x\n<https://registry.example/x>; title="a"; rel=next\nhttps://me:pw@cdn.example/x#y\nWed, 21 Oct 2026 07:28:00 GMT\n{"auths":{"registry.example/a":{"auth":"bWU6cHc="}},"credHelpers":{"registry.example":"x"}}',
    'Bearer realm="token"\n\n//cdn.example/y\n-1\n{"token":"abc","expires_in":300,"error":"x","error_description":"y"}',
    '299 - "Soon \\"gone\\"", 299 - "Now"\n\n/x\n0\n{"errors":[{"code":"BLOB_UNKNOWN","detail":{"digest":"x"}},{}]}',
    'Bearer realm="\\"\\\\"\n<>; rel="a next b"\nfile:///etc/passwd\n\n{"auths":{"https://registry.example/v1/":{"identitytoken":"t"}}}',
  ),
  words: [
    'Bearer ',
    'realm=',
    'scope=',
    'rel="next"',
    '299 - "',
    'http://',
    'repository:',
    '"auths":',
    '"auth":',
    '"errors":',
    '\u001b[',
    '\u202e',
  ],
  check(input) {
    const lines = input.toString('latin1').split('\n');
    const [challenge = '', link = '', location = '', wait = ''] = lines;
    const body = Buffer.from(lines.slice(4).join('\n'), 'latin1');
    checkChallenges(challenge);
    checkWarnings(challenge);
    const page = refusedOr(() =>
      nextPage({ request, header: () => link } as unknown as Parameters<typeof nextPage>[0]),
    );
    same('page', page?.origin ?? url.origin, url.origin);
    checkAddress(refusedOr(() => locationOf(request, location)));
    same('wait', (retryAfterMs(wait, 0) ?? 0) >= 0, true);
    const { code, message } = parseWords(jsonOf(body));
    same('shown', /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(quotedText(message ?? '') + (code ?? '')), false);
    const text = body.toString('utf8');
    const stored = () => storedCredentials('f', readAuthFile('f', text), keysOf(place));
    same('stored', JSON.stringify(refusedOr(stored)), JSON.stringify(refusedOr(stored)));
    const token = refusedOr(() => tokenOf(request, jsonOf(body), 0));
    same('token', /^[\x21-\x7e]*$/.test(token?.text ?? ''), true);
  },
};

/** What comes out, or null where it was refused. */
function refusedOr<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RemoteError) return null;
    throw error;
  }
}

/** Whatever a header warns of, it is told once, short, and with nothing that a terminal obeys. */
function checkWarnings(header: string): void {
  const told: string[] = [];
  const warnings = new Warnings({ onWarning: ({ text }) => told.push(text) });
  for (let i = 0; i < 2; i++) warnings.hear('registry.example', header);
  same('warnings told twice', new Set(told).size, told.length);
  same('warning shown', /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(told.join('')), false);
  same('warning without end', told.length <= 20 && told.every((text) => text.length < 1010 * 6), true);
}

/** Challenges are written again, each value in quotes, and read as the same. */
function checkChallenges(header: string): void {
  const challenges = parseChallenges(header);
  const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;
  const written = challenges.map(({ scheme, parameters }) =>
    `${scheme} ${[...parameters].map(([name, value]) => `${name}=${quoted(value)}`).join(', ')}`.trim(),
  );
  same('challenges', plain(parseChallenges(written.join(', '))), plain(challenges));
  for (const challenge of challenges) {
    const scopes = parseScopes(challenge.parameters.get('scope') ?? '');
    same('scopes', scopeTexts(parseScopes(scopeTexts(scopes).join(' '))).join(' '), scopeTexts(scopes).join(' '));
    same('covered', covers(joinedScopes(scopes, scopes), scopes), true);
    checkAddress(refusedOr(() => realmOf(challenge, url)));
  }
}

const plain = (challenges: ReturnType<typeof parseChallenges>): string =>
  JSON.stringify(challenges.map(({ scheme, parameters }) => [scheme, [...parameters]]));

/** From TLS to TLS only, and with nobody's name in it. */
function checkAddress(address: URL | null): void {
  if (address === null) return;
  same('scheme', address.protocol, 'https:');
  same('user', address.username + address.password + address.hash, '');
}
