/**
 * Requests to registries, by name: finds out once how each is spoken to (`GET /v2/`, with TLS or without, who may ask), and then
 * sends each request as who may, again where that may help, on to where it is sent. What comes back has a status that the caller
 * hoped for; all else is an error that says what to do.
 */
import { RemoteError, VarveError } from '../model/error.js';
import { Authority, type CredentialFinder } from './auth/authority.js';
import { joinedScopes, noScopes, type Scopes } from './auth/scopes.js';
import { askedText, isPassing, NotTlsError, PassingError } from './failure.js';
import { Exchange } from './http/exchange.js';
import type { HttpRequest, HttpResponse } from './http/message.js';
import { followed } from './http/redirects.js';
import { withRetries } from './http/retries.js';
import { apiHostOf, isLoopback } from './place.js';
import { errorOf } from './registry-error.js';
import type { RemoteSettings } from './settings.js';

/** One request to a registry. */
export interface RegistryCall {
  readonly registry: string;
  /** The repository that it is about; empty for the registry itself. */
  readonly repository: string;
  readonly scopes: Scopes;
  readonly method: HttpRequest['method'];
  /** Path and query at the registry, or an address that the registry gave. */
  readonly at: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpRequest['body'];
  /** Statuses that are answers; every other one is an error. */
  readonly expected: readonly number[];
}

interface Endpoint {
  readonly base: URL;
  readonly authority: Authority;
}

export class Session {
  readonly settings: RemoteSettings;
  readonly #exchange: Exchange;
  readonly #find: CredentialFinder | undefined;
  readonly #endpoints = new Map<string, Promise<Endpoint>>();

  /** `find`: credentials to use instead of those of the files. */
  constructor(settings: RemoteSettings, find?: CredentialFinder) {
    this.settings = settings;
    this.#exchange = new Exchange(settings);
    this.#find = find;
  }

  /** Sends a call and reads its answer, both again where they failed for what may pass. Throws RemoteError where neither comes. */
  ask<T>(call: RegistryCall, read: (response: HttpResponse) => Promise<T>): Promise<T> {
    return withRetries(this.settings, async () => read(await this.sendOnce(call)));
  }

