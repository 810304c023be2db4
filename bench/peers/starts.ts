/** How long commands take to start. */

import { nodeStart, one, sample, varve } from './cases.js';
import type { PlannedComparison } from './comparison.js';
import { run } from './processes.js';

let isCompiled = false;

/** What the last step of a build does by another Node, as where that one is the only one. */
function compiledByOther(): void {
  if (!isCompiled) run({ argv: ['node-zstd', 'dist/build/compile-command.js'] });
  isCompiled = true;
}

/** Whatever the archives are: the commands that are typed most, over a small one. */
export function starts(): PlannedComparison {
  return {
    name: 'start',
    about: 'how long a command takes to start',
    files: [],
    cases: [
      nodeStart(),
      one('version', 'varve --version', varve(['--version'])),
      one('help', 'varve --help', varve(['--help'])),
      one('ls', 'varve ls SAMPLE', varve(['ls', sample])),
      one('ls -q', 'varve ls -q SAMPLE', varve(['ls', '-q', sample])),
      one('node, Node 24', 'node -e 0 (Node 24)', ['node-zstd', '-e', '0'], { needs: ['node-zstd'] }),
      one('ls, Node 24', 'varve ls SAMPLE (Node 24)', varve(['ls', sample], 'node-zstd'), {
        needs: ['node-zstd'],
        before: compiledByOther,
      }),
      one('template', 'varve ls SAMPLE --format TEMPLATE', varve(['ls', sample, '--format', '{{.ID}} {{.Size}}'])),
    ],
  };
}
