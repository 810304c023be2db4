/**
 * One pass over an archive that cannot be sought gives what positioned reads of the plain one give: the same table, the
 * same bodies, the same documents.
 */

import { describe, expect, it } from 'vitest';
import { indexTar } from '../../../src/archive/tar/tar-index.js';
import { type Limits, limits } from '../../../src/model/limits.js';
import { stop } from '../../../src/observe/control.js';
import type { BlobObservation, StreamJob, StreamObservation } from '../../../src/observe/observation.js';
import { observeBlob } from '../../../src/observe/observe-blob.js';
import { observeStream } from '../../../src/observe/stream/observe-stream.js';
import { fileAt } from '../../../src/sources/location.js';
import {
  file,
  flipByte,
  gzip,
  mixedContent,
  type RawEntry,
  rawTar,
  seededRandom,
  xz,
  zstd,
} from '../../helpers/archive-builder.js';
import { memorySource } from '../../helpers/byte-sources.js';
import { range, runs, sweep } from '../../helpers/sweep.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { bzip2 } from '../../scan/bzip2-writer.js';
import { blobJob, sha256, sha512, workerContext } from '../jobs.js';

const { writeFile } = temporaryFolder();

/** How an archive is compressed as a whole; small members and frames, so that chunks end in all places. */
const outer = {
  none: (content: Buffer) => content,
  gzip: (content: Buffer) => gzip(content, { members: 2 }),
  zstd: (content: Buffer) => zstd(content, { frames: 3 }),
  xz,
  bzip2,
};
type Outer = keyof typeof outer;

function observe(
  content: Buffer,
  facts: Partial<StreamJob> = {},
  changed: Partial<Limits> = {},
): Promise<StreamObservation> {
  const path = writeFile('archive', content);
  const job: StreamJob = {
    kind: 'stream',
    location: fileAt(path),
    sizeBytes: content.length,
    bodies: true,
    probes: [],
    ...facts,
  };
  return observeStream(job, workerContext('node', changed));
}

/** What positioned reads of the plain archive give for each whole file. */
async function observePlain(plain: Buffer, layer: boolean): Promise<Map<number, BlobObservation>> {
  const path = writeFile('plain', plain);
  const bodies = new Map<number, BlobObservation>();
  for (const entry of indexTar(memorySource(plain), limits).entries) {
    if (entry.type !== 'file' || entry.storedBytes < entry.sizeBytes) continue;
    const algorithm = entry.name.startsWith('blobs/sha512/') ? 'sha512' : 'sha256';
    const facts = {
      offsetBytes: entry.dataOffsetBytes,
      algorithms: [algorithm] as const,
      layer: layer ? [...new Set(['sha256', algorithm] as const)] : null,
    };
    bodies.set(entry.index, await observeBlob(blobJob(path, entry.sizeBytes, facts), workerContext()));
  }
  return bodies;
}

const rng = seededRandom(21);
const layerTar = rawTar([file('etc/os', 'tide'), file('app', mixedContent(rng, 9000))]);
const inner = Object.values(outer).map((compress) => compress(layerTar));
const entries: readonly RawEntry[] = [
  file('manifest.json', '[{"Config":"c.json"}]'),
  file('empty', ''),
  ...inner.map((content) => file(`blobs/sha256/${sha256(content).slice(7)}`, content)),
  { ...file(`blobs/sha512/${sha512(layerTar).slice(7)}`, layerTar), longNames: 'pax' },
  file('broken.gz', flipByte(inner[1] as Buffer, 2000)),
  file('short', '\x1f\x8b\x08'),
  file('c.json', ' {"os":"linux"}'),
  file('noise', rng.bytes(70_000)),
  { name: 'link', type: 'symlink', linkname: 'noise' },
];
const archive = rawTar(entries);

