/** Files of which the digest was seen to be right: known as long as they are what they were, by the same engine. */
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { KnownFiles, type KnownFilesOptions } from '../../src/cache/known-files.js';
import { type Digest, encodedOf, parseDigest } from '../../src/model/digest.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { newFolder } = temporaryFolder();
const digests = ['a', 'b', 'c'].map((letter) => parseDigest(`sha256:${letter.repeat(64)}`)) as [Digest, Digest, Digest];
const [first, second, third] = digests;
const settledMs = 80;
let folder = '';
let remarks: string[] = [];

beforeEach(async () => {
  folder = newFolder();
  remarks = [];
  mkdirSync(join(folder, 'files'));
  for (const digest of digests) writeFileSync(pathOf(digest), digest);
  await delay(settledMs);
});

function pathOf(digest: Digest): string {
  return join(folder, 'files', encodedOf(digest));
}

function knownFiles(options: Partial<KnownFilesOptions> = {}): KnownFiles {
  const [cache, files] = [join(folder, 'cache'), join(folder, 'files')];
  const onRemark = (text: string): void => void remarks.push(text);
  return new KnownFiles({ cache, folder: files, pathOf, engine: 'node', limitBytes: null, onRemark, ...options });
}

describe('files that a cache knows', () => {
  it('are those that were kept, in this run and in earlier ones', () => {
    knownFiles().keep([first]);
    expect(knownFiles().known()).toEqual([first]);
    knownFiles().keep([second]);
    expect(new Set(knownFiles().known())).toEqual(new Set([first, second]));
  });

  it('are none that was written since, not even with the same bytes and times', () => {
    knownFiles().keep([first, second]);
    writeFileSync(pathOf(first), first);
    utimesSync(pathOf(first), 0, 0);
    expect(knownFiles().known()).toEqual([second]);
  });

  it('are none that was written just now, since it may change again unseen', () => {
    writeFileSync(pathOf(third), 'new');
    knownFiles().keep([first, third]);
    expect(knownFiles().known()).toEqual([first]);
  });

  it('are none that another engine has hashed', () => {
    knownFiles({ engine: 'noble' }).keep([first]);
    expect(knownFiles().known()).toEqual([]);
  });

  it('are none where the cache is damaged, which is said', () => {
    knownFiles().keep([first]);
    const name = readdirSync(join(folder, 'cache')).find((file) => file.startsWith('files-')) ?? '';
    writeFileSync(join(folder, 'cache', name), 'nonsense');
    expect([knownFiles().known(), remarks]).toEqual([[], [expect.stringContaining('is ignored')]]);
  });

  it('go with the others where the cache would be too large', () => {
    knownFiles({ limitBytes: 0 }).keep([first]);
    expect(knownFiles().known()).toEqual([]);
  });
});
