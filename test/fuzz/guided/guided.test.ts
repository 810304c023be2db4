/**
 * A short run of each guided target, the same each time: nothing fails, and the guidance works, in that branches are
 * reached that no seed reaches. What long runs found stands as a case in the suite that it belongs to.
 */
import { describe, expect, it } from 'vitest';
import { Fuzzer } from './fuzzer.js';
import { type Instrumented, instrument } from './instrument.js';
import { readSeeds } from './seeds.js';
import { pathOf, targetNames } from './target-list.js';

const fixedSeed = 20_261_128;
const timeout = 5 * 60_000;
/** As many as take a second or two. */
const executions: Readonly<Record<(typeof targetNames)[number], number>> = {
  references: 60_000,
  registries: 8000,
  platforms: 30_000,
  words: 60_000,
  globs: 20_000,
  json: 20_000,
  templates: 8000,
  tars: 6000,
  layers: 8000,
  documents: 4000,
  archives: 4000,
  bodies: 4000,
  gzip: 3000,
  bzip2: 200,
  'zstd-frames': 20_000,
  'zstd-start': 20_000,
  zstd: 40,
  xz: 64,
};

describe.each(targetNames)('the guided target %s', (name) => {
  it('finds nothing wrong, and reaches what its seeds do not', { timeout }, async () => {
    const instrumented = await instrument(pathOf(name));
    const fuzzer = new Fuzzer(instrumented, fixedSeed);
    await fuzzer.begin([...instrumented.target.seeds, ...readSeeds(name)]);
    const { features } = fuzzer.coverage;
    await fuzzer.run(executions[name]);
    expect(fuzzer.failure).toBeNull();
    expect(fuzzer.executions).toBeGreaterThanOrEqual(executions[name]);
    expect(fuzzer.coverage.features).toBeGreaterThan(features);
  });
});

describe('the guidance', () => {
  const key = Buffer.from('varve!');

  /** Fails for inputs that begin with the key; counts how much of it is right where `counts`. */
  function lock(counts: boolean): Instrumented {
    const counters = new Uint8Array(8);
    const check = (input: Buffer): void => {
      let right = 0;
      while (right < key.length && input[right] === key[right]) right += 1;
      if (counts) counters[right] = 1;
      if (right === key.length) throw new Error('open');
    };
    return { target: { name: 'lock', seeds: [Buffer.from('......')], maxBytes: 16, check }, counters, words: [] };
  }

  const found = async (counts: boolean): Promise<string | null> => {
    const fuzzer = new Fuzzer(lock(counts), fixedSeed);
    await fuzzer.begin([Buffer.from('......')]);
    await fuzzer.run(4_000_000);
    return fuzzer.failure?.input.toString() ?? null;
  };

  it('finds a word letter by letter, and leaves out what the failure does not need', { timeout }, async () => {
    expect(await found(true)).toBe('varve!');
  });

  it('is what finds it: without counters it stays unknown', { timeout }, async () => {
    expect(await found(false)).toBeNull();
  });

  it('makes the same executions of the same seed', { timeout }, async () => {
    const run = async (): Promise<string[]> => {
      const instrumented = await instrument(pathOf('words'));
      const fuzzer = new Fuzzer(instrumented, fixedSeed);
      await fuzzer.begin(instrumented.target.seeds);
      await fuzzer.run(5000);
      return fuzzer.corpus.map((input) => input.toString('hex'));
    };
    expect(await run()).toEqual(await run());
  });
});
