/**
 * `varve ls`: the images in the archives, as `docker image ls` shows those of a store: a row for each name, the newest
 * first. It reads no layer bodies unless asked to, so the size of an image with compressed layers may be unknown.
 */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const lsCommand = command({
  name: 'ls',
  summary: 'the images: name, tag, ID, age, size; filters and templates as docker has them',
  description:
    'Lists the images as docker image ls does, a row for each name, the newest first. Reads headers and documents only; ' +
    '--verify reads every byte.',
  positional: {
    ...inputs,
    describe: `${inputs.describe}. A word that is no path selects images, as docker images NAME does: shop/api, api:1.2, an ID`,
    forms: ['[INPUT..] [NAME..]'],
  },
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'template'],
  options: [
    'all',
    'only-ids',
    'filter',
    'format',
    'no-trunc',
    'digests',
    'tree',
    'sort',
    'reverse',
    'bytes',
    'id',
    'now',
    'output',
    'verify',
    'fail-on',
    ...scanOptions,
  ],
  imageWords: 'names',
  examples: [
    ['varve ls images/', 'the images of all archives below a folder'],
    ['varve ls images/ shop/api', 'all tags of a repository'],
    ["varve ls registry://registry.example -f 'reference=*/team/*'", 'tags of a registry, from manifests alone'],
    ["varve ls images/ -f superseded=true -f 'reference=shop/*' -q", 'IDs of old builds, for a script'],
    ["varve ls . --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.UniqueSize}}'", 'columns of your own'],
  ],
  load: () => import('./run/ls.js'),
});
