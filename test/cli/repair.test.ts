/** The command `varve repair`: what it heals, what it says of it, and how it ends. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Repair } from '../../src/model/results/repair/repair.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { varve } from './console.js';

const { at, writeFile } = temporaryFolder();
const intact = 'samples/metrics-0.4-zstd-oci.tar';
const whole = readFileSync(intact);

/** A copy of the sample with another byte in its largest blob. */
function damagedCopy(name: string): string {
  const bytes = Buffer.from(whole);
  const position = bytes.indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])) + 30;
  bytes[position] = (bytes[position] ?? 0) ^ 0x10;
  return writeFile(name, bytes);
}

beforeAll(() => {
  damagedCopy('damaged.tar');
});

describe('varve repair', () => {
  it('writes the archive as it was, and says what was healed, from where, and that it verifies clean', async () => {
    const argv = ['repair', at('damaged.tar'), '--from', 'samples/mirror', '--from', intact, '-o', at('a.tar')];
    const { code, stdout, stderr } = await varve(argv);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^healed sha256:[0-9a-f]{12} \(layer 2 of 2 of registry\.example\.com\/shop\/metrics:0\.4\) from samples\/.*\.tar\n/,
    );
    expect(stdout.trimEnd()).toMatch(/1 fault healed: [\d.]+kB written to .*a\.tar, verified afresh\.$/);
    expect(readFileSync(at('a.tar')).equals(whole)).toBe(true);
  });

  it('with --dry-run writes nothing, and says in JSON what is then written, to the byte', async () => {
    const document = async (words: readonly string[]) => {
      const argv = ['repair', at('damaged.tar'), '--from', intact, '-o', at('b.tar'), '--format', 'json', ...words];
      return JSON.parse((await varve(argv)).stdout) as Repair;
    };
    const planned = await document(['--dry-run']);
    expect([planned.status, existsSync(at('b.tar'))]).toEqual(['planned', false]);
    expect(await document([])).toEqual({ ...planned, status: 'written' });
    expect(planned.sizeBytes).toBe(whole.length);
  });

  it('with --in-place puts the repaired archive in the place of the damaged one', async () => {
    const path = damagedCopy('place.tar');
    const { code } = await varve(['repair', path, '--from', intact, '--in-place', '--quiet']);
    expect([code, readFileSync(path).equals(whole)]).toEqual([0, true]);
    const again = await varve(['repair', path, '--from', intact, '--in-place']);
    expect([again.code, again.stdout]).toEqual([0, 'Nothing to heal: 1 archive verified, nothing is wrong.\n']);
  });

  it('where nobody has it exits 1, names the image that it costs, and writes nothing', async () => {
    const { code, stdout } = await varve(['repair', at('damaged.tar'), '--from', 'samples/mirror', '-o', at('c.tar')]);
    expect([code, existsSync(at('c.tar'))]).toEqual([1, false]);
    expect(stdout).toMatch(/no archive here has it intact; it costs 1 image: [0-9a-f]{12}/);
    expect(stdout).toContain('Nothing was written: 1 thing cannot be healed. varve repair --keep-going');
  });

  it('with --keep-going writes what can be healed, and still exits 1', async () => {
    const { code, stdout } = await varve(['repair', at('damaged.tar'), '--keep-going', '-o', at('d.tar')]);
    expect(code).toBe(1);
    expect(stdout).toContain('Still damaged: 1 thing cannot be healed');
    expect(readFileSync(at('d.tar')).equals(readFileSync(at('damaged.tar')))).toBe(true);
  });

  it('heals the rest of a cut archive only with --like, and names it', async () => {
    writeFileSync(at('cut.tar'), whole.subarray(0, 1200));
    const refused = await varve(['repair', at('cut.tar'), '--from', intact, '-o', at('e.tar')]);
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining(`--like ${intact}`)]);
    const { code } = await varve(['repair', at('cut.tar'), '--like', intact, '-o', at('e.tar')]);
    expect([code, readFileSync(at('e.tar')).equals(whole)]).toEqual([0, true]);
  });

  it('exits 3 where an input cannot be read, and repairs the others', async () => {
    const argv = ['repair', at('damaged.tar'), '--from', intact, '--from', at('nowhere.tar'), '-o', at('f.tar')];
    const { code, stderr } = await varve(argv);
    expect([code, stderr]).toEqual([3, expect.stringContaining('nowhere.tar')]);
    expect(readFileSync(at('f.tar')).equals(whole)).toBe(true);
  });

  it.each([
    ['nothing to repair', ['repair', '--in-place'], 'no INPUT'],
    ['no place for the result', ['repair', 'damaged.tar'], '-o FILE, -o DIR/, varve repair --in-place or'],
    ['two places', ['repair', 'damaged.tar', '-o', 'x.tar', '--in-place'], 'not both'],
    ['standard input', ['repair', '-', '--dry-run'], 'standard input cannot be read a second time'],
  ])('with %s is a usage error', async (_, argv, message) => {
    const { code, stderr } = await varve(argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
