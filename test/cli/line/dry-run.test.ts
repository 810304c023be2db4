/** Whatever writes archives, stores or registries says before what it would do. */

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.js';

/** What reads a store only, and what keeps a login. */
const writeNoImages = ['fsck', 'login', 'logout'];

const written = ['write', 'store', 'registry']
  .flatMap((folder) => readdirSync(`src/cli/commands/${folder}`))
  .flatMap((name) => (name.endsWith('.ts') ? [name.replace(/\.ts$/, '')] : []))
  .filter((name) => !writeNoImages.includes(name));

describe('the option --dry-run', () => {
  it('is one of every command that writes images, and of no other', () => {
    const taking = commands.filter(({ options }) => options.includes('dry-run')).map(({ name }) => name);
    expect(taking.toSorted()).toEqual(written.toSorted());
  });
});
