/** The state of files: any change of their bytes shows, and what leaves the bytes alone does not. */

import { appendFileSync, chmodSync, renameSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FileState } from '../../src/sources/file-state.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { writeFile: writeNew } = temporaryFolder();
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

it('the state of files is the same while nobody writes, and after a change of their permissions', async () => {
  const paths = [writeNew('a', 'silt'), writeNew('b', 'clay')];
  const state = new FileState(paths);
  await tick();
  chmodSync(paths[1] ?? '', 0o600);
  expect(state.changed()).toBeNull();
});

it.each<[string, (path: string) => void]>([
  ['grew', (path) => appendFileSync(path, 'more')],
  ['shrank', (path) => truncateSync(path, 1)],
  ['was written with as many bytes', (path) => writeFileSync(path, 'CLAY')],
  ['was replaced by an equal one', (path) => renameSync(writeNew('other', 'clay'), path)],
  ['has another time of change', (path) => utimesSync(path, 1, 1)],
  ['was removed', unlinkSync],
])('the state of files names the file that %s', async (_, change) => {
  const paths = [writeNew('a', 'silt'), writeNew('b', 'clay')];
  const state = new FileState(paths);
  await tick();
  change(paths[1] ?? '');
  expect(state.changed()).toBe(paths[1]);
});

it('the state of a file that was absent is the same while it is, and another once it is there', () => {
  const state = new FileState(['/nowhere/at/all']);
  expect(state.changed()).toBeNull();
  const path = writeNew('late', '');
  unlinkSync(path);
  const absent = new FileState([path]);
  writeFileSync(path, '');
  expect(absent.changed()).toBe(path);
});
