/** The login of `varve login`: who logs in is asked where it is not said, tried, and kept. */
import { checkLogin, keepLogin } from '../../../../remote/auth/stored-login.js';
import { type CommandIo, tell, write } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { RegistryOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { askHidden, askLine, pipedSecret } from '../../../output/questions.js';
import { heardWarnings, registrySettings } from '../../../selection/registry-client.js';
import { serverOf } from './server.js';

type Options = CommandOptions<'username' | 'password-stdin' | RegistryOption | 'quiet'>;

export async function run(options: Options, { io }: Context): Promise<readonly Outcome[]> {
  const { words, username, passwordStdin, quiet } = options;
  const registry = serverOf(words);
  const heard = heardWarnings(options, io);
  const settings = { ...registrySettings(options, io), onWarning: heard.onWarning };
  const login = await loginOf({ username, passwordStdin }, io);
  await checkLogin(registry, login, settings).finally(heard.tell);
  const { path, helper } = await keepLogin(registry, login, settings);
  if (helper === null && !quiet)
    await tell(io, `the password is kept in ${path} as it is; a credential helper keeps it better`);
  await write(io.stdout, 'Login Succeeded\n');
  return ['done'];
}

/** Throws UsageError where nobody can be asked. */
async function loginOf(
  { username, passwordStdin }: Pick<Options, 'username' | 'passwordStdin'>,
  io: CommandIo,
): Promise<{ readonly username: string; readonly password: string }> {
  if (passwordStdin) {
    if (username === null) throw new UsageError('--password-stdin needs -u USER: who logs in cannot be asked then');
    const password = await pipedSecret(io);
    if (password === '')
      throw new UsageError('nothing came on standard input; --password-stdin takes the password there');
    return { username, password };
  }
  if (io.pipedInput || io.stderr.isTTY !== true) {
    throw new UsageError(
      'login asks on a terminal, and there is none: -u USER --password-stdin takes the password piped in',
    );
  }
  const user = username ?? (await askLine('Username: ', io));
  const password = await askHidden('Password: ', io);
  if (user === '' || password === '') throw new UsageError('a login takes a user and a password');
  return { username: user, password };
}
