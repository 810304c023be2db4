/** What a long run leaves in sight on a terminal: the verdict, the speed, and which files were passed over. */
import { describe, expect, it } from 'vitest';
import { varve } from './console.js';

const plain = ['--no-color', '--workers', '0', '--no-progress'];
const verdict =
  /^12 archives, 15 images, 23 layers in 477\.8kB — 1 archive is damaged \(1 fault\); 1 without a digest to compare with\.$/;

describe('on a terminal', () => {
  it('report has its verdict first, and again below what is longer than the screen', async () => {
    const { stdout } = await varve(['report', 'samples', ...plain], { columns: 120 });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(verdict);
    expect(lines.at(-1)).toBe(lines[0]);
  });

  it('a text that fits the screen has it once', async () => {
    const { stdout } = await varve(['check', 'samples/worker-0.9-oci.tar', '--rule=intact', ...plain], {
      columns: 120,
    });
    expect(stdout.match(/^PASS: /gm)).toHaveLength(1);
  });

  it('verify ends with bytes, time and rate on standard error, and is silent with --quiet', async () => {
    const words = ['verify', 'samples/worker-0.9-oci.tar', ...plain];
    const { stderr } = await varve(words, { columns: 120 });
    expect(stderr).toMatch(/^varve: [\d.]+kB in \d+s, [\d.]+[kMG]?B\/s\n$/);
    expect((await varve([...words, '--quiet'], { columns: 120 })).stderr).toBe('');
  });
});

describe('in a pipe', () => {
  it('report has its verdict once, and verify says no time', async () => {
    const report = await varve(['report', 'samples', ...plain]);
    expect(report.stdout.split('\n').filter((line) => verdict.test(line))).toHaveLength(1);
    expect((await varve(['verify', 'samples/worker-0.9-oci.tar', ...plain])).stderr).toBe('');
  });

  it('remarks name the first three files, and none with --quiet', async () => {
    const { stderr } = await varve(['ls', 'samples', ...plain]);
    expect(stderr).toMatch(
      /^varve: \d+ files in the .* are no image archive: samples\/\S+, samples\/\S+, samples\/\S+ and \d+ more$/m,
    );
    const excluded = await varve(['ls', 'samples', '--exclude', '*.tar', ...plain]);
    expect(excluded.stderr).toMatch(
      /^varve: 10 paths skipped, .*: samples\/\S+, samples\/\S+, samples\/\S+ and 7 more; /m,
    );
    expect((await varve(['ls', 'samples', '--quiet', ...plain])).stderr).toBe('');
  });
});
