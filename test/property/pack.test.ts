/**
 * The laws of a pack, on random sets of small archives: it is as large as was planned, whole, the same for any order of its
 * inputs, the same as a pack of itself, has the images and names of the set, and the bodies that the accounting says.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { scan } from '../../src/scan/scan.js';
import {
  attestation,
  dockerSave,
  type Entry,
  gzip,
  type ImageSpec,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  type SeededRandom,
  seededRandom,
  tagged,
  tar,
} from '../helpers/archive-builder.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';
import { freshScan, imageIds, packInto } from '../pack/packing.js';

const sets = Number(process.env['VARVE_RUNS'] ?? 500);
const layers = Array.from({ length: 5 }, (_, i) =>
  layer({ files: [{ path: `f${i}`, content: `layer ${i} `.repeat(9) }] }),
);
const variants = ['legacy', 'hybrid', 'podman', 'crane', 'jib'] as const;

function randomImage(random: SeededRandom): ImageSpec {
  const count = random.integer(1, 4);
  const tags = [`docker.io/shop/app:${random.integer(1, 3)}`, `registry.example.com/x:${random.integer(1, 2)}`];
  return image({
    layers: Array.from({ length: count }, () => random.pick(layers)),
    created: `2024-01-${String(random.integer(1, 20)).padStart(2, '0')}T00:00:00Z`,
    config: { Env: [`N=${random.integer(1, 4)}`] },
    tags: tags.slice(0, random.integer(0, 2)),
  });
}

function randomEntries(random: SeededRandom): Entry[] {
  const images = Array.from({ length: random.integer(1, 3) }, () => randomImage(random));
  const kind = random.integer(0, 7);
  const variant = variants[kind];
  // Jib writes one image.
  if (variant !== undefined) return dockerSave(variant === 'jib' ? images.slice(0, 1) : images, { variant });
  const compression = random.pick(['none', 'gzip', 'zstd'] as const);
  const roots = images.map((spec) => {
    const manifest = ociManifest(spec, { compression });
    return { spec, node: random.integer(0, 1) === 0 ? manifest : ociIndex([manifest, attestation(manifest)]) };
  });
  const orphans = random.integer(0, 1) === 0 ? [] : [Buffer.from('an orphan')];
  return ociLayout(
    roots.flatMap(({ spec, node }) => (spec.tags.length === 0 ? [node] : tagged(node, spec.tags))),
    { orphans },
  );
}

describe('a pack of random archives', () => {
  it('is as planned, whole, in no order, a pack of itself, and has what the accounting says', async () => {
    for (let seed = 1; seed <= sets; seed++) {
      await inTemporaryFolder(async ({ at, write }) => {
        const random = seededRandom(seed);
        const names = Array.from({ length: random.integer(1, 5) }, (_, i) => `${i}.tar`);
        for (const name of names) {
          const bytes = await tar(randomEntries(random));
          write({ [name]: random.integer(0, 4) === 0 ? gzip(bytes) : bytes });
        }
        const inputs = names.map((name) => at(name));
        const before = await scan(inputs, { workers: 0 });
        const options = { untagContested: true };
        const planned = await packInto(at('a.tar'), inputs, { ...options, dryRun: true });
        const written = await packInto(at('a.tar'), inputs, options);
        expect({ ...planned, status: 'written' }, `seed ${seed}`).toEqual(written);
        const after = await freshScan(written);
        expect(imageIds(after), `seed ${seed}`).toEqual(imageIds(before));
        const { packed, reclaim } = reportOf(before);
        expect(written.copiedBytes, `seed ${seed}`).toBe(packed.bodyBytes);
        const kept = await packInto(at('kept.tar'), inputs, { ...options, dryRun: true, without: ['dangling'] }).catch(
          () => null,
        );
        const { neededBytes, twinBytes, supersededBytes } = reclaim;
        expect(kept?.copiedBytes ?? 0, `seed ${seed}`).toBe(neededBytes + twinBytes + supersededBytes);
        await packInto(at('b.tar'), [...inputs].reverse(), options);
        await packInto(at('c.tar'), [at('a.tar')], options);
        const bytes = readFileSync(at('a.tar'));
        expect(readFileSync(at('b.tar')).equals(bytes), `seed ${seed}: in another order`).toBe(true);
        expect(readFileSync(at('c.tar')).equals(bytes), `seed ${seed}: of itself`).toBe(true);
      });
    }
  });
});
