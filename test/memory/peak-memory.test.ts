/**
 * Peak memory of `verify` against the size of what it reads: 100 MB, 1 GB and 10 GB, one image and several, plain,
 * compressed inside and compressed as a whole. Each run is a process of its own; its peak is what the kernel says.
 */

import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { constants, createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rawHeader, tarEnd } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { peakOf } from './peak.js';

const mebibyte = 1024 * 1024;
const limitBytes = 200 * mebibyte;
/** One window at a time may come on top, where a frame asks for more than 8 MiB. */
const largeWindowBytes = 128 * mebibyte;

const { folder } = temporaryFolder();
interface Run {
  readonly code: number;
  readonly peakBytes: number;
  readonly errors: number;
  readonly bytesHashed: number;
}

async function verify(file: string, ...options: string[]): Promise<Run> {
  const { code, peakBytes, stdout } = await peakOf('verify', file, '--format', 'json', ...options);
  const { errors, bytesHashed } = (JSON.parse(stdout) as { summary: Pick<Run, 'errors' | 'bytesHashed'> }).summary;
  return { code, peakBytes, errors, bytesHashed };
}

/** A layer of that size: a tar with one file of zeros. Its digest is computed, its bytes are a hole. */
function sparseLayer(sizeBytes: number): { header: Buffer; fileBytes: number; digest: string } {
  const fileBytes = sizeBytes - 3 * 512;
  const header = rawHeader({ name: 'zeros', claimedSizeBytes: fileBytes, sizeEncoding: 'base-256' });
  const hash = createHash('sha256').update(header);
  const zeros = Buffer.alloc(8 * mebibyte);
  for (let left = fileBytes + 1024; left > 0; left -= zeros.length)
    hash.update(zeros.subarray(0, Math.min(left, zeros.length)));
  return { header, fileBytes, digest: hash.digest('hex') };
}

/** A save archive of that many images with one layer each, all of the same size, as a sparse file. */
function sparseArchive(name: string, images: number, layerBytes: number): string {
  const path = join(folder, name);
  const fd = openSync(path, 'w');
  let at = 0;
  const put = (bytes: Buffer): void => {
    writeSync(fd, bytes, 0, bytes.length, at);
    at += bytes.length;
  };
  const document = (entry: string, content: Buffer): void => {
    put(rawHeader({ name: entry, claimedSizeBytes: content.length }));
    put(content);
    at += (512 - (content.length % 512)) % 512;
  };
  const records = Array.from({ length: images }, (_, i) => {
    const layer = sparseLayer(layerBytes + i * 512);
    const config = Buffer.from(
      JSON.stringify({
        os: 'linux',
        architecture: 'amd64',
        rootfs: { type: 'layers', diff_ids: [`sha256:${layer.digest}`] },
        history: [{}],
      }),
    );
    const configName = `${createHash('sha256').update(config).digest('hex')}.json`;
    document(configName, config);
    const sizeBytes = layer.fileBytes + 3 * 512;
    put(rawHeader({ name: `${layer.digest}.tar`, claimedSizeBytes: sizeBytes, sizeEncoding: 'base-256' }));
    writeSync(fd, layer.header, 0, 512, at);
    at += sizeBytes;
    return { Config: configName, RepoTags: [`example.com/sparse:${i}`], Layers: [`${layer.digest}.tar`] };
  });
  document('manifest.json', Buffer.from(JSON.stringify(records)));
  put(tarEnd(at, {}));
  ftruncateSync(fd, at);
  closeSync(fd);
  return path;
}

