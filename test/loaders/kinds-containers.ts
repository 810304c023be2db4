/** What lies around the entries: ends, compressions, two archives in one file, and what is missing or too much. */
import {
  dockerSave,
  dropEntry,
  type Entry,
  file,
  gzip,
  ociLayout,
  type RawEntry,
  rawTar,
  type SeededRandom,
  xz,
  zstd,
} from '../helpers/archive-builder.js';
import type { Kind } from './kinds.js';
import { blocks, patched } from './raw-blocks.js';
import { editedLayout, layoutShape, type Pair, pairOf, rootsOf, type Shape, saveShape, shapeOf } from './specimens.js';

function whole(shape: Shape, of: 'good' | 'bad', end = {}): Buffer {
  return rawTar([...shape.bodies, file(shape.document, shape[of])], end);
}

/** gzip to whoever looks at the first bytes, tar to whoever looks for a header: the tar lies in the extra field. */
function polyglot(asTar: Buffer, asGzip: Buffer): Buffer {
  const inner = asTar.subarray(0, 60_000);
  const extraBytes = 512 - 12 + inner.length;
  const magic = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3, extraBytes & 0xff, extraBytes >> 8]);
  const header = patched({ name: 'x', content: Buffer.alloc(0) }, { 0: magic });
  // Behind the header of ten bytes that `gzip` makes: the stream and its trailer.
  return Buffer.concat([header, inner, gzip(asGzip).subarray(10)]);
}

const containers: Readonly<Record<string, (shape: Shape, rng: SeededRandom) => Buffer>> = {
  'two-tars': (shape) => Buffer.concat([whole(shape, 'good'), whole(shape, 'bad')]),
  'two-tars-one-zero-block': (shape) => Buffer.concat([whole(shape, 'good', { endBlocks: 1 }), whole(shape, 'bad')]),
  'no-end': (shape) => whole(shape, 'good', { endBlocks: 0 }),
  'one-end-block': (shape) => whole(shape, 'good', { endBlocks: 1 }),
  'trailing-bytes': (shape, rng) => whole(shape, 'good', { trailing: rng.bytes(rng.integer(1, 2000)) }),
  'half-block': (shape) => whole(shape, 'good', { endBlocks: 0, trailing: Buffer.alloc(100) }),
  'cut-off': (shape, rng) => {
    const tar = whole(shape, 'good');
    return tar.subarray(0, rng.integer(512, tar.length - 1));
  },
  'zeros-first': (shape) => Buffer.concat([Buffer.alloc(512), whole(shape, 'good')]),
  'two-gzip-members': (shape) => Buffer.concat([gzip(whole(shape, 'good')), gzip(whole(shape, 'bad'))]),
  'gzip-members-of-one': (shape, rng) => gzip(whole(shape, 'good'), { members: rng.integer(2, 5) }),
  'gzip-trailing': (shape) => Buffer.concat([gzip(whole(shape, 'good')), whole(shape, 'bad')]),
  'gzip-of-gzip': (shape) => gzip(gzip(whole(shape, 'good'))),
  'zstd-frames': (shape, rng) => zstd(whole(shape, 'good'), { frames: rng.integer(2, 4) }),
  'zstd-skippable': (shape) => zstd(whole(shape, 'good'), { skippable: [whole(shape, 'bad')] }),
  'zstd-of-two': (shape) => Buffer.concat([zstd(whole(shape, 'good')), zstd(whole(shape, 'bad'))]),
  'xz-whole': (shape) => xz(whole(shape, 'good')),
  'gzip-polyglot': (shape) => polyglot(whole(shape, 'bad'), whole(shape, 'good')),
  'gzip-polyglot-other': (shape) => polyglot(whole(shape, 'good'), whole(shape, 'bad')),
  'bad-checksum-between': (shape) =>
    Buffer.concat([
      blocks(...shape.bodies, file(shape.document, shape.good)),
      blocks({ name: shape.document, content: shape.bad, checksum: 'wrong' }),
      Buffer.alloc(1024),
    ]),
  'magic-name': (shape) => {
    const odd: RawEntry = { name: 'BZh91AY&SY', content: Buffer.from('x') };
    return rawTar([odd, ...shape.bodies, file(shape.document, shape.good)]);
  },
};

