/** Layers that get another form: which do, what their descriptors then say, and that nothing is taken for what it is not. */
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Pack } from '../../../src/model/results/pack.js';
import {
  blobNode,
  compress,
  dockerSave,
  gzip,
  type ImageSpec,
  image,
  layer,
  layerFromTar,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  tar,
} from '../../helpers/archive-builder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { freshScan, imageIds, imageNames, packInto } from '../packing.js';

const { at, write, writeFile, newFolder } = temporaryFolder();

const big = layer({ files: [{ path: 'app', content: 'sediment '.repeat(3000) }] });
const other = layer({ files: [{ path: 'other', content: 'delta '.repeat(3000) }] });
const spec = image({ layers: [big], tags: ['docker.io/shop/api:1'] });
const twin = image({ layers: [big, other], tags: ['docker.io/shop/web:1'] });

interface Field {
  readonly [key: string]: unknown;
}

/** The manifest of an image with other fields in the descriptor of its first layer. */
function withLayer(node: OciNode, change: (descriptor: Field) => Field): OciNode {
  const [own, ...others] = node.blobs;
  const document = JSON.parse(own?.content.toString() ?? '') as { layers: Field[] };
  const [first = {}, ...rest] = document.layers;
  const made = blobNode(
    node.descriptor.mediaType,
    Buffer.from(JSON.stringify({ ...document, layers: [change(first), ...rest] })),
  );
  const { digest, size } = made.descriptor;
  return { descriptor: { ...node.descriptor, digest, size }, blobs: [...made.blobs, ...others] };
}

async function archive(name: string, ...nodes: OciNode[]): Promise<string> {
  write({ [name]: await tar(ociLayout(nodes)) });
  return at(name);
}

const named = (node: OciNode, { tags }: ImageSpec): OciNode[] => tagged(node, tags);

/** The first layer of the first manifest of a pack that was written as a folder. */
function firstLayer(result: Pack): Field {
  const digest = result.images[0]?.manifestDigest.after ?? '';
  const text = readFileSync(`${result.output}/blobs/${digest.replace(':', '/')}`, 'utf8');
  return (JSON.parse(text) as { layers: Field[] }).layers[0] ?? {};
}

describe('the descriptor of a layer in another form', () => {
  it.each([
    ['oci', 'gzip', 'application/vnd.oci.image.layer.v1.tar+gzip'],
    ['oci', 'none', 'application/vnd.oci.image.layer.v1.tar'],
    ['docker', 'gzip', 'application/vnd.docker.image.rootfs.diff.tar.gzip'],
    ['docker', 'none', 'application/vnd.docker.image.rootfs.diff.tar'],
  ] as const)('has the media type of its family: %s %s', async (family, form, mediaType) => {
    const from = form === 'gzip' ? 'none' : 'gzip';
    const input = await archive('family.tar', ...named(ociManifest(spec, { family, compression: from }), spec));
    const result = await packInto(`${at(`family-${family}-${form}`)}/`, [input], { compress: form });
    await freshScan(result);
    expect(firstLayer(result)).toMatchObject({ mediaType, digest: result.recoded?.layers[0]?.after });
  });

  it('keeps what is true of the layer, and says nothing of the form that it had', async () => {
    const annotations = {
      'containerd.io/uncompressed': big.diffId,
      'containerd.io/snapshot/stargz/toc.digest': big.diffId,
      'io.containers.estargz.uncompressed-size': '12',
      'io.github.containers.zstd-chunked.manifest-position': '1:2:3:4',
      'containerd.io/distribution.source.docker.io': 'library/x',
      'org.example.note': 'kept',
    };
    const node = withLayer(ociManifest(spec), (own) => ({ ...own, data: '', urls: [], annotations }));
    const result = await packInto(`${at('annotated')}/`, [await archive('annotated.tar', ...named(node, spec))], {
      compress: 'none',
    });
    await freshScan(result);
    const { annotations: kept, ...rest } = firstLayer(result);
    expect(kept).toEqual({ 'containerd.io/uncompressed': big.diffId, 'org.example.note': 'kept' });
    expect(Object.keys(rest)).toEqual(['mediaType', 'digest', 'size']);
  });

  it('loses its annotations where all of them were about that form', async () => {
    const annotations = { 'containerd.io/snapshot/stargz/toc.digest': big.diffId };
    const node = withLayer(ociManifest(spec), (own) => ({ ...own, annotations }));
    const result = await packInto(`${at('stargz')}/`, [await archive('stargz.tar', ...named(node, spec))], {
      compress: 'none',
    });
    expect(Object.keys(firstLayer(result))).toEqual(['mediaType', 'digest', 'size']);
  });
});

