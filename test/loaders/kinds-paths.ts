/** Links, folders and names in other spellings: which body a name leads to depends on who looks. */
import {
  directory,
  type Entry,
  file,
  hardLink,
  type RawEntry,
  rawTar,
  type SeededRandom,
  symlink,
} from '../helpers/archive-builder.js';
import type { Kind } from './kinds.js';
import { pairOf, type Shape, shapeOf } from './specimens.js';

/** Entries that stand for the bad document, and whether the good one is written as well. */
type Way = (shape: Shape, rng: SeededRandom) => readonly (Entry | RawEntry)[];

const spelled =
  (spelling: (name: string) => string): Way =>
  (shape) => [file(spelling(shape.document), shape.bad)];

const ways: Readonly<Record<string, Way>> = {
  twice: spelled((name) => name),
  'dot-slash': spelled((name) => `./${name}`),
  'dot-slash-twice': spelled((name) => `././/${name}`),
  absolute: spelled((name) => `/${name}`),
  'double-slash': spelled((name) => `//${name}`),
  'folder-and-back': spelled((name) => `x/../${name}`),
  'from-above': spelled((name) => `../${name}`),
  'from-far-above': spelled((name) => `../../${name}`),
  'upper-case': spelled((name) => name.toUpperCase()),
  'slash-behind': spelled((name) => `${name}/`),
  'dot-behind': spelled((name) => `${name}/.`),
  backslash: spelled((name) => `.\\${name}`),
  'space-behind': spelled((name) => `${name} `),
  'symlink-document': ({ document, bad }) => [file('other', bad), symlink(document, 'other')],
  'symlink-document-before': ({ document, bad }) => [symlink(document, 'other'), file('other', bad)],
  'symlink-absolute': ({ document, bad }) => [file('other', bad), symlink(document, '/other')],
  'symlink-up': ({ document, bad }) => [file('other', bad), symlink(document, '../other')],
  'symlink-chain': ({ document, bad }) => [file('other', bad), symlink('b', 'other'), symlink(document, 'b')],
  'symlink-loop': ({ document }) => [symlink('b', document), symlink(document, 'b')],
  'symlink-to-nothing': ({ document }) => [symlink(document, 'nothing')],
  'hard-link-document': ({ document, bad }) => [file('other', bad), hardLink(document, 'other')],
  'hard-link-before': ({ document, bad }) => [hardLink(document, 'other'), file('other', bad)],
  'hard-link-of-symlink': ({ document, bad }) => [file('other', bad), symlink('s', 'other'), hardLink(document, 's')],
  'hard-link-then-file': ({ document, bad }) => [file('other', bad), hardLink(document, 'other'), file('other', '[]')],
  'written-through-symlink': ({ document, bad }) => [symlink('s', document), file('s', bad)],
  'written-through-hard-link': ({ document, good, bad }) => [
    file(document, good),
    hardLink('h', document),
    file('h', bad),
  ],
  'folder-link-dot': ({ document, bad }) => [symlink('d', '.'), file(`d/${document}`, bad)],
  'folder-link': ({ document, bad }) => [directory('e'), symlink('d', 'e/..'), file(`d/${document}`, bad)],
  'folder-link-absolute': ({ document, bad }) => [symlink('d', '/'), file(`d/${document}`, bad)],
  'folder-link-late': ({ document, bad }) => [file(`d/${document}`, bad), symlink('d', '.')],
  'folder-of-document': ({ document, bad }) => [directory(document), file(document, bad)],
  'folder-after-document': ({ document, bad }) => [file(document, bad), directory(document)],
  'below-document': ({ document, bad }) => [file(document, bad), file(`${document}/x`, 'x')],
  whiteout: ({ document }) => [file(`.wh.${document}`, '')],
  'apple-double': ({ document, bad }) => [file(`._${document}`, bad)],
  'device-document': ({ document }) => [{ name: document, type: 'character-device', device: [1, 3] }],
  'fifo-document': ({ document }) => [{ name: document, type: 'fifo' }],
};

function withDocument(way: Way): Kind['make'] {
  return (rng) => {
    const shape = shapeOf(rng, pairOf(rng));
    const good = file(shape.document, shape.good);
    const bad = way(shape, rng);
    const { bodies } = shape;
    return rawTar(
      rng.pick([
        [...bodies, good, ...bad],
        [...bodies, ...bad, good],
        [...bad, ...bodies, good],
        [...bodies, ...bad],
      ]),
    );
  };
}

/** Changes of one body of the good image, the config or a layer. */
const bodyWays: Readonly<Record<string, (body: Entry, other: Entry) => readonly (Entry | RawEntry)[]>> = {
  'twice-other': (body, other) => [body, { ...other, name: body.name }],
  'twice-other-first': (body, other) => [{ ...other, name: body.name }, body],
  symlink: (body) => [
    { ...body, name: 'moved' },
    symlink(body.name, `${'../'.repeat(body.name.split('/').length - 1)}moved`),
  ],
  'symlink-other': (body, other) => [body, symlink(body.name, other.name)],
  'hard-link': (body) => [{ ...body, name: 'moved' }, hardLink(body.name, 'moved')],
  'slash-behind': (body) => [{ ...body, name: `${body.name}/` }],
  'slash-behind-beside': (body, other) => [body, { ...other, name: `${body.name}/` }],
  absolute: (body) => [{ ...body, name: `/${body.name}` }],
  'up-and-down': (body) => [{ ...body, name: `a/../${body.name}` }],
  'upper-case': (body) => [{ ...body, name: body.name.toUpperCase() }],
  'written-through': (body, other) => [body, symlink('s', body.name), { ...other, name: 's' }],
  'sparse-gnu': (body) => [
    {
      ...body,
      type: 'sparse',
      format: 'gnu',
      sparse: { realSizeBytes: body.content.length, chunks: [{ offset: 0, sizeBytes: body.content.length }] },
    },
  ],
  'contiguous-file': (body) => [{ ...body, type: 'contiguous-file' }],
  'v7-header': (body) => [{ ...body, format: body.name.length > 99 ? 'ustar' : 'v7' }],
  'pax-header': (body) => [{ ...body, pax: { path: body.name, size: String(body.content.length), mtime: '1.5' } }],
  'base-256': (body) => [{ ...body, sizeEncoding: 'base-256' }],
  'signed-checksum': (body) => [{ ...body, checksum: 'signed' }],
  absent: () => [],
  'cut-by-one': (body) => [{ ...body, content: body.content.subarray(0, -1) }],
};

function withBody(way: (typeof bodyWays)[string]): Kind['make'] {
  return (rng) => {
    const shape = shapeOf(rng, pairOf(rng));
    const texts = shape.good.toString();
    const named = shape.bodies.filter(({ name }) => name !== 'oci-layout' && texts.includes(name.slice(-69, -5)));
    const body = rng.pick(named.length > 0 ? named : shape.bodies.filter(({ name }) => name !== 'oci-layout'));
    const other = rng.pick(shape.bodies.filter((entry) => entry !== body));
    const entries = shape.bodies.flatMap((entry) => (entry === body ? way(body, other) : [entry]));
    return rawTar([...entries, file(shape.document, shape.good)]);
  };
}

export const pathKinds: readonly Kind[] = [
  ...Object.entries(ways).map(
    ([name, way]): Kind => ({ name: `path/${name}`, family: 'hostile', make: withDocument(way) }),
  ),
  ...Object.entries(bodyWays).map(
    ([name, way]): Kind => ({ name: `body/${name}`, family: 'odd', make: withBody(way) }),
  ),
];
