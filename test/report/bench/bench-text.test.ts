import { describe, expect, it } from 'vitest';
import { benchText } from '../../../src/report/bench/bench-text.js';
import { renderMarkdown } from '../../../src/report/forms/markdown.js';
import { renderText as renderTextPieces } from '../../../src/report/forms/terminal.js';
import { whole } from '../../helpers/whole.js';
import { bench } from './measured-machine.js';

const renderText = whole(renderTextPieces);

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
