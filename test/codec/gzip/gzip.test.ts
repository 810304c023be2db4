import { constants, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/codec/create-decoder.js';
import { ascii, concat, decode, decodePieces, outcome, pathsOf, slices } from '../decode.js';
import { repeats } from '../fixtures.js';

const gzip = (text: string | Uint8Array): Uint8Array => new Uint8Array(gzipSync(text));
const noise = (sizeBytes: number): Uint8Array => {
  let state = 1;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
};

describe.each(pathsOf('gzip'))('$name', (path) => {
  it('decodes hundreds of members in a row', async () => {
    const texts = Array.from({ length: 300 }, (_, index) => `member ${index}\n`);
    const input = concat(...texts.map(gzip));
    expect((await decode(path, input)).toString()).toBe(texts.join(''));
    expect((await decode(path, input, 13)).toString()).toBe(texts.join(''));
  });

  it('decodes empty members and members of stored blocks', async () => {
    const stored = new Uint8Array(gzipSync('stored', { level: constants.Z_NO_COMPRESSION }));
    expect((await decode(path, concat(gzip(''), stored, gzip(''), gzip('end')))).toString()).toBe('storedend');
  });

  it('decodes what is larger than any of its buffers', async () => {
    const content = noise(3_000_000);
    const decoded = await decode(path, gzip(content), 100_000);
    expect(decoded.equals(content)).toBe(true);
  });

  it('decodes a thousandfold of its input', async () => {
    expect((await decode(path, gzip(new Uint8Array(20_000_000)))).length).toBe(20_000_000);
  });

  it('ends well at every boundary between members and nowhere else', async () => {
    const members = ['one', 'two', 'three'].map(gzip);
    const input = concat(...members);
    const ends: number[] = [];
    for (let length = 0; length <= input.length; length++) {
      if ('text' in (await outcome(path, input.subarray(0, length)))) ends.push(length);
    }
    const [first = 0, second = 0, third = 0] = members.map((member) => member.length);
    expect(ends).toEqual([first, first + second, first + second + third]);
  });

  it('tolerates zeros behind the last member, in one piece or in many', async () => {
    const padded = concat(gzip(repeats), new Uint8Array(1000));
    expect((await decode(path, padded)).toString()).toBe(repeats);
    expect((await decode(path, padded, 1)).toString()).toBe(repeats);
  });

  it.each([
    ['a stray byte', ascii('x')],
    ['a few bytes', ascii('xy')],
    ['text', ascii('some text')],
    ['bytes behind zeros', concat(new Uint8Array(10), ascii('x'))],
    ['a member behind zeros', concat(new Uint8Array(10), gzip('late'))],
  ])('refuses %s behind the last member', async (_, garbage) => {
    const input = concat(gzip(repeats), garbage);
    await expect(decode(path, input)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(decode(path, input, 1)).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('calls the first byte of one more member truncated', async () => {
    expect(await outcome(path, concat(gzip('one'), gzip('two').subarray(0, 1)))).toEqual({ code: 'truncated' });
  });

  it('tells where the garbage begins that stands behind padding', async () => {
    const member = gzip('one');
    const input = concat(member, new Uint8Array(7), ascii('x'));
    await expect(decode(path, input)).rejects.toMatchObject({ offsetBytes: member.length + 7 });
    await expect(decode(path, input, 3)).rejects.toMatchObject({ offsetBytes: member.length + 7 });
  });

  it('refuses a wrong checksum and a wrong size', async () => {
    const wrongChecksum = gzip('varve');
    wrongChecksum[wrongChecksum.length - 8] = (wrongChecksum[wrongChecksum.length - 8] ?? 0) ^ 1;
    const wrongSize = gzip('varve');
    wrongSize[wrongSize.length - 4] = 6;
    expect(await outcome(path, wrongChecksum)).toEqual({ code: 'corrupt' });
    expect(await outcome(path, wrongSize)).toEqual({ code: 'corrupt' });
  });

  it('refuses zlib data without the gzip header', async () => {
    expect(await outcome(path, new Uint8Array(deflateSync('varve')))).toEqual({ code: 'corrupt' });
  });

  it('emits what comes before the damage', async () => {
    const input = concat(gzip('whole'), ascii('garbage'));
    const decoder = await createDecoder('gzip', path);
    const decoded: string[] = [];
    const attempt = async (): Promise<void> => {
      for (const piece of slices(input, 25)) {
        await decoder.write(piece, (bytes) => decoded.push(Buffer.from(bytes).toString()));
      }
    };
    await expect(attempt()).rejects.toMatchObject({ code: 'corrupt' });
    expect(decoded.join('')).toBe('whole');
  });
});

describe('gzip', () => {
  it('answers without a promise on the path by the handle', () => {
    const decoder = createDecoder('gzip');
    expect(decoder).not.toBeInstanceOf(Promise);
  });

  it('gives equal bytes on both paths', async () => {
    const input = gzip(noise(500_000));
    const [fast, portable] = await Promise.all(
      pathsOf('gzip').map((path) => decodePieces(path, slices(input, 77_777))),
    );
    expect(portable?.equals(fast ?? new Uint8Array())).toBe(true);
  });
});
