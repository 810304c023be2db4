/** What the built program loads for a command: the time that a start takes, told by what can be counted. */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';

const program = resolve('dist/src/cli/main.cjs');
const archive = 'samples/api-1.0-docker24.tar';

/** The files that a run of the program loads, below the folder of the program or that of the repository. */
function loadedBy(...argv: string[]): Promise<string[]> {
  return inTemporaryFolder(({ folder }) => {
    // Coverage lists every script that was loaded.
    const env = { ...process.env, NODE_V8_COVERAGE: folder };
    const { status } = spawnSync(process.execPath, [program, ...argv], { env, stdio: 'ignore' });
    expect(status).toBe(0);
    const scripts = readdirSync(folder).flatMap((name) => {
      const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: { url: string }[] };
      return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
    });
    const near = resolve('dist/src/cli');
    return scripts
      .map((url) =>
        fileURLToPath(url)
          .replace(`${near}/`, '')
          .replace(`${resolve('.')}/`, ''),
      )
      .sort();
  });
}

test('--version loads the facts of the commands and nothing else', async () => {
  expect(await loadedBy('--version')).toEqual(['main.cjs', 'parts/start.cjs']);
});

test('--help loads its own text beside them', async () => {
  expect(await loadedBy('--help')).toEqual(['main.cjs', 'parts/help.cjs', 'parts/start.cjs']);
});

test.each([[['history', archive]], [['tree', archive]], [['df', archive]]])(
  '%j loads no decoder, no pool, no glob and no schema of results',
  async (argv) => {
    const few = [
      'main.cjs',
      'parts/command.cjs',
      'parts/hash-text.cjs',
      'parts/other-results.cjs',
      'parts/reading.cjs',
      'parts/results.cjs',
      'parts/start.cjs',
    ];
    const loaded = await loadedBy(...argv);
    expect(loaded).toEqual(expect.arrayContaining(['main.cjs', 'parts/reading.cjs']));
    expect(loaded.filter((file) => !few.includes(file))).toEqual([]);
  },
);

test.each([[['ls', archive]], [['ls', '-q', archive]]])('%j loads its own results alone', async (argv) => {
  expect(await loadedBy(...argv)).toEqual([
    'main.cjs',
    'parts/command.cjs',
    'parts/reading.cjs',
    'parts/results.cjs',
    'parts/start.cjs',
  ]);
});

test('verify loads the decoders, and the pool only for much work', async () => {
  const loaded = await loadedBy('verify', archive);
  expect(loaded).toContain('parts/bodies.cjs');
  expect(loaded).not.toContain('parts/other-results.cjs');
  expect(loaded.filter((file) => file.includes('node_modules'))).toEqual([]);
});
