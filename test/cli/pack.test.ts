/** The command `varve pack`: where it writes, what it says of it, and how it ends. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/run.js';
import type { Pack } from '../../src/model/results/pack.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { openConsole, varve } from './console.js';

const { at, newFolder } = temporaryFolder();
const whole = ['samples/api-1.0-docker24.tar', 'samples/mirror'];

describe('varve pack', () => {
  it('writes the archive that --output names, and says what is in it', async () => {
    const { code, stdout, stderr } = await varve(['pack', ...whole, '-o', at('a.tar')]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^[\d.]+kB written to .*a\.tar: \d+ images in \d+ blobs, \d+ % of the [\d.]+kB of 2 archives\./,
    );
    expect(stdout).toContain('registry.example.com/shop/api:1.0');
    const verified = await varve(['verify', at('a.tar')]);
    expect(verified.code).toBe(0);
  });

  it('with --dry-run writes nothing, and says the size that it then has', async () => {
    const document = async (words: readonly string[]) =>
      JSON.parse((await varve(['pack', ...whole, ...words, '--format', 'json'])).stdout) as Pack;
    const planned = await document(['--dry-run', '-o', at('b.tar')]);
    expect([planned.status, existsSync(at('b.tar'))]).toEqual(['planned', false]);
    const written = await document(['-o', at('b.tar')]);
    expect(written).toEqual({ ...planned, status: 'written' });
    expect(statSync(at('b.tar')).size).toBe(planned.sizeBytes);
  });

  it('without --output writes the same archive to a pipe, and says the rest on standard error', async () => {
    await varve(['pack', ...whole, '-o', at('c.tar')]);
    const { io, stderr } = openConsole();
    const chunks: Buffer[] = [];
    io.stdout.removeAllListeners('data');
    io.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    expect(await runProgram(['pack', ...whole], io)).toBe(0);
    expect(Buffer.concat(chunks).equals(readFileSync(at('c.tar')))).toBe(true);
    expect(stderr()).toContain('written to standard output');
  });

  it('leaves a device or a pipe that --output names as it is, and says how an archive gets there', async () => {
    const folder = newFolder();
    spawnSync('sh', ['-c', 'mkfifo "$0"', `${folder}/pipe`]);
    for (const path of ['/dev/null', `${folder}/pipe`]) {
      const { code, stderr } = await varve(['pack', ...whole, '-o', path]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('without -o it goes to standard output')]);
      expect(statSync(path).isFile()).toBe(false);
    }
    expect(readdirSync(folder)).toEqual(['pipe']);
  });

  it.each(['nowhere/a.tar', 'nowhere/a/', 'file/a.tar'])(
    'refuses an output where nobody can write, %s, before anything is read',
    async (name) => {
      const folder = newFolder();
      writeFileSync(`${folder}/file`, 'a file');
      const { code, stderr } = await varve(['pack', 'nowhere.tar', '-o', `${folder}/${name}`]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be written')]);
      expect(stderr).not.toContain('nowhere.tar: no such');
    },
  );

  it('names an archive that is cut before the document with its images, and packs nothing', async () => {
    const cut = at('cut.tar');
    writeFileSync(cut, readFileSync('samples/worker-0.9-oci.tar').subarray(0, 9000));
    for (const inputs of [[cut], [cut, ...whole]]) {
      const { code, stdout } = await varve(['pack', ...inputs, '-o', at('lost.tar')]);
      expect([code, existsSync(at('lost.tar'))]).toEqual([1, false]);
      expect(stdout).toContain('cut.tar: no image is found in it: archive-truncated');
    }
    const going = await varve(['pack', cut, ...whole, '--keep-going', '-o', at('lost.tar')]);
    expect([going.code, existsSync(at('lost.tar'))]).toEqual([1, true]);
  });

  it('says that standard output was not written where its disk is full', () => {
    const line = `"${process.execPath}" dist/src/cli/main.cjs pack ${whole.join(' ')} --quiet > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([4, expect.stringMatching(/^varve: standard output was not written: ENOSPC/)]);
    expect(stderr).not.toContain('bug');
  });

  it('writes no archive to a terminal, and no document beside one', async () => {
    const terminal = await varve(['pack', ...whole], { columns: 80 });
    expect([terminal.code, terminal.stderr]).toEqual([2, expect.stringContaining('-o FILE')]);
    const both = await varve(['pack', ...whole, '--format', 'json']);
    expect([both.code, both.stdout]).toEqual([2, '']);
  });

  it('ends with 1 and writes nothing where something cannot go in, and leaves it out with --keep-going', async () => {
    const refused = await varve(['pack', 'samples', '-o', at('d.tar')]);
    expect([refused.code, existsSync(at('d.tar'))]).toEqual([1, false]);
    expect(refused.stdout).toContain('Nothing was written: 2 things cannot go in. varve pack --keep-going');
    const going = await varve(['pack', 'samples', '--keep-going', '-o', at('d.tar')]);
    expect([going.code, existsSync(at('d.tar'))]).toEqual([1, true]);
    expect(going.stdout).toContain('registry.example.com/shop/orders:1.4');
  });

  it('ends with 3 where an input cannot be read, and with 2 for a name that is contested', async () => {
    const unreadable = await varve(['pack', ...whole, 'nowhere.tar', '-o', at('e.tar')]);
    expect([unreadable.code, existsSync(at('e.tar'))]).toEqual([3, false]);
  });

  it('packs the images that a filter selects, and refuses a filter that selects none', async () => {
    const { code, stdout } = await varve([
      'pack',
      'samples/mirror',
      ...whole,
      '--filter',
      'reference=*/shop/api',
      '-o',
      at('f.tar'),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('1 image in');
    const none = await varve(['pack', ...whole, '--filter', 'reference=nothing', '-o', at('g.tar')]);
    expect([none.code, existsSync(at('g.tar'))]).toEqual([2, false]);
  });

  it('writes a folder where the path ends in a slash, and refuses one with files in it', async () => {
    const folder = `${newFolder()}/layout/`;
    expect((await varve(['pack', ...whole, '-o', folder])).code).toBe(0);
    expect((await varve(['verify', folder])).code).toBe(0);
    const again = await varve(['pack', ...whole, '-o', folder]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('with files in it')]);
  });

  it('writes parts with --split, which are read as one archive, and says what they are called', async () => {
    const folder = newFolder();
    const { code, stdout } = await varve(['pack', ...whole, '-o', `${folder}/a.tar`, '--split', '50kB']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /In \d parts of 50kB at most: a\.tar\.part000 to a\.tar\.part00\d, listed in a\.tar\.split\.json/,
    );
    for (const input of [folder, `${folder}/a.tar.part001`]) {
      const verified = await varve(['verify', input]);
      expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('a.tar.split.json')]);
    }
    rmSync(`${folder}/a.tar.part001`);
    const lost = await varve(['verify', folder]);
    expect([lost.code, lost.stdout]).toEqual([1, expect.stringContaining('part-missing')]);
    const taken = await varve(['pack', ...whole, '-o', `${folder}/a.tar`, '--split', '50kB']);
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining('a.tar.part000 is there already')]);
  });

  it('says what an earlier run left beside the output, and leaves it there', async () => {
    const folder = newFolder();
    writeFileSync(`${folder}/.a.tar.0123456789ab.tmp`, 'half');
    const { code, stderr } = await varve(['pack', ...whole, '-o', `${folder}/a.tar`]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/\.a\.tar\.0123456789ab\.tmp \(4B, written to .* ago\) is an output/),
    ]);
    expect(readdirSync(folder)).toEqual(['.a.tar.0123456789ab.tmp', 'a.tar']);
    expect((await varve(['pack', ...whole, '-o', `${folder}/a.tar`, '--quiet'])).stderr).toBe('');
  });

  it('compresses all of the archive with --outer, and says both sizes', async () => {
    const document = async (words: readonly string[]) =>
      JSON.parse((await varve(['pack', ...whole, '-o', at('o.tar.gz'), '--outer', 'gzip', ...words])).stdout) as Pack;
    const planned = await document(['--dry-run', '--format', 'json']);
    const { stdout } = await varve(['pack', ...whole, '-o', at('o.tar.gz'), '--outer', 'gzip']);
    expect(stdout).toMatch(/Compressed as a whole with gzip: a tar of [\d.]+kB\./);
    expect(statSync(at('o.tar.gz')).size).toBe(planned.sizeBytes);
  });

  it('needs a file for parts', async () => {
    const piped = await varve(['pack', ...whole, '--split', '50kB']);
    expect([piped.code, piped.stderr]).toEqual([2, expect.stringContaining('--split needs -o FILE')]);
  });

  it('takes what comes on standard input, from a pipe and from a file, and leaves nothing beside the output', async () => {
    const folder = newFolder();
    const [sample = ''] = whole;
    await varve(['pack', ...whole, '-o', at('piped.tar')]);
    const line = (words: string): string => `"${process.execPath}" dist/src/cli/main.cjs pack ${words}`;
    const commands = [
      `cat ${sample} | ${line(`samples/mirror - -o ${folder}/1.tar`)}`,
      `gzip -c ${sample} | ${line(`- samples/mirror -o ${folder}/2.tar`)}`,
      `${line(`- samples/mirror < ${sample} > ${folder}/3.tar`)}`,
    ];
    for (const [i, command] of commands.entries()) {
      expect(spawnSync('sh', ['-c', command], { encoding: 'utf8' }).status, command).toBe(0);
      expect(readFileSync(`${folder}/${i + 1}.tar`).equals(readFileSync(at('piped.tar'))), command).toBe(true);
    }
    const nothing = spawnSync('sh', ['-c', `echo x | ${line(`- -o ${folder}/4.tar`)}`], { encoding: 'utf8' });
    expect([nothing.status, nothing.stderr + nothing.stdout]).toEqual([
      3,
      expect.stringContaining('-: not a tar archive'),
    ]);
    expect(readdirSync(folder)).toEqual(['1.tar', '2.tar', '3.tar']);
  });

  it('refuses inventories, with what to do', async () => {
    const inventory = at('inventory.json');
    await varve(['scan', ...whole, '-o', inventory]);
    expect((await varve(['pack', inventory, '-o', at('h.tar')])).code).toBe(2);
  });
});

