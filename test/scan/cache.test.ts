/** Scans with a cache: nothing that is unchanged is computed again, what was not computed is marked, and no lie is believed. */

import {
  appendFileSync,
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { verification } from '../../src/analysis/faults/verification.js';
import { filesOf } from '../../src/model/file-list.js';
import type { ArchiveRecord, Inventory } from '../../src/model/results/inventory.js';
import type { BlobJob, Job } from '../../src/observe/observation.js';
import * as observing from '../../src/observe/observe-bytes.js';
import { type Scan, scan, scanContents } from '../../src/scan/scan.js';
import type { ScanOptions } from '../../src/scan/settings.js';
import { nameOfLocation } from '../../src/sources/location.js';
import * as running from '../../src/threads/run.js';
import { tar, writeLayoutFolder } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { app, base, brokenArchives, everyWriter, ociEntries, outerForms } from './archives.js';

/** What is really read, and what a test does meanwhile. */
const work = { jobs: [] as Job[], documents: 0, meanwhile: () => {} };
const { runJobs } = running;
vi.spyOn(running, 'runJobs').mockImplementation(async (jobs, options) => {
  work.jobs.push(...jobs);
  const results = await runJobs(jobs, options);
  work.meanwhile();
  return results;
});
const { observeBytes } = observing;
vi.spyOn(observing, 'observeBytes').mockImplementation((...words) => {
  work.documents++;
  return observeBytes(...words);
});

const { at, write } = temporaryFolder();
let folders = 0;
let cache = '';
let remarks: string[] = [];

/** Until files are old enough to be known again. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 80));

beforeAll(async () => {
  for (const [writer, entries] of Object.entries(everyWriter())) write({ [`good/${writer}.tar`]: await tar(entries) });
  const oci = await tar(ociEntries([base, app]));
  for (const [form, store] of Object.entries(outerForms)) write({ [`good/whole.${form}`]: store(oci) });
  for (const [name, content] of Object.entries(await brokenArchives())) write({ [`broken/${name}`]: content });
  await writeLayoutFolder(ociEntries([base]), at('layout'));
  await settle();
});

beforeEach(() => {
  cache = at(`cache-${folders++}`);
  remarks = [];
  reset();
});

afterEach(() => {
  work.meanwhile = () => {};
});

function reset(): void {
  work.jobs.length = 0;
  work.documents = 0;
}

/** A scan with the cache; what was read before is forgotten. */
function cached(inputs: readonly string[], options: ScanOptions = {}, limitBytes?: number): Promise<Inventory> {
  reset();
  const size = limitBytes === undefined ? null : { limitBytes };
  const folder = { folder: cache, onRemark: (text: string) => remarks.push(text), ...size };
  return scan(inputs, { workers: 0, cache: folder, ...options });
}

/** The record as it is without any cache. */
function uncached({ status, entries, ...rest }: ArchiveRecord): ArchiveRecord {
  const computed = entries.map(({ cached: _cached, ...entry }) => entry);
  return { ...rest, entries: computed, status: status === 'cached' ? 'ok' : status };
}

/** Changes a byte of a layer, and not the size of the archive. */
function flip(path: string): void {
  const bytes = readFileSync(path);
  const position = bytes.indexOf('ebb and flow');
  bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position);
  writeFileSync(path, bytes);
}

const statuses = ({ archives }: Inventory): string[] => archives.map(({ status }) => status);
const looks = (): Job[] => work.jobs.filter((job) => job.kind !== 'blob' || job.layer !== null);

describe('a second scan with a cache', () => {
  it.each(['good', 'broken', 'layout'])(
    'of %s reads and hashes no byte of a body, and finds the same',
    async (name) => {
      const plain = await scan([at(name)], { workers: 0 });
      const first = await cached([at(name)]);
      expect(first).toEqual(plain);
      const second = await cached([at(name)]);
      const readable = work.jobs.filter((job) => job.kind !== 'stream' || !isRefused(job, plain));
      expect([readable, work.documents]).toEqual([[], 0]);
      expect(second.archives.map(uncached)).toEqual(plain.archives);
      expect(remarks).toEqual([]);
    },
  );

  it('calls nothing ok that it did not compute, and counts it apart', async () => {
    const first = verification(await cached([at('good'), at('layout')]));
    const second = verification(await cached([at('good'), at('layout')]));
    expect(new Set(first.archives.map(({ status }) => status))).toEqual(new Set(['ok', 'unchecked']));
    expect(second.archives.map(({ status }) => status)).toEqual(
      first.archives.map(({ status }) => (status === 'ok' ? 'cached' : status)),
    );
    expect(first.summary).toMatchObject({ blobsFromCache: 0, bytesFromCache: 0 });
    expect(second.summary).toMatchObject({
      blobs: 0,
      bytesHashed: 0,
      blobsFromCache: first.summary.blobs,
      bytesFromCache: first.summary.bytesHashed,
    });
  });

  it('is the same for any number of workers', async () => {
    await cached([at('good')]);
    const second = await cached([at('good')]);
    expect(await cached([at('good')], { workers: 3 })).toEqual(second);
  });

  it('keeps the faults of what is damaged, which stays failed', async () => {
    const first = await cached([at('broken')]);
    const second = await cached([at('broken')]);
    expect(statuses(second)).toEqual(statuses(first));
    expect(second.archives.map(({ findings }) => findings)).toEqual(first.archives.map(({ findings }) => findings));
  });
});