describe('an image in types of docker that gets a zstd layer', () => {
  it('gets the types of OCI, which have one, and keeps its ID; and so does the index that it is in', async () => {
    const zeros = layer({ files: [{ path: 'zeros', content: Buffer.alloc(2_000_000) }] });
    const twin = image({ layers: [zeros, other], tags: ['docker.io/shop/web:1'] });
    const node = ociManifest(twin, { family: 'docker' });
    const smaller = ociManifest(image({ layers: [zeros] }), {
      compression: (each) => compress(each, 'zstd'),
    });
    const list = ociIndex([node], { family: 'docker' });
    const inputs = [
      await archive('docker-list.tar', ...tagged(list, ['docker.io/shop/list:1'])),
      await archive('zstd-layer.tar', smaller),
      await archive('docker-manifest.tar', ...named(node, twin)),
    ];
    const result = await packInto(`${at('zstd-types')}/`, inputs, { unify: true });
    const inventory = await freshScan(result);
    expect(imageIds(inventory)).toContain(twin.id);
    const after = result.images.find(({ id }) => id === twin.id)?.manifestDigest.after ?? '';
    const manifest = JSON.parse(readFileSync(`${at('zstd-types')}/blobs/${after.replace(':', '/')}`, 'utf8')) as Field;
    expect(manifest).toMatchObject({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: twin.id },
      layers: [
        { mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd' },
        { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' },
      ],
    });
    const index = JSON.parse(readFileSync(`${at('zstd-types')}/index.json`, 'utf8')) as { manifests: Field[] };
    const types = new Set(index.manifests.map((each) => each['mediaType']));
    expect([...types].sort()).toEqual([
      'application/vnd.oci.image.index.v1+json',
      'application/vnd.oci.image.manifest.v1+json',
    ]);
  });
});

describe('a layer that nobody should unpack', () => {
  it.each([
    ['non-distributable', 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'],
    ['encrypted', 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted'],
    ['promises no tar', 'application/vnd.example.layer'],
  ])('stays as it is, and is told: %s', async (reason, mediaType) => {
    const node = withLayer(ociManifest(twin), (own) => ({ ...own, mediaType }));
    const first = (JSON.parse(node.blobs[0]?.content.toString() ?? '') as { layers: Field[] }).layers[0];
    const input = await archive('kept.tar', ...named(node, twin));
    const result = await packInto(`${at(`kept-${reason.split(' ')[0]}`)}/`, [input], { compress: 'none' });
    expect(result.recoded?.keptLayers).toEqual([
      { digest: first?.['digest'], reason: expect.stringContaining(reason) },
    ]);
    expect(firstLayer(result)).toEqual(first);
    expect(result.recoded?.layers.map(({ diffId }) => diffId)).toEqual([other.diffId]);
  });

  it('stays absent where it is non-distributable and was not saved', async () => {
    const absent = ociManifest(twin, {
      compression: (each, i) => ({
        ...compress(each, 'gzip'),
        ...(i === 0 ? { urls: ['https://example.com/x'] } : null),
      }),
    });
    const input = await archive('absent.tar', ...named(absent, twin));
    const result = await packInto(at('absent-pack.tar'), [input], { compress: 'none' });
    expect(result.status).toBe('written');
    expect(result.recoded?.layers.map(({ diffId }) => diffId)).toEqual([other.diffId]);
  });

  it('is no layer of an image: what an artifact holds stays as it is', async () => {
    const chart = blobNode('application/vnd.cncf.helm.chart.content.v1.tar+gzip', gzip(Buffer.from('a chart')));
    const config = blobNode('application/vnd.cncf.helm.config.v1+json', Buffer.from('{"name":"x"}'));
    const document = Buffer.from(
      JSON.stringify({ schemaVersion: 2, config: config.descriptor, layers: [chart.descriptor] }),
    );
    const own = blobNode('application/vnd.oci.image.manifest.v1+json', document);
    const node = { ...own, blobs: [...own.blobs, ...config.blobs, ...chart.blobs] };
    const result = await packInto(at('helm-pack.tar'), [await archive('helm.tar', node)], { compress: 'none' });
    expect(result.recoded).toMatchObject({ manifests: [], layers: [] });
    expect((await freshScan(result)).archives[0]?.artifacts).toHaveLength(1);
  });
});

it('an empty layer has every form', async () => {
  const empty = layerFromTar(Buffer.alloc(1024));
  const own = image({ layers: [empty, big], tags: ['docker.io/shop/empty:1'] });
  const input = await archive('empty.tar', ...named(ociManifest(own), own));
  for (const form of ['none', 'gzip'] as const) {
    const inventory = await freshScan(await packInto(at('empty-pack.tar'), [input], { compress: form }));
    expect(imageIds(inventory)).toEqual([own.id]);
  }
});

/** An image whose config names one layer, with the stored form of another one under its manifest. */
function lying(claimed: ImageSpec, stored: ReturnType<typeof layer>): OciNode {
  return ociManifest(claimed, { compression: () => compress(stored, 'gzip') });
}

describe('a body that is not the layer that it is said to be', () => {
  const small = layer({ files: [{ path: 'x', content: 'x' }] });

  it('stands for no other form, however small it is', async () => {
    const liar = image({ layers: [big], created: '2020-01-01T00:00:00Z', tags: ['docker.io/shop/liar:1'] });
    const inputs = [
      await archive('liar.tar', ...named(lying(liar, small), liar)),
      await archive('honest.tar', ...named(ociManifest(spec), spec)),
      await archive('honest-plain.tar', ...named(ociManifest(twin, { compression: 'none' }), twin)),
    ];
    const result = await packInto(at('unlied.tar'), inputs, { unify: true });
    // The image that lay is whole, by the layer of another one.
    expect(imageIds(await freshScan(result))).toEqual([spec.id, twin.id, liar.id].sort());
    expect(new Set(result.recoded?.layers.map(({ after }) => after)).size).toBe(1);
  });

  it('is made no other form of: the image is refused, and left out where that is asked for', async () => {
    const inputs = [
      await archive('lies.tar', ...named(lying(spec, small), spec)),
      await archive(
        'true.tar',
        ...named(ociManifest(image({ layers: [other], tags: ['docker.io/x/y:1'] })), {
          ...spec,
          tags: ['docker.io/x/y:1'],
        }),
      ),
    ];
    const refused = await packInto(at('lies-pack.tar'), inputs, { compress: 'gzip' });
    expect(refused.status).toBe('refused');
    expect(refused.leftOut).toMatchObject([
      { what: 'docker.io/shop/api:1', reason: expect.stringContaining(`expected the diffID ${big.diffId}`) },
    ]);
    const going = await packInto(at('lies-pack.tar'), inputs, { compress: 'gzip', keepGoing: true });
    expect(imageNames(await freshScan(going))).toEqual([expect.stringMatching(/^docker\.io\/x\/y:1 /)]);
  });

  it('is passed over for one that is, in whatever form', async () => {
    const liar = image({ layers: [big], created: '2020-01-01T00:00:00Z', tags: ['docker.io/shop/liar:1'] });
    const inputs = [
      await archive('liar-2.tar', ...named(lying(liar, small), liar)),
      await archive('honest-2.tar', ...named(ociManifest(spec), spec)),
    ];
    const result = await packInto(at('healed.tar'), inputs, { compress: 'none' });
    expect(imageIds(await freshScan(result))).toEqual([spec.id, liar.id].sort());
  });
});

describe('a damaged copy', () => {
  const flipped = (node: OciNode): OciNode => {
    const blobs = node.blobs.map((blob) =>
      blob.digest === node.descriptor.digest || blob.content.toString().startsWith('{')
        ? blob
        : { ...blob, content: Buffer.from(blob.content.map((byte, i) => (i === 40 ? byte ^ 1 : byte))) },
    );
    return { ...node, blobs };
  };

  it.each([{ unify: true }, { compress: 'gzip' as const }, { compress: 'none' as const }])(
    'is passed over with %o for one in an archive that is compressed as a whole',
    async (options) => {
      const plain = tagged(ociManifest(spec, { compression: 'none' }), spec.tags);
      write({
        'flipped.tar': await tar(ociLayout(tagged(flipped(ociManifest(spec)), spec.tags))),
        'whole.tar.gz': gzip(await tar(ociLayout(tagged(ociManifest(spec), spec.tags)))),
        'flipped-plain.tar': await tar(ociLayout(plain.map(flipped))),
        'whole-plain.tar.gz': gzip(await tar(ociLayout(plain))),
      });
      const inputs = ['flipped.tar', 'whole.tar.gz', 'flipped-plain.tar', 'whole-plain.tar.gz'].map(at);
      const result = await packInto(at('undamaged.tar'), inputs, options);
      expect(imageNames(await freshScan(result))).toEqual([`docker.io/shop/api:1 ${spec.id}`]);
    },
  );

  it('is passed over for another form, where the smallest is nowhere intact', async () => {
    write({
      'gz-broken.tar': await tar(ociLayout(tagged(flipped(ociManifest(spec)), spec.tags))),
      'plain-whole.tar': await tar(ociLayout(tagged(ociManifest(spec, { compression: 'none' }), spec.tags))),
    });
    const result = await packInto(at('other-form.tar'), ['gz-broken.tar', 'plain-whole.tar'].map(at), { unify: true });
    expect(imageNames(await freshScan(result))).toEqual([`docker.io/shop/api:1 ${spec.id}`]);
    expect(result.recoded?.layers.map(({ after }) => after)).toEqual([big.diffId]);
  });

  it('of which there is no other has its image refused', async () => {
    write({ 'only.tar': await tar(ociLayout(tagged(flipped(ociManifest(spec)), spec.tags))) });
    const result = await packInto(at('only-pack.tar'), [at('only.tar')], { compress: 'none' });
    expect(result).toMatchObject({ status: 'refused', leftOut: [{ what: 'docker.io/shop/api:1' }] });
  });
});

it('a layer that becomes too much ends at the limits of the run', async () => {
  const bomb = layerFromTar(Buffer.alloc(8 * 1024 * 1024));
  const own = image({ layers: [bomb], tags: ['docker.io/shop/bomb:1'] });
  const input = await archive('bomb.tar', ...named(ociManifest(own), own));
  for (const limits of [{ layerExpansionBytes: 1_000_000 }, { freeExpansionBytes: 1_000_000, expansionRatio: 100 }]) {
    const result = await packInto(at('bomb-pack.tar'), [input], { compress: 'none', limits });
    expect(result).toMatchObject({ status: 'refused', leftOut: [{ what: 'docker.io/shop/bomb:1' }] });
  }
});

describe('what is made on the way', () => {
  it('is gone when the pack is written, refused, planned or interrupted', async () => {
    const input = await archive('gone.tar', ...named(ociManifest(spec), spec));
    write({ 'gone.tar.gz': gzip(readFileSync(input)) });
    const folder = newFolder();
    const temporary = newFolder();
    vi.stubEnv('TMPDIR', temporary);
    for (const inputs of [[input], [at('gone.tar.gz')]]) {
      await packInto(`${folder}/pack.tar`, inputs, { compress: 'none' });
      await packInto(`${folder}/pack.tar`, inputs, { compress: 'none', dryRun: true });
      const stopped = packInto(`${folder}/pack.tar`, inputs, { compress: 'none', signal: AbortSignal.abort('SIGINT') });
      await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    }
    expect(readdirSync(folder)).toEqual(['pack.tar']);
    expect(readdirSync(temporary)).toEqual([]);
    vi.unstubAllEnvs();
  });
});

describe('the file for the digests', () => {
  it('has what has changed, before and after', async () => {
    const input = await archive('map.tar', ...named(ociManifest(spec), spec));
    const result = await packInto(at('map-pack.tar'), [input], { compress: 'none', map: at('digests.json') });
    const { manifests, indexes, layers } = result.recoded ?? {};
    expect(JSON.parse(readFileSync(at('digests.json'), 'utf8'))).toEqual({
      kind: 'varve.digest-map',
      schemaVersion: 1,
      output: at('map-pack.tar'),
      ...{ manifests, indexes, layers },
    });
    expect(layers).toMatchObject([{ diffId: big.diffId, after: big.diffId }]);
  });

  it('takes the place of no input, by whatever name', async () => {
    const input = await archive('mapped.tar', ...named(ociManifest(spec), spec));
    const before = readFileSync(input);
    symlinkSync(input, at('link-to-input'));
    for (const map of [input, at('link-to-input')]) {
      const packing = packInto(at('mapped-pack.tar'), [input], { compress: 'none', map });
      await expect(packing).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('is an input') });
    }
    expect(readFileSync(input).equals(before)).toBe(true);
  });

  it('stays what it was where no pack is written', async () => {
    writeFile('old.json', 'old');
    const liar = await archive('liar-3.tar', ...named(lying(spec, other), spec));
    await packInto(at('none.tar'), [liar], { compress: 'gzip', map: at('old.json') });
    expect(readFileSync(at('old.json'), 'utf8')).toBe('old');
  });
});

it('a pack of what is needed alone lists no digest of what is left out, and is cut into parts as any', async () => {
  const inputs = [
    await archive('needed-gz.tar', ...named(ociManifest(spec), spec)),
    await archive('needed-plain.tar', ...named(ociManifest(spec, { compression: 'none' }), spec)),
  ];
  const options = { compress: 'gzip', level: 9, onlyNeeded: true } as const;
  const result = await packInto(at('needed.tar'), inputs, options);
  const inventory = await freshScan(result);
  expect(inventory.archives[0]?.images).toHaveLength(1);
  const present = new Set(inventory.archives[0]?.entries.map(({ digest }) => digest));
  expect(result.recoded?.manifests.every(({ after }) => present.has(after))).toBe(true);
  const parts = await packInto(at('parted.tar'), inputs, { ...options, splitBytes: 2000 });
  const bytes = parts.parts.map(({ name }) => readFileSync(at(name)));
  expect(Buffer.concat(bytes).equals(readFileSync(at('needed.tar')))).toBe(true);
});

it('packs of save archives that were compressed as a whole get every form', async () => {
  write({ 'save.tar.gz': gzip(await tar(dockerSave([twin], { variant: 'legacy' }))) });
  const result = await packInto(at('save-pack.tar'), [at('save.tar.gz')], { compress: 'gzip' });
  expect(imageIds(await freshScan(result))).toEqual([twin.id]);
});
