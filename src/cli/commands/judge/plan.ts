/**
 * `varve plan`: what a cleanup would free, to the byte, before anything is removed. It changes nothing: the result says
 * what goes, what stays and why, and as a script the commands that would do it.
 */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const planCommand = command({
  name: 'plan',
  summary: 'what removing images frees, to the byte; proposes what to remove',
  description:
    'Says what a removal frees, counted for all of it together: a layer of two removed images is freed once, one that an ' +
    'image that stays has too is not. Changes nothing. Reads headers and documents only; --verify reads every byte.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github', 'script'],
  options: [
    'remove',
    'free',
    'keep',
    'keep-last',
    'keep-newer',
    'in-use',
    'in-use-lenient',
    'quarantine',
    'for',
    'filter',
    'now',
    'verbose',
    'format',
    'output',
    'verify',
    'fail-on',
    ...scanOptions,
  ],
  examples: [
    ['varve plan images/ --remove dangling,superseded --keep-newer 30d', 'old builds, but none of the last 30 days'],
    ['docker ps | varve plan images/ --free 10GB --keep-last 2 --in-use -', 'a proposal that spares what runs'],
    [
      'varve plan images/ --verify --remove redundant --format script',
      'the commands that delete files with nothing lost',
    ],
  ],
  load: () => import('./run/plan.js'),
});
