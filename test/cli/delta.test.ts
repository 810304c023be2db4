/** The commands `varve delta` and `varve apply`: what they say, where they write, and how they end. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/run.js';
import type { Delta } from '../../src/model/results/delta/delta.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { openConsole, varve } from './console.js';

const { at, newFolder } = temporaryFolder();
const near = ['samples/api-1.0-docker24.tar', 'samples/build-4711-docker27.tar'];
const far = 'samples/api-1.0-docker24.tar';

beforeAll(async () => {
  mkdirSync(at('parts'));
  await varve(['scan', far, '-o', at('far.json')]);
  await varve(['pack', ...near, '-o', at('whole.tar')]);
  await varve(['delta', ...near, '--have', at('far.json'), '-o', at('delta.tar')]);
});

/** What a run writes to a pipe, and what it says beside that. */
async function piped(argv: readonly string[]): Promise<{ bytes: Buffer; stderr: string; code: number }> {
  const { io, stderr } = openConsole();
  const chunks: Buffer[] = [];
  io.stdout.removeAllListeners('data');
  io.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await runProgram(argv, io);
  return { bytes: Buffer.concat(chunks), stderr: stderr(), code };
}

describe('varve delta', () => {
  it('says layer by layer what already exists and what is added, and how much that saves', async () => {
    const { code, stdout, stderr } = await varve(['delta', ...near, '--have', at('far.json'), '-o', at('a.tar')]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^[\d.]+kB written to .*a\.tar: \d+ of \d+ layers added, \d+ already there; [\d.]+kB saved of the [\d.]+kB of the whole\./,
    );
    expect(stdout).toMatch(/^[0-9a-f]{12}: Already exists$/m);
    expect(stdout).toMatch(/^[0-9a-f]{12}: Added [\d.]+kB$/m);
    const verified = await varve(['verify', at('a.tar')]);
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('blob-in-base')]);
  });

  it('with --dry-run writes nothing, and says the size that it then has', async () => {
    const document = async (words: readonly string[]) =>
      JSON.parse(
        (await varve(['delta', ...near, '--have', far, ...words, '-o', at('b.tar'), '--format', 'json'])).stdout,
      ) as Delta;
    const planned = await document(['--dry-run']);
    expect([planned.status, existsSync(at('b.tar'))]).toEqual(['planned', false]);
    expect(await document([])).toEqual({ ...planned, status: 'written' });
    expect(statSync(at('b.tar')).size).toBe(planned.sizeBytes);
  });

  it('tells how many blobs of the base nobody has hashed', async () => {
    const { stdout } = await varve(['delta', ...near, '--have', 'samples/build-4711-docker27.tar', '--dry-run']);
    expect(stdout).toMatch(/\d+ blobs? of the base w(?:as|ere) not hashed/);
    const sure = await varve(['delta', ...near, '--have', at('far.json'), '--dry-run']);
    expect(sure.stdout).not.toContain('not hashed');
  });

  it('asks for --have, and ends with 3 where that cannot be read', async () => {
    const without = await varve(['delta', ...near, '-o', at('c.tar')]);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--have')]);
    const nowhere = await varve(['delta', ...near, '--have', 'nowhere.json', '-o', at('c.tar')]);
    expect([nowhere.code, nowhere.stderr, existsSync(at('c.tar'))]).toEqual([
      3,
      expect.stringContaining('nowhere.json'),
      false,
    ]);
  });

  it('makes a delta of the images that a filter selects', async () => {
    const { stdout } = await varve([
      'delta',
      ...near,
      '--have',
      far,
      '--filter',
      'reference=*/shop/api:1.0',
      '--dry-run',
    ]);
    expect(stdout).toContain(': 0 of');
  });
});

