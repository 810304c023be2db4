import { chmod, copyFile, cp, link, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkOutput, deliver, type OutputOptions } from '../../../src/cli/output/output.js';
import { runProgram } from '../../../src/cli/run.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { openConsole, varve } from '../console.js';

const { newFolder } = temporaryFolder();
let folder = '';

beforeEach(() => {
  folder = newFolder();
});

function optionsFor(output: string): OutputOptions {
  return { output, namedFiles: [] };
}

describe('a result file', () => {
  it('is written, with nothing left beside it', async () => {
    await deliver('text', optionsFor(join(folder, 'a')), openConsole().io);
    expect(await readdir(folder)).toEqual(['a']);
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('text');
  });

  it.each(['f'.repeat(255), 'ü'.repeat(127)])('may have a name as long as names can be: %s', async (name) => {
    await deliver('text', optionsFor(join(folder, name)), openConsole().io);
    expect(await readdir(folder)).toEqual([name]);
  });

  it('replaces an older one and keeps its permissions', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'a much longer older text');
    await chmod(path, 0o640);
    await deliver('new', optionsFor(path), openConsole().io);
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it('behind a symbolic link is replaced, and the link stays', async () => {
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real', 'a'), 'old');
    await symlink(join(folder, 'real', 'a'), join(folder, 'link'));
    await deliver('new', optionsFor(join(folder, 'link')), openConsole().io);
    expect(await readFile(join(folder, 'real', 'a'), 'utf8')).toBe('new');
    expect(await readdir(join(folder, 'real'))).toEqual(['a']);
  });

  it('is left as it was when the run is interrupted', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'old');
    const signal = AbortSignal.abort('SIGINT');
    await expect(deliver('new', optionsFor(path), openConsole({ signal }).io)).rejects.toBe('SIGINT');
    expect(await readdir(folder)).toEqual(['a']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it('that is a device is written to and not replaced', async () => {
    await deliver('text', optionsFor('/dev/null'), openConsole().io);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });
});

describe('an output that cannot be written', () => {
  it('is refused before the work where it is a folder', async () => {
    await expect(checkOutput(optionsFor(folder))).rejects.toMatchObject({ code: 'usage' });
  });

  it.each([
    ['named itself', (path: string) => [path]],
    ['found in a folder', () => [folder]],
    ['found by a glob', () => [join(folder, '*.tar')]],
  ])('is refused before the work where it is an input, %s, by whatever link', async (_, inputsOf) => {
    const input = join(folder, 'a.tar');
    await copyFile('samples/tools-5-docker20.tar.gz', input);
    await symlink(input, join(folder, 'soft'));
    await link(input, join(folder, 'hard'));
    const before = await readFile(input);
    for (const output of ['a.tar', 'soft', 'hard']) {
      const { code, stderr } = await varve(['scan', ...inputsOf(input), '-o', join(folder, output)]);
      expect([output, code]).toEqual([output, 2]);
      expect(stderr).toContain('is an input');
    }
    expect(await readFile(input)).toEqual(before);
  });

  it('is refused where it is a file of a layout that is an input, and taken where it lies beside the archives', async () => {
    await cp('samples/mirror', join(folder, 'mirror'), { recursive: true });
    expect((await varve(['report', folder, '-o', join(folder, 'mirror/index.json')])).code).toBe(2);
    for (const time of ['first', 'second']) {
      expect([time, (await varve(['report', folder, '-o', join(folder, 'report.txt')])).code]).toEqual([time, 0]);
    }
  });

  it('is refused before the work where its folder does not exist', async () => {
    await expect(checkOutput(optionsFor(join(folder, 'no', 'a')))).rejects.toMatchObject({ code: 'usage' });
    const { code, stderr } = await varve(['schema', 'report', '-o', join(folder, 'no', 'a')]);
    expect(code).toBe(2);
    expect(stderr).toContain('--output');
  });

  it('leaves nothing behind where the folder goes away meanwhile', async () => {
    const path = join(folder, 'sub', 'a');
    await expect(deliver('text', optionsFor(path), openConsole().io)).rejects.toMatchObject({ name: 'OutputError' });
  });
});

describe('a result file that another option reads', () => {
  const sample = 'samples/worker-0.9-oci.tar';
  const cases = [
    ['--policy', ['check', sample]],
    ['--baseline', ['check', sample, '--rule', 'max-growth=5%']],
    ['--plan', ['diff', sample, sample]],
    ['--expect-file', ['verify', sample]],
    ['--in-use', ['plan', sample, '--remove', 'dangling']],
  ] as const;

  it.each(cases)('is refused, and stays what it was: %s', async (option, words) => {
    const [path, other] = [join(folder, 'named'), join(folder, 'other')];
    const content = { '--baseline': 'scan', '--plan': 'plan' }[option as string];
    if (content === undefined) await writeFile(path, option === '--policy' ? 'rules:\n  intact: true\n' : '');
    else
      await varve([
        content,
        sample,
        ...(content === 'plan' ? ['--remove', 'dangling', '--format', 'json'] : []),
        '-o',
        path,
      ]);
    await link(path, other);
    const before = await readFile(path, 'utf8');
    for (const output of [path, other]) {
      const { code, stderr } = await varve([...words, option, path, '-o', output]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`is the file of ${option} and would be overwritten`)]);
      expect(await readFile(path, 'utf8')).toBe(before);
    }
  });
});

describe('the verdict of a result that goes into a file', () => {
  const verdicts = {
    verify: /^varve: Checked \d+ blobs/,
    report: /^varve: 1 archive, 1 image/,
    check: /^varve: PASS: /,
    plan: /^varve: 0B freed/,
    diff: /^varve: Nothing differs/,
  } as const;
  const sample = 'samples/worker-0.9-oci.tar';
  const words = { plan: [sample, '--remove', 'dangling'], diff: [sample, sample] } as const;

  it.each(Object.entries(verdicts))('is told by %s on standard error, in one line', async (command, verdict) => {
    const inputs = command === 'plan' || command === 'diff' ? words[command] : [sample];
    for (const format of ['table', 'json', 'junit', 'html']) {
      const argv = [command, ...inputs, '--format', format, '-o', join(folder, 'result')];
      const { stderr, stdout } = await varve(argv);
      expect(stdout).toBe('');
      expect(stderr.split('\n').filter((text) => verdict.test(text))).toHaveLength(1);
    }
  });

  it('is not told where it is on standard output, nor with --quiet', async () => {
    expect((await varve(['verify', sample])).stderr).toBe('');
    expect((await varve(['verify', sample, '--quiet', '-o', join(folder, 'result')])).stderr).toBe('');
  });
});

it('a reader that has gone ends the run quietly', async () => {
  const closed = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  closed.on('error', () => {});
  const { io, stderr } = openConsole();
  await deliver('text', { output: null }, { ...io, stdout: closed });
  expect(stderr()).toBe('');
});

describe('a full disk', () => {
  const full = () =>
    new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
      },
    }).on('error', () => {});

  it('behind standard output is told, and is no bug', async () => {
    const { io, stderr } = openConsole();
    expect(await runProgram(['schema'], { ...io, stdout: full() })).toBe(4);
    expect(stderr()).toBe('varve: standard output was not written: ENOSPC: no space left on device\n');
  });

  it('behind standard error changes nothing else', async () => {
    const { io } = openConsole();
    expect(await runProgram(['verfy'], { ...io, stderr: full() })).toBe(2);
  });
});
