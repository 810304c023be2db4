/** Runs the program of test/loaders/oracle, which test/loaders/build.sh builds. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { LoaderAnswer } from './readings.js';

const program = 'test/loaders/bin/oracle';

/** The loaders' answers for each path, in order. `programs`: ask skopeo and podman as well. */
export async function askLoaders(
  paths: readonly string[],
  programs: boolean,
): Promise<readonly Readonly<Record<string, LoaderAnswer>>[]> {
  const lines = await output(programs ? ['-programs'] : [], `${paths.join('\n')}\n`);
  const answers = lines.map((line) => JSON.parse(line) as { path: string; loaders: Record<string, LoaderAnswer> });
  if (answers.length !== paths.length) throw new Error(`${answers.length} answers for ${paths.length} archives`);
  return answers.map(({ loaders }) => loaders);
}

/** Versions of the loaders by name. */
export async function loaderVersions(programs: boolean): Promise<Readonly<Record<string, string>>> {
  const [line = '{}'] = await output(['-versions', ...(programs ? ['-programs'] : [])], '');
  return JSON.parse(line) as Record<string, string>;
}

function output(argv: readonly string[], input: string): Promise<string[]> {
  if (!existsSync(program)) throw new Error(`there is no ${program}: bash test/loaders/build.sh`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString().trimEnd().split('\n'));
      else reject(new Error(`${program} ended with ${code}`));
    });
    child.stdin.end(input);
  });
}