describe('varve apply', () => {
  it('writes the archive that varve pack writes, and says what came from where', async () => {
    const { code, stdout, stderr } = await varve(['apply', at('delta.tar'), '--from', far, '-o', at('d.tar')]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^[\d.]+kB written to .*d\.tar: \d+ blobs, [\d.]+kB of the delta, [\d.]+kB of its base\./);
    expect(stdout).toContain('registry.example.com/shop/api:1.0');
    expect(readFileSync(at('d.tar')).equals(readFileSync(at('whole.tar')))).toBe(true);
  });

  it('takes a delta from a pipe into a file, and gives the whole to the next pipe', async () => {
    const made = await piped(['delta', ...near, '--have', far]);
    expect(made.bytes.equals(readFileSync(at('delta.tar')))).toBe(true);
    expect(made.stderr).toContain('written to standard output');
    const applied = await piped(['apply', at('delta.tar'), '--from', far]);
    expect([applied.code, applied.bytes.equals(readFileSync(at('whole.tar')))]).toEqual([0, true]);
  });

  it('refuses a base that lacks something by the name of the blob, with exit code 1', async () => {
    const other = 'samples/worker-0.9-oci.tar';
    const { code, stdout } = await varve(['apply', at('delta.tar'), '--from', other, '-o', at('e.tar')]);
    expect([code, existsSync(at('e.tar'))]).toEqual([1, false]);
    expect(stdout).toMatch(/^Nothing was written: \d+ things? of this delta and its base cannot be had\./);
    expect(stdout).toMatch(/^sha256:[0-9a-f]{64}: nothing that is given .*; the base should have it$/m);
  });

  it('ends with 3 where the delta is none or cannot be read, or where the base that was needed cannot', async () => {
    const image = await varve(['apply', far, '--from', far, '-o', at('f.tar')]);
    expect([image.code, image.stderr]).toEqual([3, expect.stringContaining('it is no delta')]);
    expect(image.stderr).not.toContain('bug');
    expect((await varve(['apply', 'nowhere.tar', '--from', far, '-o', at('f.tar')])).code).toBe(3);
    expect((await varve(['apply', at('delta.tar'), '--from', 'nowhere.tar', '-o', at('f.tar')])).code).toBe(3);
    const both = await varve(['apply', at('delta.tar'), '--from', 'nowhere.tar', '--from', far, '-o', at('f.tar')]);
    expect([both.code, both.stderr]).toEqual([0, expect.stringContaining('nowhere.tar')]);
  });

  it('refuses a base on standard input, and names what of a delta is damaged', async () => {
    const piped = await varve(['apply', at('delta.tar'), '--from', '-', '-o', at('g.tar')]);
    expect([piped.code, piped.stderr]).toEqual([2, expect.stringContaining('--from takes files and folders')]);
    writeFileSync(at('cut.tar'), readFileSync(at('delta.tar')).subarray(0, 1024));
    const cut = await varve(['apply', at('cut.tar'), '--from', far, '-o', at('g.tar')]);
    expect([cut.code, cut.stderr]).toEqual([3, expect.stringMatching(/it is damaged: the archive is cut|cut/)]);
    expect(existsSync(at('g.tar'))).toBe(false);
  });

  it('takes a delta that is piped from the command that makes it, and leaves nothing beside the output', () => {
    const folder = newFolder();
    const program = `"${process.execPath}" dist/src/cli/main.cjs`;
    const line = `${program} delta ${near.join(' ')} --have ${far} --quiet | ${program} apply - --from ${far} -o ${folder}/out.tar`;
    expect(spawnSync('sh', ['-c', line], { encoding: 'utf8' }).status).toBe(0);
    expect(readFileSync(`${folder}/out.tar`).equals(readFileSync(at('whole.tar')))).toBe(true);
    expect(readdirSync(folder)).toEqual(['out.tar']);
  });

  it('takes its base from a store, which the delta was made for as well', async () => {
    const store = at('store');
    expect((await varve(['load', far, '--store', store])).code).toBe(0);
    const made = await varve(['delta', ...near, '--have', store, '-o', at('of-store.tar')]);
    expect([made.code, made.stdout]).toEqual([0, expect.stringContaining('Already exists')]);
    expect((await varve(['apply', at('of-store.tar'), '--from', store, '-o', at('from-store.tar')])).code).toBe(0);
    expect(readFileSync(at('from-store.tar')).equals(readFileSync(at('whole.tar')))).toBe(true);
  });

  it('takes a delta in parts, and writes the whole in parts', async () => {
    const split = await varve(['delta', ...near, '--have', far, '--split', '20kB', '-o', at('parts/delta.tar')]);
    expect([split.code, split.stdout]).toEqual([0, expect.stringContaining('delta.tar.part000')]);
    const from = ['--from', far, '--split', '30kB', '-o', at('parts/whole.tar')];
    const applied = await varve(['apply', at('parts/delta.tar.split.json'), ...from]);
    expect(applied.code).toBe(0);
    const parts = readdirSync(at('parts'))
      .filter((name) => /^whole\.tar\.part\d+$/.test(name))
      .sort()
      .map((name) => readFileSync(at(`parts/${name}`)));
    expect(Buffer.concat(parts).equals(readFileSync(at('whole.tar')))).toBe(true);
  });

  it('asks for one delta and a base, and takes no inventories, and no base from standard input', async () => {
    const codes = [
      ['apply', '--from', far],
      ['apply', at('delta.tar'), at('delta.tar'), '--from', far],
      ['apply', at('delta.tar')],
      ['apply', at('delta.tar'), '--from', at('far.json')],
      ['apply', at('far.json'), '--from', far],
      ['delta', ...near, '--have', '-'],
      ['apply', at('delta.tar'), '--from', far, '-o', at('delta.tar')],
    ].map(
      async (argv) => (await varve([...argv, '--quiet', ...(argv.includes('-o') ? [] : ['-o', at('g.tar')])])).code,
    );
    expect(await Promise.all(codes)).toEqual([2, 2, 2, 2, 2, 2, 2]);
    expect(existsSync(at('g.tar'))).toBe(false);
  });
});
