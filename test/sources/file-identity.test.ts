/** The identity of a file: any change shows, and what changed just now is not relied on. */

import { renameSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { identify } from '../../src/sources/file-identity.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { writeFile } = temporaryFolder();
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

describe('the identity of a file', () => {
  it('is the same as long as nobody touches it, by whatever link it is reached', async () => {
    const path = writeFile('same', 'sediment');
    symlinkSync(path, `${path}-link`);
    const before = identify(path)?.text;
    await tick();
    expect(before).toMatch(/^\d+:\d+:8:\d+:\d+$/);
    expect(identify(path)?.text).toBe(before);
    expect(identify(`${path}-link`)?.text).toBe(before);
  });

  it('is another after a change that keeps the size and puts the mtime back', async () => {
    const path = writeFile('changed', 'sediment');
    const before = identify(path);
    const { atime, mtime } = statSync(path);
    await tick();
    writeFileSync(path, 'SEDIMENT');
    utimesSync(path, atime, mtime);
    expect(identify(path)?.text).not.toBe(before?.text);
    expect(identify(path)?.place).toBe(before?.place);
  });

  it('is another where another file was put in its place', () => {
    const path = writeFile('replaced', 'sediment');
    const before = identify(path);
    renameSync(writeFile('other', 'sediment'), path);
    expect(identify(path)?.place).not.toBe(before?.place);
  });

  it('is none where there is no file', () => {
    expect(identify('/nowhere/at/all')).toBeNull();
  });

  it('settles once the clock has gone on by a tick', () => {
    const path = writeFile('new', 'x');
    const { ctimeMs } = statSync(path);
    expect(identify(path, ctimeMs)?.settled).toBe(false);
    expect(identify(path, ctimeMs + 40)?.settled).toBe(false);
    expect(identify(path, ctimeMs + 60)?.settled).toBe(true);
    expect(identify(path, ctimeMs - 5000)?.settled).toBe(false);
  });
});
