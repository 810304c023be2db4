/** Compressions that are named and not read: the same code and the same words by path and by standard input. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerSave, tar } from '../helpers/archive-builder.js';
import { sweep } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { baseImage } from './archives.js';
import { varve } from './console.js';
import { type UnreadForm, unreadForms } from './unread-compressions.js';

const program = resolve('dist/src/cli/main.cjs');
const { writeFile } = temporaryFolder();

/** What `verify` says of a file of these bytes, its name written as that of standard input. */
async function byPath(bytes: Buffer) {
  const path = writeFile('saved.tar', bytes);
  const { code, stdout, stderr } = await varve(['verify', path]);
  return { code, stdout: stdout.replaceAll(path, '-'), stderr: stderr.replaceAll(path, '-') };
}

function byInput(bytes: Buffer) {
  const ended = spawnSync(process.execPath, [program, 'verify', '-'], { input: bytes, encoding: 'utf8' });
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

const bytesOf = ({ base64 }: UnreadForm): Buffer => Buffer.from(base64, 'base64');

/** An archive with its layers in this form. */
function withLayers(form: UnreadForm): Promise<Buffer> {
  const entries = dockerSave([baseImage], { variant: 'legacy' });
  return tar(
    entries.map((entry) => (entry.name.endsWith('/layer.tar') ? { ...entry, content: bytesOf(form) } : entry)),
  );
}

describe('a whole archive in a compression that is not read', () => {
  it.each(unreadForms)('is refused by its name: $form', async (form) => {
    const { code, stdout } = await byPath(bytesOf(form));
    expect(code).toBe(3);
    expect(stdout).toMatch(/^UNREADABLE/);
    expect(stdout).toContain(form.words);
    expect(stdout).not.toMatch(/damage|corrupt/);
  });

  it.each(sweep(unreadForms, 2))('is refused in the same words from standard input: $form', async (form) => {
    expect(byInput(bytesOf(form))).toEqual(await byPath(bytesOf(form)));
  });
});

describe('a layer in a compression that is not read', () => {
  it.each(unreadForms)('is not checked, with its name, and no fault of the archive: $form', async (form) => {
    const { code, stdout } = await byPath(await withLayers(form));
    expect(code).toBe(0);
    expect(stdout).toContain(`not checked: what is in the layer: `);
    expect(stdout).toContain(form.words);
    expect(stdout).not.toMatch(/damage|corrupt|absent/);
  });

  it.each(sweep(unreadForms, 2))('is not checked in the same words from standard input: $form', async (form) => {
    const bytes = await withLayers(form);
    expect(byInput(bytes)).toEqual(await byPath(bytes));
  });
});
