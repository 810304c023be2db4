/**
 * `varve diff`: what is different between two states of a set of archives, or between two images. It reads no layer bodies
 * unless asked to.
 */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

const beforeOrAfter = 'an archive, layout, folder, inventory or - (one of the two)';

export const diffCommand = command({
  name: 'diff',
  summary: 'what changed: before and after a cleanup, or image against image',
  description:
    'Compares two states of a set of archives: archives, images, tags, layers and bytes by class. Of one image on each side, ' +
    'named by --image or the only one there, also the layers one by one and the config. Reads headers and documents only; ' +
    '--verify reads every byte.',
  positional: {
    ...inputs,
    leading: [
      { name: 'BEFORE', describe: `how it was: ${beforeOrAfter}` },
      { name: 'AFTER', describe: 'how it is' },
    ],
    forms: ['BEFORE AFTER', 'IMAGE IMAGE [INPUT..]', '--image A --image B [INPUT..]'],
  },
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github'],
  options: ['image', 'plan', 'exit-code', 'format', 'output', 'verbose', 'verify', 'fail-on', ...scanOptions],
  twoImages: true,
  imageWords: 'two',
  examples: [
    ['varve diff before.json images/', 'what a cleanup changed since varve scan images/ -o before.json'],
    ['varve diff app-1.0.tar app-1.1.tar', 'two archives; of one image each, also layers and config'],
    ['varve diff app:1.0 app:1.1 images/', 'two images of the same archives'],
    ['varve diff before.json images/ --plan plan.json', 'whether what varve plan predicted came true'],
    ['varve diff old/ new/ --format markdown -o diff.md', 'for a merge request'],
  ],
  load: () => import('./run/diff.js'),
});
