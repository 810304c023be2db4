/** Parts of the program as the loader runs them: as Node would, whether their compiled code fits or not. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PartLoader } from '../../../src/cli/start/part-loader.js';
import { inTemporaryFolder } from '../../helpers/temporary-folder.js';

const texts = {
  'program.cjs': 'exports.name = "program"; exports.other = require("./other.cjs"); exports.file = __filename;',
  'other.cjs':
    'exports.back = require("./program.cjs"); exports.sep = require("node:path").sep; exports.f = () => 7 * 6;',
  'broken.cjs': 'throw new RangeError("broken");',
  'late.cjs': 'exports.os = () => require.outside("node:os");',
};

function inParts(use: (folder: string) => void | Promise<void>): Promise<void> {
  return inTemporaryFolder(async ({ folder }) => {
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    await use(folder);
  });
}

interface Program {
  readonly name: string;
  readonly file: string;
  readonly other: { readonly back: Program; readonly sep: string; f(): number };
}

describe('a loader of parts', () => {
  it('loads each part once, parts that ask for each other too, and what is no part by Node', () =>
    inParts((folder) => {
      const program = new PartLoader(folder, () => null).load('program.cjs') as Program;
      expect(program.other.back).toBe(program);
      expect([program.name, program.file]).toEqual(['program', join(folder, 'program.cjs')]);
      expect(program.other.sep).toBe('/');
    }));

  it('throws what a part throws', () =>
    inParts((folder) => {
      expect(() => new PartLoader(folder, () => null).load('broken.cjs')).toThrow(RangeError);
    }));

  it('loads a part anew that could not be loaded before', () =>
    inParts((folder) => {
      const loader = new PartLoader(folder, () => null);
      const load = (): unknown => loader.load('absent.cjs');
      expect(load).toThrow(/ENOENT/);
      expect(load).toThrow(/ENOENT/);
      writeFileSync(join(folder, 'absent.cjs'), 'exports.there = true;');
      expect(load()).toEqual({ there: true });
    }));

  it('imports on demand what is no part', () =>
    inParts(async (folder) => {
      const late = new PartLoader(folder, () => null).load('late.cjs') as { os(): Promise<object> };
      await expect(late.os()).resolves.toHaveProperty('hostname');
    }));

  it('runs the text of a part with its own compiled code, and without where that is of another or damaged', () =>
    inParts((folder) => {
      const first = new PartLoader(folder, () => null);
      (first.load('program.cjs') as Program).other.f();
      const codes = first.compiled();
      const resultWith = (compiled: (name: string) => Buffer | null) =>
        (new PartLoader(folder, compiled).load('program.cjs') as Program).other.f();
      expect([...codes.keys()]).toEqual(['program.cjs', 'other.cjs']);
      expect(resultWith((name) => codes.get(name) ?? null)).toBe(42);
      expect(resultWith(() => codes.get('program.cjs') ?? null)).toBe(42);
      expect(resultWith(() => Buffer.from('no code'))).toBe(42);
    }));
});
