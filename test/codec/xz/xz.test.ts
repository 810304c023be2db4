import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/codec/create-decoder.js';
import { ascii, concat, decode, outcome, type Path } from '../decode.js';
import * as fixtures from '../fixtures.js';

const { numbers, repeats, xzNumbers } = fixtures;
const path: Path = { codec: 'xz', name: 'xz' };

describe('the xz decoder', () => {
  it('decodes content checked by CRC-32, by CRC-64 and by nothing', async () => {
    const input = concat(fixtures.xzNumbersCrc32, xzNumbers, fixtures.xzUnchecked);
    expect((await decode(path, input)).toString()).toBe(`${numbers}${numbers}varve`);
  });

  it('decodes several blocks and more than any of its buffers', async () => {
    expect((await decode(path, fixtures.xzBlocks)).toString()).toBe(repeats);
    expect((await decode(path, fixtures.xzRepeats)).toString()).toBe(repeats);
    expect((await decode(path, fixtures.xzRepeats, 1)).toString()).toBe(repeats);
  });

  it('decodes an input that is larger than its input buffer', async () => {
    const input = concat(...Array.from({ length: 1000 }, () => xzNumbers));
    expect((await decode(path, input)).toString()).toBe(numbers.repeat(1000));
  });

  it('decodes empty content to nothing', async () => {
    expect((await decode(path, fixtures.xzEmpty)).length).toBe(0);
  });

  it('accepts padding between and behind streams in units of four bytes', async () => {
    const input = concat(xzNumbers, new Uint8Array(8), xzNumbers, new Uint8Array(4));
    expect((await decode(path, input)).toString()).toBe(numbers + numbers);
  });

  it('refuses padding of another length', async () => {
    expect(await outcome(path, concat(xzNumbers, new Uint8Array(3)))).toEqual({ code: 'corrupt' });
    expect(await outcome(path, concat(xzNumbers, new Uint8Array(5), xzNumbers))).toEqual({ code: 'corrupt' });
  });

  it('refuses content that does not match its check', async () => {
    const results = [];
    for (const input of [xzNumbers, fixtures.xzNumbersCrc32]) {
      const damaged = Uint8Array.from(input);
      // The check stands before the index (here 8 bytes and its CRC) and the footer.
      damaged[damaged.length - 28] = (damaged[damaged.length - 28] ?? 0) ^ 1;
      results.push(await outcome(path, damaged));
    }
    expect(results).toEqual([{ code: 'corrupt' }, { code: 'corrupt' }]);
  });

  it('says that SHA-256 checks and branch filters are unsupported', async () => {
    expect(await outcome(path, fixtures.xzSha256)).toEqual({ code: 'unsupported' });
    expect(await outcome(path, fixtures.xzBranchFilter)).toEqual({ code: 'unsupported' });
  });

  it.each([
    ['SHA-256', fixtures.xzSha256, 'The xz data uses a SHA-256 check, which is not decoded here.'],
    ['x86', fixtures.xzBranchFilter, 'The xz data uses the x86 (BCJ) filter, which is not decoded here.'],
    [
      'none, of a later stream',
      concat(xzNumbers, fixtures.xzBranchFilter),
      'The xz data uses a filter or a check that is not supported.',
    ],
  ])('names the unread variant where the first stream shows it: %s', async (_, input, message) => {
    await expect(decode(path, input)).rejects.toThrow(message);
    await expect(decode(path, input, 1)).rejects.toThrow(message);
  });

  it('accepts a dictionary of 64 MiB and refuses a larger one', async () => {
    expect((await decode(path, fixtures.xzLargestDictionary)).toString()).toBe('varve');
    expect(await outcome(path, fixtures.xzLargeDictionary)).toEqual({ code: 'limit' });
  });

  it('keeps two decoders apart that are fed in turn', async () => {
    const [first, second] = await Promise.all([createDecoder('xz'), createDecoder('xz')]);
    const texts = ['', ''];
    for (let from = 0; from < xzNumbers.length; from += 10) {
      first.write(xzNumbers.subarray(from, from + 10), (bytes) => {
        texts[0] += Buffer.from(bytes).toString();
      });
      second.write(xzNumbers.subarray(from, from + 10), (bytes) => {
        texts[1] += Buffer.from(bytes).toString();
      });
    }
    first.close();
    second.close();
    expect(texts).toEqual([numbers, numbers]);
  });

  it('opens any number of decoders at a time', async () => {
    const decoded = await Promise.all(Array.from({ length: 20 }, () => decode(path, xzNumbers)));
    expect(new Set(decoded.map(String))).toEqual(new Set([numbers]));
  });

  it('refuses what is no stream behind a stream', async () => {
    const garbage = ascii('not a stream header');
    await expect(decode(path, concat(xzNumbers, garbage))).rejects.toMatchObject({ code: 'corrupt' });
  });
});
