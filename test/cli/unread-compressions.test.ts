/** Compressions that are named and not read: the same code and the same words by path and by standard input. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerSave, tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { baseImage } from './archives.js';
import { unreadForms } from './unread-compressions.js';

const program = resolve('dist/src/cli/main.cjs');
const { folder } = temporaryFolder();
const name = 'saved.tar';

/** What `verify` of these bytes says by both ways, the name of the file written as that of standard input. */
function bothWays(bytes: Buffer) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const verify = (argument: string, input: Buffer) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'verify', argument], {
      cwd: folder,
      input,
    });
    return { status, stdout: stdout.toString().replaceAll(name, '-'), stderr: stderr.toString().replaceAll(name, '-') };
  };
  return { byPath: verify(name, Buffer.alloc(0)), byInput: verify('-', readFileSync(path)) };
}

describe('a whole archive in a compression that is not read', () => {
  it.each(unreadForms)('is refused by its name, whatever the way in: $form', ({ words, base64 }) => {
    const { byPath, byInput } = bothWays(Buffer.from(base64, 'base64'));
    expect(byInput).toEqual(byPath);
    expect(byPath.status).toBe(3);
    expect(byPath.stdout).toMatch(/^UNREADABLE/);
    expect(byPath.stdout).toContain(words);
    expect(byPath.stdout).not.toMatch(/damage|corrupt/);
  });
});

describe('a layer in a compression that is not read', () => {
  it.each(unreadForms)(
    'is not checked, with its name, and no fault of the archive: $form',
    async ({ words, base64 }) => {
      const entries = dockerSave([baseImage], { variant: 'legacy' }).map((entry) =>
        entry.name.endsWith('/layer.tar') ? { ...entry, content: Buffer.from(base64, 'base64') } : entry,
      );
      const { byPath, byInput } = bothWays(await tar(entries));
      expect(byInput).toEqual(byPath);
      expect(byPath.status).toBe(0);
      expect(byPath.stdout).toContain(`not checked: what is in the layer: `);
      expect(byPath.stdout).toContain(words);
      expect(byPath.stdout).not.toMatch(/damage|corrupt|absent/);
    },
  );
});