describe.each(Object.keys(outer) as Outer[])('a pass over an archive stored as %s', (name) => {
  const stored = outer[name](archive);

  it('gives the table that the plain archive has', async () => {
    const observed = await observe(stored);
    expect(observed).toMatchObject({ compression: name, sizeBytes: stored.length, failure: null, isTar: true });
    expect(observed.index).toEqual(indexTar(memorySource(archive), limits));
  });

  it('gives of every body what reading it alone gives', async () => {
    const { bodies } = await observe(stored);
    expect([...bodies].sort(([a], [b]) => a - b)).toEqual([...(await observePlain(archive, true))]);
  });

  it('keeps the documents, and nothing else', async () => {
    const { documents } = await observe(stored);
    const kept = [...documents].map(([entry, bytes]) => [entries[entry]?.name, Buffer.from(bytes).toString()]);
    expect(kept).toEqual([
      ['manifest.json', '[{"Config":"c.json"}]'],
      ['empty', ''],
      ['c.json', ' {"os":"linux"}'],
    ]);
  });

  it('looks at first bytes only where bodies are not asked for', async () => {
    const { bodies, documents } = await observe(stored, { bodies: false });
    const expected = [...(await observePlain(archive, true))].map(([entry, { storedBytes, compression }]) => [
      entry,
      { digests: {}, storedBytes, compression, layer: null },
    ]);
    expect([...bodies].sort(([a], [b]) => a - b)).toEqual(expected);
    expect(documents.size).toBe(3);
  });

  it('has what is whole, and the reason, where it is cut anywhere', async () => {
    const whole = await observePlain(archive, true);
    for (const end of sweep(range(1, stored.length, Math.ceil(stored.length / 23)), 8)) {
      const { failure, index, bodies } = await observe(stored.subarray(0, end));
      const said = [failure?.code, ...index.findings.map(({ code }) => code)];
      expect(
        said.some((code) => code === 'truncated' || code === 'archive-truncated' || code === 'end-blocks-missing'),
      ).toBe(true);
      for (const [entry, body] of bodies) expect(body, `entry ${entry} up to ${end}`).toEqual(whole.get(entry));
    }
  });
});

