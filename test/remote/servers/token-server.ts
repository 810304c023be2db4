/**
 * A token server for tests, by the distribution project's "Token Authentication Specification" and its OAuth2 sibling, and the check of
 * its tokens for a registry. Users have passwords and rights; tokens name what was granted, and end.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, type Listening, listen, type ServerTls } from './listening.js';
import type { RegistryOptions } from './registry-visit.js';

export interface TokenOptions {
  /** Password by user. */
  readonly users: Readonly<Record<string, string>>;
  /** Whether somebody (null: nobody) may do that; everyone may pull, and users may push. */
  readonly allows?: (user: string | null, resource: string, action: string) => boolean;
  /** The member that holds the token; `token`. */
  readonly member?: 'token' | 'access_token';
  /** `expires_in`; not given: the answer has none. */
  readonly lifeSeconds?: number;
  /** What stands in the challenge as realm; the address of this server. */
  readonly realm?: string;
  readonly tls?: ServerTls;
}

/** One request for a token. */
export interface TokenRequest {
  readonly method: string;
  readonly authorization: string | undefined;
  readonly service: string | null;
  readonly scopes: readonly string[];
  readonly form: URLSearchParams;
}

export interface TokenServer {
  readonly host: string;
  readonly requests: TokenRequest[];
  /** For a registry that asks for tokens of this server. */
  readonly admit: NonNullable<RegistryOptions['admit']>;
  /** Ends all tokens so far, as if their time had passed at the registry alone. */
  revoke(): void;
  close(): Promise<void>;
}

const service = 'registry.test';

export async function startTokenServer(options: TokenOptions): Promise<TokenServer> {
  const granted = new Map<string, ReadonlySet<string>>();
  const refreshTokens = new Map<string, string>();
  const requests: TokenRequest[] = [];
  const listening: Listening = await listen((request, response) => {
    answer(request, response, options, { granted, refreshTokens, requests }).catch(() => response.destroy());
  }, options.tls);
  const scheme = options.tls === undefined ? 'http' : 'https';
  const realm = options.realm ?? `${scheme}://${listening.host}/token`;
  return {
    host: listening.host,
    requests,
    admit: ({ method, repository, authorization, path }) => {
      const needed = neededFor(method, repository, path);
      const rights = granted.get(authorization?.replace(/^Bearer /, '') ?? '');
      if (rights !== undefined && needed.every((scope) => rights.has(scope))) return null;
      const scope =
        repository === ''
          ? catalogScope(path)
          : `,scope="repository:${repository}:${method === 'GET' || method === 'HEAD' ? 'pull' : 'pull,push'}"`;
      const error = authorization === undefined ? '' : ',error="invalid_token"';
      return `Bearer realm="${realm}",service="${service}"${scope}${error}`;
    },
    revoke: () => granted.clear(),
    close: listening.close,
  };
}

function catalogScope(path: string): string {
  return path.startsWith('/v2/_catalog') ? ',scope="registry:catalog:*"' : '';
}

function neededFor(method: string, repository: string, path: string): string[] {
  if (path.startsWith('/v2/_catalog')) return ['registry:catalog:*'];
  if (repository === '') return [];
  const actions = method === 'GET' || method === 'HEAD' ? ['pull'] : ['pull', 'push'];
  const mounted = new URL(path, 'http://x').searchParams.get('from');
  const needed = actions.map((action) => `repository:${repository}:${action}`);
  return mounted === null ? needed : [...needed, `repository:${mounted}:pull`];
}

interface State {
  readonly granted: Map<string, ReadonlySet<string>>;
  readonly refreshTokens: Map<string, string>;
  readonly requests: TokenRequest[];
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: TokenOptions,
  state: State,
): Promise<void> {
  const { method = '', headers, url = '' } = request;
  const body = await bodyOf(request);
  const form = method === 'POST' ? new URLSearchParams(body.toString()) : new URL(url, 'http://x').searchParams;
  const scopes = form.getAll('scope').flatMap((text) => text.split(' '));
  state.requests.push({ method, authorization: headers.authorization, service: form.get('service'), scopes, form });
  const user = userOf(method, headers.authorization, form, options, state);
  if (user === false) {
    response.writeHead(401, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }] }));
    return;
  }
  const allows = options.allows ?? ((who, resource, action) => action === 'pull' || (who !== null && resource !== ''));
  const rights = scopes.flatMap((scope) => {
    const colon = scope.lastIndexOf(':');
    const resource = scope.slice(0, colon);
    return scope
      .slice(colon + 1)
      .split(',')
      .flatMap((action) => (allows(user, resource, action) ? [`${resource}:${action}`] : []));
  });
  const token = `token-${randomUUID()}`;
  state.granted.set(token, new Set(rights));
  const refresh =
    form.get('offline_token') === 'true' && user !== null ? { refresh_token: refreshFor(user, state) } : {};
  const life = options.lifeSeconds === undefined ? {} : { expires_in: options.lifeSeconds };
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ [options.member ?? 'token']: token, ...life, ...refresh }));
}

function refreshFor(user: string, { refreshTokens }: State): string {
  const text = `refresh-${randomUUID()}`;
  refreshTokens.set(text, user);
  return text;
}

/** Who asks: null for nobody, false for somebody who is not who they say. */
function userOf(
  method: string,
  authorization: string | undefined,
  form: URLSearchParams,
  { users }: TokenOptions,
  { refreshTokens }: State,
): string | null | false {
  if (method === 'POST') return refreshTokens.get(form.get('refresh_token') ?? '') ?? false;
  if (authorization === undefined) return null;
  const [user = '', password] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(/:(.*)/s);
  return users[user] === password && password !== undefined ? user : false;
}
