/** Disks that are full, folders that may not be written to, readers that go away: a result is complete or not there. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { beforeEach, describe, expect, it } from 'vitest';
import { count, type Ended, folder, newFolder, program, runCommand, varve } from './faulty-run.js';

const samples = resolve('samples');
const isRoot = process.getuid?.() === 0;
let place = '';

beforeEach(() => {
  place = newFolder();
  writeFileSync(join(place, 'out.json'), 'old');
});

/** Runs a line of bash in which `varve` is the program. */
function shell(line: string, options: Parameters<typeof runCommand>[2] = {}): Promise<Ended> {
  const start = `varve() { "${process.execPath}" "${program}" "$@"; }; cd "${place}"; ${line}`;
  return runCommand('bash', ['-c', start], options);
}

function expectOldResult(): void {
  expect(readdirSync(place)).toEqual(['out.json']);
  expect(readFileSync(join(place, 'out.json'), 'utf8')).toBe('old');
}

it('a result that does not fit leaves the old one, and nothing beside it', async () => {
  // A limit on the size of files ends a write in its middle, as a full disk does, and needs no right to mount one.
  const { code, stderr } = await shell(`trap '' XFSZ; ulimit -f 8; varve scan "${samples}" -o out.json`);
  count('a result that is cut by a limit on the size of files');
  expect(code).toBe(4);
  expect(stderr).toContain('out.json was not written: EFBIG');
  expect(stderr).not.toContain('bug');
  expectOldResult();
});

describe('a full disk', () => {
  it.each(['-o /dev/full', '> /dev/full'])('is told (%s)', async (where) => {
    const { code, stderr } = await shell(`varve scan "${samples}" ${where}`);
    count('a full device as output');
    expect(code).toBe(4);
    expect(stderr).toContain('was not written: ENOSPC');
    expectOldResult();
  });

  it('leaves the old result, and nothing beside it, or this machine may mount none and says so', async () => {
    const mount = `mount -t tmpfs -o size=16k none disk && cp out.json disk/`;
    const line = `mkdir disk; unshare --user --map-root-user --mount bash -c '${mount}' 2>/dev/null`;
    const may = await shell(isRoot ? `mkdir disk; unshare --mount bash -c '${mount}' 2>/dev/null` : line);
    const left = may.code === 0 ? [] : ['a full disk: LEFT OUT, this machine lets nobody mount a tmpfs'];
    for (const sentence of left) console.warn(sentence);
    const inside = `${mount}; "${process.execPath}" "${program}" scan "${samples}" -o disk/out.json; echo $?; ls -A disk; cat disk/out.json`;
    const user = isRoot ? '' : '--user --map-root-user ';
    const { stdout } = await shell(`unshare ${user}--mount bash -c '${inside}'`);
    count('a full disk', 1 - left.length);
    expect([stdout, ...left].at(-1)).toMatch(/^4\nout\.json\nold$|LEFT OUT/);
  });

  it('under a cache costs the cache only', async () => {
    const { code, stderr } = await shell(`trap '' XFSZ; ulimit -f 1; varve verify "${samples}" --cache cache`);
    count('a cache that has no room');
    expect(code).toBe(1);
    expect(stderr).toContain('cache: results are not kept');
  });
});

describe('a folder that may not be written to', () => {
  const nobody = isRoot ? { uid: 65_534 } : {};

  beforeEach(() => {
    chmodSync(folder, 0o755);
    chmodSync(place, 0o555);
  });

  it('is refused as output before the work', async () => {
    const { code } = await shell(`varve scan "${samples}" -o out2.json`, nobody);
    count('a folder that is read-only');
    expect(code).toBe(2);
    expectOldResult();
  });

  it('is no cache, and the work is done without one', async () => {
    const { code, stderr } = await shell(`varve verify "${samples}" --cache cache`, nobody);
    count('a folder that is read-only');
    expect([code, stderr.includes('cache')]).toEqual([1, true]);
    expectOldResult();
  });
});

it('a TMPDIR that is not there is not missed', async () => {
  const here = await varve(['verify', samples]);
  const there = await varve(['verify', samples], { env: { TMPDIR: join(place, 'nowhere') } });
  count('a TMPDIR that is not there');
  expect(there).toEqual(here);
});

it('a reader that goes after the first line ends the run quietly', async () => {
  mkdirSync(join(place, 'many'));
  const line = `for i in $(seq 40); do cp "${samples}/orders-1.4-damaged.tar" many/$i.tar; done; set -o pipefail; varve scan many | head -c 10`;
  const { code, stdout, stderr } = await shell(line);
  count('a reader that goes (`head`)');
  expect([code, stdout, stderr]).toEqual([0, '{\n  "kind"', '']);
});
