/**
 * `varve df`: where the bytes are, in the shape of `docker system df`. With -v also the images, layers and archives that
 * make up the totals. Reads no layer bodies unless asked to.
 */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const dfCommand = command({
  name: 'df',
  summary: 'totals: how much there is, how much is active, how much can go',
  description:
    'Shows the totals as docker system df does. Reads headers and documents only; --verify reads every byte.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'markdown'],
  options: ['format', 'output', 'verbose', 'verify', 'fail-on', ...scanOptions],
  examples: [
    ['varve df images/', 'the totals of all archives below a folder'],
    ['varve df -v images/', 'with each image, layer and archive'],
    ['varve df docker://debian:12 images/', 'what a pull of it would fetch, beside what is here'],
    ['varve df before.json', 'of an inventory that varve scan wrote'],
  ],
  load: () => import('./run/df.js'),
});
