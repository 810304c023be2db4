/** What everything that content is written to has to keep to, whatever the sender does. */
import { describe, expect, it } from 'vitest';
import type { ContentBlob, OpenContent, PutReport } from '../../../src/content/transfer/content.js';
import { ContentError } from '../../../src/content/transfer/content-check.js';
import type { Digest } from '../../../src/model/digest.js';
import { digestOf, seededRandom } from '../../helpers/archive-builder.js';
import { contentWriters } from './content-writers.js';

const random = seededRandom(20);
const silent: PutReport = { onResumed: () => {}, onBytes: () => {}, onVerify: () => {} };
const chunkBytes = 10_000;

const blobOf = (bytes: Buffer): ContentBlob => ({
  digest: digestOf(bytes) as Digest,
  sizeBytes: bytes.length,
  mediaType: 'application/octet-stream',
});

/** Sends bytes in chunks; throws at a position where one is given. */
const sent = (bytes: Buffer, breaksAt = Infinity): OpenContent =>
  async function* (offsetBytes) {
    for (let at = offsetBytes; at < bytes.length; at += chunkBytes) {
      await new Promise((resolve) => setImmediate(resolve));
      if (at + chunkBytes > breaksAt) {
        yield bytes.subarray(at, breaksAt);
        throw new Error('the sender has gone');
      }
      yield bytes.subarray(at, at + chunkBytes);
    }
  };

const body = random.bytes(64_321);
const other = random.bytes(2_000);
const [blob, otherBlob, emptyBlob] = [blobOf(body), blobOf(other), blobOf(Buffer.alloc(0))];
let places = 0;
const newPlace = (): string => `place${places++}`;

describe.each(Object.entries(contentWriters()))('%s as something that content is written to', (_, kind) => {
  it('has what was put, byte for byte, and says so', async () => {
    const place = newPlace();
    const answers = await kind.within(place, [blob, otherBlob], async (writer) => {
      const before = await writer.has(blob);
      await Promise.all([writer.put(blob, sent(body), silent), writer.put(otherBlob, sent(other), silent)]);
      return [before, await writer.has(blob), await writer.has(otherBlob)];
    });
    expect(answers).toEqual([false, true, true]);
    expect((await kind.found(place, blob.digest))?.equals(body)).toBe(true);
    expect((await kind.found(place, otherBlob.digest))?.equals(other)).toBe(true);
  });

  it('has a blob without a byte', async () => {
    const place = newPlace();
    await kind.within(place, [emptyBlob], (writer) => writer.put(emptyBlob, sent(Buffer.alloc(0)), silent));
    expect((await kind.found(place, emptyBlob.digest))?.length).toBe(0);
  });

  it.each([
    ['other bytes', 'digest', random.bytes(body.length)],
    ['fewer bytes', 'short', body.subarray(0, -1)],
    ['more bytes', 'long', Buffer.concat([body, Buffer.of(0)])],
    ['no byte at all', 'short', Buffer.alloc(0)],
  ])('takes nothing of a sender of %s, and tells the fault', async (_name, fault, bytes) => {
    const place = newPlace();
    const put = kind.within(place, [blob], (writer) => writer.put(blob, sent(bytes), silent));
    await expect(put).rejects.toThrow(ContentError);
    await expect(put).rejects.toMatchObject({ fault });
    expect(await kind.found(place, blob.digest)).toBeNull();
  });

  it('takes the right bytes after wrong ones', async () => {
    const place = newPlace();
    await kind.within(place, [blob], async (writer) => {
      await expect(writer.put(blob, sent(random.bytes(body.length)), silent)).rejects.toThrow(ContentError);
      await writer.put(blob, sent(body), silent);
    });
    expect((await kind.found(place, blob.digest))?.equals(body)).toBe(true);
  });

  it('has nothing under the name of a blob of which the sender has gone, and takes it when it comes again', async () => {
    const place = newPlace();
    const cut = kind.within(place, [blob], (writer) => writer.put(blob, sent(body, 33_333), silent));
    await expect(cut).rejects.toThrow('the sender has gone');
    expect(await kind.found(place, blob.digest)).toBeNull();
    await kind.within(place, [blob], (writer) => writer.put(blob, sent(body), silent));
    expect((await kind.found(place, blob.digest))?.equals(body)).toBe(true);
  });

  it('takes one blob of two writers at a time, whole', async () => {
    const place = newPlace();
    const put = () => kind.within(place, [blob], (writer) => writer.put(blob, sent(body), silent));
    await Promise.all([put(), put(), put()]);
    expect((await kind.found(place, blob.digest))?.equals(body)).toBe(true);
  });

  it('is not fooled by the size of what is there', async () => {
    const wrong = blobOf(random.bytes(body.length));
    const place = newPlace();
    await kind.within(place, [blob], (writer) => writer.put(blob, sent(body), silent));
    const has = await kind.within(place, [blob], async (writer) => {
      if (!kind.isShared) await writer.put(blob, sent(body), silent);
      return [await writer.has(blob), await writer.has(wrong)];
    });
    expect(has).toEqual([true, false]);
  });
});
