/** Archives that share layers: each byte is read once, each distinct layer is looked into once, and no answer is another. */

import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { BlobJob, Job } from '../../src/observe/observation.js';
import { scan } from '../../src/scan/scan.js';
import { nameOfLocation } from '../../src/sources/location.js';
import * as running from '../../src/threads/run.js';
import {
  blobPath,
  compress,
  dockerSave,
  type Entry,
  flipEntryByte,
  type ImageSpec,
  image,
  ociLayout,
  ociManifest,
  randomLayer,
  seededRandom,
  tagged,
  tar,
} from '../helpers/archive-builder.js';
import { sweep } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const jobs: Job[] = [];
const { runJobs } = running;
vi.spyOn(running, 'runJobs').mockImplementation((list, options) => {
  jobs.push(...list);
  // So that little work goes to a pool too, where one is asked for.
  return runJobs(list, { ...options, poolFromBytes: 0 });
});

const { at, write } = temporaryFolder();
const rng = seededRandom(53);
const shared = Array.from({ length: 4 }, () => randomLayer(rng, { sizeBytes: 20_000 }));
const images = Array.from({ length: 20 }, (_, i) =>
  image({ layers: [...shared, randomLayer(rng, { sizeBytes: 20_000 })], tags: [`docker.io/library/app:${i}`] }),
);
const oci = (spec: ImageSpec): Entry[] => ociLayout(tagged(ociManifest(spec), spec.tags));
const gzipped = shared.map((spec) => compress(spec, 'gzip'));

const isLook = (job: Job): job is BlobJob => job.kind === 'blob' && job.layer !== null;
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

async function writeAll(name: string, entries: (spec: ImageSpec, i: number) => readonly Entry[]): Promise<string[]> {
  const paths = images.map((_, i) => at(`${name}-${i}.tar`));
  for (const [i, spec] of images.entries()) write({ [`${name}-${i}.tar`]: await tar(entries(spec, i)) });
  return paths;
}

/** The records of archives that are scanned one by one. */
async function alone(paths: readonly string[]) {
  const inventories = [];
  for (const path of paths) inventories.push(await scan([path], { workers: 0 }));
  return inventories.flatMap(({ archives }) => archives);
}

beforeEach(() => {
  jobs.length = 0;
});

describe('archives that share gzip layers', () => {
  it('have each distinct layer inflated once, and each stored byte hashed once', async () => {
    const paths = await writeAll('oci', oci);
    const { archives } = await scan(paths, { workers: 0 });
    const looks = jobs.filter(isLook);
    const own = images.map(({ layers }) => compress(layers[4] as (typeof shared)[number], 'gzip').content.length);
    expect(looks).toHaveLength(24);
    expect(sum(looks.map(({ sizeBytes }) => sizeBytes))).toBe(
      sum(own) + sum(gzipped.map(({ content }) => content.length)),
    );
    expect(new Set(jobs.map((job) => `${nameOfLocation(job.location)} ${(job as BlobJob).offsetBytes}`)).size).toBe(
      jobs.length,
    );
    expect(jobs).toHaveLength(100);
    expect(archives).toEqual(await alone(paths));
  });

  it('share them with archives of another format that name them by the same digest', async () => {
    const paths = [...(await writeAll('oci', oci)).slice(0, 2), ...(await writeAll('crane', crane)).slice(2, 4)];
    const { archives } = await scan(paths, { workers: 0 });
    expect(jobs.filter(isLook)).toHaveLength(8);
    expect(archives).toEqual(await alone(paths));
  });

  it.each([
    ['the first', 0],
    ['a later', 7],
  ])(
    'have the findings that each has alone where %s copy is damaged, for any number of workers',
    async (_, damaged) => {
      const [name, bytes] = [blobPath(gzipped[1]?.digest ?? ''), gzipped[1]?.content.length ?? 0];
      const paths = await writeAll(`damaged-${damaged}`, (spec, i) =>
        i === damaged ? flipEntryByte(oci(spec), name, bytes >> 1) : oci(spec),
      );
      const expected = await alone(paths);
      expect(expected.map(({ status }) => status)).toEqual(images.map((_, i) => (i === damaged ? 'failed' : 'ok')));
      for (const workers of sweep([0, 1, 5, 2], 2)) expect((await scan(paths, { workers })).archives).toEqual(expected);
    },
  );

  it('are looked into one more time where one copy is not what it claims', async () => {
    const [name, bytes] = [blobPath(gzipped[1]?.digest ?? ''), gzipped[1]?.content.length ?? 0];
    await scan(await writeAll('lie', (spec, i) => (i === 7 ? flipEntryByte(oci(spec), name, bytes >> 1) : oci(spec))), {
      workers: 0,
    });
    expect(jobs.filter(isLook)).toHaveLength(25);
  });
});

describe('uncompressed layers', () => {
  it('are read once for both digests', async () => {
    const path = (await writeAll('hybrid', (spec) => dockerSave([spec], { variant: 'hybrid' })))[0] ?? '';
    const { archives } = await scan([path], { workers: 0 });
    const layers = archives[0]?.entries.filter(({ role }) => role === 'layer') ?? [];
    expect(layers.map(({ diffId }) => diffId)).toEqual(layers.map(({ digest }) => digest));
    expect(layers).toHaveLength(5);
    expect(sum(jobs.filter(isLook).map(({ sizeBytes }) => sizeBytes))).toBe(
      sum(layers.map((each) => each.storedBytes)),
    );
  });
});

function crane(spec: ImageSpec): Entry[] {
  return dockerSave([spec], { variant: 'crane', compression: 'gzip' });
}
