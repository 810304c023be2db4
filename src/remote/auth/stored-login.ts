/**
 * A login that is kept and taken away again, where docker and podman keep theirs: by the helper that the file of credentials names
 * for a registry, else in that file. The file is written anew as a whole, for its owner alone; all else that stands in it
 * stays. Neither user nor password stands in a message.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, OutputError, RemoteError } from '../../model/error.js';
import { isHub } from '../place.js';
import { RegistryClient } from '../registry-client.js';
import type { RemoteSettings } from '../settings.js';
import { type AuthFile, hubKey, passwordOf, readAuthFile } from './auth-file.js';
import { runHelper } from './credential-helper.js';
import { type CredentialSettings, dockerConfigPath } from './credentials.js';

/** Who logs in. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Where a login is kept. */
export interface KeptLogin {
  readonly path: string;
  /** Null where the file itself has it. */
  readonly helper: string | null;
}

/** Asks a registry whether it takes a login. Throws RemoteError where it does not. */
export async function checkLogin(registry: string, login: Login, settings: RemoteSettings): Promise<void> {
  const client = new RegistryClient(settings, async () => passwordOf(login.username, login.password));
  try {
    await client.login(registry);
  } finally {
    await client.close();
  }
}

/** Keeps a login. Throws RemoteError where the helper fails or the file is none; OutputError. */
export async function keepLogin(registry: string, login: Login, settings: CredentialSettings): Promise<KeptLogin> {
  const path = loginFile(settings);
  const { fields, file } = readFields(path);
  const key = keyOf(registry);
  const helper = helperOf(file, key);
  const { username, password } = login;
  if (helper !== null) {
    const told = JSON.stringify({ ServerURL: key, Username: username, Secret: password });
    await asked(helper, 'store', told, key, settings);
  }
  const entry = helper === null ? { auth: Buffer.from(`${username}:${password}`).toString('base64') } : {};
  writeFields(path, { ...fields, auths: { ...Object.fromEntries(file.auths), [key]: entry } });
  return { path, helper };
}

/** Takes a login away; null where there is none. Throws as `keepLogin` does. */
export async function forgetLogin(registry: string, settings: CredentialSettings): Promise<KeptLogin | null> {
  const path = loginFile(settings);
  const { fields, file } = readFields(path);
  const key = keyOf(registry);
  const helper = helperOf(file, key);
  const isKept = file.auths.has(key);
  if (!isKept && helper === null) return null;
  if (helper !== null) await asked(helper, 'erase', key, key, settings);
  if (isKept) {
    const left = [...file.auths].filter(([own]) => own !== key);
    writeFields(path, { ...fields, auths: Object.fromEntries(left) });
  }
  return { path, helper };
}

/** The file that is written to: the one that is named, else podman's where the environment names it, else docker's. */
function loginFile({ authFile, environment, homeFolder }: CredentialSettings): string {
  return authFile ?? (environment['REGISTRY_AUTH_FILE'] || dockerConfigPath(environment, homeFolder));
}

function keyOf(registry: string): string {
  return isHub(registry) ? hubKey : registry;
}

function helperOf({ credHelpers, credsStore }: AuthFile, key: string): string | null {
  return credHelpers.get(key) || credsStore;
}

async function asked(
  helper: string,
  action: 'store' | 'erase',
  told: string,
  key: string,
  settings: CredentialSettings,
): Promise<void> {
  const { failed } = await runHelper(helper, action, told, settings);
  if (failed === null) return;
  throw new RemoteError(`docker-credential-${helper} ${action} for ${key} failed (${failed}); try it by hand`);
}

type Fields = Readonly<Record<string, unknown>>;

function readFields(path: string): { readonly fields: Fields; readonly file: AuthFile } {
  let text = '{}';
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) {
      throw new RemoteError(`${path}: credentials cannot be read from it (${messageOf(cause)})`, { cause });
    }
  }
  const file = readAuthFile(path, text);
  return { fields: text.trim() === '' ? {} : (JSON.parse(text) as Fields), file };
}

/** As docker writes it, for its owner alone; where it is a link, what that leads to. */
function writeFields(path: string, fields: Fields): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const target = resolved(path);
    const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const fd = openSync(temporary, 'wx', 0o600);
      try {
        writeSync(fd, `${JSON.stringify(fields, null, '\t')}\n`);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (cause) {
    throw new OutputError(`${path} was not written: ${messageOf(cause)}`, { cause });
  }
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
