/** `varve push`: images of the store or of archives into registries, as `docker push` does, several at a time. */
import { command } from '../../line/command.js';
import { transferOptions } from '../../line/options.js';

export const pushCommand = command({
  name: 'push',
  summary: 'images of the store, or of archives, into registries: what is there is not sent',
  description:
    'Sends images of the store, or with --from of archives and layouts, to the registries that their names say. A name that means ' +
    'the same there costs one question; a blob that is there is not sent, and one that another repository of the registry ' +
    'has is mounted. Every body is hashed while it is sent. Manifests come behind all that they name, the name last; all ' +
    'digests stay as they are, and indexes, signatures and attestations go along. Of an index that is not whole, neither ' +
    'here nor there, the one image that is here goes alone, and that is said.',
  positional: {
    name: 'REF',
    many: true,
    describe: 'an image by the name that it has here and gets there; or one by any name or ID, and docker://TARGET',
    forms: ['REF..', 'REF docker://TARGET'],
  },
  formats: ['table', 'json'],
  options: ['from', ...transferOptions],
  aliases: { quiet: 'q' },
  worksOnStore: true,
  examples: [
    ['varve push registry.example/shop/api:1.2', 'an image of the store that VARVE_STORE names, or that of the user'],
    ['varve push shop/api:1.2 docker://registry.example/mirror/api:1.2', 'under another name, as skopeo copy has it'],
    ['varve push registry.example/shop/api:1.2 --from api.tar', 'straight out of an archive'],
    ['varve push --all-tags registry.example/shop/api --dry-run', 'how many bytes a whole repository would send'],
  ],
  load: () => import('./run/push.js'),
});
