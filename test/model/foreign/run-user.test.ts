/** How the user of a config is read, as moby's and containerd's code reads it. */
import { describe, expect, it } from 'vitest';
import { isWindowsRoot, parseRunUser } from '../../../src/model/foreign/run-user.js';

describe('the user of a run configuration', () => {
  it.each([
    ['', 'none'],
    [' \t\u0085\u3000', 'none'],
    [':', 'none'],
    [':0', 'none'],
    ['root', 'root'],
    ['root ', 'root'],
    ['root:root', 'root'],
    ['0', 'root'],
    ['-0', 'root'],
    ['+0000:9', 'root'],
    ['0 :app', 'root'],
    ['1', 'number'],
    ['+01000', 'number'],
    ['2147483647', 'number'],
    ['2147483648', 'range'],
    ['4294967296', 'range'],
    ['-1', 'range'],
    [`${'0'.repeat(300)}5`, 'number'],
    ['9'.repeat(300), 'range'],
    ['app', 'name'],
    ['Root', 'name'],
    ['0x0', 'name'],
    ['0_0', 'name'],
    ['٠', 'name'],
    ['-', 'name'],
    ['+', 'name'],
    ['--0', 'name'],
    ['1000 :app', 'name'],
  ])('%j is read as %s', (written, kind) => {
    expect(parseRunUser(written).kind).toBe(kind);
  });

  it('has the name without the group and the white space around', () => {
    expect(parseRunUser(' app:staff ')).toEqual({ kind: 'name', name: 'app' });
  });

  it('is read in no time where it has a megabyte', () => {
    const start = performance.now();
    expect(parseRunUser(`${' '.repeat(500_000)}a${' '.repeat(500_000)}b`).kind).toBe('name');
    expect(parseRunUser('0'.repeat(1_000_000)).kind).toBe('root');
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('isWindowsRoot', () => {
  it.each([
    'ContainerAdministrator',
    'containeradministrator. ',
    '.\\CONTAINERADMINISTRATOR',
    'ContainerAdministrator@x',
  ])('knows %j on every platform', (name) => {
    expect([isWindowsRoot(name, true), isWindowsRoot(name, false)]).toEqual([true, true]);
  });

  it.each(['Administrator', 'SYSTEM', 'NT AUTHORITY\\System', 'S-1-5-21-1-2-3-500'])(
    'knows %j where it is not Linux',
    (name) => {
      expect([isWindowsRoot(name, true), isWindowsRoot(name, false)]).toEqual([true, false]);
    },
  );

  it.each(['ContainerUser', 'app', 'administrators', 'S-1-5-93-2-2'])('lets %j be a user', (name) => {
    expect(isWindowsRoot(name, true)).toBe(false);
  });
});
