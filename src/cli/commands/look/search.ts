/**
 * `varve search`: finds repositories by name or label, as `docker search` does on Docker Hub, in the archives at hand.
 */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const searchCommand = command({
  name: 'search',
  summary: 'find images by name or label',
  description:
    'Searches names and labels of the images for TERM, whatever its case. Official is what lies under docker.io/library/. ' +
    'Reads headers and documents only.',
  positional: { ...inputs, leading: [{ name: 'TERM', describe: 'part of a name, of a label or of its value' }] },
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'template'],
  ownFilters: ['is-official'],
  options: ['filter', 'limit', 'format', 'no-trunc', 'now', 'output', 'fail-on', ...scanOptions],
  examples: [
    ['varve search api images/', 'repositories with api in their name or labels'],
    ['varve search debian registry://docker.io', 'on Docker Hub; of other registries, in their catalog'],
    ['varve search debian . --filter is-official=true', 'official images only'],
    ['varve search team=shop . --limit 100 --format \'{{.Name}} {{join .Tags ", "}}\'', 'by label, with the tags'],
  ],
  load: () => import('./run/search.js'),
});
