/**
 * An interruption at every place where a scan rests: in the search, at a table of headers, a document, a claim, a pass, a
 * comparison or a record. It ends there and then, and nothing is read after it.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Inventory } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import { appImage, baseImage } from '../formats/images.js';
import {
  dockerSave,
  gzip,
  ociIndex,
  ociLayout,
  ociManifest,
  rawTar,
  tagged,
  writeLayoutFolder,
} from '../helpers/archive-builder.js';
import { makeEveryTurnShort, signalFiringAt } from '../helpers/counting-signal.js';
import { range, sweep } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { folder } = temporaryFolder();
const layout = ociLayout([ociIndex([ociManifest(baseImage), ociManifest(appImage)])]);
const save = rawTar(dockerSave([appImage, baseImage], { variant: 'crane' }));

beforeAll(async () => {
  mkdirSync(join(folder, 'below'));
  writeFileSync(join(folder, 'save.tar'), save);
  writeFileSync(join(folder, 'below', 'layout.tar'), rawTar(layout));
  writeFileSync(join(folder, 'below', 'save.tar.gz'), gzip(save));
  await writeLayoutFolder(ociLayout(tagged(ociManifest(baseImage), baseImage.tags)), join(folder, 'unpacked'));
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a scan of the folder gives, or the code of the error that it ends with; how often it asked for the signal. */
async function ended(firesAt: number): Promise<{ readonly end: Inventory | string; readonly asked: number }> {
  makeEveryTurnShort();
  const { signal, asked } = signalFiringAt(firesAt);
  try {
    return { end: await scan([folder], { workers: 0, signal }), asked: asked() };
  } catch (error) {
    return { end: (error as { code: string }).code, asked: asked() };
  }
}

describe('a scan that is interrupted', () => {
  it('rests many times over four small archives', async () => {
    const { end, asked } = await ended(Number.POSITIVE_INFINITY);
    expect(end).toMatchObject({ archives: [{}, {}, {}, {}] });
    expect(asked).toBeGreaterThan(80);
  });

  it('ends at the rest at which the signal fires, whichever that is', async () => {
    const { asked: rests } = await ended(Number.POSITIVE_INFINITY);
    const late: unknown[] = [];
    for (const n of sweep(range(1, rests + 1), 40)) {
      const { end, asked } = await ended(n);
      // It may be asked once more by whoever tells of it.
      if (end !== 'interrupted' || asked > n + 2) late.push({ n, end, asked });
    }
    expect(late).toEqual([]);
  });
});
