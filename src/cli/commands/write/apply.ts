/** `varve apply`: a delta and its base, made whole. */
import { command } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const applyCommand = command({
  name: 'apply',
  summary: 'make the whole archive of a delta and what is there: the same bytes as varve pack on the other side',
  description:
    'Puts together what varve delta has left apart: bodies that are in the delta, and bodies that --from has, each found by ' +
    'digest and hashed while it is copied. The result is, byte for byte, the archive that varve pack writes where the delta ' +
    'comes from. Where the base is not what the delta was made for, the blob is named and nothing is written. More than is ' +
    'needed may be given, in any order: earlier deltas too. -o FILE writes a tar, -o DIR/ a folder; without -o the tar goes to ' +
    'standard output.',
  positional: {
    name: 'DELTA',
    many: false,
    describe: 'what varve delta wrote: a tar, plain or compressed, its parts, a folder, or - (standard input)',
  },
  formats: ['table', 'wide', 'json'],
  options: ['from', 'output', 'dry-run', 'split', 'verify-all', 'verbose', 'format', ...scanOptions],
  examples: [
    ['varve apply delta.tar --from images/ -o all.tar', 'the archive of the other side, made of what is here'],
    ['varve apply delta.tar --from images/ --dry-run', 'whether all of its base is here'],
    ['varve apply 3.tar --from base.tar --from 2.tar -o all.tar', 'with an earlier delta that was not applied'],
    ['varve apply delta.tar --from images/ | docker load', 'straight into docker'],
  ],
  load: () => import('./run/apply.js'),
});
