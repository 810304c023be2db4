/** `varve prune`: what a store needs no more, as `docker image prune` does. */
import { command } from '../../line/command.js';
import { storeOptions } from '../../line/options.js';

export const pruneCommand = command({
  name: 'prune',
  summary: 'what the store needs no more: images without a name, blobs that nothing names, what was begun and left',
  description:
    'Removes the images of the store that have no name, the blobs that nothing names, and what writers that are gone left ' +
    'unfinished. --filter narrows it, --keep-last makes it old images with names too. Asks on a terminal, unless --yes is ' +
    'given. What goes is what varve plan --remove dangling,unreferenced says, to the byte. Where something that stays is not ' +
    'whole, nothing is removed.',
  positional: { name: 'REF', many: false, describe: 'nothing', forms: [''] },
  formats: ['table', 'json'],
  options: [
    'all',
    'force',
    'filter',
    'now',
    'keep',
    'keep-last',
    'in-use',
    'without',
    'grace',
    'verify',
    'yes',
    'dry-run',
    ...storeOptions,
  ],
  worksOnStore: true,
  withoutImages: true,
  examples: [
    ['varve prune --without shop/broken:1 --yes', 'past an image that is not whole'],
    ['varve prune --store /srv/images', 'asks, and removes what has no name'],
    ['varve prune --filter until=240h --filter label!=keep --yes', 'only old ones, and none with that label'],
    [
      'docker ps | varve prune --keep-last 3 --in-use - --yes',
      'all but the newest three of each repository, and what runs',
    ],
  ],
  load: () => import('./run/prune.js'),
});
