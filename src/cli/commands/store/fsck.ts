/** `varve fsck`: what a store is worth, all of it read. */
import { command } from '../../line/command.js';

export const fsckCommand = command({
  name: 'fsck',
  summary: 'is the store whole: every digest, what the index names, its lock, and what was left behind',
  description:
    'Reads every byte of the store and compares it with every claim, as varve verify does, and looks at what only a store has: ' +
    'names in its index of which something is missing, with the images that this costs, its lock, files that writers which are ' +
    'gone left unfinished, what was set aside, blobs that nothing needs, and files that are none of its own. It takes no lock ' +
    'and changes nothing, and says of each what to do next. Exit 1 if something is wrong.',
  positional: { name: 'REF', many: false, describe: 'nothing', forms: [''] },
  formats: ['table', 'wide', 'json'],
  options: [
    'store',
    'format',
    'output',
    'fail-on',
    'verbose',
    'max',
    'workers',
    'engine',
    'cache',
    'cache-limit',
    'quiet',
    'no-progress',
    'no-color',
  ],
  worksOnStore: true,
  failOn: 'error',
  examples: [
    ['varve fsck --store /srv/images', 'all of a store, and what to do next'],
    ['varve fsck --fail-on hint --format json -o fsck.json', 'for a nightly run: anything at all ends with 1'],
  ],
  load: () => import('./run/fsck.js'),
});
