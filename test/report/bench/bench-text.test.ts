import { describe, expect, it } from 'vitest';
import type { Bench } from '../../../src/model/results/bench.js';
import { benchText } from '../../../src/report/bench/bench-text.js';
import { renderMarkdown } from '../../../src/report/forms/markdown.js';
import { renderText as renderTextPieces } from '../../../src/report/forms/terminal.js';
import { whole } from '../../helpers/whole.js';

const renderText = whole(renderTextPieces);

const bench: Bench = {
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

describe('the text of a benchmark', () => {
  const text = renderText(benchText(bench), { color: false, width: 100 });

  it('has a row for each engine, thread, decoder and pass, and n/a for what was not measured', () => {
    expect(text).toBe(
      [
        'Processor\\x1b[2J 9000: 2 processors, 25.3GB of memory, linux x64, Node 22.15.0',
        '',
        'SHA-256 IN MEMORY, ONE THREAD',
        'ENGINE     4 KIB  1,024 KIB',
        'node    1.45GB/s    1.8GB/s',
        'noble    131MB/s        n/a',
        '',
        'READ AND HASHED, BY THREADS',
        '--WORKERS            RATE  AGAINST ONE',
        '0 (main thread)  1.57GB/s       1.05 x',
        '1                 1.5GB/s       1.00 x',
        '2                2.85GB/s       1.90 x',
        '',
        'DECODED IN MEMORY, ONE THREAD',
        'CODEC     RATE  BY',
        "gzip   518MB/s  Node's, without a stream  used here",
        "gzip   316MB/s  Node's stream",
        'zstd   551MB/s  WebAssembly               used here',
        '',
        'READ, ONE THREAD',
        'WHAT              PASS      SIZE      RATE',
        'a file in memory  again  67.11MB  16.3GB/s',
        '/mnt/im|ages      first      2MB   120MB/s',
        '',
        'One thread can check at most 1.59GB/s of uncompressed layers, 400MB/s of what gzip layers hold and',
        '419MB/s of what zstd layers hold.',
        'Best here: --engine node --workers 2, in pieces of 1,024 KiB or more.',
        '',
      ].join('\n'),
    );
  });

  it('is the same as Markdown, where a path cannot open a column', () => {
    const markdown = renderMarkdown(benchText(bench));
    expect(markdown).toContain('| node | 1.45GB/s | 1.8GB/s |');
    expect(markdown).not.toContain('im|ages');
  });

  it('compares with one thread only where one was measured', () => {
    const blocks = benchText({ ...bench, threads: bench.threads.slice(2) });
    expect(renderText(blocks, { color: false, width: null })).toMatch(/^2 +2\.85GB\/s +n\/a$/m);
  });
});
