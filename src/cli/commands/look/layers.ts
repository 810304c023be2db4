/**
 * `varve layers`: each distinct layer of the set, once. It reads no layer bodies unless asked to, so the size of a
 * compressed layer may be unknown; how many are is said on standard error.
 */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const layersCommand = command({
  name: 'layers',
  summary: 'each distinct layer: size, images, archives, copies',
  description:
    'Lists each distinct layer once, the biggest first. Reads headers and documents only; --verify reads every byte.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown'],
  options: ['format', 'output', 'verify', 'fail-on', ...scanOptions],
  examples: [
    ['varve layers images/', 'what the layers of all images weigh'],
    ['varve layers --verify images/', 'with the sizes that only the bytes tell'],
    ['varve layers . --format csv -o layers.csv', 'for a spreadsheet'],
  ],
  load: () => import('./run/layers.js'),
});
