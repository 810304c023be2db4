/** The end of a login that `varve logout` makes. */
import { homedir } from 'node:os';
import { forgetLogin } from '../../../../remote/auth/stored-login.js';
import { write } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { serverOf } from './server.js';

export async function run(
  { words, authFile, quiet }: CommandOptions<'authfile' | 'quiet'>,
  { io }: Context,
): Promise<readonly Outcome[]> {
  const { env, signal } = io;
  const registry = serverOf(words);
  const kept = await forgetLogin(registry, {
    authFile,
    environment: env,
    homeFolder: env['HOME'] || homedir(),
    signal,
  });
  const told = kept === null ? `Not logged in to ${registry}` : `Removing login credentials for ${registry}`;
  if (!quiet) await write(io.stdout, `${told}\n`);
  return ['done'];
}
