/**
 * A changed bit in any body that something claims a digest of never leaves a clean report, wherever the body is: in a file,
 * in a folder, in an archive that is compressed as a whole. What is untouched passes.
 */
import { describe, expect, it } from 'vitest';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { changeEntry, flipByte, gzip, seededRandom, tar, zstd } from '../helpers/archive-builder.js';
import { range, sweep } from '../helpers/sweep.js';
import { codesOf, recordOf, recordOfEntries, recordOfFolder } from './scan-bytes.js';
import { bodyBytes, type Variant, variantOf, variants } from './variants.js';

/** Whether a report says that something is wrong: it fails, or names the file whose bytes are not those of its name. */
function isSuspicious({ status, findings }: ArchiveRecord, { leastCode }: Variant): boolean {
  return status === 'failed' || findings.some(({ code }) => code === leastCode);
}

/** The entries with one random bit of one random claimed body changed, and which. */
function flipped(variant: Variant, seed: number) {
  const rng = seededRandom(seed);
  const name = rng.pick(variant.claimed);
  const at = rng.integer(0, bodyBytes(variant, name) - 1);
  const mask = 1 << rng.integer(0, 7);
  const entries = changeEntry(variant.entries, name, (entry) => ({
    ...entry,
    content: flipByte(entry.content, at, mask),
  }));
  return { entries, where: `${name} at ${at}, bit ${mask}` };
}

describe.each(variants)('an archive as of $name', (variant) => {
  it('passes as it is', async () => {
    const record = await recordOfEntries(variant.entries);
    expect([record.status, codesOf(record, 'error'), codesOf(record, 'warning')]).toEqual(['ok', [], []]);
    expect(record.notChecked).toEqual([]);
    expect(record.entries.filter(({ intact }) => intact === false)).toEqual([]);
  });

  it('is never clean with a changed bit of a body', async () => {
    for (const seed of sweep(range(0, 60), 8)) {
      const { entries, where } = flipped(variant, seed);
      expect(isSuspicious(await recordOfEntries(entries), variant), where).toBe(true);
    }
  });

  it('is never clean as a folder with a changed bit of a body', async () => {
    const whole = await recordOfFolder(variant.entries);
    expect([whole.status, codesOf(whole, 'error')]).toEqual(['ok', []]);
    for (const seed of sweep(range(100, 110), 2)) {
      const { entries, where } = flipped(variant, seed);
      expect(isSuspicious(await recordOfFolder(entries), variant), where).toBe(true);
    }
  });

  it.each([
    ['gzip', gzip],
    ['zstd', zstd],
  ])('is never clean, compressed by %s, with a changed bit of a body', async (_, compress) => {
    const whole = await recordOf(compress(await tar(variant.entries)));
    expect([whole.status, codesOf(whole, 'error')]).toEqual(['ok', []]);
    for (const seed of sweep(range(200, 210), 2)) {
      const { entries, where } = flipped(variant, seed);
      expect(isSuspicious(await recordOf(compress(await tar(entries))), variant), where).toBe(true);
    }
  });
});

describe('a changed bit of a tar inside its layer', () => {
  it('is found by the diffID where nothing else claims a digest', async () => {
    const legacy = variantOf('docker before 25');
    const name = legacy.claimed.find((body) => body.endsWith('/layer.tar')) ?? '';
    const record = await recordOfEntries(
      changeEntry(legacy.entries, name, (entry) => ({ ...entry, content: flipByte(entry.content, 600) })),
    );
    expect(codesOf(record, 'error')).toEqual(['diffid-mismatch']);
  });
});
