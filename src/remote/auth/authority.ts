/**
 * Who asks, for each request to one registry: what the registry asks for (its challenges), the credentials kept for it, and tokens,
 * each used for all that it covers and until shortly before it ends. Two requests that need the same token wait for one.
 */
import { RemoteError } from '../../model/error.js';
import { askedText } from '../failure.js';
import { jsonOf, wholeDocument } from '../http/body.js';
import type { Exchange } from '../http/exchange.js';
import type { HttpResponse } from '../http/message.js';
import { followed } from '../http/redirects.js';
import type { RepositoryPlace } from '../place.js';
import { errorOf } from '../registry-error.js';
import type { RemoteSettings } from '../settings.js';
import type { Credentials } from './auth-file.js';
import { type Challenge, parseChallenges } from './challenge.js';
import { findCredentials } from './credentials.js';
import { covers, noScopes, parseScopes, type Scopes } from './scopes.js';
import { type BearerToken, basic, isToken, realmOf, tokenOf, tokenRequest } from './token-request.js';

interface HeldToken {
  readonly scopes: Scopes;
  readonly token: Promise<BearerToken>;
  /** Known once the token is. */
  expiresAtMs: number;
}

/** Where the credentials of one run come from: those of the files, or those that a login tries. */
export type CredentialFinder = (place: RepositoryPlace) => Promise<Credentials | null>;

export class Authority {
  readonly #registry: string;
  readonly #base: URL;
  readonly #exchange: Exchange;
  readonly #settings: RemoteSettings;
  readonly #find: CredentialFinder;
  readonly #credentials = new Map<string, Promise<Credentials | null>>();
  #challenges: readonly Challenge[] = [];
  #tokens: HeldToken[] = [];

  constructor(
    place: { readonly registry: string; readonly base: URL },
    exchange: Exchange,
    settings: RemoteSettings,
    find: CredentialFinder = (each) => findCredentials(each, settings),
  ) {
    this.#registry = place.registry;
    this.#base = place.base;
    this.#exchange = exchange;
    this.#settings = settings;
    this.#find = find;
  }

  /** Takes what an answer with 401 asks for. Returns the scopes that it wants beside those that were asked with. */
  challenged(response: HttpResponse): Scopes {
    const challenges = parseChallenges(response.header('www-authenticate') ?? '');
    if (challenges.length > 0) this.#challenges = challenges;
    return parseScopes(bearerOf(challenges)?.parameters.get('scope') ?? '');
  }

  /** The value of `Authorization` for a repository (or for none); null for nobody. `scopes`: what the request needs. */
  async authorization(repository: string, scopes: Scopes): Promise<string | null> {
    const bearer = bearerOf(this.#challenges);
    const isBasic = this.#challenges.some(({ scheme }) => scheme === 'basic');
    if (bearer === null && !isBasic) return null;
    const credentials = await this.#credentialsOf(repository);
    if (credentials?.kind === 'bearer') {
      if (!isToken(credentials.token))
        throw new RemoteError(`the token kept for ${this.#registry} fits into no header`);
      return `Bearer ${credentials.token}`;
    }
    if (bearer !== null) return `Bearer ${(await this.#tokenFor(bearer, scopes, credentials)).text}`;
    return credentials?.kind === 'password' ? basic(credentials) : null;
  }

  /** Forgets tokens for these scopes: the registry does not take them, or wants one for more. */
  forget(scopes: Scopes): void {
    this.#tokens = this.#tokens.filter((held) => !covers(held.scopes, scopes));
  }

  /** Whether there are credentials for a repository. */
  async isKnown(repository: string): Promise<boolean> {
    return (await this.#credentialsOf(repository)) !== null;
  }

  /** A token that outlives the run, for a login; null where the registry gives none. */
  async refreshToken(): Promise<string | null> {
    const bearer = bearerOf(this.#challenges);
    const credentials = await this.#credentialsOf('');
    if (bearer === null || credentials === null) return null;
    return (await this.#fetch(bearer, noScopes, credentials, true)).refreshToken;
  }

  #credentialsOf(repository: string): Promise<Credentials | null> {
    const known = this.#credentials.get(repository);
    if (known !== undefined) return known;
    const found = this.#find({ registry: this.#registry, repository });
    this.#credentials.set(repository, found);
    return found;
  }

  async #tokenFor(bearer: Challenge, scopes: Scopes, credentials: Credentials | null): Promise<BearerToken> {
    const now = performance.now();
    this.#tokens = this.#tokens.filter(({ expiresAtMs }) => expiresAtMs > now);
    const known = this.#tokens.find((held) => covers(held.scopes, scopes));
    if (known !== undefined) return known.token;
    const token = this.#fetch(bearer, scopes, credentials, false);
    const held: HeldToken = { scopes, token, expiresAtMs: Number.POSITIVE_INFINITY };
    this.#tokens.push(held);
    try {
      const { expiresAtMs } = await token;
      held.expiresAtMs = expiresAtMs;
    } catch (error) {
      this.#tokens = this.#tokens.filter((each) => each !== held);
      throw error;
    }
    return token;
  }

  async #fetch(
    bearer: Challenge,
    scopes: Scopes,
    credentials: Credentials | null,
    forLogin: boolean,
  ): Promise<BearerToken> {
    const realm = realmOf(bearer, this.#base);
    const request = tokenRequest(realm, bearer, scopes, credentials, forLogin);
    const response = await followed(this.#exchange, request);
    if (response.status !== 200) throw await this.#refusal(response, credentials);
    const answer = jsonOf(await wholeDocument(response, this.#settings));
    return tokenOf(request, answer, performance.now());
  }

  async #refusal(response: HttpResponse, credentials: Credentials | null): Promise<RemoteError> {
    const error = await errorOf(response, this.#registry);
    if (response.status !== 401 && response.status !== 403) return error;
    const who =
      credentials === null ? 'nobody is logged in' : 'the user or the password kept for it is wrong, or was withdrawn';
    return new RemoteError(
      `${askedText(response.request)}: ${response.status}, no token for ${this.#registry}: ${who}; log in with varve login ${this.#registry}`,
      { cause: error, status: response.status, registryCode: error.registryCode },
    );
  }
}

function bearerOf(challenges: readonly Challenge[]): Challenge | null {
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? null;
}