describe('varve pack with other forms of layers', () => {
  it('says which form they have and what has other digests, and writes these to --map', async () => {
    const words = ['pack', ...whole, '--compress', 'gzip', '--level', '9', '-o', at('gz.tar'), '--map', at('map.json')];
    const { code, stdout } = await varve(words);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Every layer is stored as gzip of level 9: \d+ layers?, \d+ manifests?.* got other digests/m,
    );
    expect(stdout).toMatch(/ changed$/m);
    const map = JSON.parse(readFileSync(at('map.json'), 'utf8')) as { kind: string; output: string; layers: unknown[] };
    expect(map).toMatchObject({ kind: 'varve.digest-map', output: at('gz.tar') });
    expect(map.layers.length).toBeGreaterThan(0);
    expect((await varve(['verify', at('gz.tar')])).code).toBe(0);
  });

  it('tells with --dry-run how large the pack would be, to the byte', async () => {
    for (const form of [['--unify'], ['--compress', 'none'], ['--compress', 'gzip']]) {
      const words = ['pack', ...whole, ...form, '-o', at('sized.tar'), '--format', 'json'];
      const planned = JSON.parse((await varve([...words, '--dry-run'])).stdout) as Pack;
      expect((await varve(words)).code).toBe(0);
      expect(statSync(at('sized.tar')).size).toBe(planned.sizeBytes);
    }
  });

  it.each([
    [['--level', '3'], '--level means nothing'],
    [['--compress', 'gzip', '--level', '12'], '--level of gzip takes a whole number from 1 to 9, not 12'],
    [['--compress', 'lz4'], '--compress takes none, gzip or zstd'],
    [['--unify', '--compress', 'gzip'], 'exclude each other'],
    [['--map', 'x.json'], '--map means nothing'],
    [['--drop-signatures'], '--drop-signatures means nothing'],
    [['--unify', '--dry-run', '--map', 'x.json'], '--dry-run writes nothing'],
  ])('refuses options that mean nothing together: %j', async (words, message) => {
    const { code, stderr } = await varve(['pack', ...whole, '-o', at('never.tar'), ...words]);
    expect([code, existsSync(at('never.tar'))]).toEqual([2, false]);
    expect(stderr).toContain(message);
  });

  it('refuses a file for the digests that is the archive itself', async () => {
    const words = ['pack', ...whole, '--unify', '-o', at('one.tar'), '--map', at('one.tar')];
    expect(await varve(words)).toMatchObject({ code: 2, stderr: expect.stringContaining('name one file') });
  });
});
