/** Archives on disk for runs of whole commands: a good one, one with a flipped byte, one that is compressed, a folder. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerSave, flipEntryByte, gzip, image, layer, tar } from '../helpers/archive-builder.js';

const base = layer({ files: [{ path: 'bin/sh', content: 'shell'.repeat(1000) }] });
const app = layer({ files: [{ path: 'srv/app', content: 'application'.repeat(500) }] });

export const baseImage = image({ layers: [base], tags: ['docker.io/library/base:1'] });
export const appImage = image({ from: baseImage, layers: [app], tags: ['registry.example/team/app:2'] });
const untagged = image({ layers: [app], tags: [] });

/** Writes the archives into a folder. */
export async function writeArchives(folder: string): Promise<void> {
  const hybrid = dockerSave([baseImage], { variant: 'hybrid' });
  const layerName = `blobs/sha256/${base.diffId.slice('sha256:'.length)}`;
  await writeFile(join(folder, 'base.tar'), await tar(hybrid));
  await writeFile(join(folder, 'damaged.tar'), await tar(flipEntryByte(hybrid, layerName, 600)));
  await writeFile(join(folder, 'app.tar.gz'), gzip(await tar(dockerSave([appImage], { variant: 'legacy' }))));
  await writeFile(join(folder, 'crane.tar'), await tar(dockerSave([appImage, untagged], { variant: 'crane' })));
  await writeFile(join(folder, 'empty.tar'), '');
  await writeFile(join(folder, 'readme.txt'), 'no archive');
}
