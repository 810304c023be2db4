/** How many names an image keeps, by what a list says again for each of them. */
import { describe, expect, it } from 'vitest';
import {
  dockerSave,
  type ImageSpec,
  image,
  layer,
  ociLayout,
  ociManifest,
  tagged,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { errorsOf, limitsHit, scanEntries } from '../hostile/hostile.js';

const tag = (i: number): string => `docker.io/library/app:${i}`;
const layers = [layer({ files: [{ path: 'a', content: 'x' }] })];
const spec = (names: number, config: object = {}): ImageSpec =>
  image({ layers, config, tags: Array.from({ length: names }, (_, i) => tag(i)) });
/** What a row says of it without its name: a layer's digest, and a byte. */
const rowBytes = 81;

async function named(specs: readonly ImageSpec[], furtherNamesBytes: number) {
  const record = await scanEntries(dockerSave(specs, { variant: 'crane' }), { furtherNamesBytes });
  return {
    names: record.images.map(({ references }) => references.length),
    hit: limitsHit(record),
    errors: errorsOf(record),
  };
}

describe('the names of an image', () => {
  it('are kept up to the limit, the first one whatever it is', async () => {
    expect(await named([spec(4)], 3 * rowBytes)).toEqual({ names: [4], hit: [], errors: [] });
    const beyond = { hit: ['furtherNamesBytes'], errors: ['limit-exceeded'] };
    expect(await named([spec(4)], 3 * rowBytes - 1)).toEqual({ names: [3], ...beyond });
    expect(await named([spec(4)], rowBytes)).toEqual({ names: [2], ...beyond });
    expect(await named([spec(4)], 1)).toEqual({ names: [1], ...beyond });
    expect(await named([spec(1)], 1)).toEqual({ names: [1], hit: [], errors: [] });
  });

  it('are counted over all images of an archive', async () => {
    const other = image({ layers, config: { Env: ['A=1'] }, tags: [tag(8), tag(9)] });
    expect((await named([spec(3), other], 3 * rowBytes)).names).toEqual([3, 2]);
    expect(await named([spec(3), other], 2 * rowBytes)).toMatchObject({ names: [3, 1], hit: ['furtherNamesBytes'] });
  });

  it('weigh what the labels of the image are', async () => {
    const labels = { Labels: { maintainer: 'x'.repeat(500) } };
    expect((await named([spec(2, labels)], rowBytes + 500)).names).toEqual([1]);
    expect((await named([spec(2, labels)], rowBytes + 600)).names).toEqual([2]);
  });

  it('weigh the digests of its manifests', async () => {
    const node = withoutPlatform(ociManifest(spec(0)));
    const entries = ociLayout(tagged(node, [tag(1), tag(2)]));
    const names = async (furtherNamesBytes: number): Promise<number[]> => {
      const { images } = await scanEntries(entries, { furtherNamesBytes });
      return images.map(({ references }) => references.length);
    };
    expect(await names(rowBytes)).toEqual([1]);
    expect(await names(rowBytes + 80)).toEqual([2]);
  });
});
