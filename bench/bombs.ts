/**
 * What bombs cost: archives that are small on disk and large in every other way, each in two sizes, verified by the built
 * program in a process of its own. Prints a table of Markdown: time, peak memory, and how the time grows from the small
 * one to the large one (1: in proportion to what is to be read). Exits 1 where a bomb takes more memory than it may.
 *
 *   node dist/bench/bombs.js
 */
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { formatBytes, formatCount } from '../src/report/blocks/units.js';
import {
  dockerSave,
  file,
  gzip,
  image,
  layer,
  ociLayout,
  ociManifest,
  rawHeader,
  rawTar,
  withoutPlatform,
  zstd,
} from '../test/helpers/archive-builder.js';
import { withFolder } from './inputs.js';
import { run } from './peers/processes.js';
import { growthExponent } from './statistics.js';

interface Bomb {
  readonly name: string;
  /** What the sizes count. */
  readonly unit: 'bytes' | 'items';
  readonly sizes: readonly [small: number, large: number];
  /** Writes the archive, piece by piece. */
  pieces(size: number): Iterable<Buffer>;
}

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
/** What a process may take, whatever it reads. */
const mostMemoryBytes = 800 * mebibyte;

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })] });
const entries = dockerSave([tiny], { variant: 'crane' });
const start = rawTar(entries, { endBlocks: 0 });
const withoutManifest = rawTar(entries.slice(0, -1), { endBlocks: 0 });
const zeros = Buffer.alloc(mebibyte);
const end = Buffer.alloc(1024);

const bombs: readonly Bomb[] = [
  {
    name: 'gzip: one layer of zeros, at the ratio that deflate ends at',
    unit: 'bytes',
    sizes: [gibibyte, 4 * gibibyte],
    *pieces(size) {
      const member = gzip(zeros, { level: 9 });
      yield* layerOf(Array<Buffer>(size / mebibyte).fill(member));
    },
  },
  {
    name: 'zstd: one layer of zeros, a frame for each MiB',
    unit: 'bytes',
    sizes: [gibibyte, 4 * gibibyte],
    *pieces(size) {
      yield* layerOf(Array<Buffer>(size / mebibyte).fill(zstd(zeros)));
    },
  },
  {
    name: 'gzip around the archive and around its layer',
    unit: 'bytes',
    sizes: [gibibyte, 4 * gibibyte],
    *pieces(size) {
      const stored = Array<Buffer>(size / mebibyte).fill(gzip(zeros, { level: 9 }));
      for (const piece of layerOf(stored)) yield gzip(piece);
    },
  },
  {
    name: 'gzip: one layer, a member for each byte',
    unit: 'items',
    sizes: [250_000, 1_000_000],
    *pieces(size) {
      const thousand = Buffer.concat(Array<Buffer>(1000).fill(gzip(Buffer.alloc(1))));
      yield* layerOf(Array<Buffer>(size / 1000).fill(thousand));
    },
  },
  {
    name: 'entries without content, compressed as a whole',
    unit: 'items',
    sizes: [200_000, 10_000_000],
    *pieces(size) {
      const members = Array.from({ length: 1000 }, (_, i) => rawHeader({ name: `f${i}`, claimedSizeBytes: 0 }));
      const thousand = gzip(Buffer.concat(members));
      yield gzip(start);
      for (let i = 0; i < size; i += 1000) yield thousand;
      yield gzip(end);
    },
  },
  {
    name: 'a manifest.json of spaces, compressed as a whole',
    unit: 'bytes',
    sizes: [256 * mebibyte, gibibyte],
    *pieces(size) {
      yield gzip(Buffer.concat([withoutManifest, rawHeader({ name: 'manifest.json', claimedSizeBytes: size })]));
      const spaces = gzip(Buffer.alloc(mebibyte, ' '));
      for (let i = 0; i < size; i += mebibyte) yield spaces;
      yield gzip(end);
    },
  },
  {
    name: 'a manifest.json that is arrays in arrays',
    unit: 'items',
    sizes: [1_000_000, 4_000_000],
    *pieces(size) {
      yield rawTar([...entries.slice(0, -1), file('manifest.json', '['.repeat(size))]);
    },
  },
  {
    name: 'an index of manifests, all there',
    unit: 'items',
    sizes: [2_500, 10_000],
    *pieces(size) {
      const manifests = Array.from({ length: size }, (_, i) =>
        withoutPlatform(ociManifest(image({ layers: tiny.layers, config: { Env: [`I=${i}`] } }))),
      );
      yield rawTar(ociLayout(manifests));
    },
  },
  {
    name: 'a config that names layers',
    unit: 'items',
    sizes: [25_000, 100_000],
    *pieces(size) {
      const first = tiny.layers[0];
      const rootfs = { type: 'layers', diff_ids: Array<string | undefined>(size).fill(first?.diffId) };
      const record = { Config: 'c.json', RepoTags: [], Layers: Array<string>(size).fill('l.tar') };
      yield rawTar([
        file('c.json', JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs })),
        file('l.tar', first?.tar ?? ''),
        file('manifest.json', JSON.stringify([record])),
      ]);
    },
  },
];

/** A docker archive of one image, the one layer of which is stored as these pieces. */
function* layerOf(pieces: readonly Buffer[]): Generator<Buffer> {
  const [first] = pieces;
  const sizeBytes = (first?.length ?? 0) * pieces.length;
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [tiny.layers[0]?.diffId] } };
  const manifest = [{ Config: 'c.json', RepoTags: ['bomb:1'], Layers: ['l.tar'] }];
  const documents = [file('c.json', JSON.stringify(config)), file('manifest.json', JSON.stringify(manifest))];
  yield rawTar(documents, { endBlocks: 0 });
  yield rawHeader({ name: 'l.tar', claimedSizeBytes: sizeBytes });
  yield* pieces;
  yield Buffer.alloc((512 - (sizeBytes % 512)) % 512);
  yield end;
}

/** Bytes on disk. */
function write(path: string, pieces: Iterable<Buffer>): number {
  const fd = openSync(path, 'w');
  for (const piece of pieces) writeSync(fd, piece);
  closeSync(fd);
  return statSync(path).size;
}

console.log('| what | size | on disk | time | peak memory | growth of time |');
console.log('| --- | --: | --: | --: | --: | --: |');
await withFolder(async (folder) => {
  const path = join(folder, 'bomb.tar');
  for (const { name, unit, sizes, pieces } of bombs) {
    const points: [number, number][] = [];
    for (const size of sizes) {
      const diskBytes = write(path, pieces(size));
      const argv = [process.execPath, 'dist/src/cli/main.cjs', 'verify', path, '--quiet'];
      const { elapsedMs, peakBytes } = run({ argv, endsWith: [0, 1, 3], discard: true });
      points.push([size, elapsedMs]);
      if (peakBytes !== null && peakBytes > mostMemoryBytes) process.exitCode = 1;
      const growth = points.length === 1 ? '' : growthExponent(points).toFixed(2);
      const shown = unit === 'bytes' ? formatBytes(size) : formatCount(size);
      const peak = peakBytes === null ? 'not measured' : formatBytes(peakBytes);
      const cells = [name, shown, formatBytes(diskBytes), `${(elapsedMs / 1000).toFixed(1)} s`, peak, growth];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
});
