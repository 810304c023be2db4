/**
 * Tar headers that lie: checksums, sizes in every encoding, PAX records and long names of a wrong length, maps of sparse
 * files. What cannot be read is an error with its place, what comes before it is read, and nothing is made up for the rest.
 */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import { dockerSave, file, image, layer, type RawEntry, rawHeader, rawTar } from '../helpers/archive-builder.js';
import { archivePath, errorsOf, scanBytes } from './hostile.js';

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })] });
const crane = dockerSave([tiny], { variant: 'crane' });
const gibibyte = 1024 ** 3;
/** Behind a whole archive, so that it shows what is still read. */
const behind = (...entries: readonly RawEntry[]) => scanBytes(rawTar([...crane, ...entries]));
/** A header that holds these characters in its field for the size, under a checksum that is right. */
function withSizeField(text: string): Buffer {
  const header = rawHeader({ name: 'x' });
  header.write(text.padEnd(12, '\0'), 124, 12, 'latin1');
  return sealed(header);
}

/** The header under a checksum that is right. */
function sealed(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return header;
}
const extended = (typeflag: string, content: string, claimedSizeBytes = content.length): RawEntry => ({
  name: 'meta',
  typeflag,
  content: Buffer.from(content),
  claimedSizeBytes,
});

describe('a header', () => {
  it('with a wrong checksum ends the reading, and what comes before it is read', async () => {
    const record = await behind({ ...file('x', 'y'), checksum: 'wrong' }, file('z', ''));
    expect([errorsOf(record), record.images.length]).toEqual([['header-invalid'], 1]);
    expect(record.entries.map(({ name }) => name)).not.toContain('z');
  });

  it('accepts the checksum of signed bytes that old writers made', async () => {
    const record = await behind({ ...file('größe', 'y'), checksum: 'signed' });
    expect(errorsOf(record)).toEqual([]);
    expect(record.entries).toHaveLength(crane.length + 1);
  });
});

