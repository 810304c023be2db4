/**
 * Headers over whose name readers differ: the bad document is called as it must be by some of the sources of a name, and
 * something else by the others. The good document lies beside it under its own name, or also only to some.
 */
import type { RawEntry, SeededRandom } from '../helpers/archive-builder.js';
import type { Kind } from './kinds.js';
import { blocks, ended, patched } from './raw-blocks.js';
import { pairOf, type Shape, shapeOf } from './specimens.js';

/** The blocks of one entry with this content that somebody takes for `name`. */
type Naming = (name: string, content: Buffer, rng: SeededRandom) => Buffer;

const star = { 257: 'ustar\x0000', 508: 'tar\0' };
const withPax = (records: Record<string, string>, entry: RawEntry) => blocks({ ...entry, pax: records });
const special = (typeflag: string, content: string): Buffer =>
  blocks({ name: '././@LongLink', typeflag, format: 'gnu', content: Buffer.from(content, 'latin1') });
const record = (key: string, value: string) => {
  const rest = ` ${key}=${value}\n`;
  return `${rest.length + 2}${rest}`;
};
const extended = (typeflag: string, text: string) => blocks({ name: 'h', typeflag, content: Buffer.from(text) });
/** A record long enough for a length of two digits. */
const comment = record('comment', 'abcdef');

