/** Three archives with more bytes than one thread is trusted with: two with holes as layers, one compressed as a whole. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dockerSave, gzip, image, layer, rawTar, seededRandom } from '../helpers/archive-builder.js';

/** Bytes of a layer. */
const layerBytes = 40 * 1024 * 1024;

/** Writes `a.tar`, `b.tar` and `c.tar.gz` into a new folder. */
export function writeLargeArchives(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [i, name] of ['a.tar', 'b.tar', 'c.tar.gz'].entries()) {
    const content = Buffer.alloc(layerBytes, seededRandom(i).bytes(4096));
    const spec = image({ layers: [layer({ files: [{ path: 'srv/data', content }] })], tags: [`large/${i}:1`] });
    const bytes = rawTar(dockerSave([spec], { variant: 'podman' }));
    writeFileSync(join(folder, name), name.endsWith('.gz') ? gzip(bytes) : bytes);
  }
}

/** Writes an archive that two threads share: compressed as a whole, and hardly smaller for it. */
export function writeSharedArchive(path: string): void {
  const content = seededRandom(9).bytes(layerBytes);
  const spec = image({ layers: [layer({ files: [{ path: 'srv/noise', content }] })], tags: ['large/shared:1'] });
  writeFileSync(path, gzipSync(rawTar(dockerSave([spec], { variant: 'podman' })), { level: 0 }));
}

/** Writes an archive that threads without a job of their own help with: more than 64 MiB, in blocks with codes of their own. */
export function writeSplitArchive(path: string): void {
  const content = Buffer.from(
    seededRandom(10)
      .bytes(2 * layerBytes)
      .toString('base64'),
  );
  const spec = image({ layers: [layer({ files: [{ path: 'srv/text', content }] })], tags: ['large/split:1'] });
  writeFileSync(path, gzipSync(rawTar(dockerSave([spec], { variant: 'podman' })), { level: 1 }));
}
