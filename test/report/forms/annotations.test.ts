/** Checks as commands of GitHub Actions, read back as its runner reads a log. */
import { describe, expect, it } from 'vitest';
import { renderAnnotations as renderAnnotationsPieces } from '../../../src/report/forms/annotations.js';
import { readLog } from '../../helpers/form-readers.js';
import { whole } from '../../helpers/whole.js';
import { check, evil, listOf } from '../sample-checks.js';

const renderAnnotations = whole(renderAnnotationsPieces);

const read = (checks: Parameters<typeof listOf>[0], verbose = false) =>
  readLog(renderAnnotations(listOf(checks), { verbose }));
const many = (count: number, facts: Parameters<typeof check>[0]) => Array.from({ length: count }, () => check(facts));

describe('annotations for GitHub', () => {
  it('are commands with file, title and the facts, and a last line that sums up', () => {
    const { commands, others } = read([check({}), check({ level: 'warning', rule: 'layer-empty', path: null })]);
    expect(commands).toEqual([
      {
        command: 'error',
        properties: { file: 'images/a.tar', title: 'digest-mismatch' },
        data: `The bytes do not fit.\nin blobs/sha256/aa\nexpected sha256:${'a'.repeat(64)}\nfound sha256:${'b'.repeat(64)}\nat byte 1,536`,
      },
      { command: 'warning', properties: { title: 'layer-empty' }, data: expect.stringMatching(/^The bytes/) as string },
    ]);
    expect(others).toEqual(['varve verify: 1 error and 1 warning']);
  });

  it('have errors first, since only the first ten of a step are shown', () => {
    const { commands } = read([check({ level: 'warning' }), check({})]);
    expect(commands.map(({ command }) => command)).toEqual(['error', 'warning']);
  });

  it('count hints, and list them where that is asked for', () => {
    const hints = [...many(2, { level: 'hint', rule: 'key-case' }), check({ level: 'hint', rule: 'junk-entry' })];
    expect(read(hints).commands).toEqual([
      {
        command: 'notice',
        properties: { title: 'varve verify' },
        data: '3 hints: key-case (2), junk-entry; -v lists them',
      },
    ]);
    expect(read(hints, true).commands.map(({ command }) => command)).toEqual(['notice', 'notice', 'notice']);
  });

  it('leave out what passed, and count what was not checked', () => {
    const { commands, others } = read([check({ level: 'pass', fails: false }), check({ level: 'skip', fails: false })]);
    expect(commands).toEqual([]);
    expect(others).toEqual(['varve verify: no fault; 1 thing not checked']);
  });

  it('say in the tenth how many more there are, and keep all of them in the log', () => {
    const ten = read(many(10, {})).commands;
    expect(ten.filter(({ data }) => data.startsWith('The bytes'))).toHaveLength(10);
    const eleven = read([...many(11, {}), ...many(12, { level: 'warning' })]).commands;
    expect(eleven.filter(({ data }) => data.startsWith('The bytes'))).toHaveLength(23);
    expect(eleven[9]?.data).toBe('2 more of 11 errors: the log of this step has them all');
    expect(eleven[12 + 9]?.data).toBe('3 more of 12 warnings: the log of this step has them all');
  });

  it('show hostile text and obey none of it', () => {
    const hostile = check({ rule: evil, path: evil, subject: evil, expected: evil, message: evil });
    const { commands, others } = read([hostile, { ...hostile, level: 'hint', fails: false }]);
    expect(commands.map(({ command }) => command)).toEqual(['error', 'notice']);
    expect(others).toEqual(['varve verify: 1 error and 1 hint']);
    const [error] = commands;
    expect(Object.keys(error?.properties ?? {})).toEqual(['file', 'title']);
    expect(error?.properties['file']).toMatch(/^::error::x\\x0d\\x0a::warning title=a,b::y.*%0A%25/);
    expect(error?.data.split('\n')).toHaveLength(5);
    expect(error?.data).toContain('%0A%25{0}');
  });

  it('have what to do before the lists, and fit into what GitHub shows of a message', () => {
    const details = Array.from({ length: 900 }, (_, number) => `image-${number}: 1.2GB in images/${number}.tar`);
    const { commands } = read([check({ title: 'layer 1 of 2 of app:1', advice: 'Take the other copy.', details })]);
    const [error] = commands;
    expect(error?.properties['title']).toBe('layer 1 of 2 of app:1');
    expect(error?.data).toMatch(/^The bytes do not fit\.\nTake the other copy\.\n/);
    expect(error?.data.length).toBeLessThanOrEqual(4096);
    const shown = error?.data.split('\n').filter((line) => line.startsWith('image-')) ?? [];
    expect(error?.data).toMatch(new RegExp(`\\nand ${900 - shown.length} more lines; other forms have all of them$`));
  });

  it('fit into it with a single name that is longer, and with a message that just fits', () => {
    const long = read([check({ subject: '\ud83d\ude00'.repeat(5000) })]).commands[0]?.data ?? '';
    expect(long.length).toBeLessThanOrEqual(4096);
    expect(long).toMatch(/\nat byte 1,536$/);
    expect(long.isWellFormed?.() ?? true).toBe(true);
    const whole = Array.from({ length: 3 }, () => 'x'.repeat(1200));
    expect(read([check({ details: whole })]).commands[0]?.data.endsWith(whole.join('\n'))).toBe(true);
  });

  it('accept a path with a comma, a colon and a percent sign', () => {
    expect(read([check({ path: 'a,b:c%2C.tar' })]).commands[0]?.properties['file']).toBe('a,b:c%2C.tar');
  });
});
