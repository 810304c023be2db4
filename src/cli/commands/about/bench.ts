/**
 * `varve bench`: what this machine can do, measured with the code that the other commands run. Its figures are times, so it
 * is the one command whose result differs from run to run.
 */
import { command } from '../../line/command.js';

export const benchCommand = command({
  name: 'bench',
  summary: 'how fast this machine reads, hashes and decodes, and the best setting',
  description:
    'Measures the digest engines, threads and decoders on data of its own, and how fast PATH is read, if there is one. ' +
    'The figures are times: they differ from run to run, and on a busy machine they are low.',
  positional: { name: 'PATH', many: false, describe: 'file or folder whose read rate is measured too' },
  formats: ['table', 'json', 'markdown'],
  options: ['time', 'format', 'output', 'quiet', 'no-color'],
  examples: [
    ['varve bench', 'ten seconds, and nothing is read but data of its own'],
    ['varve bench /mnt/images --time 60', 'also how fast that disk delivers'],
    ['varve bench --time 2 --format json', 'a first impression, for a script'],
  ],
  load: () => import('./run/bench.js'),
});
