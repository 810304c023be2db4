/**
 * How time grows: with the bytes of an archive, with the entries of an archive and of a layer, with the images of a set.
 * Each size is measured some times, the sizes taking turns; the exponent is the slope over all of them. Writes
 * bench/results/growth.json and the table of bench/README.md.
 *
 *   node --expose-gc dist/bench/growth.js
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Writable } from 'node:stream';
import { reportOf } from '../src/analysis/bytes/report.js';
import { runProgram } from '../src/cli/run.js';
import { renderText } from '../src/report/forms/terminal.js';
import { reportText } from '../src/report/overview/report-text.js';
import { scan } from '../src/scan/scan.js';
import { dockerSave, image, layerFromTar, rawTar, tarOfFiles, writeArchives } from '../test/helpers/archive-builder.js';
import { inventoryOfImages, withFolder } from './inputs.js';
import { writeArchiveOfZeros } from './peers/sets.js';
import { writeTables } from './readme.js';
import { type Growth, growthSchema, machineFacts, writeResult } from './results.js';
import { growthExponent, median, rounded } from './statistics.js';

const rounds = 3;
const mebibyte = 1024 ** 2;
const machine = machineFacts();

interface Point {
  readonly size: number;
  readonly work: () => Promise<void>;
}

type Series = Growth['series'][number];

/** In this thread: a pool would add the same start to each size, and flatten the line. */
const verified = { verify: true, workers: 0 } as const;

/** The whole command, but for the start of Node. */
async function ls(paths: readonly string[]): Promise<void> {
  const nowhere = new Writable({ write: (_text, _encoding, done) => done() });
  const io = { stdout: nowhere, stderr: nowhere, env: {}, pipedInput: false, signal: new AbortController().signal };
  const code = await runProgram(['ls', ...paths], io);
  if (code !== 0) throw new Error(`ls ends with ${code}`);
}

async function measure(what: string, unit: string, points: readonly Point[]): Promise<Series> {
  const times = points.map((): number[] => []);
  // The first turn warms up and does not count.
  for (let round = -1; round < rounds; round++) {
    for (const [i, { work }] of points.entries()) {
      // What one size leaves behind is not to be collected while the next is measured.
      globalThis.gc?.();
      const started = performance.now();
      await work();
      if (round >= 0) times[i]?.push(performance.now() - started);
    }
  }
  const medians = points.map(({ size }, i) => ({ size, medianMs: rounded(median(times[i] ?? [])) }));
  const exponent = rounded(growthExponent(medians.map(({ size, medianMs }) => [size, medianMs])));
  process.stderr.write(`${what}: ${exponent}\n`);
  return { what, unit, points: medians, exponent };
}

function bytesSeries(folder: string): Promise<Series> {
  const points = [128, 256, 512, 1024, 2048].map((size): Point => {
    const path = join(folder, `bytes-${size}.tar`);
    writeArchiveOfZeros(path, 1, size * mebibyte);
    return { size, work: async () => void (await scan([path], verified)) };
  });
  return measure('verify, uncompressed archive', 'MiB', points);
}

function archiveEntriesSeries(folder: string): Promise<Series> {
  const small = dockerSave([image({ layers: [layerFromTar(tarOfFiles(1, 512))] })], { variant: 'podman' });
  const points = [12_500, 25_000, 50_000, 100_000, 200_000].map((size): Point => {
    const path = join(folder, `entries-${size}.tar`);
    writeFileSync(path, Buffer.concat([tarOfFiles(size, 512).subarray(0, size * 1024), rawTar(small)]));
    return { size, work: () => ls([path]) };
  });
  return measure('ls, archive of many files', 'entries', points);
}

function layerEntriesSeries(folder: string): Promise<Series> {
  const points = [12_500, 25_000, 50_000, 100_000, 200_000].map((size): Point => {
    const path = join(folder, `layer-${size}.tar`);
    const layers = [layerFromTar(tarOfFiles(size, 512))];
    writeFileSync(path, rawTar(dockerSave([image({ layers })], { variant: 'podman' })));
    return { size, work: async () => void (await scan([path], verified)) };
  });
  return measure('verify, layer of many files', 'entries', points);
}

async function archivesSeries(folder: string): Promise<Series[]> {
  writeArchives(folder, 2000);
  const paths = readdirSync(folder).map((name) => join(folder, name));
  const points = (sizes: readonly number[], work: (paths: readonly string[]) => Promise<void>): Point[] =>
    sizes.map((size) => ({ size, work: () => work(paths.slice(0, size)) }));
  const reported = async (some: readonly string[]): Promise<void> => void reportOf(await scan(some, verified));
  return [
    await measure('ls, archives of one image', 'archives', points([125, 250, 500, 1000], ls)),
    await measure('report, archives of one image', 'archives', points([125, 250, 500, 1000, 2000], reported)),
  ];
}

async function inventorySeries(): Promise<Series> {
  const points: Point[] = [];
  for (const size of [500, 1000, 2000, 4000, 8000]) {
    const inventory = await inventoryOfImages(size);
    const view = { wide: true, verbose: true };
    const style = { color: false, width: null };
    const work = async () => void renderText(reportText(reportOf(inventory), view), style);
    points.push({ size, work });
  }
  return measure('report from an inventory, its text included', 'images', points);
}

const series = await withFolder(async (folder) => [
  await bytesSeries(folder),
  await archiveEntriesSeries(folder),
  await layerEntriesSeries(folder),
  ...(await archivesSeries(join(folder, 'small'))),
  await inventorySeries(),
]);
writeResult('growth', growthSchema.parse({ kind: 'varve-bench.growth', schemaVersion: 1, machine, series }));
writeTables();
