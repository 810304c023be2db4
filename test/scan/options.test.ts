/** Options of the library: what means nothing is refused before anything is read, with what is taken. */

import { describe, expect, it } from 'vitest';
import { check, defaultPolicy, type Inventory, plan, scan, verify } from '../../src/index.js';
import type { PlanOptions } from '../../src/library/plan-inventory.js';
import type { ScanOptions } from '../../src/scan/settings.js';
import { memorySource } from '../helpers/byte-sources.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { largeArchive } from './archives.js';

const { at, write } = temporaryFolder();

const sample = 'samples/api-1.0-docker24.tar';
/** As a caller without types gives them. */
const given = (options: unknown) => options as ScanOptions;

describe('a scan', () => {
  it.each([
    ['an engine that is none', { engine: 'openssl' }, 'the option engine takes node or noble, not "openssl"'],
    ['an engine by an inherited name', { engine: 'toString' }, 'node or noble'],
    ['a negative number of workers', { workers: -1 }, 'the option workers takes a whole number from 0 to 9999, not -1'],
    ['half a worker', { workers: 1.5 }, 'not 1.5'],
    ['workers that are no number', { workers: Number.NaN }, 'not NaN'],
    ['a number of workers as a text', { workers: '2' }, 'not "2"'],
    ['more workers than the command takes', { workers: 10_000 }, 'not 10000'],
    ['a text for true or false', { verify: 'false' }, 'the option verify takes true or false, not "false"'],
    ['null for true or false', { acceptRecorded: null }, 'not null'],
    ['a number for true or false', { inventories: 0 }, 'not 0'],
    ['one glob instead of a list', { exclude: '*.md' }, 'the option exclude takes a list of texts'],
    ['an empty glob', { exclude: ['a', ''] }, 'not this list'],
    ['a path instead of a cache', { cache: '/tmp/x' }, 'the option cache takes an object with a folder'],
    ['a cache without a folder', { cache: {} }, 'with a folder'],
    ['a cache with an empty folder', { cache: { folder: '' } }, 'the option folder takes the path of a folder, not ""'],
    ['a cache with a limit below 0', { cache: { folder: 'x', limitBytes: -1 } }, 'the option limitBytes'],
    ['a cache with a misspelt option', { cache: { folder: 'x', limit: 1 } }, 'no option of a cache: "limit"'],
    ['a number instead of limits', { limits: 5 }, 'the option limits'],
    ['a limit that is none', { limits: { entrys: 5 } }, 'no limit of a scan: "entrys"'],
    ['a limit that is no number', { limits: { entries: '5' } }, 'the limit entries'],
    ['a limit of 0', { limits: { entries: 0 } }, 'the limit entries'],
    ['no function for progress', { onProgress: true }, 'the option onProgress takes a function'],
    ['a controller instead of its signal', { signal: new AbortController() }, 'the option signal takes an AbortSignal'],
    ['an option that it does not have', { worker: 2 }, 'no option of a scan: "worker"; there are verify, workers'],
    ['no object', 'fast', 'the options of a scan are an object, not "fast"'],
    ['null', null, 'not null'],
  ])('refuses as wrong usage %s among its options', async (_, options, told) => {
    const refused = scan([sample], given(options));
    await expect(refused).rejects.toMatchObject({ name: 'VarveError', code: 'usage' });
    await expect(refused).rejects.toThrow(told);
  });

  it.each([
    ['one path instead of a list', sample],
    ['an empty path', [sample, '']],
    ['a path that is no text', [7]],
    ['nothing', undefined],
  ])('refuses as wrong usage %s as its inputs', async (_, inputs) => {
    const refused = verify(inputs as unknown as string[]);
    await expect(refused).rejects.toMatchObject({ code: 'usage' });
    await expect(refused).rejects.toThrow('the inputs are a list of texts');
  });

  it('takes every option that it has, and undefined for one that is absent', async () => {
    const every: Required<Omit<ScanOptions, 'cache'>> = {
      verify: true,
      workers: 0,
      engine: 'noble',
      exclude: ['*.md'],
      inventories: true,
      takesPart: true,
      acceptRecorded: true,
      limits: { entries: 100 },
      output: 'nowhere.json',
      verifyRemote: true,
      remote: { isRemote: () => false, find: async () => [], open: () => memorySource(Buffer.alloc(0)), parallel: 1 },
      onProgress: () => {},
      onRemark: () => {},
      signal: new AbortController().signal,
    };
    const absent = Object.fromEntries(Object.keys(every).map((name) => [name, undefined]));
    const [full, none] = [await scan([sample], every), await scan([sample], given(absent))];
    expect(full.archives[0]?.status).toBe('ok');
    expect(none).toEqual(full);
  });
});

describe('a plan', () => {
  const refusal = (inventory: Inventory, options: unknown) => () => plan(inventory, options as PlanOptions);

  it('refuses what means nothing, and an image to be kept that is not there', async () => {
    const inventory = await scan([sample], { verify: false });
    const id = inventory.archives[0]?.images[0]?.id ?? '';
    expect(plan(inventory, { keep: [id], remove: [id], freeBytes: null }).freedBytes).toBe(0);
    expect(refusal(inventory, { copies: ['twins'] })).toThrow(
      'the option copies takes a list of unreferenced, duplicate',
    );
    expect(refusal(inventory, { copies: 'twin' })).toThrow('the option copies');
    expect(refusal(inventory, { remove: id })).toThrow('the option remove takes a list of IDs of images');
    expect(refusal(inventory, { freeBytes: 0 })).toThrow('the option freeBytes takes a whole number of bytes from 1');
    expect(refusal(inventory, { freeBytes: '5GB' })).toThrow('not "5GB"');
    expect(refusal(inventory, { keepLast: 3 })).toThrow('no option of a plan: "keepLast"');
    expect(refusal(inventory, { keep: [`${id}0`] })).toThrow('the option keep names an image that is not there');
  });
});

describe('a check', () => {
  it('refuses a time that is no instant, beside which nothing would be too old', async () => {
    const inventory = await scan([sample], { verify: false });
    for (const now of [new Date(), Date.now(), null, { seconds: Number.NaN, nanoseconds: 0 }]) {
      expect(() => check(inventory, defaultPolicy(), { now: now as never, baseline: null })).toThrow('parseInstant');
    }
  });
});

describe('an abort', () => {
  it.each([0, 2])('before the work has its reason as the cause, with %d workers', async (workers) => {
    const reason = { why: 'the user left' };
    const before = scan([sample], { workers, signal: AbortSignal.abort(reason) });
    await expect(before).rejects.toMatchObject({ code: 'interrupted', cause: reason });
  });

  it('amid the work has its reason as the cause, and that of a timeout says so', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    write({ 'large.tar': await largeArchive() });
    const amid = scan([at('large.tar')], { engine: 'noble', workers: 0, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 5);
    await expect(amid).rejects.toMatchObject({ code: 'interrupted', cause: reason });
    const late = AbortSignal.timeout(1);
    await new Promise((resolve) => late.addEventListener('abort', resolve));
    const rejected = scan([sample], { signal: late });
    await expect(rejected).rejects.toMatchObject({ code: 'interrupted', cause: { name: 'TimeoutError' } });
  });
});
