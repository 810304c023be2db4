/** What a machine can do, as tables: digests, threads, decoders, reading; then the limits of one thread and the best setting. */
import type { Bench } from '../../model/results/bench.js';
import { type Block, cell, gap, heading, line, span, type Table, table } from '../blocks/document.js';
import { formatBytes, formatCount, plural } from '../blocks/units.js';

const kibibyte = 1024;

const implementations: Readonly<Record<Bench['decode'][number]['implementation'], string>> = {
  handle: "Node's, without a stream",
  stream: "Node's stream",
  wasm: 'WebAssembly',
};

export function benchText(bench: Bench): Block[] {
  const { processor, processors, memoryBytes, platform, node } = bench.machine;
  const facts = [plural(processors, 'processor'), `${formatBytes(memoryBytes, 3)} of memory`, platform, `Node ${node}`];
  return [
    line(`${processor}: ${facts.join(', ')}`),
    gap,
    heading('SHA-256 in memory, one thread'),
    digestTable(bench),
    gap,
    heading('Read and hashed, by threads'),
    threadTable(bench),
    gap,
    heading('Decoded in memory, one thread'),
    decodeTable(bench),
    gap,
    heading('Read, one thread'),
    readTable(bench),
    gap,
    ...conclusions(bench),
  ];
}

/** A row for each engine, a column for each size of pieces. */
function digestTable({ digest }: Bench): Table {
  const engines = [...new Set(digest.map(({ engine }) => engine))];
  const sizes = [...new Set(digest.map(({ chunkBytes }) => chunkBytes))];
  const rateOf = (engine: string, size: number): number | null =>
    digest.find((row) => row.engine === engine && row.chunkBytes === size)?.bytesPerSecond ?? null;
  return table(
    [
      { title: 'ENGINE' },
      ...sizes.map((size) => ({ title: `${formatCount(size / kibibyte)} KIB`, align: 'right' as const })),
    ],
    engines.map((engine) => [cell(engine), ...sizes.map((size) => cell(perSecond(rateOf(engine, size))))]),
  );
}

function threadTable({ threads }: Bench): Table {
  const single = threads.find(({ workers }) => workers === 1)?.bytesPerSecond ?? 0;
  return table(
    [{ title: '--WORKERS' }, { title: 'RATE', align: 'right' }, { title: 'AGAINST ONE', align: 'right' }],
    threads.map(({ workers, bytesPerSecond }) => [
      cell(workers === 0 ? '0 (main thread)' : formatCount(workers)),
      cell(perSecond(bytesPerSecond)),
      cell(single === 0 ? 'n/a' : `${(bytesPerSecond / single).toFixed(2)} x`),
    ]),
  );
}

function decodeTable({ decode }: Bench): Table {
  return table(
    [{ title: 'CODEC' }, { title: 'RATE', align: 'right' }, { title: 'BY' }, { title: '' }],
    decode.map(({ codec, implementation, used, bytesPerSecond }) => [
      cell(codec),
      cell(perSecond(bytesPerSecond)),
      cell(implementations[implementation]),
      cell(used ? 'used here' : '', 'good'),
    ]),
  );
}

function readTable({ read }: Bench): Table {
  return table(
    [
      { title: 'WHAT', min: 20, cut: 'start' },
      { title: 'PASS' },
      { title: 'SIZE', align: 'right' },
      { title: 'RATE', align: 'right' },
    ],
    read.map(({ path, pass, sizeBytes, bytesPerSecond }) => [
      cell(path ?? 'a file in memory'),
      cell(pass),
      cell(formatBytes(sizeBytes)),
      cell(perSecond(bytesPerSecond)),
    ]),
  );
}

function conclusions({ limits, best }: Bench): Block[] {
  const { plainBytesPerSecond: plain, gzipBytesPerSecond: gzip, zstdBytesPerSecond: zstd } = limits;
  return [
    line(
      `One thread can check at most ${perSecond(plain)} of uncompressed layers, ${perSecond(gzip)} of what gzip layers ` +
        `hold and ${perSecond(zstd)} of what zstd layers hold.`,
    ),
    line([
      span('Best here: ', 'strong'),
      span(`--engine ${best.engine} --workers ${best.workers}`, 'strong'),
      span(`, in pieces of ${formatCount(best.chunkBytes / kibibyte)} KiB or more.`),
    ]),
  ];
}

function perSecond(bytes: number | null): string {
  return bytes === null ? 'n/a' : `${formatBytes(bytes, 3)}/s`;
}
