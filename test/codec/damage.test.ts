import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { range, sweep } from '../helpers/sweep.js';
import { concat, decode, decodePieces, outcome, type Path, paths } from './decode.js';
import * as fixtures from './fixtures.js';

const { numbers } = fixtures;

const inputs = {
  gzip: new Uint8Array(gzipSync(numbers)),
  zstd: fixtures.zstdNumbers,
  xz: fixtures.xzNumbers,
  bzip2: fixtures.bzip2Numbers,
} as const;

const inputOf = (path: Path): Uint8Array => inputs[path.codec];

describe.each(paths)('$name', (path) => {
  const input = inputOf(path);

  it('decodes a whole input to its content', async () => {
    expect((await decode(path, input)).toString()).toBe(numbers);
  });

  it('decodes the same from single bytes', async () => {
    expect((await decode(path, input, 1)).toString()).toBe(numbers);
  });

  it('decodes the same wherever the input is split, with an empty piece between', async () => {
    const results = new Set<string>();
    for (const split of sweep(range(0, input.length + 1), 25)) {
      const pieces = [input.subarray(0, split), new Uint8Array(), input.subarray(split)];
      results.add((await decodePieces(path, pieces)).toString());
    }
    expect([...results]).toEqual([numbers]);
  });

  it('decodes two inputs in a row, wherever they are split', async () => {
    const twice = concat(input, input);
    const results = new Set<string>();
    for (const split of sweep(range(input.length - 20, input.length + 21), 21)) {
      results.add((await decodePieces(path, [twice.subarray(0, split), twice.subarray(split)])).toString());
    }
    expect([...results]).toEqual([numbers + numbers]);
  });

  it('calls every cut of an input truncated', async () => {
    const outcomes: unknown[] = [];
    for (const length of sweep(range(0, input.length), 25))
      outcomes.push(await outcome(path, input.subarray(0, length)));
    expect(outcomes.filter((result) => JSON.stringify(result) !== '{"code":"truncated"}')).toEqual([]);
  });

  it('calls every cut of a second input truncated, but for the cut between the two', async () => {
    const twice = concat(input, input);
    const complete: number[] = [];
    for (const length of sweep(range(input.length, twice.length), 25)) {
      const result = await outcome(path, twice.subarray(0, length));
      if ('text' in result) complete.push(length);
    }
    expect(complete).toEqual([input.length]);
  });

  it('never passes other bytes for the whole when a bit is flipped', async () => {
    const wrong: string[] = [];
    for (const bit of sweep(range(0, input.length * 8, 11), 25)) {
      const damaged = Uint8Array.from(input);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const result = await outcome(path, damaged);
      if ('text' in result && result.text !== numbers) wrong.push(`bit ${bit}`);
    }
    expect(wrong).toEqual([]);
  });

  it('never passes other bytes for the whole when a stretch is zeroed or cut out', async () => {
    const wrong: string[] = [];
    for (const from of sweep(range(0, input.length, 9), 12)) {
      const zeroed = Uint8Array.from(input).fill(0, from, from + 5);
      const without = concat(input.subarray(0, from), input.subarray(from + 5));
      for (const damaged of [zeroed, without]) {
        const result = await outcome(path, damaged);
        if ('text' in result && result.text !== numbers) wrong.push(`byte ${from}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('refuses garbage behind the end', async () => {
    const garbage = new Uint8Array(Buffer.from('garbage, and some more'));
    expect(await outcome(path, concat(input, garbage))).toEqual({ code: 'corrupt' });
  });

  it('refuses an input of another kind', async () => {
    expect(await outcome(path, new Uint8Array(Buffer.from('this is no compressed input')))).toEqual({
      code: 'corrupt',
    });
  });

  it('calls an empty input truncated', async () => {
    expect(await outcome(path, new Uint8Array())).toEqual({ code: 'truncated' });
  });
});