  /** Sends a call once; what may pass is a PassingError. */
  async sendOnce(call: RegistryCall): Promise<HttpResponse> {
    const { base, authority } = await this.endpoint(call.registry);
    const url = call.at instanceof URL ? call.at : new URL(call.at, base);
    const isOwn = url.origin === base.origin;
    let scopes = call.scopes;
    for (let refused = false; ; refused = true) {
      const authorization = isOwn ? await authority.authorization(call.repository, scopes) : null;
      const response = await followed(this.#exchange, {
        method: call.method,
        url,
        headers: { ...call.headers, ...(authorization === null ? {} : { authorization }) },
        body: call.body ?? null,
      });
      if (call.expected.includes(response.status)) return response;
      if (response.status !== 401 || !isOwn || response.request.url.origin !== base.origin) {
        throw await errorOf(response, call.registry);
      }
      const wanted = authority.challenged(response);
      if (refused) throw await this.#refusal(response, call, authority);
      await response.discard();
      authority.forget(scopes);
      scopes = joinedScopes(scopes, wanted);
    }
  }

  async #refusal(response: HttpResponse, call: RegistryCall, authority: Authority): Promise<RemoteError> {
    const error = await errorOf(response, call.registry);
    if (!(await authority.isKnown(call.repository))) return error;
    const { status, registryCode } = error;
    return new RemoteError(`${error.message}: the user or the password kept for it is wrong, or may not do that`, {
      cause: error,
      status,
      registryCode,
    });
  }

  /** How a registry is spoken to; asked once, and again after it failed. */
  endpoint(registry: string): Promise<Endpoint> {
    const known = this.#endpoints.get(registry);
    if (known !== undefined) return known;
    const found = withRetries(this.settings, () => this.#reach(registry));
    this.#endpoints.set(registry, found);
    found.catch(() => this.#endpoints.delete(registry));
    return found;
  }

  async #reach(registry: string): Promise<Endpoint> {
    this.#refuseOffline(registry);
    const host = apiHostOf(registry);
    const [plain, secure] = [new URL(`http://${host}/`), new URL(`https://${host}/`)];
    if (this.settings.plainHttp) return this.#ping(registry, plain);
    if (!isLoopback(host)) return this.#ping(registry, secure);
    // On this machine both are tried, as docker does: without TLS first, which is what is there as a rule, unless TLS is prepared for.
    const { caFile, certFile } = this.settings.tls;
    const order = caFile === null && certFile === null ? [plain, secure] : [secure, plain];
    try {
      return await this.#ping(registry, order[0] ?? secure);
    } catch (error) {
      const speaksOther = order[0] === plain ? mayBeTls(error) : error instanceof NotTlsError;
      if (!speaksOther) throw error;
      return await this.#ping(registry, order[1] ?? plain).catch((other: unknown) => {
        throw other instanceof NotTlsError ? error : other;
      });
    }
  }

  /** `GET /v2/` (end-1): 200, or 401 with what is asked for. */
  async #ping(registry: string, base: URL): Promise<Endpoint> {
    const request: HttpRequest = { method: 'GET', url: new URL('/v2/', base), headers: {}, body: null };
    const response = await followed(this.#exchange, request);
    const { status } = response;
    if (isPassing(status)) throw await errorOf(response, registry);
    if (![200, 401, 403].includes(status)) {
      await response.discard();
      throw new RemoteError(
        `${askedText(request)}: ${status}, so no registry answers there; check the host and the port`,
        { status },
      );
    }
    // A host that sends on to TLS is asked there from now on; what another one wants to know is not for it to ask.
    const { url: answered } = response.request;
    const isUpgrade =
      answered.hostname === base.hostname && base.protocol === 'http:' && answered.protocol === 'https:';
    const found = isUpgrade ? new URL('/', answered) : base;
    if (status === 401 && answered.origin !== found.origin) {
      await response.discard();
      throw new RemoteError(
        `${askedText(request)}: sends on to ${answered.host}, which asks for a login; if that is the registry, ask it by its own name`,
        { status },
      );
    }
    const authority = new Authority({ registry, base: found }, this.#exchange, this.settings, this.#find);
    if (status === 401) authority.challenged(response);
    await response.discard();
    return { base: found, authority };
  }

  /** Gets what everyone may see, at an address that is not of the API. Throws RemoteError where it does not come. */
  getPublic<T>(url: URL, registry: string, read: (response: HttpResponse) => Promise<T>): Promise<T> {
    this.#refuseOffline(registry);
    return withRetries(this.settings, async () => {
      const response = await followed(this.#exchange, { method: 'GET', url, headers: {}, body: null });
      if (response.status !== 200) throw await errorOf(response, registry);
      return read(response);
    });
  }

  #refuseOffline(registry: string): void {
    if (!this.settings.offline) return;
    throw new VarveError('usage', `${registry} is a registry, and this run is to stay offline`);
  }

  /** Asks `GET /v2/` as who is logged in. Throws RemoteError where the registry does not take that. */
  async greet(registry: string): Promise<Authority> {
    const { authority } = await this.endpoint(registry);
    const call = { registry, repository: '', scopes: noScopes, method: 'GET', at: '/v2/', expected: [200] } as const;
    await this.ask(call, (response) => response.discard());
    return authority;
  }

  close(): Promise<void> {
    return this.#exchange.close();
  }
}

/** Whether it may be TLS that answered so to plain HTTP: by a break, by what is no HTTP, or by saying that this is a bad request. */
function mayBeTls(error: unknown): boolean {
  if (!(error instanceof RemoteError)) return false;
  return error instanceof PassingError ? error.status === null : error.status === 400;
}