describe('the field for the size', () => {
  const fields: [string, string][] = [
    ['a negative number', '-0000000001'],
    ['a negative number in base 256', '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff'],
    ['the smallest number in base 256', '\xc0\0\0\0\0\0\0\0\0\0\0\0'],
    ['more than 2^53 in base 256', '\x80\0\0\0\0\x20\0\0\0\0\0\x01'],
    ['more than 2^63 in base 256', '\x80\0\0\x01\0\0\0\0\0\0\0\0'],
    ['digits that octal has not', '00000000089'],
    ['a hexadecimal number', '0x000000001'],
    ['words', 'many bytes!'],
  ];

  it.each(fields)('is an error as %s', async (_, text) => {
    const whole = rawTar(crane, { endBlocks: 0 });
    const record = await scanBytes(Buffer.concat([whole, withSizeField(text), Buffer.alloc(2048)]));
    expect([errorsOf(record), record.images.length]).toEqual([['header-invalid'], 1]);
  });

  it.each([
    ['eleven digits and more than there is', '77777777777'],
    ['twelve digits without an end', '777777777777'],
    ['8 GiB in base 256', '\x80\0\0\0\0\0\0\x02\0\0\0\0'],
  ])('is a cut archive as %s', async (_, text) => {
    const whole = rawTar(crane, { endBlocks: 0 });
    const record = await scanBytes(Buffer.concat([whole, withSizeField(text), Buffer.alloc(2048)]));
    expect([errorsOf(record), record.images.length]).toEqual([['archive-truncated'], 1]);
  });

  it.each([
    ['with blanks', '         0'],
    ['with zeros', '00000000000'],
    ['as nothing, which is zero', ''],
    ['in base 256', '\x80\0\0\0\0\0\0\0\0\0\0\0'],
  ])('is accepted %s', async (_, text) => {
    const whole = rawTar(crane, { endBlocks: 0 });
    expect(errorsOf(await scanBytes(Buffer.concat([whole, withSizeField(text), Buffer.alloc(1024)])))).toEqual([]);
  });

  it('accepts 9 GiB in base 256 where they are there', async () => {
    const start = rawTar(crane, { endBlocks: 0 });
    const header = rawHeader({ name: 'large', claimedSizeBytes: 9 * gibibyte, sizeEncoding: 'base-256' });
    const fd = openSync(archivePath, 'w');
    writeSync(fd, Buffer.concat([start, header]));
    ftruncateSync(fd, start.length + 512 + 9 * gibibyte + 1024);
    closeSync(fd);
    const [record] = (await scan([archivePath], { verify: false })).archives;
    expect(record?.entries.find(({ name }) => name === 'large')).toMatchObject({ storedBytes: 9 * gibibyte });
    expect(record?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('a PAX record', () => {
  it.each([
    ['longer than all records', '99 path=x\n'],
    ['shorter than it is', '5 path=x\n'],
    ['of no length', '0 path=x\n'],
    ['of a negative length', '-9 path=x\n'],
    ['of a length beyond 2^53', '99999999999999999999 path=x\n'],
    ['of a length that is no number', 'ten path=x\n'],
    ['without a length', 'path=x\n'],
    ['without an equals sign', '8 pathx\n'],
    ['without its line end', '10 path=xx'],
    ['that is nothing but digits', '1111111111'],
  ])('is an error %s', async (_, content) => {
    const record = await behind(extended('x', content), file('x', 'y'));
    expect([errorsOf(record), record.images.length]).toEqual([['header-invalid'], 1]);
  });

  it('is accepted with the length that it has', async () => {
    const record = await behind(extended('x', '10 path=y\n'), file('x', 'y'));
    expect([errorsOf(record), record.entries.at(-1)?.name]).toEqual([[], 'y']);
  });

  it('that claims to be larger than the archive is a cut', async () => {
    expect(errorsOf(await behind(extended('x', '10 path=y\n', 900_000)))).toEqual(['archive-truncated']);
  });

  it('counts where it names another size than the header, whichever is larger', async () => {
    const body = Buffer.alloc(1536, 'x');
    // The header says nothing, the record three blocks; then the header says three blocks, the record one.
    const more = await behind({ name: 'a', content: body, claimedSizeBytes: 0, pax: { size: '1536' } }, file('z', ''));
    expect([errorsOf(more), more.entries.map(({ storedBytes }) => storedBytes).slice(-2)]).toEqual([
      ['readers-disagree'],
      [1536, 0],
    ]);
    const one = Buffer.alloc(512, 'x');
    const less = await behind({ name: 'a', content: one, claimedSizeBytes: 1536, pax: { size: '512' } }, file('z', ''));
    expect([errorsOf(less), less.entries.map(({ storedBytes }) => storedBytes).slice(-2)]).toEqual([
      ['readers-disagree'],
      [512, 0],
    ]);
  });

  it('that takes the headers behind it for a body leaves nothing of them unsaid', async () => {
    const record = await behind({ ...file('a', ''), pax: { size: '1024' } }, file('hidden', 'x'));
    expect(record.entries.map(({ name }) => name)).not.toContain('hidden');
    expect(record.entries.at(-1)).toMatchObject({ name: 'a', storedBytes: 1024 });
  });
});

describe('a GNU long name', () => {
  it('without its NUL is as long as its body', async () => {
    const record = await behind(extended('L', 'n'.repeat(600)), file('x', 'y'));
    expect([errorsOf(record), record.entries.at(-1)?.name]).toEqual([[], 'n'.repeat(600)]);
  });

  it('without an entry behind it is an error', async () => {
    expect(errorsOf(await behind(extended('L', 'name\0')))).toEqual(['header-invalid']);
    expect(errorsOf(await scanBytes(rawTar([...crane, extended('L', 'name\0')], { endBlocks: 0 })))).toEqual([
      'archive-truncated',
    ]);
  });

  it('without end is a limit, and longer than the archive a cut', async () => {
    expect(errorsOf(await behind(extended('L', 'n', 8 ** 11 - 1)))).toEqual(['limit-exceeded']);
    expect(errorsOf(await behind(extended('L', 'n', 1024 ** 2)))).toEqual(['archive-truncated']);
  });

  it('of which there are thousands before one entry is the last one', async () => {
    const names = Array.from({ length: 5000 }, (_, i) => extended('L', `name-${i}\0`));
    const record = await behind(...names, file('x', 'y'));
    expect([errorsOf(record), record.entries.at(-1)?.name]).toEqual([['readers-disagree'], 'name-4999']);
  });

  it('is accepted as GNU tar writes it', async () => {
    const name = 'n/'.repeat(100).concat('x');
    const record = await behind({ ...file(name, 'y'), longNames: 'gnu' });
    expect([errorsOf(record), record.entries.at(-1)?.name]).toEqual([[], name]);
  });
});

describe('a sparse file', () => {
  const chunk = { offset: 0, sizeBytes: 3 };
  const sparse = (realSizeBytes: number): RawEntry => ({
    name: 'sparse',
    type: 'sparse',
    format: 'gnu',
    content: Buffer.from('abc'),
    sparse: { realSizeBytes, chunks: [chunk, { offset: realSizeBytes, sizeBytes: 0 }] },
  });
  /** A map that goes on in so many blocks behind the header, and whether the last one says that it ends. */
  const mapped = (blocks: number, ends: boolean): Buffer => {
    const header = rawHeader({ ...sparse(3), claimedSizeBytes: 3 });
    header[482] = 1;
    const map = Buffer.alloc(blocks * 512);
    for (let i = 0; i < blocks; i++) map[i * 512 + 504] = i + 1 < blocks || !ends ? 1 : 0;
    return Buffer.concat([rawTar(crane, { endBlocks: 0 }), sealed(header), map]);
  };

  it('takes as many bytes as are stored, whatever size it claims', async () => {
    const record = await behind(sparse(1_000_000), file('z', ''));
    expect(errorsOf(record)).toEqual([]);
    expect(record.entries.slice(-2)).toMatchObject([{ name: 'sparse', storedBytes: 3 }, { name: 'z' }]);
  });

  it('with a hole of 8 GiB too much is not read, and is an error that names the limit', async () => {
    const files = Array.from({ length: 3 }, () => sparse(8 ** 11 - 1));
    const record = await scanBytes(rawTar([...crane, ...files, file('z', '')]), { freeExpansionBytes: 8 ** 10 });
    expect(record.findings.find(({ code }) => code === 'limit-exceeded')?.message).toMatch(/^expansionRatio: /);
    expect(record.entries.at(-1)?.name).toBe('z');
  });

  it('may have a map of as many blocks as Go reads, and of none more', async () => {
    const rest = Buffer.concat([Buffer.alloc(512, 'abc'), rawTar([file('z', '')])]);
    const most = await scanBytes(Buffer.concat([mapped(2047, true), rest]));
    expect(errorsOf(most)).toEqual([]);
    expect(most.entries.slice(-2)).toMatchObject([{ name: 'sparse', storedBytes: 3 }, { name: 'z' }]);
    const more = await scanBytes(Buffer.concat([mapped(2048, true), rest]));
    expect([errorsOf(more), more.images.length]).toEqual([['header-invalid'], 1]);
  });

  it('with a map without end is a cut', async () => {
    const record = await scanBytes(mapped(1000, false));
    expect([errorsOf(record), record.images.length]).toEqual([['archive-truncated'], 1]);
  });
});
