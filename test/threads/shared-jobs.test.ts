/** Which jobs two threads share: large compressed ones, told by their bytes, where some thread would have nothing to do. */

import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/observe/observation.js';
import { fileAt, standardInput } from '../../src/sources/location.js';
import { findShared } from '../../src/threads/shared-jobs.js';
import { gzip, seededRandom } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { blobJob } from '../observe/jobs.js';

const { writeFile } = temporaryFolder();
const noise = seededRandom(5).bytes(1_000_000);
const layer = (name: string, content: Buffer, facts: Partial<ReturnType<typeof blobJob>> = {}): Job =>
  blobJob(writeFile(name, content), content.length, { layer: ['sha256'], ...facts });
const compressed = (name = 'compressed'): Job => layer(name, gzip(noise));
const shared = (jobs: readonly Job[], workers = 2, fromBytes = 0): number[] => [
  ...findShared(jobs, { workers, poolFromBytes: fromBytes, split: new Set() }),
];

describe('shared by two threads', () => {
  it('is a large compressed layer beside which there is little to do', () => {
    expect(shared([layer('small', noise.subarray(0, 999)), compressed()])).toEqual([1]);
  });

  it('is an archive that is compressed as a whole', () => {
    expect(shared([{ kind: 'stream', location: fileAt('a'), sizeBytes: 1_000_000, bodies: true, probes: [] }])).toEqual(
      [0],
    );
  });

  it.each([
    ['an uncompressed layer', () => [layer('plain', noise)]],
    ['a body that is only hashed', () => [layer('hashed', gzip(noise), { layer: null })]],
    ['a body that cannot be read', () => [blobJob('/nowhere', 1_000_000, { layer: ['sha256'] })]],
    [
      'standard input',
      () => [{ kind: 'stream', location: standardInput, sizeBytes: 0, bodies: true, probes: [] } as const],
    ],
    ['one of two that are equal', () => [compressed('a'), compressed('b')]],
    ['nothing', () => []],
  ] as const)('is not %s', (_, jobs) => {
    expect(shared(jobs())).toEqual([]);
  });

  it('is one of three that are equal, and none of four', () => {
    const three = ['a', 'b', 'c'].map(compressed);
    expect(shared(three)).toHaveLength(1);
    expect(shared([...three, compressed('d')])).toEqual([]);
    expect(shared([...three, layer('rest', gzip(noise.subarray(0, 900_000)))])).toEqual([]);
  });

  it('is none of so many large ones that the last round is little of it', () => {
    const many = (count: number): Job[] => Array.from({ length: count }, () => compressedOnce);
    const compressedOnce = compressed('once');
    expect(shared(many(19))).toHaveLength(1);
    expect(shared(many(21))).toEqual([]);
  });

  it('is no job for one thread, and none that is too small', () => {
    expect(shared([compressed()], 1)).toEqual([]);
    expect(shared([compressed()], 2, 2_000_000)).toEqual([]);
    expect(shared([layer('little', gzip(noise.subarray(0, 100_000)))])).toEqual([]);
  });
});
