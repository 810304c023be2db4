/**
 * `varve tree`: which images are built on which, over all archives, from the layers that they begin with. It reads no layer
 * bodies unless asked to.
 */
import { command, inputsAndImage } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const treeCommand = command({
  name: 'tree',
  summary: 'base images and what is built on them, by shared layers',
  description:
    'Draws which images are built on which: one whose layers are the first layers of another is its base. With --image or ' +
    '--filter, only these images, what they are built on and what is built on them. Reads headers and documents only; ' +
    '--verify reads every byte.',
  positional: inputsAndImage,
  formats: ['table', 'wide', 'json', 'markdown', 'mermaid'],
  options: ['image', 'filter', 'format', 'verbose', 'now', 'output', 'verify', 'fail-on', ...scanOptions],
  imageWords: 'one',
  examples: [
    ['varve tree images/', 'all images of all archives below a folder'],
    ['varve tree images/ --image debian:12 -v', 'one image with what is built on it, layer by layer'],
    ['varve tree . --format mermaid -o tree.mmd', 'a chart for a page in Markdown'],
  ],
  load: () => import('./run/tree.js'),
});
