/** `varve pull`: images of registries into the store or an archive, as `docker pull` does, several at a time. */
import { command } from '../../line/command.js';
import { transferOptions } from '../../line/options.js';

export const pullCommand = command({
  name: 'pull',
  summary: 'images of registries into the store, or as an archive: what is there is not fetched',
  description:
    'Fetches images into the store, or with -o FILE into an archive that docker, podman and skopeo load. What the store has, by ' +
    'its size and its digest, is not fetched; of an image that it has whole only the head of the manifest is asked for. A ' +
    'layer that several images have is fetched once, the largest layers first. Every byte is hashed while it arrives, and an ' +
    'image has its name when all of it is there and right. A pull that is cut off goes on where it was when it is run again. ' +
    'Of an index comes the image for this machine, unless --platform or --all-platforms asks for others.',
  positional: {
    name: 'REF',
    many: true,
    describe: 'an image: a name as docker takes it, with a tag (default latest) or @digest',
    forms: ['REF..'],
  },
  formats: ['table', 'json'],
  outputIsFile: true,
  options: ['output', 'platform', 'all-platforms', 'lock-timeout', ...transferOptions],
  aliases: { quiet: 'q' },
  worksOnStore: true,
  examples: [
    [
      'varve pull debian:12 registry.example/shop/api:1.2',
      'two images into the store that VARVE_STORE names, or that of the user',
    ],
    ['varve pull shop/api:1.2 -o api.tar', 'as an archive that docker load reads'],
    ['varve pull shop/api:1.2 --dry-run', 'how many bytes would be fetched'],
    ['varve pull --all-tags registry.example/shop/api --all-platforms', 'a whole repository'],
  ],
  load: () => import('./run/pull.js'),
});