describe('a pass', () => {
  it.each(['gzip', 'zstd', 'xz', 'bzip2'] as const)(
    'says so where the %s data are damaged, and ends there',
    async (name) => {
      const noise = rawTar([file('a', 'x'), file('b', rng.bytes(150_000))]);
      const stored = outer[name](noise);
      const damaged = Buffer.concat([stored, Buffer.from('garbage behind the end')]);
      const observed = await observe(damaged);
      expect(observed.failure?.code).toBe('corrupt');
      expect(observed.sizeBytes).toBe(damaged.length);
      expect(observed.index.entries.map((entry) => entry.name)).toEqual(['a', 'b']);
    },
  );

  it.each([
    ['a text', Buffer.from('no tar at all. '.repeat(100)), false],
    ['nothing', Buffer.alloc(0), false],
    ['a compressed text', gzip(Buffer.from('no tar at all. '.repeat(100))), false],
    ['a compressed nothing', gzip(Buffer.alloc(0)), false],
    ['an empty tar', rawTar([]), true],
    ['a compressed empty tar', gzip(rawTar([])), true],
  ])('tells whether there is a tar: %s', async (_, content, isTar) => {
    expect(await observe(content)).toMatchObject({ isTar, failure: null });
  });

  it('has every body of a gzip whose checksum alone is wrong, and the reason', async () => {
    const plain = rawTar([file('manifest.json', '[]'), file('layer', 'x'.repeat(3000))]);
    const whole = await observe(gzip(plain));
    const packed = gzip(plain);
    const damaged = await observe(flipByte(packed, packed.length - 8));
    expect(damaged.failure).toMatchObject({ code: 'corrupt' });
    expect(damaged.index.entries).toEqual(whole.index.entries);
    expect([...damaged.bodies]).toEqual([...whole.bodies]);
  });

  it('gives the first bytes, decompressed, and the size of the file, where there is no tar', async () => {
    const content = gzip(Buffer.concat([Buffer.from('no tar'), rng.bytes(400_000)]));
    const { start, sizeBytes } = await observe(content);
    expect(Buffer.from(start).toString('latin1', 0, 6)).toBe('no tar');
    expect([start.length, sizeBytes]).toEqual([512, content.length]);
  });

  it('throws input-unreadable where the file is gone, and interrupted once a stop was asked for', async () => {
    const job: StreamJob = { kind: 'stream', location: fileAt('/nowhere'), sizeBytes: 1, bodies: true, probes: [] };
    await expect(observeStream(job, workerContext())).rejects.toMatchObject({ code: 'input-unreadable' });
    const context = workerContext();
    stop(context.control);
    const stopped = observeStream({ ...job, location: fileAt(writeFile('stopped', archive)) }, context);
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('counts the bytes of the file as they are read', async () => {
    const context = workerContext();
    const stored = gzip(archive, { level: 0 });
    const path = writeFile('counted', stored);
    await observeStream(
      { kind: 'stream', location: fileAt(path), sizeBytes: stored.length, bodies: true, probes: [] },
      context,
    );
    expect(Number(context.control.doneBytes[0])).toBe(stored.length);
  });
});

describe('the limits of a pass', () => {
  const names = ({ documents }: StreamObservation, of: readonly RawEntry[]) =>
    [...documents.keys()].map((entry) => of[entry]?.name);

  it('keep documents up to a size each', async () => {
    const list = [file('index.json', '{"a":12}'), file('other', '[1234567]'), file('json', '{"a":123}')];
    expect(names(await observe(rawTar(list), {}, { documentBytes: 8 }), list)).toEqual(['index.json']);
    expect(names(await observe(rawTar(list), {}, { documentBytes: 9 }), list)).toHaveLength(3);
  });

  it('keep documents up to a budget, one for those that formats name and one for the rest', async () => {
    const list = [
      ...'abcd'.split('').map((name) => file(name, '[1234567]')),
      ...'abcd'.split('').map((id) => file(`${id}/json`, '{}  ')),
    ];
    const kept = names(await observe(rawTar(list), {}, { documentsBytes: 18 }), list);
    expect(kept).toEqual(['a', 'b', 'a/json', 'b/json', 'c/json', 'd/json']);
    expect(names(await observe(rawTar(list), {}, { documentsBytes: 12 }), list)).toEqual([
      'a',
      'a/json',
      'b/json',
      'c/json',
    ]);
  });

  it('end the table where it has too many entries, as they do for a plain archive', async () => {
    const changed = { entries: 5, entryNamesBytes: 10_000 };
    const observed = await observe(gzip(archive), {}, changed);
    expect(observed.index).toEqual(indexTar(memorySource(archive), { ...limits, ...changed }));
    expect(observed.bodies.size).toBe(5);
  });

  it('end the pass where the archive itself unfolds too far', async () => {
    const zeros = rawTar([file('zeros', Buffer.alloc(3 * 1024 ** 2))]);
    const observed = await observe(gzip(zeros), {}, { freeExpansionBytes: 1024 ** 2, expansionRatio: 100 });
    expect(observed.failure).toMatchObject({ code: 'limit', detail: expect.stringContaining('expansionRatio') });
    expect(await observe(gzip(zeros), {}, { freeExpansionBytes: 4 * 1024 ** 2, expansionRatio: 100 })).toMatchObject({
      failure: null,
    });
  });

  it('count what a layer inside unfolds to against the bytes of the file', async () => {
    const layer = gzip(rawTar([file('zeros', Buffer.alloc(3 * 1024 ** 2))]), { level: 9 });
    // Either alone stays far below the ratio; a compressed archive of a compressed layer does not.
    const list = Array.from({ length: 20 }, (_, i) => file(`layer-${i}`, layer));
    const whole = gzip(rawTar(list), { level: 9 });
    const { failure, bodies } = await observe(whole, {}, { freeExpansionBytes: 8 * 1024 ** 2, expansionRatio: 1100 });
    const failed = [...bodies.values()].filter((body) => body.layer?.ok === false);
    expect(failure).toBeNull();
    expect(failed.length).toBeGreaterThan(15);
    expect(failed.at(-1)).toMatchObject({ digests: { sha256: sha256(layer) }, layer: { limit: true } });
    expect(limits.expansionRatio).toBe(1100);
  });
});

describe('bodies whose decoder has to be loaded', () => {
  it('are observed one after the other, whatever number of them one chunk holds', async () => {
    const tiny = rawTar([file('x', 'y')]);
    const stored = xz(tiny);
    const length = runs(300, 90);
    const list = Array.from({ length }, (_, i) => file(`layer-${i}`, i % 3 === 2 ? tiny : stored));
    const { bodies } = await observe(gzip(rawTar(list)));
    const layers = [...bodies.values()].map(({ layer }) => layer);
    expect(layers).toHaveLength(length);
    expect(new Set(layers.map((layer) => JSON.stringify(layer))).size).toBe(1);
  });

  it('may wait up to a limit, and what waits beyond it ends the pass', async () => {
    const size = 70 * 1024 ** 2;
    // Starts as xz does; a frame of repeated bytes brings all of it within one chunk of the file.
    const body = Buffer.concat([xz(Buffer.from('x')).subarray(0, 12), Buffer.alloc(size - 12)]);
    const { failure } = await observe(zstd(rawTar([file('huge', body)])));
    expect(failure).toMatchObject({ code: 'limit', detail: expect.stringContaining('wait') });
  });
});
