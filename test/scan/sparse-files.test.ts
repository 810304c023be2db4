/**
 * Archives whose files are stored without their holes, in the four forms there are, and by every way in: they are what the
 * same archive is that was packed without that. And what a hole costs.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import {
  compress,
  dockerSave,
  type Entry,
  gzip,
  image,
  layer,
  ociLayout,
  ociManifest,
  rawTar,
  tagged,
} from '../helpers/archive-builder.js';
import { type SparseForm, sparseEntries, sparseEntry, sparseFile, sparseForms } from '../helpers/sparse-files.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { at, write } = temporaryFolder();
const holey = (filler: string): Buffer =>
  Buffer.concat([Buffer.alloc(3000, filler), Buffer.alloc(70_000), Buffer.from('the end'), Buffer.alloc(9000)]);
const tide = image({
  layers: [
    layer({ files: [{ path: 'a', content: holey('ebb ') }] }),
    layer({ files: [{ path: 'b', content: holey('flow ') }] }),
  ],
  tags: ['docker.io/library/tide:1'],
});
const archives: Readonly<Record<string, readonly Entry[]>> = {
  oci: ociLayout(
    tagged(ociManifest(tide, { compression: (spec, i) => compress(spec, i === 0 ? 'none' : 'gzip') }), tide.tags),
  ),
  save: dockerSave([tide], { variant: 'legacy' }),
};

async function read(name: string, options = {}): Promise<ArchiveRecord> {
  const {
    archives: [record],
  } = await scan([at(name)], { workers: 0, ...options });
  if (record === undefined) throw new RangeError('no archive');
  return record;
}

/** What an archive holds, whatever way its files are stored in it. */
function contentsOf({ images, entries, status }: ArchiveRecord) {
  const facts = entries.map(({ name, role, digest, diffId, intact, compression, uncompressedBytes, claimedDigest }) => {
    return { name, role, digest, diffId, intact, compression, uncompressedBytes, claimedDigest };
  });
  return { images, status, entries: facts };
}

const errors = ({ findings }: ArchiveRecord): string[] =>
  findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);

beforeAll(() => {
  for (const [name, entries] of Object.entries(archives)) {
    write({ [`${name}.tar`]: rawTar(entries) });
    for (const form of sparseForms) {
      const tar = rawTar(sparseEntries(entries, form));
      const nested = entries.map((entry) => ({ ...entry, name: `sub/${entry.name}` }));
      write({
        [`${name}-${form}.tar`]: tar,
        [`${name}-${form}.tar.gz`]: gzip(tar),
        [`${name}-${form}-nested.tar`]: rawTar(sparseEntries(nested, form)),
      });
    }
  }
});

describe.each(sparseForms.flatMap((form) => ['oci', 'save'].map((name) => [form, name] as const)))(
  'with every file in the form %s, an archive (%s)',
  (form: SparseForm, name) => {
    it.each(['.tar', '.tar.gz', '-nested.tar'])('is what it is without (%s)', async (suffix) => {
      const [sparse, plain] = [await read(`${name}-${form}${suffix}`), await read(`${name}.tar`)];
      expect(errors(sparse)).toEqual([]);
      expect(contentsOf(sparse)).toEqual(contentsOf(plain));
      expect(sparse.images).toHaveLength(1);
    });

    it('is refused by tools in the old form alone, and that is a warning', async () => {
      const { findings } = await read(`${name}-${form}.tar`);
      const refused = findings.filter(({ code }) => code === 'entry-form-refused');
      expect(refused.length > 0).toBe(form === 'gnu');
    });

    it('shows the sizes of what is in it, where only headers are read', async () => {
      const { entries } = await read(`${name}-${form}.tar`, { verify: false });
      const sizes = entries
        .filter(({ compression }) => compression === 'none')
        .map(({ uncompressedBytes }) => uncompressedBytes);
      const plain = await read(`${name}.tar`, { verify: false });
      expect(sizes).toEqual(
        plain.entries
          .filter(({ compression }) => compression === 'none')
          .map(({ uncompressedBytes }) => uncompressedBytes),
      );
      expect(sizes.length).toBeGreaterThan(0);
    });
  },
);

describe('a sparse layer', () => {
  const [first] = tide.layers;
  const name = `${first?.diffId.slice(7)}/layer.tar`;
  const content = first?.tar ?? Buffer.alloc(0);
  const save = dockerSave([tide], { variant: 'legacy' });
  const layerName = save.find((entry) => entry.content.equals(content))?.name ?? name;
  const others = save.filter((entry) => entry.name !== layerName);
  const withLayer = (entries: ReturnType<typeof sparseFile>): Buffer => rawTar([...others, ...entries]);

  it.each(['1.0', 'gnu'] as const)('of the form %s with a flipped bit in what is stored is damaged', async (form) => {
    const flipped = Buffer.from(content);
    flipped.writeUInt8(1, 700);
    write({
      'flipped.tar': withLayer(sparseFile(layerName, flipped, [{ offset: 0, sizeBytes: flipped.length }], form)),
    });
    expect(errors(await read('flipped.tar'))).toContain('diffid-mismatch');
  });

  it.each(['1.0', '0.1', 'gnu'] as const)(
    'of the form %s that holds the right bytes at other places is damaged',
    async (form) => {
      const chunks = [{ offset: 1024, sizeBytes: content.length }];
      write({
        'moved.tar': withLayer(
          sparseEntry({ name: layerName, stored: content, chunks, realSizeBytes: 1024 + content.length, form }),
        ),
      });
      expect(errors(await read('moved.tar'))).toContain('diffid-mismatch');
      write({
        'moved.tar.gz': gzip(
          withLayer(
            sparseEntry({ name: layerName, stored: content, chunks, realSizeBytes: 1024 + content.length, form }),
          ),
        ),
      });
      expect(errors(await read('moved.tar.gz'))).toContain('diffid-mismatch');
    },
  );

  it.each(['huge.tar', 'huge.tar.gz'])(
    'with a hole beyond the limits is not read, and never whole (%s)',
    async (path) => {
      const realSizeBytes = 10 ** 15;
      const chunks = [
        { offset: 0, sizeBytes: content.length },
        { offset: realSizeBytes, sizeBytes: 0 },
      ];
      const tar = withLayer(sparseEntry({ name: layerName, stored: content, chunks, realSizeBytes, form: '1.0' }));
      write({ [path]: path.endsWith('gz') ? gzip(tar) : tar });
      const record = await read(path);
      expect(errors(record)).toContain('limit-exceeded');
      expect(record.entries.find((entry) => entry.name === layerName)?.intact ?? null).not.toBe(true);
      expect(record.notChecked.map(({ subject }) => subject)).toContain(layerName);
      expect(record.images).toHaveLength(1);
    },
  );

  it.each(['large.tar', 'large.tar.gz'])('with a hole of 40 MiB is read in pieces (%s)', async (path) => {
    const large = image({
      layers: [
        layer({
          files: [
            { path: 'a', content: Buffer.alloc(40 * 1024 ** 2) },
            { path: 'b', content: 'b' },
          ],
        }),
      ],
    });
    const entries = sparseEntries(dockerSave([large], { variant: 'crane' }), '0.1');
    const tar = rawTar(entries);
    expect(tar.length).toBeLessThan(100_000);
    write({ [path]: path.endsWith('gz') ? gzip(tar) : tar });
    const record = await read(path);
    expect([errors(record), record.status]).toEqual([[], 'ok']);
    expect(record.entries.some(({ diffId }) => diffId === large.layers[0]?.diffId)).toBe(true);
  });
});
