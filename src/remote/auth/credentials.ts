/**
 * Who asks, for a registry: the files of docker and podman in their order, and the helpers that those name. A secret leaves here
 * only as a value; no message has one, nor a piece of the file that held it.
 */
import { readFileSync } from 'node:fs';
import { RemoteError } from '../../model/error.js';
import type { RepositoryPlace } from '../place.js';
import type { RemoteEnvironment, RemoteSettings } from '../settings.js';
import { type Credentials, helpersOf, keysOf, readAuthFile, storedCredentials } from './auth-file.js';
import { askHelper } from './credential-helper.js';

/** Where credentials may stand, and whether the file has to be there. */
interface AuthFilePlace {
  readonly path: string;
  readonly needed: boolean;
}

export type CredentialSettings = Pick<RemoteSettings, 'authFile' | 'environment' | 'homeFolder' | 'signal'>;

/** A file of logins as the value of a variable, as builds have it. */
const givenName = 'DOCKER_AUTH_CONFIG';

/** docker's own file, in which `docker login` writes. */
export function dockerConfigPath(environment: RemoteEnvironment, homeFolder: string): string {
  const folder = environment['DOCKER_CONFIG'];
  return `${folder === undefined || folder === '' ? `${homeFolder}/.docker` : folder}/config.json`;
}

/** The files that are looked into, in their order: the one that was named alone, else docker's, then podman's. */
export function authFilePlaces({ authFile, environment, homeFolder }: CredentialSettings): readonly AuthFilePlace[] {
  if (authFile !== null) return [{ path: authFile, needed: true }];
  const named = environment['REGISTRY_AUTH_FILE'];
  if (named !== undefined && named !== '') return [{ path: named, needed: false }];
  const runtime = environment['XDG_RUNTIME_DIR'];
  const config = environment['XDG_CONFIG_HOME'];
  const paths = [
    dockerConfigPath(environment, homeFolder),
    ...(runtime === undefined || runtime === '' ? [] : [`${runtime}/containers/auth.json`]),
    `${config === undefined || config === '' ? `${homeFolder}/.config` : config}/containers/auth.json`,
  ];
  return paths.map((path) => ({ path, needed: false }));
}

/** The credentials for a repository, or for a whole registry where `repository` is empty; null where none are kept. */
export async function findCredentials(
  place: RepositoryPlace,
  settings: CredentialSettings,
): Promise<Credentials | null> {
  const given = givenCredentials(place, settings);
  if (given !== null) return given;
  for (const { path, needed } of authFilePlaces(settings)) {
    const text = textOf(path, needed);
    if (text === null) continue;
    const file = readAuthFile(path, text);
    const keys = keysOf(place);
    for (const { helper, key } of helpersOf(file, keys)) {
      const found = await askHelper(helper, key, settings);
      if (found !== null) return found;
    }
    const stored = storedCredentials(path, file, keys);
    if (stored !== null) return stored;
  }
  return null;
}

/** Those of a variable that holds a file, as docker reads it: its `auths` count, and no helper that it names. */
function givenCredentials(
  place: RepositoryPlace,
  { authFile, environment }: Pick<CredentialSettings, 'authFile' | 'environment'>,
): Credentials | null {
  const text = environment[givenName] ?? '';
  if (authFile !== null || text === '') return null;
  const file = readAuthFile(givenName, text);
  return storedCredentials(givenName, file, keysOf(place));
}

function textOf(path: string, needed: boolean): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    if (!needed && (code === 'ENOENT' || code === 'ENOTDIR')) return null;
    throw new RemoteError(`${path}: credentials cannot be read from it (${code})`, { cause });
  }
}
