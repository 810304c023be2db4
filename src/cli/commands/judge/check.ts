/**
 * `varve check`: a policy held against archives, for a gate in CI. The policy is read and refused before anything else
 * happens; it also decides whether a single layer body has to be read.
 */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const checkCommand = command({
  name: 'check',
  summary: 'hold the archives against a policy: pass or fail, for CI',
  description:
    'Judges the archives by rules, each pass, fail, warn or skip, and exits 1 if one fails. What is not known is skipped ' +
    'with the reason, never passed; if every rule is skipped, or one with --strict, that fails too. Without rules: every digest fits and every name means one thing; warnings where ' +
    'images are untagged or superseded, where bytes belong to nothing, where the environment names a secret. Reads ' +
    'layer bodies only if a rule needs them.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github'],
  options: [
    'policy',
    'rule',
    'baseline',
    'strict',
    'allow-no-image',
    'format',
    'output',
    'verify',
    'no-verify',
    'accept-recorded',
    'now',
    'verbose',
    ...scanOptions,
  ],
  examples: [
    ['varve check images/', 'the default policy'],
    ['varve check images/ --rule intact --rule max-reclaimable=10% --rule max-total=10GB', 'rules of your own'],
    ['varve check images/ --policy policy.yml --format markdown -o summary.md', 'rules of a file; a page for the job'],
    ['varve check images/ --baseline before.json --rule max-growth=5%', 'against what varve scan wrote before'],
  ],
  load: () => import('./run/check.js'),
});
