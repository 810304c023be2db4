/** `varve pack`: one archive of many, with every body once. The first command that writes what it is told of. */
import { command, inputs } from '../../line/command.js';
import { packOptions, scanOptions } from '../../line/options.js';

export const packCommand = command({
  name: 'pack',
  summary: 'write one archive of many, every body once, that docker, podman and skopeo load',
  description:
    'Copies every image, with its names, into one archive that is an OCI image layout and a docker save archive at once. ' +
    'Manifests, configs and layers stay as they are, byte for byte, each body once; an image that was saved without a ' +
    'manifest gets one. Of images that have one name, the newest keeps it. Each body is verified while it is copied: where ' +
    'no copy is intact, nothing is written, unless --keep-going leaves that image out. -o FILE writes a tar, -o DIR/ a ' +
    'folder, which must be new or empty; without -o the tar goes to standard output. Whatever happens meanwhile, the ' +
    'output is whole or what it was before.',
  positional: {
    ...inputs,
    describe: 'archive, OCI layout, folder (searched for both) or glob; default: this folder',
  },
  formats: ['table', 'wide', 'json'],
  options: [...packOptions, 'unify', 'compress', 'level', 'map', 'drop-signatures', 'format', ...scanOptions],
  examples: [
    ['varve pack images/ -o all.tar', 'everything below a folder in one archive'],
    ['varve pack images/ --dry-run', 'how large that would be, to the byte'],
    ['varve pack images/ --filter reference=shop/* --without dangling -o shop/', 'some images as an OCI image layout'],
    [
      'varve pack images/ --platform linux/arm64 --keep-last 1 --only-needed -o edge.tar',
      'what one kind of machine runs',
    ],
    ['varve pack images/ -o all.tar --split 4GB', 'in parts for a FAT stick or DVDs; cat all.tar.part* is the archive'],
    ['docker save shop/api | varve pack old.tar - -o new.tar', 'with what comes on standard input'],
    ['varve pack images/ --unify -o all.tar', 'each layer in its smallest form alone, for docker of every age'],
    ['varve pack *.tar | ssh far docker load', 'straight to another machine'],
  ],
  load: () => import('./run/pack.js'),
});
