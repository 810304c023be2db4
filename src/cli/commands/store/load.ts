/** `varve load`: archives into a store, as `docker load` does, several at a time. */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const loadCommand = command({
  name: 'load',
  summary: 'archives into a store: layer by layer, what is there already is not written again',
  description:
    'Loads the images of archives into the store: an OCI image layout folder that every command here, skopeo, umoci, crane ' +
    'and oras read as it stands. Each body is verified while it is copied; one that the store has, by its size and its ' +
    'digest, is not written again. Archives are loaded in the order in which they are given: of several that give one name ' +
    'the last has it. An archive appears in the store when all of it is there; whatever happens meanwhile, nothing that was ' +
    'there is lost. Without INPUT, what is piped in is loaded. --dry-run tells what would be loaded and written.',
  positional: {
    ...inputs,
    describe: 'archive, OCI layout, folder (searched for both), glob, or - (standard input)',
    forms: ['INPUT..', '[-]'],
  },
  formats: ['table', 'json'],
  options: ['input', 'dry-run', 'lock-timeout', 'format', 'output', ...scanOptions],
  aliases: { quiet: 'q' },
  worksOnStore: true,
  examples: [
    ['varve load app.tar base.tar --store /srv/images', 'two archives; the store is made where there is none'],
    ['varve load app.tar --store /srv/images --dry-run', 'how much of it the store has not yet'],
    ['docker save shop/api | varve load', 'straight into the store that VARVE_STORE names, or that of the user'],
    [
      'varve load incoming/ --store /srv/images --format json',
      'all archives below a folder, and what became of each layer',
    ],
  ],
  load: () => import('./run/load.js'),
});
