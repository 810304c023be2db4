/** A job that two threads share has the result that it has in one, whatever is in it and whatever is wrong with it. */

import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { constants, crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Limits, limits } from '../../../src/model/limits.js';
import { createControl, createOwner, stop } from '../../../src/observe/control.js';
import type { BlobJob, Job, JobResult, StreamJob } from '../../../src/observe/observation.js';
import { createContext, withOwner } from '../../../src/observe/work-context.js';
import { fileAt } from '../../../src/sources/location.js';
import { observe } from '../../../src/threads/observe.js';
import { closeRelay, createRelay, type Relay } from '../../../src/threads/pair/relay.js';
import { file, flipByte, gzip, mixedContent, rawTar, seededRandom, xz, zstd } from '../../helpers/archive-builder.js';
import { runs, sweep } from '../../helpers/sweep.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { blobJob, workerContext } from '../../observe/jobs.js';
import { bzip2 } from '../../scan/bzip2-writer.js';

const { writeFile } = temporaryFolder();
const rng = seededRandom(77);
const layerTar = rawTar([
  ...Array.from({ length: 12 }, (_, i) => file(`f${i}`, mixedContent(rng, 10_000))),
  file('noise', rng.bytes(130_000)),
]);
const codecs = {
  none: (content: Buffer) => content,
  gzip: (content: Buffer) => gzip(content, { members: 3 }),
  zstd: (content: Buffer) => zstd(content, { frames: 3 }),
  xz,
  bzip2,
} as const;
type Codec = keyof typeof codecs;
const names = Object.keys(codecs) as Codec[];
const bodies = Object.fromEntries(names.map((name) => [name, codecs[name](layerTar)])) as Record<Codec, Buffer>;
const archives = Object.fromEntries(
  names.map((name) => [
    name,
    codecs[name](rawTar(names.slice(0, 3).map((inner) => file(`blobs/sha256/${inner}`, bodies[inner])))),
  ]),
) as Record<Codec, Buffer>;

