/** Where a store lies: what the command line says, else the environment, else the data folder of the user on this platform. */
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder of the store: `named`, else `VARVE_STORE`, else `varve/store` in the user's data folder: `XDG_DATA_HOME` or
 * `~/.local/share` (XDG base directories), `~/Library/Application Support` on macOS, `LOCALAPPDATA` on Windows.
 */
export function storePlace(
  named: string | null,
  env: Environment,
  system: NodeJS.Platform = platform(),
  home: string = homedir(),
): string {
  return named ?? (env['VARVE_STORE'] || join(dataFolder(env, system, home), 'varve', 'store'));
}

function dataFolder(env: Environment, system: NodeJS.Platform, home: string): string {
  if (system === 'darwin') return join(home, 'Library', 'Application Support');
  if (system === 'win32') return env['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
  const { XDG_DATA_HOME: data = '' } = env;
  // A path that is not absolute counts for nothing, by the specification.
  return data.startsWith('/') ? data : join(home, '.local', 'share');
}
