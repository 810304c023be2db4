/** `varve tag`: one more name for an image of a store. */
import { command } from '../../line/command.js';

export const tagCommand = command({
  name: 'tag',
  summary: 'one more name for an image of the store',
  description:
    'Gives an image of the store another name, as docker tag does: SOURCE is a name, the end of one, or an ID; TARGET is the new ' +
    'name, with the tag latest where it has none. An image that had this name until then stays, without it. --dry-run tells ' +
    'of both.',
  positional: {
    name: 'NAME',
    many: true,
    leading: [
      { name: 'SOURCE', describe: 'the image: a name, the end of one, or an ID' },
      { name: 'TARGET', describe: 'its new name' },
    ],
    describe: 'nothing else',
    forms: ['SOURCE TARGET'],
  },
  formats: ['table'],
  options: ['dry-run', 'store', 'lock-timeout', 'quiet', 'no-progress', 'no-color'],
  worksOnStore: true,
  examples: [
    ['varve tag shop/api:1.2 shop/api:latest --store /srv/images', 'what latest means from now on'],
    ['varve tag shop/api:1.2 shop/api:latest --dry-run', 'what has that name now, and what would have it'],
    ['varve tag 9f86d081884c shop/api:lost', 'a name for an image that has none, by its ID'],
  ],
  load: () => import('./run/tag.js'),
});