const namings: Readonly<Record<string, Naming>> = {
  'prefix-of-v7': (name, content) => patched({ name, content, format: 'v7' }, { 345: 'other' }),
  'prefix-of-gnu': (name, content) => patched({ name, content, format: 'gnu' }, { 345: 'other' }),
  'prefix-of-gnu-times': (name, content) => patched({ name, content, format: 'gnu' }, { 345: '00000000000\0' }),
  'prefix-of-ustar': (name, content) => patched({ name, content }, { 345: 'other' }),
  'prefix-of-star': (name, content) => patched({ name, content }, { ...star, 345: Buffer.alloc(0), 476: 'other' }),
  'prefix-of-star-times': (name, content) => patched({ name, content }, { ...star, 476: '00000000000 00000000000 ' }),
  'prefix-dot': (name, content) => patched({ name, content }, { 345: '.' }),
  'prefix-without-magic-version': (name, content) => patched({ name, content }, { 263: '  ', 345: 'other' }),
  'magic-odd': (name, content) => patched({ name, content }, { 257: 'Ustar\0', 345: 'other' }),
  'pax-path': (name, content) => withPax({ path: name }, { name: 'other', content }),
  'pax-path-away': (name, content) => withPax({ path: 'other' }, { name, content }),
  'pax-path-empty': (name, content) => withPax({ path: '' }, { name, content }),
  'pax-path-nul': (name, content) => withPax({ path: `${name}\0x` }, { name: 'other', content }),
  'pax-path-twice': (name, content) =>
    Buffer.concat([extended('x', record('path', name) + record('path', 'a/other/x')), blocks({ name: 'o', content })]),
  'pax-path-slash': (name, content) => withPax({ path: `${name}/` }, { name: 'other', content }),
  'pax-linkpath': (name, content) => withPax({ linkpath: name }, { name, content }),
  'pax-length-lies': (name, content) =>
    Buffer.concat([extended('x', record('path', name).replace(/^\d+/, '99')), blocks({ name: 'other', content })]),
  'pax-no-newline': (name, content) =>
    Buffer.concat([extended('x', record('path', name).slice(0, -1)), blocks({ name: 'other', content })]),
  'pax-nul-padded': (name, content) =>
    Buffer.concat([extended('x', `${record('path', name)}\0\0\0`), blocks({ name: 'other', content })]),
  'pax-charset': (name, content) => withPax({ hdrcharset: 'BINARY', path: name }, { name: 'other', content }),
  'pax-upper-case': (name, content) => withPax({ PATH: 'other' }, { name, content }),
  'sparse-name-only': (name, content) => withPax({ 'GNU.sparse.name': name }, { name: 'other', content }),
  'sparse-name-away': (name, content) => withPax({ 'GNU.sparse.name': 'other' }, { name, content }),
  'sparse-name-map': (name, content) =>
    withPax(
      {
        'GNU.sparse.name': name,
        'GNU.sparse.size': String(content.length),
        'GNU.sparse.numblocks': '1',
        'GNU.sparse.map': `0,${content.length}`,
      },
      { name: 'other', content },
    ),
  'sparse-version': (name, content) => {
    const map = Buffer.alloc(512);
    map.write(`1\n0\n${content.length}\n`);
    const records = {
      'GNU.sparse.major': '1',
      'GNU.sparse.minor': '0',
      'GNU.sparse.name': name,
      'GNU.sparse.realsize': String(content.length),
    };
    return withPax(records, { name: 'other', content: Buffer.concat([map, content]) });
  },
  'x-then-global': (name, content) =>
    Buffer.concat([extended('x', record('path', 'other')), extended('g', comment), blocks({ name, content })]),
  'x-then-global-away': (name, content) =>
    Buffer.concat([extended('x', record('path', name)), extended('g', comment), blocks({ name: 'other', content })]),
  'global-path': (name, content) =>
    Buffer.concat([extended('g', record('path', name)), blocks({ name: 'other', content })]),
  'two-x': (name, content) =>
    Buffer.concat([extended('x', record('path', name)), extended('x', comment), blocks({ name: 'other', content })]),
  'x-then-L': (name, content) =>
    Buffer.concat([extended('x', record('path', name)), special('L', 'other\0'), blocks({ name: 'o', content })]),
  'L-then-x': (name, content) =>
    Buffer.concat([
      special('L', `${name}\0`),
      extended('x', record('path', 'the/other')),
      blocks({ name: 'o', content }),
    ]),
  'L-then-global': (name, content) =>
    Buffer.concat([special('L', `${name}\0`), extended('g', comment), blocks({ name: 'other', content })]),
  'L-plain': (name, content) => Buffer.concat([special('L', `${name}\0`), blocks({ name: 'other', content })]),
  'L-unterminated': (name, content) => Buffer.concat([special('L', name), blocks({ name: 'other', content })]),
  'L-empty': (name, content) => Buffer.concat([special('L', ''), blocks({ name, content })]),
  'L-nul': (name, content) => Buffer.concat([special('L', `\0${name}`), blocks({ name, content })]),
  'L-after-nul': (name, content) => Buffer.concat([special('L', `${name}\0other`), blocks({ name: 'o', content })]),
  'L-twice': (name, content) =>
    Buffer.concat([special('L', 'other\0'), special('L', `${name}\0`), blocks({ name: 'o', content })]),
  'L-then-V': (name, content) =>
    Buffer.concat([
      special('L', `${name}\0`),
      blocks({ name: 'label', typeflag: 'V' }),
      blocks({ name: 'other', content }),
    ]),
  'x-then-V': (name, content) =>
    Buffer.concat([
      extended('x', record('path', name)),
      blocks({ name: 'label', typeflag: 'V' }),
      blocks({ name: 'other', content }),
    ]),
  'x-solaris': (name, content) =>
    Buffer.concat([extended('X', record('path', name)), blocks({ name: 'other', content })]),
  'x-solaris-away': (name, content) =>
    Buffer.concat([extended('X', record('path', 'other')), blocks({ name, content })]),
  'N-old-names': (name, content) =>
    Buffer.concat([extended('N', `Rename other to ${name}\n`), blocks({ name: 'other', content })]),
  'type-7': (name, content) => blocks({ name, content, typeflag: '7' }),
  'type-nul': (name, content) => blocks({ name, content, typeflag: '\0' }),
  'type-unknown': (name, content, rng) => blocks({ name, content, typeflag: rng.pick(['Z', '8', 'A', 'D', 'M', 'I']) }),
  'type-S': (name, content) =>
    blocks({
      name,
      content,
      typeflag: 'S',
      format: 'gnu',
      sparse: { realSizeBytes: content.length, chunks: [{ offset: 0, sizeBytes: content.length }] },
    }),
  'slash-file': (name, content) => blocks({ name: `${name}/`, content, typeflag: '0' }),
  'slash-nul': (name, content) => blocks({ name: `${name}/`, content, typeflag: '\0' }),
  'name-nul': (name, content) => patched({ name: `${name}`, content }, { [name.length + 1]: 'x' }),
};

function archive(rng: SeededRandom, shape: Shape, naming: Naming): Buffer {
  const good = blocks({ name: shape.document, content: shape.good });
  const bad = naming(shape.document, shape.bad, rng);
  const bodies = blocks(...shape.bodies);
  return ended(
    ...rng.pick([
      [bodies, good, bad],
      [bodies, bad, good],
      [bad, bodies, good],
      [bodies, bad],
    ]),
  );
}

export const nameKinds: readonly Kind[] = Object.entries(namings).map(([name, naming]) => ({
  name: `name/${name}`,
  family: 'hostile',
  make: (rng) => archive(rng, shapeOf(rng, pairOf(rng)), naming),
}));