describe('peak memory of verify', () => {
  const sizes = [
    ['100 MB', 100e6],
    ['1 GB', 1e9],
    ['10 GB', 10e9],
  ] as const;

  it.each(sizes)('stays under 200 MiB for one image of %s', async (label, bytes) => {
    const file = sparseArchive(`one-${label}.tar`, 1, Math.floor(bytes / 512) * 512);
    const run = await verify(file);
    expect(run).toMatchObject({ code: 0, errors: 0 });
    expect(run.bytesHashed).toBeGreaterThan(bytes * 0.99);
    expect(run.peakBytes).toBeLessThan(limitBytes);
  });

  it.each(sizes)('stays under 200 MiB for five images of %s together', async (label, bytes) => {
    const file = sparseArchive(`five-${label}.tar`, 5, Math.floor(bytes / 5 / 512) * 512);
    const run = await verify(file);
    expect(run).toMatchObject({ code: 0, errors: 0 });
    expect(run.peakBytes).toBeLessThan(limitBytes);
  });

  it('stays under 200 MiB for 1 GB that is compressed as a whole', async () => {
    const plain = sparseArchive('whole.tar', 2, Math.floor(5e8 / 512) * 512);
    const { createReadStream, createWriteStream } = await import('node:fs');
    const { pipeline } = await import('node:stream/promises');
    await pipeline(
      createReadStream(plain),
      createGzip({ level: constants.Z_BEST_SPEED }),
      createWriteStream(`${plain}.gz`),
    );
    const run = await verify(`${plain}.gz`);
    expect(run).toMatchObject({ code: 0, errors: 0 });
    expect(run.peakBytes).toBeLessThan(limitBytes);
  });

  it.each([
    ['8 MiB', 13, 0],
    ['128 MiB', 17, largeWindowBytes],
  ] as const)(
    'holds one zstd window of %s at a time, whatever the number of layers',
    async (_, windowLog, extraBytes) => {
      const file = zstdLayout(`zstd-${windowLog}`, windowLog + 10, 4, 300 * mebibyte);
      const run = await verify(file, '--workers', '2');
      expect(run).toMatchObject({ code: 0, errors: 0 });
      expect(run.peakBytes).toBeLessThan(limitBytes + extraBytes);
    },
  );
});

/** An OCI archive of layers that are one zstd frame each, with a window of that size, made of blocks that repeat a byte. */
function zstdLayout(name: string, windowLog: number, layers: number, layerBytes: number): string {
  const entries = Array.from({ length: layers }, (_, i) => {
    const fileBytes = layerBytes + i * 512;
    const header = rawHeader({ name: `zeros-${i}`, claimedSizeBytes: fileBytes, sizeEncoding: 'base-256' });
    return zstdRuns(header, fileBytes + 1024, windowLog);
  });
  const blobs = new Map<string, Buffer>();
  const add = (bytes: Buffer): { digest: string; size: number } => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    blobs.set(`blobs/sha256/${hex}`, bytes);
    return { digest: `sha256:${hex}`, size: bytes.length };
  };
  const layerDescriptors = entries.map(({ bytes }) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
    ...add(bytes),
  }));
  const config = add(
    Buffer.from(
      JSON.stringify({
        os: 'linux',
        architecture: 'amd64',
        rootfs: { type: 'layers', diff_ids: entries.map(({ diffId }) => diffId) },
      }),
    ),
  );
  const manifest = add(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: layerDescriptors,
      }),
    ),
  );
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest }],
  };
  const path = join(folder, `${name}.tar`);
  const fd = openSync(path, 'w');
  const put = (entry: string, content: Buffer): void => {
    writeSync(fd, rawHeader({ name: entry, claimedSizeBytes: content.length }));
    writeSync(fd, content);
    writeSync(fd, Buffer.alloc((512 - (content.length % 512)) % 512));
  };
  put('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  put('index.json', Buffer.from(JSON.stringify(index)));
  for (const [entry, content] of blobs) put(entry, content);
  // So many bytes that the work goes to the pool: an orphan of zeros.
  put('blobs/padding', Buffer.alloc(40 * mebibyte));
  writeSync(fd, Buffer.alloc(1024));
  closeSync(fd);
  return path;
}

/** RFC 8878: a frame of one raw block and then blocks that repeat a zero byte, 128 KiB each. */
function zstdRuns(head: Buffer, zeros: number, windowLog: number): { bytes: Buffer; diffId: string } {
  const block = (last: boolean, type: number, sizeBytes: number): Buffer => {
    const header = Buffer.alloc(3);
    header.writeUIntLE((sizeBytes << 3) | (type << 1) | (last ? 1 : 0), 0, 3);
    return header;
  };
  const parts = [
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3]),
    block(false, 0, head.length),
    head,
  ];
  const hash = createHash('sha256').update(head);
  const run = Buffer.alloc(128 * 1024);
  for (let left = zeros; left > 0; left -= run.length) {
    const size = Math.min(left, run.length);
    parts.push(block(left <= run.length, 1, size), Buffer.from([0]));
    hash.update(run.subarray(0, size));
  }
  return { bytes: Buffer.concat(parts), diffId: `sha256:${hash.digest('hex')}` };
}
