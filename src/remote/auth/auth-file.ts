/**
 * The files in which docker and podman keep credentials: docker's `config.json` and podman's `auth.json`, which is the same with
 * keys that may name a repository or a part of one. Whatever is wrong with a file is said without a piece of it.
 */
import { RemoteError } from '../../model/error.js';
import { isHub, type RepositoryPlace } from '../place.js';

/** Who asks. `identity`: a token that is given for tokens (docker's identity token); `bearer`: one that is sent as it is. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity'; readonly token: string }
  | { readonly kind: 'bearer'; readonly token: string };

export interface AuthFile {
  /** Entries by key, as they stand in the file. */
  readonly auths: ReadonlyMap<string, unknown>;
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | null;
}

/** docker's key of Docker Hub. */
export const hubKey = 'https://index.docker.io/v1/';

/** The user name under which a helper keeps an identity token. */
export const identityUser = '<token>';

/** Reads a file of credentials. Throws RemoteError with its path, and nothing of what is in it, where it is none. */
export function readAuthFile(path: string, text: string): AuthFile {
  const file = objectOf(path, text);
  const helpers = [...membersOf(file['credHelpers'])];
  return {
    auths: membersOf(file['auths']),
    credHelpers: new Map(helpers.flatMap(([key, name]) => (typeof name === 'string' ? [[key, name] as const] : []))),
    credsStore: typeof file['credsStore'] === 'string' && file['credsStore'] !== '' ? file['credsStore'] : null,
  };
}

function objectOf(path: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    value = null;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new RemoteError(`${path}: no file of credentials: expected a JSON object, as docker login writes it`);
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return new Map(isObject ? Object.entries(value) : []);
}

/** The keys under which credentials of a place may stand, the nearest first. */
export function keysOf({ registry, repository }: RepositoryPlace): readonly string[] {
  const parts = repository === '' ? [] : repository.split('/');
  const hosts = isHub(registry) ? ['docker.io', 'index.docker.io', 'registry-1.docker.io'] : [registry];
  const nested = parts.map((_, i) => parts.slice(0, parts.length - i).join('/'));
  const prefixes = hosts.flatMap((host) => nested.map((prefix) => `${host}/${prefix}`));
  return [...prefixes, ...(isHub(registry) ? [hubKey, ...hosts] : hosts)];
}

/** The helpers to ask, with the key that each knows a place by. */
export function helpersOf(
  { credHelpers, credsStore }: AuthFile,
  keys: readonly string[],
): readonly { readonly helper: string; readonly key: string }[] {
  const own = keys.flatMap((key) => {
    const helper = credHelpers.get(key);
    return helper === undefined || helper === '' ? [] : [{ helper, key }];
  });
  const registryKey = keys.find((key) => key === hubKey || !key.includes('/')) ?? keys[0] ?? '';
  return credsStore === null ? own : [...own, { helper: credsStore, key: registryKey }];
}

/** What stands in the file itself; an entry with nothing in it says that a helper has it. */
export function storedCredentials(path: string, { auths }: AuthFile, keys: readonly string[]): Credentials | null {
  for (const key of keys) {
    const exact = auths.get(key);
    const entry = exact ?? [...auths].find(([written]) => hostOfKey(written) === key)?.[1];
    const found = entry === undefined ? null : credentialsOf(path, key, entry);
    if (found !== null) return found;
  }
  return null;
}

/** Old keys are addresses, of which docker takes the host. */
function hostOfKey(key: string): string | null {
  return /^https?:\/\/([^/]+)(?:\/(?:v1|v2)?\/?)?$/.exec(key)?.[1] ?? null;
}

function credentialsOf(path: string, key: string, entry: unknown): Credentials | null {
  const fields = membersOf(entry);
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  if (text('identitytoken') !== '') return { kind: 'identity', token: text('identitytoken') };
  if (text('registrytoken') !== '') return { kind: 'bearer', token: text('registrytoken') };
  if (text('auth') === '') return text('username') === '' ? null : passwordOf(text('username'), text('password'));
  // docker pads what it decodes with NULs.
  const decoded = Buffer.from(text('auth'), 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon < 1) {
    throw new RemoteError(`${path}: the entry of ${key} has no user and password in "auth"; log in there again`);
  }
  return passwordOf(decoded.slice(0, colon), decoded.slice(colon + 1));
}

/** A user and a password; under docker's own user name the password is an identity token. */
export function passwordOf(username: string, password: string): Credentials {
  return username === identityUser ? { kind: 'identity', token: password } : { kind: 'password', username, password };
}
