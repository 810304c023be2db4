/**
 * A changed bit anywhere in the file: never a throw. A clean report is right only where the bit decides on nothing: in the
 * padding of bodies, in the last two bytes of a checksum field, which no reader looks at, and in documents that no digest
 * protects, as long as what was read of them is the same.
 */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { flipByte, seededRandom } from '../helpers/archive-builder.js';
import { scanBytes } from './hostile.js';
import { type SmallArchive, smallArchives, smallCompressed, smallest, smallGzip } from './small-archives.js';

const flips = 400;
const blockBytes = 512;

/** Bytes of a tar that nothing protects: padding, unread bytes of headers, and documents without a digest. */
function unprotectedBytes({ entries, bytes }: SmallArchive): Set<number> {
  const unprotected = new Set<number>();
  const add = (start: number, end: number): void => {
    for (let at = start; at < end; at++) unprotected.add(at);
  };
  let at = 0;
  for (const { name, content } of entries) {
    add(at + 154, at + 156);
    const body = at + blockBytes;
    const end = body + Math.ceil(content.length / blockBytes) * blockBytes;
    add(hasDigest(name) ? body + content.length : body, end);
    at = end;
  }
  expect(at + 2 * blockBytes).toBe(bytes.length);
  return unprotected;
}

function hasDigest(name: string): boolean {
  return /^(?:blobs\/|sha256:|[0-9a-f]{64}\.)/.test(name);
}

/** Whether nothing speaks against the archive; that a v1 archive names no digest does not. */
function isClean({ status, findings }: ArchiveRecord): boolean {
  const found = findings.filter(({ code }) => code !== 'nothing-compared');
  return (status === 'ok' || status === 'unchecked') && found.every(({ severity }) => severity === 'hint');
}

describe.each(smallArchives)('$name', (archive) => {
  it('is clean as it is', async () => {
    expect(isClean(await scanBytes(archive.bytes))).toBe(true);
  });

  it('is clean with a changed bit only where nothing is protected', async () => {
    const unprotected = unprotectedBytes(archive);
    const hints = (await scanBytes(archive.bytes)).findings.length;
    const rng = seededRandom(archive.bytes.length);
    for (let i = 0; i < flips; i++) {
      const at = rng.integer(0, archive.bytes.length - 1);
      const mask = 1 << rng.integer(0, 7);
      const record = await scanBytes(flipByte(archive.bytes, at, mask));
      const isSilent = isClean(record) && record.findings.length === hints;
      expect(!isSilent || unprotected.has(at), `byte ${at}, bit ${mask}`).toBe(true);
    }
  });
});

/** Whether zlib decodes these bytes to that content. */
function decodesTo(bytes: Buffer, content: Buffer): boolean {
  try {
    return gunzipSync(bytes).equals(content);
  } catch {
    return false;
  }
}

describe('a save archive in gzip', () => {
  it('is clean with a changed bit only where it is decoded to the same bytes', async () => {
    for (let at = 0; at < smallGzip.bytes.length; at++) {
      const bytes = flipByte(smallGzip.bytes, at, 1 << (at % 8));
      expect(!isClean(await scanBytes(bytes)) || decodesTo(bytes, smallest.bytes), `byte ${at}`).toBe(true);
    }
  });
});

describe('several changed bits', () => {
  it('never make a scan throw', async () => {
    const rng = seededRandom(99);
    for (let i = 0; i < flips; i++) {
      const bytes = Buffer.from(rng.pick([...smallArchives, ...smallCompressed]).bytes);
      for (let n = 0; n < 20; n++) bytes[rng.integer(0, bytes.length - 1)] = rng.integer(0, 255);
      expect((await scanBytes(bytes)).status).toMatch(/^(?:ok|failed|unreadable)$/);
    }
  });
});
