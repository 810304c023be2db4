/** Files that are two things at once, and files that are no archive, by whatever way they come. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import { appImage } from '../formats/images.js';
import { dockerSave, file, gzip, image, rawTar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { folder } = temporaryFolder();

async function scanned(content: Buffer, name = 'a.tar') {
  writeFileSync(join(folder, name), content);
  const { archives } = await scan([join(folder, name)], { workers: 0 });
  return archives.map(({ status, findings }) => [status, findings.map(({ code }) => code)]);
}

const inside = rawTar(dockerSave([appImage], { variant: 'crane' }));
const outside = rawTar(dockerSave([image({ layers: [] })], { variant: 'crane' }));

/** A gzip file of one tar whose header is, with its extra field, another tar: the first name has the magic bytes. */
function gzipTar(checksum: 'right' | 'wrong'): Buffer {
  const header = Buffer.alloc(512);
  Buffer.from([0x1f, 0x8b, 8, 4, 1, 1, 1, 1, 1, 1]).copy(header);
  header.writeUInt16LE(512 - 12 + outside.length, 10);
  header.write('0000644\0', 100);
  header.write('00000000000\0', 124);
  header.write('        0', 148);
  const sum = header.reduce((total, byte) => total + byte, checksum === 'right' ? 0 : 1);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const plain = gzip(inside);
  return Buffer.concat([header, outside, deflateRawSync(inside), plain.subarray(-8)]);
}

describe('a file that is gzip and a tar at once', () => {
  it('is an error: readers take one of the two', async () => {
    expect(await scanned(gzipTar('right'))).toEqual([['failed', expect.arrayContaining(['readers-disagree'])]]);
    expect(await scanned(gzipTar('right'), 'a.tar.gz')).toEqual([['failed', ['readers-disagree']]]);
  });

  it('is gzip alone where the checksum of the header does not hold, and where it only starts like one', async () => {
    expect(await scanned(gzipTar('wrong'))).toEqual([['ok', []]]);
    expect(await scanned(gzip(inside))).toEqual([['ok', []]]);
  });
});

describe('a file that is no archive', () => {
  it.each([
    ['UTF-16', Buffer.from('\uFEFFoci-layout', 'utf16le')],
    ['lz4', Buffer.from('04224d18', 'hex')],
    ['text', Buffer.from('hello')],
    ['nothing', Buffer.alloc(0)],
    ['gzip of text', gzip(Buffer.from('hello'))],
    ['a tar of something else', rawTar([file('notes', 'x')])],
  ])('is refused under one code: %s', async (_, content) => {
    expect(await scanned(content)).toEqual([['unreadable', ['not-an-image-archive']]]);
  });
});