let helper: Worker;
beforeAll(() => {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { default: run } = require(workerData);
    parentPort.on('message', (task) => run(task).then(() => parentPort.postMessage('done')));`;
  helper = new Worker(script, { eval: true, workerData: createRequire(import.meta.url).resolve('#digest-worker') });
});
afterAll(async () => {
  await helper.terminate();
});

/** The job by the other thread and this one, and whether the other one has come to its end as well. */
async function together(job: Job, changed: Partial<Limits> = {}, relay: Relay = createRelay()): Promise<JobResult> {
  const control = createControl();
  const owner = createOwner(control);
  const ended = new Promise((resolve) => helper.once('message', resolve));
  helper.postMessage({ jobs: [{ id: 0, job }], engine: 'node', control, relay: { relay, owner, decodes: true } });
  const context = createContext({ engine: 'node', control, limits: { ...limits, ...changed } });
  const result = await observe(job, withOwner(context, owner), { relay });
  expect(await ended).toBe('done');
  return result;
}

const alone = (job: Job, changed: Partial<Limits> = {}): Promise<JobResult> =>
  observe(job, workerContext('node', changed));

const blob = (content: Buffer): BlobJob =>
  blobJob(writeFile('body', content), content.length, { algorithms: ['sha256', 'sha512'], layer: ['sha256'] });
const stream = (content: Buffer): StreamJob => ({
  kind: 'stream',
  location: fileAt(writeFile('archive', content)),
  sizeBytes: content.length,
  bodies: true,
  probes: [],
});

describe.each(names)('a layer of %s', (name) => {
  it('is the same by two threads', async () => {
    const job = blob(bodies[name]);
    const result = await together(job);
    expect(result).toMatchObject({ ok: true, value: { compression: name, layer: { ok: true } } });
    expect(result).toEqual(await alone(job));
  });

  it('is the same with its files listed', async () => {
    const job: Job = { ...blob(bodies[name]), probes: ['files'] };
    expect(await together(job)).toEqual(await alone(job));
  });

  it('is the same however it is damaged or cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.boolean(), async (place, cut) => {
        const at = Math.floor(place * bodies[name].length);
        const job = blob(cut ? bodies[name].subarray(0, at) : flipByte(bodies[name], at));
        expect(await together(job)).toEqual(await alone(job));
      }),
      { numRuns: runs(25, 8) },
    );
  });
});

describe.each(names)('an archive of %s', (name) => {
  it('is the same by two threads', async () => {
    const job = stream(archives[name]);
    const result = await together(job);
    expect(result).toMatchObject({ ok: true, value: { compression: name, isTar: true, failure: null } });
    expect(result).toEqual(await alone(job));
  });

  it('is the same however it is damaged or cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.boolean(), async (place, cut) => {
        const at = Math.floor(place * archives[name].length);
        const job = stream(cut ? archives[name].subarray(0, at) : flipByte(archives[name], at));
        expect(await together(job)).toEqual(await alone(job));
      }),
      { numRuns: runs(15, 6) },
    );
  });
});

/** Of so many bytes that the second thread computes the checksum. */
const long = rawTar([file('long', mixedContent(rng, 2_500_000))]);

describe('a long gzip member, whose checksum the second thread computes,', () => {
  const whole = gzip(long);
  const changed = (from: number, xor: number): Buffer => {
    const copy = Buffer.from(whole);
    copy[copy.length + from] = (copy[copy.length + from] ?? 0) ^ xor;
    return copy;
  };

  it.each([
    ['as it should be', whole],
    ['between others', Buffer.concat([gzip(layerTar), whole, gzip(Buffer.alloc(0)), whole, gzip(layerTar)])],
    ['with padding behind it', Buffer.concat([whole, Buffer.alloc(3000)])],
  ])('is the same by two threads: %s', async (_, body) => {
    for (const job of [blob(body), stream(body)]) {
      const result = await together(job);
      expect(result).toMatchObject({ ok: true });
      expect(JSON.stringify(result)).not.toContain('damaged');
      expect(result).toEqual(await alone(job));
    }
  });

  it.each([
    ['a wrong checksum', changed(-8, 1), 'incorrect data check'],
    ['a wrong checksum, and more behind it', Buffer.concat([changed(-7, 128), whole]), 'incorrect data check'],
    [
      'a wrong checksum and a wrong size',
      Buffer.concat([changed(-5, 1).subarray(0, -1), Buffer.of(9)]),
      'incorrect data check',
    ],
    ['a wrong size', changed(-1, 1), 'incorrect length check'],
    ['no end', whole.subarray(0, -3), 'ends inside a member'],
    ['garbage behind it', Buffer.concat([whole, Buffer.from('garbage')]), 'not gzip follow'],
  ])('is refused by two threads as by one: %s', async (_, body, words) => {
    for (const job of [blob(body), stream(body)]) {
      const result = await together(job);
      expect(JSON.stringify(result)).toContain(words);
      expect(result).toEqual(await alone(job));
    }
  });

  it('is refused by the same limit where its last bytes are too many and its checksum is wrong', async () => {
    const job = blob(changed(-8, 1));
    for (const layerExpansionBytes of [long.length - 1, long.length, 1_500_000]) {
      expect(await together(job, { layerExpansionBytes })).toEqual(await alone(job, { layerExpansionBytes }));
    }
  });
});

describe('two threads', () => {
  it('say the same of an input of a few bytes, and of one with a few at its end', async () => {
    for (const name of names) {
      for (const length of sweep([0, 1, 3, 9, 20, 511, 512, 513, 65_536 + 3, 262_144 + 511, 524_288 + 3], 5)) {
        const start = archives[name].subarray(0, length);
        for (const job of [blob(start), stream(start)]) expect(await together(job)).toEqual(await alone(job));
      }
    }
  });

  it('give up a bomb at the same byte as one, and read the rest of it', async () => {
    const bomb = Buffer.concat([gzipSync(Buffer.alloc(8 * 1024 ** 2)), gzipSync(rng.bytes(700_000))]);
    const tight = { freeExpansionBytes: 1024 ** 2, expansionRatio: 10 };
    for (const job of [blob(bomb), stream(bomb)]) {
      const result = await together(job, tight);
      expect(JSON.stringify(result)).toContain('expansionRatio');
      expect(result).toEqual(await alone(job, tight));
    }
  });

  it('keep the window of a member whatever is put on the belt before it goes on', async () => {
    // So many stored blocks of nothing that the belt goes round more than once, and behind them copies of what was before.
    const content = Buffer.concat([rng.bytes(32_768), rng.bytes(60_000)]);
    const [tarStart, copied] = [rawTar([file('start', content)]), rng.bytes(20)];
    const blocks = [deflateRawSync(tarStart, { finishFlush: constants.Z_SYNC_FLUSH })];
    blocks.push(Buffer.alloc(5 * 1024 ** 2, Buffer.from([0, 0, 0, 0xff, 0xff])));
    const dictionary = tarStart.subarray(-32_768);
    const rest = Buffer.concat([dictionary, copied, dictionary]);
    blocks.push(deflateRawSync(rest, { dictionary }));
    const whole = Buffer.concat([tarStart, rest]);
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc32(whole), 0);
    trailer.writeUInt32LE(whole.length, 4);
    const body = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), ...blocks, trailer]);
    expect(gunzipSync(body).equals(whole)).toBe(true);
    for (const job of [blob(body), stream(body)]) {
      const result = await together(job);
      expect(result).toMatchObject({ ok: true });
      expect(JSON.stringify(result)).not.toContain('damaged');
      expect(result).toEqual(await alone(job));
    }
  });

  it('find the same of pieces that become more than the whole belt holds', async () => {
    const bomb = gzip(rawTar([file('zeros', Buffer.alloc(40_000_000)), file('noise', rng.bytes(300_000))]));
    const cut = bomb.subarray(0, -100_000);
    for (const body of [bomb, cut]) {
      for (const job of [blob(body), stream(body)]) expect(await together(job)).toEqual(await alone(job));
    }
  });

  it('find the same where WebAssembly can share no memory', async () => {
    for (const body of [bodies.gzip, gzip(long), gzip(long).subarray(0, -3), flipByte(bodies.gzip, 40_000)]) {
      for (const job of [blob(body), stream(body)]) {
        const relay = createRelay();
        const memory = { buffer: new SharedArrayBuffer(relay.memory.buffer.byteLength) };
        expect(await together(job, {}, { ...relay, memory })).toEqual(await alone(job));
      }
    }
  });

  it('fail as one does where the file cannot be read, or has shrunk', async () => {
    const shrunk = blobJob(writeFile('shrunk', bodies.gzip), bodies.gzip.length + 1, { layer: ['sha256'] });
    const gone = blobJob('/nowhere/at/all', 5_000_000, { layer: ['sha256'] });
    const lost: StreamJob = { kind: 'stream', location: fileAt('/nowhere'), sizeBytes: 5, bodies: true, probes: [] };
    for (const job of [shrunk, gone, lost]) {
      const result = await together(job);
      expect(result).toMatchObject({ ok: false, error: { code: 'input-unreadable' } });
      expect(result).toEqual(await alone(job));
    }
  });

  it('may both need a large window at once', async () => {
    const zeros = Buffer.alloc(9 * 1024 ** 2);
    const job = stream(zstd(rawTar([file('blobs/sha256/wide', zstd(zeros)), file('zeros', zeros)])));
    const result = await together(job);
    expect(result).toMatchObject({ ok: true, value: { failure: null } });
    expect(result).toEqual(await alone(job));
  });

  it('do not wait for one that has died', async () => {
    const job = blob(bodies.gzip);
    const relay = createRelay();
    closeRelay(relay);
    expect(await observe(job, workerContext(), { relay })).toMatchObject({ ok: false, error: { code: 'internal' } });
  });

  it('end when a stop was asked for', async () => {
    const context = workerContext();
    stop(context.control);
    const result = await observe(blob(bodies.gzip), context, { relay: createRelay() });
    expect(result).toMatchObject({ ok: false, error: { code: 'interrupted' } });
  });
});
