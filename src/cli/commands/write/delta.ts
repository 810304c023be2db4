/** `varve delta`: of a pack, what the other side lacks. */
import { command, inputs } from '../../line/command.js';
import { packOptions, scanOptions } from '../../line/options.js';

export const deltaCommand = command({
  name: 'delta',
  summary: 'write what another machine lacks of these images; varve apply makes the whole of it there',
  description:
    'Plans the archive that varve pack would write, and leaves out every body that the other side has. --have says what that ' +
    'is: an inventory that varve scan wrote there, or archives, layouts and folders. Tells layer by layer what already exists ' +
    'and what is added. What is written is an OCI image layout with the bodies that lack and a recipe that names all others by ' +
    'digest; from it and its base varve apply makes the pack, byte for byte. -o FILE writes a tar, -o DIR/ a folder; without -o ' +
    'the tar goes to standard output.',
  positional: {
    ...inputs,
    describe: 'archive, OCI layout, folder (searched for both) or glob; default: this folder',
  },
  formats: ['table', 'wide', 'json'],
  options: ['have', ...packOptions, 'verbose', 'format', ...scanOptions],
  examples: [
    ['ssh far varve scan images/ > far.json', 'what the other side has, in a few kB'],
    ['varve delta images/ --have far.json --dry-run', 'what it lacks, layer by layer'],
    ['varve delta images/ --have far.json -o delta.tar', 'the same in a file to carry there'],
    ['varve delta new.tar --have old.tar -o delta.tar', 'from one release to the next'],
  ],
  load: () => import('./run/delta.js'),
});
