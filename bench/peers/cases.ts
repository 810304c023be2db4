/** How commands are written down that are measured. */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import type { PlannedCase } from './comparison.js';

const program = 'dist/src/cli/main.cjs';
export const sample = 'samples/api-1.0-docker24.tar';
export const quiet = ['--quiet', '--no-progress'];
/** How a Varve command is run: by this Node unless another is named. */
export const varve = (words: readonly string[], node = process.execPath): readonly string[] => [
  node,
  program,
  ...words,
];

/** A case of one command. */
export const one = (
  name: string,
  shown: string,
  argv: readonly string[],
  more: Partial<PlannedCase> = {},
): PlannedCase => ({
  name,
  shown,
  commands: [{ argv }],
  ...more,
});

/** What starts take at least. */
export const nodeStart = (): PlannedCase => one('node', 'node -e 0', [process.execPath, '-e', '0']);

/** The same on one processor. */
export function pinned(
  name: string,
  shown: string,
  argv: readonly string[],
  needs: readonly string[] = [],
): PlannedCase {
  const more = availableParallelism() === 1 ? { argv } : { argv, cores: 1 as const };
  return { name, shown: `taskset -c 0 ${shown}`, commands: [more], needs: ['taskset', ...needs] };
}

/** The name of a case that `sideBySide` makes. */
export const besides = 'varve, one on each core';

/** As many of them at once as there are processors, each on one of its own: what they give for work that shares nothing. */
export function sideBySide(shown: string, argv: readonly string[]): PlannedCase {
  const processors = Array.from({ length: availableParallelism() }, (_, i) => i);
  const starts = processors.map((i) => `taskset --cpu-list ${i} "$@" & all="$all $!"`);
  // All of them have to end well.
  const script = [...starts, 'for one in $all; do wait "$one" || exit; done'].join('\n');
  return one(besides, `taskset -c EACH ${shown} (${processors.length} at once)`, ['sh', '-c', script, 'sh', ...argv], {
    needs: ['taskset'],
  });
}
