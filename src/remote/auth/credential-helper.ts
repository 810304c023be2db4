/**
 * docker's credential helpers: programs `docker-credential-NAME` that are told by standard input whom to look for, and answer by
 * standard output. Bounded in time and output. Neither what they are told nor what they say stands in a message.
 */
import { execFile } from 'node:child_process';
import { interruption, RemoteError } from '../../model/error.js';
import { quotedText } from '../remote-text.js';
import type { RemoteSettings } from '../settings.js';
import { type Credentials, passwordOf } from './auth-file.js';

type HelperSettings = Pick<RemoteSettings, 'environment' | 'signal'>;

const longestMs = 60_000;
const outputBytes = 256 * 1024;
/** A name is put behind `docker-credential-` and looked for in PATH, so it leads nowhere else. */
const nameGrammar = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const notFound = /credentials not found/i;

/** The credentials that a helper keeps under a key; null where it keeps none. Throws RemoteError where it fails. */
export async function askHelper(helper: string, key: string, settings: HelperSettings): Promise<Credentials | null> {
  const { failed, output } = await runHelper(helper, 'get', key, settings);
  if (failed !== null) {
    if (notFound.test(output)) return null;
    throw new RemoteError(
      `docker-credential-${helper} get for ${key} failed (${failed}); try it by hand, or log in again`,
    );
  }
  const answer = answerOf(output);
  if (answer === null) {
    throw new RemoteError(`docker-credential-${helper} get for ${key} answered no JSON with Username and Secret`);
  }
  return answer.username === '' && answer.secret === '' ? null : passwordOf(answer.username, answer.secret);
}

function answerOf(output: string): { readonly username: string; readonly secret: string } | null {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { Username: username, Secret: secret } = value as Readonly<Record<string, unknown>>;
  return typeof username === 'string' && typeof secret === 'string' ? { username, secret } : null;
}

/**
 * Runs a helper with `input` on its standard input. `failed`: null, or how it ended, without its output. Throws RemoteError
 * where the name is none or there is no such program.
 */
export function runHelper(
  helper: string,
  action: 'get' | 'store' | 'erase',
  input: string,
  { environment, signal }: HelperSettings,
): Promise<{ readonly failed: string | null; readonly output: string }> {
  if (!nameGrammar.test(helper)) {
    throw new RemoteError(`${quotedText(helper)} is no name of a credential helper`);
  }
  const program = `docker-credential-${helper}`;
  const options = { env: { ...environment }, timeout: longestMs, maxBuffer: outputBytes, encoding: 'utf8' } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, [action], { ...options, ...(signal ? { signal } : {}) }, (error, stdout) => {
      if (signal?.aborted) reject(interruption(signal));
      else if (error?.code === 'ENOENT') {
        reject(new RemoteError(`${program}: no such program in PATH, and the credentials file says to ask it`));
      } else resolve({ failed: error === null ? null : endOf(error), output: stdout });
    });
    // It may end without having read.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

function endOf(error: { readonly code?: unknown; readonly signal?: unknown; readonly killed?: unknown }): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `more than ${outputBytes} bytes of output`;
  if (error.killed === true) return `no answer in ${longestMs / 1000} s`;
  return typeof error.code === 'number' ? `exit ${error.code}` : `ended by ${String(error.signal ?? error.code)}`;
}
