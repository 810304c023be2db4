/** The file of compiled code: what is written is read, what is no such file is none; and what the build made of the program. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compiledPath, openCompiled, writeCompiled } from '../../../src/cli/start/compiled-code.js';
import type { PartLoader } from '../../../src/cli/start/part-loader.js';
import { inTemporaryFolder } from '../../helpers/temporary-folder.js';

const parts = new Map([
  ['a.cjs', Buffer.from('code of a')],
  ['b.cjs', Buffer.from('')],
  ['c.cjs', Buffer.from('more')],
]);

describe('a file of compiled code', () => {
  it('gives back for each part what was written, and nothing for another', () =>
    inTemporaryFolder(({ folder }) => {
      const path = join(folder, 'compiled.bin');
      writeCompiled(path, parts);
      const compiled = openCompiled(path);
      expect([...parts.keys()].map((name) => compiled?.(name))).toEqual([...parts.values()]);
      expect(compiled?.('d.cjs')).toBeNull();
    }));

  it('that is not there, or ends in its list, or is something else, counts as none', () =>
    inTemporaryFolder(({ folder }) => {
      const path = join(folder, 'compiled.bin');
      expect(openCompiled(path)).toBeNull();
      writeCompiled(path, parts);
      const whole = readFileSync(path);
      for (const content of [
        Buffer.alloc(0),
        whole.subarray(0, 3),
        whole.subarray(0, 20),
        Buffer.from('no such file at all'),
      ]) {
        writeFileSync(path, content);
        expect(openCompiled(path)).toBeNull();
      }
    }));

  it('is named by what V8 made it, so that another Node finds none', () => {
    expect(compiledPath('parts')).toBe(
      join('parts', `compiled-${process.platform}-${process.arch}-${process.versions.v8}.bin`),
    );
  });
});

describe('the code that the build compiled', () => {
  const folder = resolve('dist/src/cli/parts');

  it('holds what ls loads, and V8 takes every piece of it', () => {
    const [code, loading] = ['compiled-code', 'part-loader'].map((name) => resolve(`dist/src/cli/start/${name}.js`));
    const script = `
      import { compiledPath, openCompiled } from ${JSON.stringify(code)};
      import { PartLoader } from ${JSON.stringify(loading)};
      const loader = new PartLoader(${JSON.stringify(folder)}, openCompiled(compiledPath(${JSON.stringify(folder)})));
      process.on('exit', () => process.stderr.write(JSON.stringify(loader.loaded())));
      loader.load('program.cjs');`;
    const argv = ['--input-type=module', '--eval', script, 'varve', 'ls', 'samples/api-1.0-docker24.tar'];
    const { stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    const loaded = JSON.parse(stderr) as ReturnType<PartLoader['loaded']>;
    expect(loaded.map(({ name }) => name)).toContain('ls.cjs');
    expect(loaded.filter(({ isCompiled }) => !isCompiled)).toEqual([]);
  });

  it.each([[['ls', 'samples']], [['verify', 'samples/orders-1.4-damaged.tar']], [['ls', '--nothing']]])(
    'makes a run of %j say what it says without it',
    (words) => {
      const run = (debug: string) => {
        const env = { ...process.env, VARVE_DEBUG: debug };
        const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/src/cli/main.cjs', ...words], {
          env,
          encoding: 'utf8',
        });
        return { status, stdout, stderr };
      };
      expect(readdirSync(folder)).toContain(compiledPath('.'));
      expect(run('0')).toEqual(run('1'));
    },
  );
});
