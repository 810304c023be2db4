/**
 * Archives for what must grow with their number and not with their size: many small ones of the same shape, one whose
 * layer is a hole, and a tar of many files. The same bytes for the same arguments.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { file } from './archive-entry.js';
import { digestOf } from './digests.js';
import { dockerSave } from './docker-save.js';
import { image } from './image.js';
import { layer, layerFromTar } from './layer.js';
import { rawHeader, rawTar, tarEnd } from './raw-tar.js';
import { seededRandom } from './seeded-random.js';

/**
 * Writes `count` (at most 10,000) small archives of one image each into a new folder: a base layer that all share and a
 * layer of their own, other bytes in each and every header at the same place. Returns the bytes of one tar.
 */
export function writeArchives(folder: string, count: number): Buffer {
  mkdirSync(folder, { recursive: true });
  const rng = seededRandom(count);
  const base = image({ layers: [layer({ files: [{ path: 'etc/os', content: rng.bytes(9000) }] })] });
  let last: Buffer = Buffer.alloc(0);
  for (let i = 0; i < count; i += 1) {
    const number = String(i).padStart(4, '0');
    const own = layer({ files: [{ path: 'srv/app', content: rng.bytes(5000) }] });
    const spec = image({ from: base, layers: [own], tags: [`registry.example/many/app-${number}:1`] });
    last = rawTar(dockerSave([spec], { variant: 'podman' }));
    writeFileSync(join(folder, `${number}.tar`), last);
  }
  return last;
}

/** Writes a save archive whose one layer of `layerBytes` bytes (a multiple of 512) is a hole. */
export function writeSparseArchive(path: string, layerBytes: number): void {
  const { config } = image({ layers: [layerFromTar(Buffer.from('unknown'))], tags: [] });
  const configName = `${digestOf(config).slice(7)}.json`;
  const manifest = JSON.stringify([{ Config: configName, RepoTags: ['sparse:1'], Layers: ['layer.tar'] }]);
  const documents = rawTar([file(configName, config), file('manifest.json', manifest)], { endBlocks: 0 });
  const header = rawHeader({ name: 'layer.tar', claimedSizeBytes: layerBytes, sizeEncoding: 'base-256' });
  const fd = openSync(path, 'w');
  writeSync(fd, Buffer.concat([documents, header]));
  writeSync(fd, Buffer.alloc(1024), 0, 1024, documents.length + header.length + layerBytes);
  closeSync(fd);
}

/** A tar of so many files of so many bytes, a multiple of 512, in folders of a hundred. */
export function tarOfFiles(count: number, fileBytes: number): Buffer {
  const body = Buffer.alloc(fileBytes, 'varve');
  const parts: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const name = `usr/lib/folder-${Math.floor(i / 100)}/file-${i}.txt`;
    parts.push(rawHeader({ name, claimedSizeBytes: fileBytes }), body);
  }
  return Buffer.concat([...parts, tarEnd(0, {})]);
}
