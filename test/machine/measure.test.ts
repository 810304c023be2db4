import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { conclude, measureMachine } from '../../src/machine/measure.js';
import { perSecond } from '../../src/machine/rate.js';
import { measurePath } from '../../src/machine/read-rates.js';
import { workerCounts } from '../../src/machine/thread-rates.js';
import { benchSchema } from '../../src/model/results/bench.js';
import { engines } from '../../src/observe/hasher.js';
import { inTemporaryFolder, temporaryFolder } from '../helpers/temporary-folder.js';

const { folder } = temporaryFolder();

beforeAll(() => {
  writeFileSync(join(folder, 'a'), Buffer.alloc(3_000_000, 'a'));
  writeFileSync(join(folder, 'b'), Buffer.alloc(17, 'b'));
});
const options = (path: string | null, signal = new AbortController().signal) => ({
  timeMs: 20,
  path,
  node: '20.0.0',
  signal,
});

describe('a measurement of this machine', () => {
  it('has a figure for every engine, codec and number of threads, and two passes over the path', async () => {
    const bench = await measureMachine(options(folder));
    expect(benchSchema.safeParse(bench).error).toBeUndefined();
    expect(new Set(bench.digest.map(({ engine }) => engine))).toEqual(new Set(engines));
    expect(bench.decode.filter(({ used }) => used).map(({ codec }) => codec)).toEqual(['gzip', 'zstd']);
    expect(bench.threads.map(({ workers }) => workers)).toEqual(workerCounts(bench.machine.processors));
    expect(bench.read.map(({ path, pass }) => [path, pass])).toEqual([
      [null, 'again'],
      [folder, 'first'],
      [folder, 'again'],
    ]);
    const rates = [bench.digest, bench.decode, bench.read, bench.threads].flat();
    expect(rates.filter(({ bytesPerSecond }) => !(bytesPerSecond > 0))).toEqual([]);
  });

  it('leaves no temporary file behind, also where it fails', async () => {
    vi.stubEnv('TMPDIR', join(folder, 'tmp'));
    try {
      await expect(measureMachine(options(null))).rejects.toMatchObject({ code: 'ENOENT' });
      vi.stubEnv('TMPDIR', folder);
      await expect(measureMachine(options(join(folder, 'absent')))).rejects.toMatchObject({ code: 'usage' });
      await expect(measureMachine(options(folder, AbortSignal.abort('SIGINT')))).rejects.toBe('SIGINT');
      expect(readdirSync(folder)).toEqual(['a', 'b']);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('reads every file of a folder in each pass while there is time, and one piece where there is none', async () => {
    const { signal } = new AbortController();
    const sizes = async (timeMs: number) =>
      (await measurePath(folder, { timeMs, signal })).map((read) => read.sizeBytes);
    expect(await sizes(60_000)).toEqual([3_000_017, 3_000_017]);
    expect(await sizes(0)).toEqual([1024 * 1024, 1024 * 1024]);
  });

  it('refuses a path without a byte', async () => {
    await inTemporaryFolder(async ({ folder: empty }) => {
      await expect(measureMachine(options(empty))).rejects.toMatchObject({ code: 'usage' });
    });
  });

  it.each([
    [1, [0, 1]],
    [2, [0, 1, 2]],
    [6, [0, 1, 2, 4, 6]],
    [8, [0, 1, 2, 4, 8]],
  ])('tries on %i processors these numbers of workers: %j', (processors, counts) => {
    expect(workerCounts(processors)).toEqual(counts);
  });

  it('counts a time that is too short to be measured as a microsecond', () => {
    expect([perSecond(500, 0), perSecond(500, 250)]).toEqual([500_000_000, 2000]);
  });
});

describe('what follows from the figures', () => {
  const hash = (engine: string, chunkBytes: number, bytesPerSecond: number) => ({
    engine,
    chunkBytes,
    bytesPerSecond,
    samples: 3,
  });
  const decode = (codec: 'gzip' | 'zstd', used: boolean, bytesPerSecond: number) => ({
    codec,
    implementation: 'wasm' as const,
    used,
    bytesPerSecond,
    samples: 3,
  });
  const read = (path: string | null, bytesPerSecond: number) => ({
    path,
    pass: 'again' as const,
    sizeBytes: 1,
    bytesPerSecond,
  });
  const measured = {
    digest: [hash('node', 4096, 900), hash('node', 65536, 980), hash('node', 1048576, 1000), hash('noble', 4096, 90)],
    decode: [decode('gzip', true, 500), decode('gzip', false, 2000), decode('zstd', true, 3000)],
    read: [read(null, 4000), read('/disk', 10)],
    threads: [
      { workers: 0, bytesPerSecond: 800 },
      { workers: 1, bytesPerSecond: 790 },
      { workers: 2, bytesPerSecond: 1560 },
      { workers: 4, bytesPerSecond: 1600 },
    ],
  };

  it('names the smallest pieces and the fewest threads that are as good as the best within three in a hundred', () => {
    expect(conclude(measured).best).toEqual({ engine: 'node', chunkBytes: 65536, workers: 2 });
  });

  it('adds the times of the steps of one thread, with the decoders that Varve takes and the file in memory', () => {
    const { plainBytesPerSecond, gzipBytesPerSecond, zstdBytesPerSecond } = conclude(measured).limits;
    // 1/980 + 1/4000, 1/980 + 1/500 and 1/980 + 1/3000 seconds a byte.
    expect([plainBytesPerSecond, gzipBytesPerSecond, zstdBytesPerSecond]).toEqual([787, 331, 739]);
  });
});
