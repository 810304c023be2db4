/**
 * Archives that are cut, anywhere: never a throw, never a clean report. Only where nothing but the end blocks is gone is
 * there no error, and then a warning.
 */
import { truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { archivePath, scanBytes, scanWritten } from './hostile.js';
import { type SmallArchive, smallArchives, smallCompressed, smallest, smallV1 } from './small-archives.js';

const endBlocksBytes = 1024;

/** `clean`, or the word for why it is not. That a whole v1 archive names no digest is no word of a cut. */
function verdictOf({ status, findings }: ArchiveRecord): string {
  if (status !== 'ok' && status !== 'unchecked') return status;
  const warnings = findings.filter(({ severity, code }) => severity === 'warning' && code !== 'nothing-compared');
  return warnings.length > 0 ? 'warned' : 'clean';
}

/** The verdict on each cut, longest first. */
async function verdictsOf({ bytes }: SmallArchive, cuts: readonly number[]): Promise<[number, string][]> {
  writeFileSync(archivePath, bytes);
  const verdicts: [number, string][] = [];
  for (const at of [...cuts].sort((a, b) => b - a)) {
    truncateSync(archivePath, at);
    verdicts.push([at, verdictOf(await scanWritten())]);
  }
  return verdicts;
}

const everyByte = ({ bytes }: SmallArchive): number[] => Array.from(bytes.keys());
/** Every seventh byte, and each place within two bytes of a block's end. */
const manyBytes = (archive: SmallArchive): number[] =>
  everyByte(archive).filter((at) => at % 7 === 0 || (at + 2) % 512 <= 4);

describe.each([smallest, smallV1])('the smallest archive, $name,', (archive) => {
  it('is never clean, whatever byte it ends at', async () => {
    const verdicts = await verdictsOf(archive, everyByte(archive));
    expect(verdicts.filter(([, verdict]) => verdict === 'clean')).toEqual([]);
  });
});

describe.each(smallArchives)('a small archive, $name,', (archive) => {
  it('is never clean where it is cut', async () => {
    const verdicts = await verdictsOf(archive, manyBytes(archive));
    expect(verdicts.filter(([, verdict]) => verdict === 'clean')).toEqual([]);
  });

  it('lacks nothing but its end blocks where it is cut before them, and is warned of', async () => {
    const end = archive.bytes.length - endBlocksBytes;
    expect(await verdictsOf(archive, [end, end + 512])).toEqual([
      [end + 512, 'warned'],
      [end, 'warned'],
    ]);
  });

  it('is clean as a whole, with any padding of zeros behind it', async () => {
    for (const padding of [0, 1, 512, 9216]) {
      expect(verdictOf(await scanBytes(Buffer.concat([archive.bytes, Buffer.alloc(padding)])))).toBe('clean');
    }
  });
});

describe.each(smallCompressed)('a compressed archive, $name,', (archive) => {
  it('is never clean, whatever byte it ends at', async () => {
    const verdicts = await verdictsOf(archive, everyByte(archive));
    expect(verdicts.filter(([, verdict]) => verdict === 'clean' || verdict === 'warned')).toEqual([]);
  });

  it('is clean as a whole', async () => {
    expect(verdictOf(await scanBytes(archive.bytes))).toBe('clean');
  });
});