/** Whether a pass has ended as no archive at all: nothing is kept of that. */
function isRefused({ location }: Job, { archives }: Inventory): boolean {
  const path = nameOfLocation(location);
  return archives.some((archive) => archive.path === path && archive.status === 'unreadable');
}

describe('a file that is not what it was', () => {
  const copy = async (name = 'changed.tar', from = 'good/hybrid.tar'): Promise<string> => {
    copyFileSync(at(from), at(name));
    await settle();
    await cached([at(name)]);
    return at(name);
  };

  it('is read again where a byte has changed and its size has not', async () => {
    const path = await copy();
    flip(path);
    const plain = await scan([path], { workers: 0 });
    expect((await cached([path])).archives.map(uncached)).toEqual(plain.archives);
    expect(statuses(plain)).toEqual(['failed']);
  });

  it('is read again where another was put in its place', async () => {
    const path = await copy();
    copyFileSync(at('broken/flipped.tar'), at('beside.tar'));
    renameSync(at('beside.tar'), path);
    expect(statuses(await cached([path]))).toEqual(['failed']);
  });

  it('is read after all where it changes while results of before are taken for true', async () => {
    const path = await copy();
    work.meanwhile = () => {
      work.meanwhile = () => {};
      flip(path);
    };
    const inventory = await cached([path, at('good/oci.tar')]);
    expect(uncached(inventory.archives[0] as ArchiveRecord)).toEqual((await scan([path], { workers: 0 })).archives[0]);
    expect(statuses(inventory)[0]).toBe('failed');
  });

  it('is read after all where its pass was known, and it is no archive by now', async () => {
    const path = await copy('changed.tar.gz', 'good/whole.tar.gz');
    work.meanwhile = () => {
      work.meanwhile = () => {};
      appendFileSync(path, 'garbage');
    };
    expect(statuses(await cached([path]))).toEqual(['failed']);
  });

  it('is not remembered where it changed while it was read', async () => {
    copyFileSync(at('good/hybrid.tar'), at('restless.tar'));
    await settle();
    work.meanwhile = () => appendFileSync(at('restless.tar'), Buffer.alloc(512));
    await cached([at('restless.tar')]);
    work.meanwhile = () => {};
    expect(readdirSync(cache).filter((name) => name.startsWith('source-'))).toEqual([]);
  });

  it('is not remembered where it may still change without a trace', async () => {
    copyFileSync(at('good/hybrid.tar'), at('young.tar'));
    const inventory = await cached([at('young.tar')], { onProgress: () => {} });
    expect(statuses(inventory)).toEqual(['ok']);
    expect(readdirSync(cache).filter((name) => name.startsWith('source-'))).toEqual([]);
  });

  it('leaves the other files of a layout known', async () => {
    cpSync(at('layout'), at('layout-2'), { recursive: true });
    await settle();
    await cached([at('layout-2')]);
    const blobs = join(at('layout-2'), 'blobs/sha256');
    const [blob = ''] = readdirSync(blobs);
    const bytes = readFileSync(join(blobs, blob));
    writeFileSync(join(blobs, blob), bytes);
    await settle();
    const inventory = await cached([at('layout-2')]);
    expect(work.jobs.length + work.documents).toBe(1);
    expect(statuses(inventory)).toEqual(['cached']);
  });
});

describe('a blob that is known by its digest', () => {
  it('is hashed wherever else it lies, not looked into, and marked', async () => {
    await cached([at('good/oci.tar')]);
    copyFileSync(at('good/oci.tar'), at('copy.tar'));
    const plain = await scan([at('copy.tar')], { workers: 0 });
    const inventory = await cached([at('copy.tar')]);
    expect(looks()).toEqual([]);
    expect(work.jobs.length).toBeGreaterThan(2);
    expect(inventory.archives.map(uncached)).toEqual(plain.archives);
    const layers = inventory.archives[0]?.entries.filter(({ role }) => role === 'layer') ?? [];
    expect(new Set(layers.map((entry) => entry.cached))).toEqual(new Set(['layer']));
    const { bytesHashed, bytesFromCache } = verification(inventory).summary;
    expect(bytesHashed).toBe(verification(plain).summary.bytesHashed);
    expect(bytesFromCache).toBe(layers.reduce((sum, { storedBytes }) => sum + storedBytes, 0));
  });

  it('is looked into where its bytes are not those of the digest', async () => {
    await cached([at('good/oci.tar')]);
    const plain = await scan([at('broken/layer.tar')], { workers: 0 });
    const inventory = await cached([at('broken/layer.tar')]);
    expect(looks().map((job) => (job as BlobJob).layer)).toEqual([['sha256']]);
    expect(inventory.archives.map(uncached)).toEqual(plain.archives);
  });

  it('that came by in a pass is known as well', async () => {
    await cached([at('good/whole.tar.gz')]);
    copyFileSync(at('good/oci.tar'), at('copy.tar'));
    await cached([at('copy.tar')]);
    expect(looks()).toEqual([]);
  });
});

