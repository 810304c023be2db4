/** The WebAssembly in the sources is that of the AssemblyScript beside them. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';

describe('the code that is embedded', () => {
  it.each(['src/codec/gzip/kernel-code.ts', 'src/archive/tar/usual-header-code.ts'])(
    'in %s is what its compiler makes of its sources, in any folder',
    async (target) => {
      await inTemporaryFolder(({ folder }) => {
        for (const name of ['build', 'package.json']) cpSync(name, join(folder, name), { recursive: true });
        symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
        const made = execFileSync(process.execPath, ['build/compile-wasm.mjs', '--print', target], { cwd: folder });
        expect(made.toString()).toBe(readFileSync(target, 'utf8'));
      });
    },
  );
});
