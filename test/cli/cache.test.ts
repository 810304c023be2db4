/** `--cache` in whole commands: every output says what was not computed, and what is odd about the cache is one line. */

import { readdir, rm, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/model/results/inventory.js';
import { reportSchema, verificationSchema } from '../../src/model/results/results.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { writeArchives } from './archives.js';
import { varve } from './console.js';

const { folder, at } = temporaryFolder();
const cached = (...words: readonly string[]) => [...words, '--workers', '0', '--cache', at('kept')];

beforeAll(async () => {
  await writeArchives(folder);
  await new Promise((resolve) => setTimeout(resolve, 80));
  await varve(cached('verify', folder));
});

describe('a second run with --cache', () => {
  it('of verify calls archives cached in text and in JSON, and has hashed nothing', async () => {
    const { code, stdout } = await varve(cached('verify', at('base.tar'), at('app.tar.gz')));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cached +.*base\.tar/m);
    expect(stdout).toMatch(/^Checked 0 blobs, 0B, in 2 archives: \S+ from the cache, not computed again\.$/m);
    const json = await varve(cached('verify', at('base.tar'), at('app.tar.gz'), '--format', 'json'));
    const { archives, summary } = verificationSchema.parse(JSON.parse(json.stdout));
    expect(archives.map(({ status }) => status)).toEqual(['cached', 'cached']);
    expect([summary.blobs, summary.bytesHashed]).toEqual([0, 0]);
    expect(summary.bytesFromCache).toBeGreaterThan(0);
  });

  it('of verify still fails where it failed', async () => {
    const { code, stdout } = await varve(cached('verify', at('damaged.tar')));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED .*damaged\.tar/m);
  });

  it('of report says so in the headline, in the table and in JSON', async () => {
    const { stdout } = await varve(cached('report', at('base.tar')));
    expect(stdout).toMatch(/ — 1 from the cache, not computed again\.$/m);
    expect(stdout).toMatch(/^cached +.*base\.tar/m);
    const json = await varve(cached('report', at('base.tar'), '--format', 'json'));
    expect(reportSchema.parse(JSON.parse(json.stdout)).archives.map(({ status }) => status)).toEqual(['cached']);
  });

  it('of scan writes an inventory that is only recorded where it is read again', async () => {
    const { stdout } = await varve(cached('scan', at('base.tar')));
    const inventory = JSON.parse(stdout) as Inventory;
    expect(inventory.archives.map(({ status }) => status)).toEqual(['cached']);
    await writeFile(at('inventory.json'), stdout);
    expect((await varve(['verify', at('inventory.json')])).stdout).toMatch(/^recorded /m);
    expect((await varve(['verify', at('inventory.json'), '--accept-recorded'])).stdout).toMatch(/^cached /m);
  });
});

describe('a cache that is of no use', () => {
  it('is a remark, and nothing with --quiet', async () => {
    for (const name of await readdir(at('kept'))) await writeFile(at(`kept/${name}`), 'nonsense');
    const { code, stdout, stderr } = await varve(cached('verify', at('base.tar')));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +.*base\.tar/m);
    expect(stderr).toMatch(/^varve: cache: .*source-.*\.json is ignored: /m);
    for (const name of await readdir(at('kept'))) await writeFile(at(`kept/${name}`), 'nonsense');
    expect((await varve(cached('verify', at('base.tar'), '--quiet'))).stderr).toBe('');
  });

  it('is a usage error where it is no folder', async () => {
    const { code, stderr } = await varve(['verify', at('base.tar'), '--cache', at('crane.tar')]);
    expect(code).toBe(2);
    expect(stderr).toContain('a cache takes a folder');
  });

  it('keeps nothing within a limit of nothing', async () => {
    await rm(at('kept'), { recursive: true });
    await varve([...cached('verify', at('base.tar')), '--cache-limit', '0B']);
    expect(await readdir(at('kept'))).toEqual(['CACHEDIR.TAG']);
  });
});
