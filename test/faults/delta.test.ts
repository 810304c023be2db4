/**
 * Deltas in a world that breaks: killed at any moment, on a full disk, with reads that fail and bases that change, there is
 * what was there before, or the whole new file.
 */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../helpers/archive-builder.js';
import type { Fault } from './fault-hook.js';
import {
  count,
  type Ended,
  folder,
  hook,
  killed,
  killMoment,
  killsOf,
  newFolder,
  program,
  runCommand,
  varve,
} from './faulty-run.js';
import { writeLargeArchives } from './large-archives.js';

const kills = killsOf(40, 60);
const sources = join(folder, 'sources');
const base = join(sources, 'b.tar');
const small = join(folder, 'delta.tar');

/** The two commands, each with what it writes when nothing breaks. */
const commands: Record<'delta' | 'apply', { readonly argv: readonly string[]; whole: Buffer; wholeMs: number }> = {
  delta: { argv: ['delta', sources, '--have', base], whole: Buffer.of(), wholeMs: 0 },
  apply: { argv: ['apply', small, '--from', base], whole: Buffer.of(), wholeMs: 0 },
};
const names = Object.keys(commands) as (keyof typeof commands)[];

beforeAll(async () => {
  writeLargeArchives(sources);
  for (const [name, output] of [
    ['delta', small],
    ['apply', join(folder, 'whole.tar')],
  ] as const) {
    const startMs = performance.now();
    expect((await varve([...commands[name].argv, '-o', output])).code).toBe(0);
    commands[name].wholeMs = performance.now() - startMs;
    commands[name].whole = readFileSync(output);
  }
  expect((await varve(['pack', sources, '-o', join(folder, 'pack.tar')])).code).toBe(0);
  expect(commands.apply.whole.equals(readFileSync(join(folder, 'pack.tar')))).toBe(true);
});

/** A folder with an old output in it. */
function placeWithOld(): { readonly place: string; readonly output: string } {
  const place = newFolder();
  const output = join(place, 'out.tar');
  writeFileSync(output, 'old');
  return { place, output };
}

/** What must never be seen is a part of it. */
function stateOf(output: string, name: keyof typeof commands): 'old' | 'new' | 'other' {
  const bytes = readFileSync(output);
  if (bytes.equals(Buffer.from('old'))) return 'old';
  return bytes.equals(commands[name].whole) ? 'new' : 'other';
}

describe.each(names)('varve %s', (name) => {
  it(`killed at ${kills} random moments, leaves the old output or the whole new one`, async () => {
    const { argv, wholeMs } = commands[name];
    const random = seededRandom(1603);
    const states = new Set<string>();
    for (let i = 0; i < kills; i++) {
      const { place, output } = placeWithOld();
      await killed([...argv, '-o', output], killMoment(random, wholeMs));
      states.add(stateOf(output, name));
      rmSync(place, { recursive: true });
    }
    count('a delta or its application that is killed (SIGKILL)', kills);
    expect([...states].sort()).toEqual(['new', 'old']);
  }, 3_600_000);

  it.each(['out.tar', 'layout/'])(
    'on a disk that is full leaves what was there, and nothing beside it (%s)',
    async (target) => {
      const { place, output } = placeWithOld();
      const words = commands[name].argv.map((word) => `"${word}"`).join(' ');
      const line = `trap '' XFSZ; ulimit -f 8192; "${process.execPath}" "${program}" ${words} -o "${place}/${target}"`;
      const { code, stderr } = await runCommand('bash', ['-c', line]);
      count('a delta or its application that is cut by a limit on the size of files');
      expect([code, stderr]).toEqual([4, expect.stringMatching(/was not written: .*EFBIG/)]);
      expect(stderr).not.toContain('bug');
      expect([readdirSync(place), stateOf(output, name)]).toEqual([['out.tar'], 'old']);
    },
  );
});

/** Applies the delta with a fault in the reads of its base. */
async function applyWith(fault: Omit<Fault, 'countFile'>, from: readonly string[], output: string): Promise<Ended> {
  const countFile = `${output}.faults`;
  const argv = ['apply', small, ...from.flatMap((path) => ['--from', path]), '-o', output];
  const ended = await runCommand(process.execPath, ['--import', hook, program, ...argv], {
    env: { VARVE_FAULT: JSON.stringify({ ...fault, countFile }) },
  });
  expect(readFileSync(countFile).length, ended.stderr).toBeGreaterThan(0);
  count('a read of the base of a delta that fails, or a base that changes meanwhile');
  return ended;
}

const inLayer = { file: 'broken.tar', fromByte: 5_000_000, toByte: 20_000_000 };
const faults: [Fault['kind'], Partial<Fault>][] = [
  ['unreadable', {}],
  ['shrink', { times: 1 }],
];

describe.each(faults)('a base that is broken while it is copied (%s)', (kind, facts) => {
  it('makes no whole: nothing is written, and the blob is named', async () => {
    const { place, output } = placeWithOld();
    const broken = join(newFolder(), 'broken.tar');
    cpSync(base, broken);
    const { code, stdout } = await applyWith({ kind, ...inLayer, ...facts }, [broken], output);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^sha256:[0-9a-f]{64}: .*the base should have it$/m)]);
    expect([readdirSync(place).sort(), stateOf(output, 'apply')]).toEqual([['out.tar', 'out.tar.faults'], 'old']);
  });

  it('costs nothing where another archive has the same', async () => {
    const { output } = placeWithOld();
    const broken = join(newFolder(), 'broken.tar');
    cpSync(base, broken);
    const { code } = await applyWith({ kind, ...inLayer, ...facts }, [broken, base], output);
    expect([code, stateOf(output, 'apply')]).toEqual([0, 'new']);
  });
});
