import { describe, expect, it } from 'vitest';
import { formatDuration, progressLine, startProgress } from '../../../src/cli/output/progress.js';
import { displayWidth } from '../../../src/report/blocks/table.js';
import { openConsole } from '../console.js';

const half = { doneBytes: 1_300_000_000, totalBytes: 2_600_000_000, path: 'images/of/the/team/debian.tar' };

describe('the progress line', () => {
  it('has a bar, the share, bytes, rate, time left and the archive', () => {
    expect(progressLine(half, 4000, 120)).toBe(
      `[${'='.repeat(10)}${' '.repeat(10)}]   50 %  1.3GB of 2.6GB  325MB/s  4s left  images/of/the/team/debian.tar`,
    );
  });

  it.each([10, 20, 40, 60, 79, 120])('is never wider than %d columns', (width) => {
    expect(displayWidth(progressLine({ ...half, path: '画像/'.repeat(30) }, 4000, width))).toBeLessThanOrEqual(width);
  });

  it('gives up the bar before the figures, and the start of the path before its end', () => {
    expect(progressLine(half, 4000, 60)).toBe(' 50 %  1.3GB of 2.6GB  325MB/s  4s left  …he/team/debian.tar');
  });

  it('says nothing of time while nothing is done', () => {
    expect(progressLine({ doneBytes: 0, totalBytes: 100, path: 'a' }, 0, 60)).not.toContain('left');
  });

  it('does not run over when more bytes come than were announced', () => {
    expect(progressLine({ doneBytes: 300, totalBytes: 100, path: 'a' }, 1000, 80)).toContain('100 %');
  });

  it('shows control characters of a path as escapes', () => {
    expect(progressLine({ ...half, path: '\x1b[2J' }, 4000, 120)).toContain('\\x1b[2J');
  });
});

it.each([
  [0.2, '1s'],
  [59, '59s'],
  [65, '1m 05s'],
  [7800, '2h 10m'],
])('the time left of %d seconds is written %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

const shown = { progress: true, quiet: false };

describe('progress is not shown', () => {
  const start = (off: object, facts: Parameters<typeof openConsole>[0]) =>
    startProgress(openConsole(facts).io, { ...shown, ...off });

  it('where standard error is no terminal', () => {
    expect(start({}, {})).toBeNull();
  });

  it('with --no-progress, --quiet or a dumb terminal', () => {
    expect([
      start({ progress: false }, { columns: 80 }),
      start({ quiet: true }, { columns: 80 }),
      start({}, { columns: 80, env: { TERM: 'dumb' } }),
    ]).toEqual([null, null, null]);
  });

  it('for work that ends at once', () => {
    const { io, stderr } = openConsole({ columns: 80 });
    const progress = startProgress(io, shown);
    progress?.update({ doneBytes: 1, totalBytes: 1, path: 'a' });
    progress?.stop();
    expect(stderr()).toBe('');
  });
});

it('a shown progress line is cleared at the end', async () => {
  const { io, stderr } = openConsole({ columns: 80 });
  const progress = startProgress(io, shown);
  await new Promise((resolve) => setTimeout(resolve, 600));
  progress?.update({ doneBytes: 1, totalBytes: 2, path: 'first.tar' });
  await expect.poll(stderr).toContain('first.tar');
  progress?.stop();
  expect(stderr().endsWith('\x1b[2K')).toBe(true);
});
