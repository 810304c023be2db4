/** How fast each engine hashes bytes in memory, and what the size of the pieces does to it. */

import type { Bench } from '../model/results/bench.js';
import { engines, Hashers } from '../observe/hasher.js';
import { chunkBytes } from '../observe/work-context.js';
import { type Measuring, measureRate } from './rate.js';

/** From what a small file is to what Varve reads at a time. */
const chunkSizes = [4 * 1024, 16 * 1024, 64 * 1024, 256 * 1024, chunkBytes] as const;

/** How many measurements that is. */
export const digestMeasurements = engines.length * chunkSizes.length;

/** The rates of all engines and sizes of pieces. Throws as `measureRate`. */
export async function measureDigests(measuring: Measuring): Promise<Bench['digest']> {
  const buffer = Buffer.alloc(chunkBytes, 'varve');
  const rates: Bench['digest'] = [];
  for (const engine of engines) {
    for (const size of chunkSizes) {
      const hashAll = (): void => {
        const hashers = new Hashers(engine, ['sha256']);
        for (let at = 0; at < buffer.length; at += size) hashers.update(buffer.subarray(at, at + size));
        hashers.digests();
      };
      rates.push({ engine, chunkBytes: size, ...(await measureRate(buffer.length, hashAll, measuring)) });
    }
  }
  return rates;
}
