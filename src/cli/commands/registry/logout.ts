/** `varve logout`: a login of a registry that is kept no longer. */
import { command } from '../../line/command.js';

export const logoutCommand = command({
  name: 'logout',
  summary: 'takes the login of a registry away',
  description:
    'Takes the login of a registry out of the file in which docker and podman keep theirs, and from the credential helper that the ' +
    "file names for it. The file is that of --authfile, REGISTRY_AUTH_FILE, or docker's config.json.",
  positional: {
    name: 'SERVER',
    many: false,
    describe: 'the registry, as in registry.example:5000; default: Docker Hub',
    forms: ['[SERVER]'],
  },
  formats: ['table'],
  options: ['authfile', 'quiet'],
  examples: [
    ['varve logout registry.example', 'what was kept for it is gone'],
    ['varve logout registry.example --authfile ci/auth.json', 'of a file of its own'],
  ],
  load: () => import('./run/logout.js'),
});
