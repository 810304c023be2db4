/** `varve info`: this program, this machine and the store, as docker system info tells of them. */
import { command } from '../../line/command.js';

export const infoCommand = command({
  name: 'info',
  summary: 'versions, engines, codecs, limits, the store and its lock, the cache',
  description:
    'Says which versions and engines are used here, how many threads would hash, which limits hold (with --max, those of such ' +
    'a run), and where the store lies and what is in it: its file system, images, blobs, who holds its lock, what was set aside ' +
    'or left unfinished. Reads no body, takes no lock, changes nothing, and ends with 0 whether there is a store or not.',
  positional: { name: 'REF', many: false, describe: 'nothing', forms: [''] },
  formats: ['table', 'json', 'template'],
  options: ['store', 'max', 'workers', 'engine', 'cache', 'cache-limit', 'format', 'output', 'quiet', 'no-color'],
  worksOnStore: true,
  examples: [
    ['varve info', 'all of it'],
    ["varve info --format '{{.Version}} {{.Store.Path}}'", 'two facts, by a Go template'],
    ['varve info --store /srv/images --max entries=1000000 --format json', 'a store, and the limits of such a run'],
  ],
  load: () => import('./run/info.js'),
});
