/**
 * A store on a disk that fails: at every call of a command that opens or changes something, once and from then on. Every
 * image that was there before or after is whole, nothing else has gone, the command says which path failed, and the same
 * command does its work where the disk is well again. `VARVE_CALLS=whole` tries every call with every error; without it,
 * every fifth call with one of them.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import { dockerSave, gzip, image, layer, tar } from '../helpers/archive-builder.js';
import { type DiskError, type FaultyRun, varveWithFailing } from './failing-calls.js';
import { count, folder, newFolder, varve } from './faulty-run.js';

const isWhole = process.env['VARVE_CALLS'] === 'whole';
const errors: readonly DiskError[] = ['EIO', 'ENOSPC', 'EDQUOT', 'EROFS'];
const ways = errors.flatMap((error) => [false, true].map((lasts) => [error, lasts] as const));
const sources = join(folder, 'sources');
const stores = join(folder, 'stores');
const base = layer({ files: [{ path: 'base', content: 'tidewater '.repeat(20_000) }] });
const nameOf = (version: number): string => `docker.io/shop/app:${version}`;

beforeAll(async () => {
  mkdirSync(sources, { recursive: true });
  for (const version of [1, 2, 3]) {
    const own = layer({ files: [{ path: 'own', content: `${version} `.repeat(50_000) }] });
    const spec = image({ layers: [base, own], created: `2024-0${version}-01T00:00:00Z`, tags: [nameOf(version)] });
    const bytes = await tar(dockerSave([spec], { variant: 'podman' }));
    writeFileSync(join(sources, `${version}.tar`), bytes);
    writeFileSync(join(sources, `${version}.tar.gz`), gzip(bytes));
  }
  mkdirSync(stores);
  const at = (name: string): string => join(stores, name);
  await done(['load', join(sources, '1.tar'), join(sources, '2.tar'), '--store', at('two')]);
  cpSync(at('two'), at('nameless'), { recursive: true });
  await done(['tag', nameOf(1), nameOf(2), '--store', at('nameless')]);
  writeFileSync(join(at('nameless'), '.varve/uploads/left'), 'begun');
  cpSync(at('two'), at('damaged'), { recursive: true });
  const blobs = join(at('damaged'), 'blobs/sha256');
  const [largest = ''] = readdirSync(blobs).sort((a, b) => sizeOf(join(blobs, b)) - sizeOf(join(blobs, a)));
  truncateSync(join(blobs, largest), 1000);
});

function sizeOf(path: string): number {
  return readFileSync(path).length;
}

async function done(words: readonly string[], input?: string): Promise<void> {
  const { code, stderr } = await varve(words, input === undefined ? {} : { input });
  expect(code, stderr).toBe(0);
}

/** The names in a store, all of which have to be whole; none where there is no store. */
async function namesIn(store: string): Promise<readonly string[]> {
  if (!existsSync(join(store, 'index.json'))) return [];
  const { archives }: Inventory = await scan([store], { workers: 0 });
  const faults = archives.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'));
  expect(faults.map(({ message }) => message)).toEqual([]);
  return archives.flatMap(({ images }) => images.flatMap(({ references }) => references)).sort();
}

