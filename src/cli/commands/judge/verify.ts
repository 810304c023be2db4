/**
 * `varve verify`: recomputes every digest and lists every fault. The one command of this group whose exit code is a
 * judgement by default.
 */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const verifyCommand = command({
  name: 'verify',
  summary: 'recompute every digest and list every fault',
  description:
    'Reads every byte and compares it with every claim: names, descriptors, sizes, diffIDs. Exit 1 if there is an error. ' +
    'Digests that fit prove consistency; only --expect tells whether it is the image that you know.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github'],
  options: ['format', 'output', 'fail-on', 'expect', 'expect-file', 'accept-recorded', 'verbose', ...scanOptions],
  examples: [
    ['varve verify images/', 'every archive and layout below a folder'],
    ['varve verify app.tar --expect app:1=sha256:9f86d0…', 'and it must be the image with that ID or manifest digest'],
    ['varve verify docker://registry.example/app:1', 'every byte of an image in a registry; none is kept'],
    ['varve verify . --format json --fail-on warning -o result.json', 'for CI: strict, with a document to keep'],
    ['varve verify images/ --format junit -o varve.xml', 'a test report for Jenkins or GitLab'],
  ],
  failOn: 'error',
  load: () => import('./run/verify.js'),
});
