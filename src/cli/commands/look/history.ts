/**
 * `varve history`: the steps that made an image, the newest first as `docker history` has them, with the layer of each step
 * and who else has it.
 */
import { command, inputsAndImage } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const historyCommand = command({
  name: 'history',
  summary: 'the steps that made an image, with their layers, as docker history has them',
  description:
    'Lists the steps of each image, the newest first, with the size of the layer that each made and the images that share ' +
    'it. Reads headers and documents only; --verify reads every byte.',
  positional: inputsAndImage,
  formats: ['table', 'wide', 'json', 'markdown', 'template'],
  options: [
    'image',
    'filter',
    'only-ids',
    'format',
    'no-trunc',
    'bytes',
    'human',
    'now',
    'output',
    'verify',
    'fail-on',
    ...scanOptions,
  ],
  imageWords: 'one',
  examples: [
    ['varve history images/ shop/api:1.2', 'the steps of one image'],
    ['varve history app.tar --no-trunc', 'commands and digests in full'],
    ["varve history app.tar --format '{{.CreatedAt}}\\t{{.Size}}\\t{{.CreatedBy}}'", "with docker's placeholders"],
  ],
  load: () => import('./run/history.js'),
});