/** A command on a store, what is in the store that it is run on, and what is there when it has done its work. */
interface Case {
  readonly store: string | null;
  readonly words: readonly string[];
  readonly input?: string;
  /** Versions that are whole before, and after. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const cases: Readonly<Record<string, Case>> = {
  'load into no store': { store: null, words: ['load', '1.tar'], before: [], after: [1] },
  'load into a store': { store: 'two', words: ['load', '3.tar'], before: [1, 2], after: [1, 2, 3] },
  'load of what is compressed': { store: 'two', words: ['load', '3.tar.gz'], before: [1, 2], after: [1, 2, 3] },
  'load of what is piped in': { store: 'two', words: ['load', '-'], input: '3.tar', before: [1, 2], after: [1, 2, 3] },
  'load over a damaged blob': { store: 'damaged', words: ['load', '1.tar', '2.tar'], before: [], after: [1, 2] },
  repair: { store: 'damaged', words: ['repair', '--from', '1.tar', '--from', '2.tar'], before: [], after: [1, 2] },
  tag: { store: 'two', words: ['tag', nameOf(1), nameOf(3)], before: [1, 2], after: [1, 2, 3] },
  rm: { store: 'two', words: ['rm', '-f', nameOf(2)], before: [1, 2], after: [1] },
  prune: { store: 'nameless', words: ['prune', '--yes', '--grace', '0s'], before: [1, 2], after: [1, 2] },
  'save to a file': { store: 'two', words: ['save', nameOf(1), '-o', 'out.tar'], before: [1, 2], after: [1, 2] },
  'save to a folder': { store: 'two', words: ['save', nameOf(1), '-o', 'out/'], before: [1, 2], after: [1, 2] },
};

/** What may fail without a word: the kept space, the mark for readers, and what is cleaned up after the work. */
const optional = /\/\.varve(?:\/(?:ballast|removing|known-blobs|uploads(?:\/[0-9a-f]+)?))?$/;

/** Lays a command out in a folder of its own. */
function laidOut({ store, words, input }: Case): {
  readonly place: string;
  readonly store: string;
  readonly words: readonly string[];
  readonly input: string | undefined;
} {
  const place = newFolder();
  const own = join(place, 'store');
  if (store !== null) cpSync(join(stores, store), own, { recursive: true });
  writeFileSync(join(place, 'out.tar'), 'old');
  const full = words.map((word) =>
    word.startsWith('out') ? join(place, word) : /\.tar(\.gz)?$/.test(word) ? join(sources, word) : word,
  );
  const piped = input === undefined ? undefined : join(sources, input);
  return { place, store: own, words: [...full, '--store', own], input: piped };
}

/** What was saved is whole or what was there before. */
async function expectSaved(place: string): Promise<void> {
  const isOld = readFileSync(join(place, 'out.tar')).equals(Buffer.from('old'));
  const saved = ['out.tar', 'out'].filter((name) => existsSync(join(place, name)) && !(isOld && name === 'out.tar'));
  const { archives } = await scan(
    saved.map((name) => join(place, name)),
    { workers: 0 },
  );
  expect(archives.map(({ status }) => status)).toEqual(saved.map(() => 'ok'));
}

function expectTold({ code, stderr, failed }: FaultyRun, place: string, what: string): void {
  const isChange = failed.every(([call]) => call !== 'read-open');
  expect(isChange ? [0, 4] : [0, 1, 3, 4], what).toContain(code);
  expect(stderr, what).not.toContain('bug');
  expect(code !== 4 || stderr.includes(place), what).toBe(true);
  // What was not needed may fail without a word, and one failure that was got round.
  expect(code !== 0 || failed.length === 1 || failed.every(([, path]) => optional.test(path)), what).toBe(true);
}

async function tryCall(tried: Case, at: number, error: DiskError, lasts: boolean): Promise<FaultyRun> {
  const { place, store, words, input } = laidOut(tried);
  const [before, after] = [tried.before.map(nameOf), tried.after.map(nameOf)];
  const run = await varveWithFailing({ at, error, lasts, under: [place] }, words, input);
  if (run.failed.length === 0) return run;
  const what = `${words.join(' ')}: ${error} at call ${at}${lasts ? ' and on' : ''}: ${run.failed[0]?.join(' ')}: ${run.code} ${run.stderr}`;
  expectTold(run, place, what);
  const isHealed = tried.store !== 'damaged' || run.code === 0;
  const now = isHealed ? await namesIn(store) : [];
  const sure = run.code === 0 ? after : before.filter((name) => after.includes(name));
  const possible = run.code === 0 ? after : [...before, ...after];
  expect(now, what).toEqual(expect.arrayContaining(sure));
  expect(
    now.filter((name) => !possible.includes(name)),
    what,
  ).toEqual([]);
  await expectSaved(place);
  rmSync(join(place, 'out'), { recursive: true, force: true });
  const again = await varve(words, input === undefined ? {} : { input });
  expect(again.code, `${what}; again: ${again.stderr}`).toBe(0);
  expect(await namesIn(store), what).toEqual(after);
  return run;
}

describe.each(Object.entries(cases))('%s on a disk that fails', (name, tried) => {
  it('at any call leaves every image whole, says where, and does its work afterwards', {
    timeout: 3_600_000,
  }, async () => {
    const step = isWhole ? 1 : 5;
    let calls = 0;
    for (let at = isWhole ? 0 : Object.keys(cases).indexOf(name) % step, isEnded = false; !isEnded; at += step) {
      isEnded = true;
      for (const [error, lasts] of isWhole ? ways : ways.slice(calls % ways.length, (calls % ways.length) + 1)) {
        const { failed } = await tryCall(tried, at, error, lasts);
        calls += failed.length > 0 ? 1 : 0;
        isEnded &&= failed.length === 0;
      }
    }
    expect(calls).toBeGreaterThan(1);
    count('a call to the disk that fails (EIO, ENOSPC, EDQUOT, EROFS) under a command on a store', calls);
  });
});
