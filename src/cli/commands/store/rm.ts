/** `varve rm`: images of a store, as `docker image rm` does. */
import { command } from '../../line/command.js';
import { storeOptions } from '../../line/options.js';

export const rmCommand = command({
  name: 'rm',
  summary: 'images of the store: a name goes, the image with its last name, a layer with its last image',
  description:
    'Takes names from images of the store, and an image with its last name; a layer goes with its last image. An image that ' +
    'is given by its ID and has several names, one that --in-use names, or the base of another one stays, unless -f is given, and it is ' +
    'said who uses it; the others go. What goes is what varve plan says, to the byte. Where something that stays is not ' +
    'whole, nothing is removed.',
  positional: {
    name: 'REF',
    many: true,
    describe: 'an image of the store: a name, the end of one, or an ID',
    forms: ['REF..'],
  },
  formats: ['table', 'json'],
  options: ['force', 'in-use', 'without', 'verify', 'dry-run', ...storeOptions],
  worksOnStore: true,
  withoutImages: true,
  examples: [
    ['varve rm shop/api:1.1 --store /srv/images', 'a name, and the image if it is its last'],
    ['docker ps | varve rm shop/api:1.0 shop/api:1.1 --in-use -', 'but not what runs'],
    ['varve rm $(varve ls -q) -f', 'all images of the store that VARVE_STORE names'],
  ],
  load: () => import('./run/rm.js'),
});