/** Changes of an archive that some loaders take. */
const oddities: Readonly<Record<string, (pair: Pair, rng: SeededRandom) => readonly Entry[]>> = {
  'layout-without-oci-layout': ({ good }) => dropEntry(editedLayout(rootsOf(good)), 'oci-layout'),
  'layout-without-index': ({ good }) => dropEntry(editedLayout(rootsOf(good)), 'index.json'),
  'layout-manifests-null': ({ good }) => editedLayout(rootsOf(good), (index) => ({ ...index, manifests: null })),
  'layout-untyped': ({ good }) => editedLayout(rootsOf(good), ({ mediaType: _, ...index }) => index),
  'layout-docker-list': ({ good }) =>
    editedLayout(rootsOf(good), (index) => ({
      ...index,
      mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
    })),
  'hybrid-without-index': ({ good }) => dropEntry(dockerSave([good], { variant: 'hybrid' }), 'index.json'),
  'hybrid-without-oci-layout': ({ good }) => dropEntry(dockerSave([good], { variant: 'hybrid' }), 'oci-layout'),
  'hybrid-without-manifest': ({ good }) => dropEntry(dockerSave([good], { variant: 'hybrid' }), 'manifest.json'),
  'save-without-manifest': ({ good }) => dropEntry(dockerSave([good], { variant: 'legacy' }), 'manifest.json'),
  'save-two-images-one-tag': ({ good, bad }) => dockerSave([good, bad], { variant: 'podman' }),
  'layout-two-images-one-tag': ({ good, bad }) => editedLayout([...rootsOf(good), ...rootsOf(bad)]),
  'nested-in-folder': ({ good }) =>
    editedLayout(rootsOf(good)).map((entry) => ({ ...entry, name: `image/${entry.name}` })),
  'nested-beside': ({ good, bad }) => [
    ...editedLayout(rootsOf(good)),
    ...editedLayout(rootsOf(bad)).map((entry) => ({ ...entry, name: `image/${entry.name}` })),
  ],
  'save-in-folder-of-layout': ({ good, bad }) => [
    ...editedLayout(rootsOf(good)),
    ...dockerSave([bad], { variant: 'podman' }).map((entry) => ({ ...entry, name: `saved/${entry.name}` })),
  ],
  'empty-layout-beside-save': ({ good }) => {
    const empty = ociLayout([], { directories: false });
    return [...empty, ...dockerSave([good], { variant: 'podman' })];
  },
  'foreign-files': ({ good }) => [file('README', 'x'), ...editedLayout(rootsOf(good)), file('.DS_Store', 'x')],
  'order-reversed': (pair, rng) => {
    const shape = rng.pick([saveShape, layoutShape])(pair);
    return [file(shape.document, shape.good), ...[...shape.bodies].reverse()];
  },
  shuffled: (pair, rng) => {
    const shape = shapeOf(rng, pair);
    const all = [...shape.bodies, file(shape.document, shape.good)];
    return all
      .map((entry) => ({ entry, at: rng.integer(0, 1000) }))
      .sort((a, b) => a.at - b.at)
      .map(({ entry }) => entry);
  },
};

export const containerKinds: readonly Kind[] = [
  ...Object.entries(containers).map(
    ([name, make]): Kind => ({
      name: `container/${name}`,
      family: 'hostile',
      make: (rng) => make(shapeOf(rng, pairOf(rng)), rng),
    }),
  ),
  ...Object.entries(oddities).map(
    ([name, make]): Kind => ({ name: `odd/${name}`, family: 'odd', make: (rng) => rawTar(make(pairOf(rng), rng)) }),
  ),
];
