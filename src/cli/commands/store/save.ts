/** `varve save`: images of a store as one archive, as `docker save` does. */
import { command } from '../../line/command.js';

export const saveCommand = command({
  name: 'save',
  summary: 'images of the store as one archive that docker, podman and skopeo load',
  description:
    'Writes images of the store into one archive, each under the names that are given; one that is given by its ID has none. An ' +
    'index of platforms goes in whole, and what describes an image goes with it. Each body is verified while it is copied; ' +
    'where one is damaged, nothing is written. -o FILE writes a tar, -o DIR/ a folder; without -o the tar goes to standard ' +
    'output. --dry-run says how large it would be.',
  positional: {
    name: 'REF',
    many: true,
    describe: 'an image of the store: a name, the end of one, or an ID',
    forms: ['REF..'],
  },
  formats: ['both', 'oci', 'docker'],
  options: ['output', 'dry-run', 'format', 'store', 'engine', 'quiet', 'no-progress', 'no-color'],
  worksOnStore: true,
  examples: [
    ['varve save shop/api:1.2 shop/web:2.0 --store /srv/images -o shop.tar', 'two images, for every engine'],
    ['varve save shop/api:1.2 | ssh far docker load', 'straight to another machine'],
    ['varve save shop/api:1.2 --format oci -o shop/', 'as an OCI image layout alone'],
    ['varve save shop/api:1.2 --dry-run', 'how large it would be, to the byte'],
  ],
  load: () => import('./run/save.js'),
});
