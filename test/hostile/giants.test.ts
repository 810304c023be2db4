/**
 * Archives that are larger than anyone makes them, in few bytes on disk: documents of a gigabyte, ten million entries, a
 * hundred thousand layers, ten thousand manifests. Each ends by a named limit, or is read.
 */
import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.js';
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
} from '../helpers/archive-builder.js';
import { archivePath, countOf, errorsOf, limitsHit, scanEntries, scanWritten } from './hostile.js';

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })] });
const crane = dockerSave([tiny], { variant: 'crane' });
const megabyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
const members = (count: number, content: Buffer): Buffer => {
  const member = gzip(content);
  return Buffer.concat(Array.from({ length: count }, () => member));
};

describe('a document of a gigabyte', () => {
  const header = rawHeader({ name: 'manifest.json', claimedSizeBytes: gibibyte });
  const start = rawTar(crane.slice(0, -1), { endBlocks: 0 });

  it('is not read', async () => {
    const fd = openSync(archivePath, 'w');
    writeSync(fd, Buffer.concat([start, header, Buffer.from('[{"Config":"')]));
    ftruncateSync(fd, start.length + 512 + gibibyte + 1024);
    closeSync(fd);
    expect(limitsHit(await scanWritten())).toEqual(['documentBytes']);
  });

  it('is not kept where it comes by in a pass', async () => {
    const body = members(1024, Buffer.alloc(megabyte, ' '));
    writeFileSync(archivePath, Buffer.concat([gzip(Buffer.concat([start, header])), body, gzip(Buffer.alloc(1024))]));
    expect(limitsHit(await scanWritten())).toEqual(['documentBytes']);
  });
});

describe('ten million entries', () => {
  const tenThousand = Buffer.concat(
    Array.from({ length: 10_000 }, (_, i) => rawHeader({ name: `file-${i}`, claimedSizeBytes: 0 })),
  );

  it('are read up to the limit where they come by in a pass', async () => {
    writeFileSync(archivePath, Buffer.concat([gzip(rawTar(crane, { endBlocks: 0 })), members(1000, tenThousand)]));
    const record = await scanWritten();
    expect(limitsHit(record)).toEqual(['entries']);
    expect([record.images.length, record.entries.length]).toEqual([1, limits.entries + 1]);
  });

  it('are read where they are ten thousand', async () => {
    const entries = Array.from({ length: 10_000 }, (_, i) => file(`file-${i}`, ''));
    expect((await scanEntries([...crane, ...entries])).status).toBe('ok');
  });
});

describe('layers', () => {
  it.each([100_000])('are listed up to the limit where a config names %d', async (count) => {
    const [first] = tiny.layers;
    const config = JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: Array.from({ length: count }, () => first?.diffId) },
    });
    const records = [{ Config: 'c.json', RepoTags: [], Layers: Array.from({ length: count }, () => 'l.tar') }];
    const record = await scanEntries([
      file('c.json', config),
      file('l.tar', first?.tar ?? ''),
      file('manifest.json', JSON.stringify(records)),
    ]);
    expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['layers']]);
    expect(record.images[0]?.layers).toHaveLength(limits.layers);
  });

  it('are all listed where a config names five hundred', async () => {
    const layers = Array.from({ length: 500 }, (_, i) => layer({ files: [{ path: `f${i}` }] }));
    const record = await scanEntries(dockerSave([image({ layers })], { variant: 'crane' }));
    expect([record.status, record.images[0]?.layers.length]).toEqual(['ok', 500]);
  });
});

describe('ten thousand manifests', () => {
  it('are ten thousand images where they are there', async () => {
    const nodes = Array.from({ length: 10_000 }, (_, i) =>
      withoutPlatform(ociManifest(image({ layers: tiny.layers, config: { Env: [`I=${i}`] } }))),
    );
    const record = await scanEntries(ociLayout(nodes));
    expect([record.status, record.images.length, countOf(record, 'blob-missing')]).toEqual(['ok', 10_000, 0]);
  });
});
