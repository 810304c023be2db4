/**
 * A pack in a world that breaks: killed at any moment, on a full disk, with reads that fail and inputs that change, there is
 * what was there before, or the whole new one.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const kills = killsOf(40, 200);
const recodedKills = killsOf(40, 60);
const sources = join(folder, 'sources');
let whole = '';
let wholeBytes = Buffer.of();
let wholeMs = 0;

beforeAll(async () => {
  writeLargeArchives(sources);
  whole = join(newFolder(), 'whole.tar');
  const startMs = performance.now();
  expect((await varve(['pack', sources, '-o', whole])).code).toBe(0);
  wholeMs = performance.now() - startMs;
  wholeBytes = readFileSync(whole);
});

/** What must never be seen is a part of it. */
function stateOf(output: string): 'old' | 'new' | 'other' {
  const bytes = readFileSync(output);
  if (bytes.equals(Buffer.from('old'))) return 'old';
  return bytes.equals(wholeBytes) ? 'new' : 'other';
}

it(`killed at ${kills} random moments, leaves the old output or the whole new one`, {
  timeout: 3_600_000,
}, async () => {
  const random = seededRandom(1602);
  const states = new Set<string>();
  for (let i = 0; i < kills; i++) {
    const place = newFolder();
    const output = join(place, 'out.tar');
    writeFileSync(output, 'old');
    await killed(['pack', sources, '-o', output], killMoment(random, wholeMs));
    states.add(stateOf(output));
    rmSync(place, { recursive: true });
  }
  count('a pack that is killed (SIGKILL)', kills);
  expect(states).toEqual(new Set(['old', 'new']));
});

it(`killed at ${kills} random moments, leaves no parts that look whole, or all of them`, {
  timeout: 3_600_000,
}, async () => {
  const random = seededRandom(1603);
  const states = new Set<string>();
  const half = Math.ceil(wholeBytes.length / 2.5);
  for (let i = 0; i < kills; i++) {
    const place = newFolder();
    const argv = ['pack', sources, '-o', join(place, 'out.tar'), '--split', String(half)];
    await killed(argv, killMoment(random, wholeMs));
    const names = readdirSync(place).filter((name) => name.startsWith('out.tar.'));
    const parts = names.filter((name) => /part\d/.test(name)).map((name) => readFileSync(join(place, name)));
    const isWhole = Buffer.concat(parts).equals(wholeBytes);
    // Whoever sees the first part sees all of them; the list is the last thing of all.
    states.add(isWhole ? 'new' : names.some((name) => /part000|json/.test(name)) ? 'other' : 'none');
    rmSync(place, { recursive: true });
  }
  count('a pack in parts that is killed (SIGKILL)', kills);
  expect(states).toEqual(new Set(['none', 'new']));
});

it(`killed at ${recodedKills} random moments while layers get another form, leaves the old output or the whole new one`, {
  timeout: 3_600_000,
}, async () => {
  const recode = ['--compress', 'gzip', '--level', '1'];
  const recoded = join(newFolder(), 'recoded.tar');
  const startMs = performance.now();
  expect((await varve(['pack', sources, ...recode, '-o', recoded])).code).toBe(0);
  const recodedMs = performance.now() - startMs;
  const recodedBytes = readFileSync(recoded);
  const random = seededRandom(1604);
  const states = new Set<string>();
  for (let i = 0; i < recodedKills; i++) {
    const places = [newFolder(), newFolder()] as const;
    const [output, map] = [join(places[0], 'out.tar'), join(places[1], 'map.json')];
    for (const path of [output, map]) writeFileSync(path, 'old');
    await killed(['pack', sources, ...recode, '-o', output, '--map', map], killMoment(random, recodedMs));
    const bytes = readFileSync(output);
    const digests = readFileSync(map, 'utf8');
    const isOld = bytes.equals(Buffer.from('old')) && digests === 'old';
    const isNew = bytes.equals(recodedBytes) && (digests === 'old' || digests.endsWith('}\n'));
    states.add(isOld ? 'old' : isNew ? 'new' : 'other');
    for (const place of places) rmSync(place, { recursive: true });
  }
  count('a pack with other forms of layers that is killed (SIGKILL)', recodedKills);
  expect(states).toEqual(new Set(['old', 'new']));
});

