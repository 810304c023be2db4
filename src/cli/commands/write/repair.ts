/** `varve repair`: damaged archives healed from intact copies elsewhere. */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const repairCommand = command({
  name: 'repair',
  summary: 'heal damaged archives from intact copies in others',
  description:
    'Reads every byte of the damaged archives and of those of --from, and takes each missing, cut or changed body from ' +
    'wherever it lies intact: by its digest, a plain layer also out of a compressed one. The damaged archives heal each ' +
    'other as well. What is whole stays byte for byte, headers and order too. What no digest covers is taken only from an ' +
    'archive that is the same beside the damage. Where something cannot be healed, it is named with the images that it ' +
    'costs, and nothing is written, unless --keep-going is given. What was written is verified afresh before it takes its ' +
    'place; until then the damaged archive stays.',
  positional: {
    ...inputs,
    describe: 'damaged archive or OCI layout, a folder (searched for both) or glob',
  },
  formats: ['table', 'wide', 'json'],
  options: [
    'from',
    'like',
    'output',
    'in-place',
    'dry-run',
    'keep-going',
    'lock-timeout',
    'format',
    'verbose',
    ...scanOptions,
  ],
  examples: [
    ['varve repair shop.tar --from backup/ -o healed.tar', 'one archive, from any copy in a folder'],
    ['varve repair images/ --from backup/ --in-place', 'each archive in its place, once the new one is proven'],
    ['varve repair --store /srv/images --from backup/', 'a store in its place, blob by blob, under its lock'],
    ['varve repair shop.tar --from docker://registry.example/shop:1 --in-place', 'what it lacks, from a registry'],
    ['varve repair shop.tar --from backup/ --dry-run', 'what can be healed, from where, and what cannot'],
    ['varve repair cut.tar --like backup/cut.tar -o whole.tar', 'the rest of an archive from a copy of it'],
  ],
  load: () => import('./run/repair.js'),
});
