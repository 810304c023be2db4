/**
 * The builder is the other side of every comparison, so it is checked against what neither it nor `src/` wrote: tar-stream's
 * reader, node:zlib, node:crypto and zstddec.
 */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { extract } from 'tar-stream';
import { expect, it, describe as suite } from 'vitest';
import { ZSTDDecoder } from 'zstddec';
import * as build from './archive-builder.js';
import { inTemporaryFolder } from './temporary-folder.js';

interface ReadEntry {
  readonly name: string;
  readonly content: Buffer;
  readonly linkname: string | null;
}

async function readTar(bytes: Buffer): Promise<ReadEntry[]> {
  const reader = extract();
  reader.end(bytes);
  const entries: ReadEntry[] = [];
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries.push({
      name: entry.header.name,
      content: Buffer.concat(chunks),
      linkname: entry.header.linkname ?? null,
    });
  }
  return entries;
}

function sha256(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function twoImages(seed = 7): build.ImageSpec[] {
  const rng = build.seededRandom(seed);
  const base = build.image({
    layers: [build.randomLayer(rng, { sizeBytes: 5000 })],
    tags: ['docker.io/library/base:1'],
  });
  const own = build.randomLayer(rng, { sizeBytes: 3001, entries: 3 });
  return [
    base,
    build.image({ from: base, layers: [own], tags: ['registry.example.com/app:2'], config: { Cmd: ['run'] } }),
  ];
}

const VARIANTS = ['v1', 'legacy', 'hybrid', 'podman', 'crane'] as const;

suite('archive builder', () => {
  it.each(VARIANTS)(
    'the builder makes the same %s archive for the same seed, and another for another seed',
    async (variant) => {
      const first = await build.tar(build.dockerSave(twoImages(1), { variant }));
      expect(first.equals(await build.tar(build.dockerSave(twoImages(1), { variant })))).toBe(true);
      expect(first.equals(await build.tar(build.dockerSave(twoImages(2), { variant })))).toBe(false);
    },
  );

  it.each(['auto', 'pax', 'gnu'] as const)(
    'the builder writes tars that tar-stream reads back, long names %s',
    async (longNames) => {
      const entries = [
        build.directory('folder'),
        build.file(`folder/${'n'.repeat(140)}`, 'long'),
        build.file('folder/empty', ''),
        build.symlink('link', 't'.repeat(120)),
      ];
      const read = await readTar(await build.tar(entries, { longNames }));
      expect(read.map((entry) => entry.name.replace(/\/$/, ''))).toEqual(
        entries.map((entry) => entry.name.replace(/\/$/, '')),
      );
      expect(read[1]?.content.toString()).toBe('long');
      expect(read[3]?.linkname).toBe('t'.repeat(120));
    },
  );

  it('the builder writes layers of exactly the asked content bytes, their digest being the diffID', async () => {
    const layer = build.randomLayer(build.seededRandom(3), { sizeBytes: 10_001, entries: 3 });
    const read = await readTar(layer.tar);
    expect(read.reduce((sum, entry) => sum + entry.content.length, 0)).toBe(10_001);
    expect(layer.diffId).toBe(sha256(layer.tar));
  });

  it('the builder compresses with gzip in as many members as asked', () => {
    const content = Buffer.from(build.seededRandom(4).text(9000));
    expect(zlib.gunzipSync(build.gzip(content)).equals(content)).toBe(true);
    expect(zlib.gunzipSync(build.gzip(content, { members: 5 })).equals(content)).toBe(true);
    expect(build.gzip(content).length).toBeLessThan(content.length);
  });

  it('the builder writes zstd that zstddec decodes', async () => {
    const decoder = new ZSTDDecoder();
    await decoder.init();
    const content = Buffer.concat([build.mixedContent(build.seededRandom(5), 300_000), Buffer.alloc(200_000)]);
    for (const bytes of [build.zstd(content), build.zstd(content, { contentSize: false })]) {
      expect(Buffer.from(decoder.decode(bytes, content.length)).equals(content)).toBe(true);
    }
  });

  it('the builder names every blob of a layout by its digest', () => {
    const [base, app] = twoImages() as [build.ImageSpec, build.ImageSpec];
    const manifest = build.ociManifest(app, { compression: 'zstd', inlineConfig: true });
    const index = build.ociIndex([manifest, build.ociManifest(base), build.attestation(manifest)]);
    const entries = build.ociLayout(build.tagged(index, app.tags), { orphans: [Buffer.from('nobody')] });
    const blobs = entries.filter((entry) => entry.name.startsWith('blobs/sha256/') && entry.type !== 'directory');
    expect(blobs.length).toBe(12);
    expect(blobs.map((blob) => blob.name)).toEqual(blobs.map((blob) => build.blobPath(sha256(blob.content))));
  });

  it('the builder leaves out the blobs of foreign layers and of absent nodes', () => {
    const [, app] = twoImages() as [build.ImageSpec, build.ImageSpec];
    const foreign = build.ociManifest(app, {
      compression: (layer) => build.compress(layer, 'gzip', { urls: ['https://example.com/layer'] }),
    });
    expect(foreign.blobs.length).toBe(2);
    expect(build.absent(foreign).blobs).toEqual([]);
  });

  it('the builder refuses to tamper with what is not there', () => {
    const entries = [build.file('a', 'x')];
    expect(() => build.dropEntry(entries, 'b')).toThrow(RangeError);
    expect(() => build.replaceContent(entries, 'b', '')).toThrow(RangeError);
    expect(build.flipEntryByte(entries, 'a', 0)[0]?.content.toString()).toBe('y');
    expect(entries[0]?.content.toString()).toBe('x');
  });

  it('the builder writes the same entries as a folder', async () => {
    await inTemporaryFolder(async ({ folder }) => {
      const entries = build.dockerSave(twoImages(), { variant: 'legacy' });
      await build.writeLayoutFolder(entries, folder);
      const files = entries.filter((entry) => (entry.type ?? 'file') === 'file');
      const written = await Promise.all(files.map((entry) => readFile(join(folder, entry.name))));
      expect(written.map(sha256)).toEqual(files.map((entry) => sha256(entry.content)));
    });
  });
});
