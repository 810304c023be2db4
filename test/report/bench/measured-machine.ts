/** What `varve bench` measured of a machine that there is not: every kind of row, and names that are hostile. */
import type { Bench } from '../../../src/model/results/bench.js';

export const bench: Bench = {
  kind: 'varve.bench',
  schemaVersion: 1,
  machine: {
    processor: 'Processor\u001b[2J 9000',
    processors: 2,
    memoryBytes: 25_276_502_016,
    platform: 'linux x64',
    node: '22.15.0',
  },
  digest: [
    { engine: 'node', chunkBytes: 4096, bytesPerSecond: 1_445_878_958, samples: 19 },
    { engine: 'node', chunkBytes: 1048576, bytesPerSecond: 1_798_136_316, samples: 43 },
    { engine: 'noble', chunkBytes: 4096, bytesPerSecond: 131_422_726, samples: 4 },
  ],
  decode: [
    { codec: 'gzip', implementation: 'handle', used: true, bytesPerSecond: 518_000_000, samples: 9 },
    { codec: 'gzip', implementation: 'stream', used: false, bytesPerSecond: 316_000_000, samples: 9 },
    { codec: 'zstd', implementation: 'wasm', used: true, bytesPerSecond: 551_000_000, samples: 9 },
  ],
  read: [
    { path: null, pass: 'again', sizeBytes: 67_108_864, bytesPerSecond: 16_300_000_000 },
    { path: '/mnt/im|ages', pass: 'first', sizeBytes: 2_000_000, bytesPerSecond: 120_000_000 },
  ],
  threads: [
    { workers: 0, bytesPerSecond: 1_570_000_000 },
    { workers: 1, bytesPerSecond: 1_500_000_000 },
    { workers: 2, bytesPerSecond: 2_850_000_000 },
  ],
  limits: { plainBytesPerSecond: 1_590_000_000, gzipBytesPerSecond: 400_000_000, zstdBytesPerSecond: 419_000_000 },
  best: { engine: 'node', chunkBytes: 1048576, workers: 2 },
};