describe('the files of layers with a cache', () => {
  const withContents = (inputs: readonly string[], engine: 'node' | 'noble' = 'node'): Promise<Scan> => {
    reset();
    const folder = { folder: cache, onRemark: (text: string) => remarks.push(text) };
    return scanContents(inputs, { workers: 0, engine, cache: folder });
  };
  const listed = ({ inventory, contents }: Scan): unknown[] =>
    inventory.archives
      .flatMap(({ images }) => images.flatMap(({ layers }) => layers))
      .map(({ diffId }) => {
        const list = diffId === null ? null : contents.get(diffId);
        return list === null || 'refusal' in list ? list : [...filesOf(list)];
      });

  it.each(['good', 'layout'])('of %s are those of before, and no layer is read again', async (name) => {
    const plain = await scanContents([at(name)], { workers: 0 });
    const first = await withContents([at(name)]);
    expect(listed(first)).toEqual(listed(plain));
    const second = await withContents([at(name)]);
    expect(work.jobs).toEqual([]);
    expect(listed(second)).toEqual(listed(plain));
    expect(listed(second).length).toBeGreaterThan(0);
    expect(remarks).toEqual([]);
  });

  it('are read where an earlier scan did not list them', async () => {
    await cached([at('good/oci.tar')]);
    const later = await withContents([at('good/oci.tar')]);
    expect(looks()).not.toEqual([]);
    expect(listed(later)).toEqual(listed(await scanContents([at('good/oci.tar')], { workers: 0 })));
  });

  it('are known wherever the layer lies', async () => {
    await withContents([at('good/whole.tar.gz')]);
    copyFileSync(at('good/oci.tar'), at('listed-copy.tar'));
    const copy = await withContents([at('listed-copy.tar')]);
    expect(looks()).toEqual([]);
    expect(listed(copy)).toEqual(listed(await scanContents([at('good/oci.tar')], { workers: 0 })));
  });

  it('are of no use to another engine', async () => {
    await withContents([at('good/oci.tar')]);
    await withContents([at('good/oci.tar')], 'noble');
    expect(looks()).not.toEqual([]);
  });

  it('are read again where their file is lost, cut or about another layer, which is said', async () => {
    const plain = listed(await scanContents([at('good/oci.tar')], { workers: 0 }));
    await withContents([at('good/oci.tar')]);
    const [first = '', second = ''] = readdirSync(cache).filter((name) => name.startsWith('contents-'));
    rmSync(join(cache, first));
    expect(listed(await withContents([at('good/oci.tar')]))).toEqual(plain);
    copyFileSync(join(cache, first), join(cache, second));
    expect(listed(await withContents([at('good/oci.tar')]))).toEqual(plain);
    writeFileSync(join(cache, first), readFileSync(join(cache, first)).subarray(0, -9));
    expect(listed(await withContents([at('good/oci.tar')]))).toEqual(plain);
    expect(remarks).toEqual([
      expect.stringContaining('it is about another layer'),
      expect.stringContaining('its checksum does not fit'),
    ]);
  });
});

describe('a cache', () => {
  it('is of no use to another engine', async () => {
    await cached([at('good/oci.tar')]);
    expect(statuses(await cached([at('good/oci.tar')], { engine: 'noble' }))).toEqual(['ok']);
  });

  it('is of no use where no body is read', async () => {
    await cached([at('good/oci.tar')]);
    expect(statuses(await cached([at('good/oci.tar')], { verify: false }))).toEqual(['unverified']);
  });

  it('serves two that write to it at the same time', async () => {
    await Promise.all([cached([at('good')]), cached([at('good')]), cached([at('layout'), at('good')])]);
    await cached([at('good'), at('layout')]);
    expect([work.jobs, work.documents, remarks]).toEqual([[], 0, []]);
  });

  it('that may hold nothing keeps nothing', async () => {
    await cached([at('good')], {}, 0);
    expect(readdirSync(cache)).toEqual(['CACHEDIR.TAG']);
    expect(new Set(statuses(await cached([at('good')], {}, 0)))).toEqual(new Set(['ok', 'unchecked']));
  });

  it('that lost a file loses no more than time', async () => {
    const first = await cached([at('good')]);
    for (const name of readdirSync(cache)) if (name.startsWith('source-')) rmSync(join(cache, name));
    const second = await cached([at('good')]);
    expect(second.archives.map(uncached)).toEqual(first.archives);
    expect(remarks).toEqual([]);
  });
});
