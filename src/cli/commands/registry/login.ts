/** `varve login`: a login of a registry, kept where docker and podman keep theirs. */
import { command } from '../../line/command.js';
import { registryOptions } from '../../line/options.js';

export const loginCommand = command({
  name: 'login',
  summary: 'a login of a registry, tried there and kept where docker and podman have theirs',
  description:
    'Tries a user and a password at a registry and keeps them: with the credential helper that the file of logins names for it, else ' +
    "in that file, which only its owner can read. The file is that of --authfile, REGISTRY_AUTH_FILE, or docker's config.json; what " +
    'else stands in it stays. The password comes on standard input, or is asked on a terminal, and is never an argument.',
  positional: {
    name: 'SERVER',
    many: false,
    describe: 'the registry, as in registry.example:5000; default: Docker Hub',
    forms: ['[SERVER]'],
  },
  formats: ['table'],
  options: ['username', 'password-stdin', ...registryOptions, 'quiet'],
  examples: [
    ['varve login registry.example', 'user and password are asked'],
    ['pass show registry | varve login registry.example -u ci --password-stdin', 'in a script'],
  ],
  load: () => import('./run/login.js'),
});