it('interrupted by a signal, leaves the old output and nothing beside it', async () => {
  const place = newFolder();
  writeFileSync(join(place, 'out.tar'), 'old');
  const slow = { kind: 'slow', file: 'b.tar', fromByte: 5_000_000, countFile: join(place, '../slow') };
  const args = ['--import', hook, program, 'pack', sources, '-o', join(place, 'out.tar')];
  const child = spawn(process.execPath, args, {
    stdio: 'ignore',
    env: { ...process.env, VARVE_FAULT: JSON.stringify(slow) },
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  while (!existsSync(slow.countFile)) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(readdirSync(place)).toEqual(['out.tar']);
  expect(stateOf(join(place, 'out.tar'))).toBe('old');
});

it.each(['out.tar', 'layout/'])(
  'a disk that is full leaves what was there, and nothing beside it (%s)',
  async (name) => {
    const place = newFolder();
    writeFileSync(join(place, 'out.tar'), 'old');
    const line = `trap '' XFSZ; ulimit -f 8192; "${process.execPath}" "${program}" pack "${sources}" -o "${place}/${name}"`;
    const { code, stderr } = await runCommand('bash', ['-c', line]);
    count('a pack that is cut by a limit on the size of files');
    expect(code).toBe(4);
    expect(stderr).toMatch(/was not written: .*EFBIG/);
    expect(stderr).not.toContain('bug');
    expect(readdirSync(place)).toEqual(['out.tar']);
    expect(stateOf(join(place, 'out.tar'))).toBe('old');
  },
);

it('a disk that is full while layers get another form leaves what was there, and nothing beside it', async () => {
  const place = newFolder();
  writeFileSync(join(place, 'out.tar'), 'old');
  const ways = `pack "${sources}" --compress none -o "${place}/out.tar"`;
  const { code, stderr } = await runCommand('bash', [
    '-c',
    `trap '' XFSZ; ulimit -f 8192; "${process.execPath}" "${program}" ${ways}`,
  ]);
  count('a pack with other forms of layers that is cut by a limit on the size of files');
  expect(code).toBe(4);
  expect(stderr).toMatch(/was not written: .*EFBIG/);
  expect(stderr).not.toContain('bug');
  expect(readdirSync(place)).toEqual(['out.tar']);
  expect(stateOf(join(place, 'out.tar'))).toBe('old');
});

/** Packs the inputs with a fault in its reads. */
async function packWith(fault: Omit<Fault, 'countFile'>, inputs: readonly string[], output: string): Promise<Ended> {
  const countFile = `${output}.faults`;
  const ended = await runCommand(process.execPath, ['--import', hook, program, 'pack', ...inputs, '-o', output], {
    env: { VARVE_FAULT: JSON.stringify({ ...fault, countFile }) },
  });
  expect(readFileSync(countFile).length, ended.stderr).toBeGreaterThan(0);
  count('a read of a pack that fails, or a source that changes meanwhile');
  return ended;
}

const inLayer = { file: 'b.tar', fromByte: 5_000_000, toByte: 20_000_000 };
const faults: [Fault['kind'], Partial<Fault>][] = [
  ['unreadable', {}],
  ['shrink', { times: 1 }],
];

describe.each(faults)('a source that is broken while it is copied (%s)', (kind, facts) => {
  it('is no part of a pack: nothing is written, and its image is named', async () => {
    const copy = newFolder();
    cpSync(sources, copy, { recursive: true });
    const place = newFolder();
    writeFileSync(join(place, 'out.tar'), 'old');
    const { code, stdout } = await packWith({ kind, ...inLayer, ...facts }, [copy], join(place, 'out.tar'));
    expect(code).toBe(1);
    expect(stdout).toContain('large/1:1');
    expect(readdirSync(place).sort()).toEqual(['out.tar', 'out.tar.faults']);
    expect(stateOf(join(place, 'out.tar'))).toBe('old');
  });

  it('costs nothing where another archive has the same', async () => {
    const copy = newFolder();
    cpSync(sources, copy, { recursive: true });
    mkdirSync(join(copy, 'z'));
    cpSync(join(sources, 'b.tar'), join(copy, 'z/twin.tar'));
    const place = newFolder();
    const { code } = await packWith({ kind, ...inLayer, ...facts }, [copy], join(place, 'out.tar'));
    expect(code).toBe(0);
    expect(stateOf(join(place, 'out.tar'))).toBe('new');
  });
});

it('a compressed archive that cannot be read to its end is no part of a pack', async () => {
  const place = newFolder();
  const fault = { kind: 'unreadable', file: 'c.tar.gz', fromByte: 10_000, times: 1 } as const;
  const { code, stdout } = await packWith(fault, [sources], join(place, 'out.tar'));
  expect([code, stdout]).toEqual([3, expect.stringContaining('c.tar.gz')]);
});
