/** An interruption at every place where a command rests: while it scans, while it puts its result together, while it writes. */

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dockerSave, image, layer, ociIndex, ociLayout, ociManifest, rawTar } from '../helpers/archive-builder.js';
import { makeEveryTurnShort, signalFiringAt } from '../helpers/counting-signal.js';
import { longSweep, range } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { varve } from './console.js';

const { folder, newFolder } = temporaryFolder();
const images = Array.from({ length: 6 }, (_, i) =>
  image({ layers: [layer({ files: [{ path: `${i}` }] })], tags: [`docker.io/library/app:${i}`] }),
);
writeFileSync(join(folder, 'layout.tar'), rawTar(ociLayout([ociIndex(images.map((each) => ociManifest(each)))])));
writeFileSync(join(folder, 'save.tar'), rawTar(dockerSave(images, { variant: 'crane' })));

afterEach(() => {
  vi.restoreAllMocks();
});

const commands = [
  ['verify', 'INPUT', '--format', 'json'],
  ['verify', 'INPUT', '--format', 'junit'],
  ['report', 'INPUT', '--format', 'json'],
  ['report', 'INPUT', '--format', 'html'],
  ['plan', 'INPUT', '--remove', 'superseded', '--format', 'json'],
  ['check', 'INPUT', '--rule', 'intact', '--format', 'json'],
  ['ls', 'INPUT', '--format', 'json'],
  ['layers', 'INPUT', '--format', 'csv'],
  ['df', 'INPUT', '-v'],
  ['history', 'INPUT'],
  ['inspect', 'INPUT'],
  ['diff', 'INPUT', 'INPUT', '--format', 'json'],
];

async function ended(words: readonly string[], firesAt: number, output?: string) {
  makeEveryTurnShort();
  const { signal, asked } = signalFiringAt(firesAt);
  const argv = words.map((word) => (word === 'INPUT' ? folder : word));
  const { code } = await varve([...argv, '--workers', '0', ...(output === undefined ? [] : ['-o', output])], {
    signal,
  });
  return { code, asked: asked() };
}

describe('a command that is interrupted', () => {
  it.each(commands)('ends with 130 at whichever rest that is: %s %s %s %s', async (...words) => {
    const { code, asked: rests } = await ended(words, Number.POSITIVE_INFINITY);
    expect(code).toBeLessThan(2);
    const late: unknown[] = [];
    for (const n of longSweep(range(1, rests + 1), 9)) {
      const end = await ended(words, n);
      if (end.code !== 130 || end.asked > n + 3) late.push({ n, of: rests, ...end });
    }
    expect(late).toEqual([]);
  });

  it('leaves no file, not even a part of one, at whichever rest that is', async () => {
    const empty = newFolder();
    const output = join(empty, 'result');
    const words = ['report', 'INPUT', '--format', 'json'];
    const { asked: rests } = await ended(words, Number.POSITIVE_INFINITY, join(newFolder(), 'result'));
    for (const n of longSweep(range(1, rests), 9)) {
      await ended(words, n, output);
      expect([n, readdirSync(empty)]).toEqual([n, []]);
    }
  });
});
