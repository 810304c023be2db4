/** Content that comes to a full disk: it is told, nothing is there under its name, and with space again it is taken. */
import { describe, expect, it } from 'vitest';
import type { ContentBlob } from '../../../src/content/transfer/content.js';
import type { Digest } from '../../../src/model/digest.js';
import { OutputError } from '../../../src/model/error.js';
import { digestOf, seededRandom } from '../../helpers/archive-builder.js';
import { changedFs } from '../../helpers/changed-fs.js';
import { contentWriters } from './content-writers.js';

const body = seededRandom(21).bytes(50_000);
const blob: ContentBlob = { digest: digestOf(body) as Digest, sizeBytes: body.length, mediaType: '' };
const silent = { onResumed: () => {}, onBytes: () => {}, onVerify: () => {} };
let isFull = false;

changedFs(({ writeSync }) => ({
  writeSync: (fd: number, bytes: Uint8Array, ...rest: number[]) => {
    if (isFull && bytes.length >= 10_000) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    return writeSync(fd, bytes, ...(rest as [number, number, number]));
  },
}));

async function* inPieces(offsetBytes: number): AsyncGenerator<Buffer> {
  for (let at = offsetBytes; at < body.length; at += 10_000) yield body.subarray(at, at + 10_000);
}

const { 'a store': store, 'an archive': archive } = contentWriters();

describe.each(Object.entries({ 'a store': store, 'an archive': archive }))('%s on a full disk', (name, kind) => {
  it('says which file was not written, and takes the blob when there is space again', async () => {
    if (kind === undefined) throw new Error(`there is no ${name}`);
    const put = () => kind.within('full', [blob], (writer) => writer.put(blob, inPieces, silent));
    isFull = true;
    const refused = put();
    await expect(refused).rejects.toThrow(OutputError);
    await expect(refused).rejects.toThrow(/was not written: ENOSPC/);
    isFull = false;
    expect(await kind.found('full', blob.digest)).toBeNull();
    await put();
    expect((await kind.found('full', blob.digest))?.equals(body)).toBe(true);
  });
});
