/** The committed samples are the bytes that their script makes, and there is no archive in the folder that it does not make. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeSamples } from '../../samples/make-samples.js';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const WRITTEN_BY_HAND = ['.gitattributes', 'README.md', 'make-samples.ts', 'shop-images.ts'];

async function committedFiles(): Promise<string[]> {
  const found = await readdir(SAMPLES, { recursive: true, withFileTypes: true });
  return found
    .filter((file) => file.isFile())
    .map((file) => relative(SAMPLES, join(file.parentPath, file.name)).split(sep).join('/'))
    .filter((path) => !WRITTEN_BY_HAND.includes(path));
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

describe('samples', () => {
  it('are the bytes that make-samples writes', async () => {
    const made = (await makeSamples()).map(({ name, content }) => [name, sha256(content)]);
    const committed = await Promise.all(
      (await committedFiles()).map(async (path) => [path, sha256(await readFile(join(SAMPLES, path)))]),
    );
    expect(committed.sort()).toEqual(made.sort());
  });

  it('stay small: under 100 kB each, under 500 kB together', async () => {
    const sizes = (await makeSamples()).map(({ content }) => content.length);
    expect(Math.max(...sizes)).toBeLessThan(100_000);
    expect(sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0)).toBeLessThan(500_000);
  });
});
