/**
 * Tars for the tests of this folder, small and of every kind, and the ways to read one: as a file in memory that counts
 * what is read of it, and as a stream in pieces.
 */

import type { EntryTable, TarIndex } from '../../../src/archive/entry-table.js';
import { TableBuilder, type TableLimits } from '../../../src/archive/table-builder.js';
import { TarFeed, type TarFeedHandler } from '../../../src/archive/tar/tar-feed.js';
import { indexTar } from '../../../src/archive/tar/tar-index.js';
import { limits } from '../../../src/model/limits.js';
import { fileAt } from '../../../src/sources/location.js';
import {
  directory,
  dockerSave,
  type Entry,
  file,
  hardLink,
  image,
  layer,
  ociLayout,
  ociManifest,
  paxRecords,
  type RawEntry,
  rawTar,
  type SeededRandom,
  seededRandom,
  symlink,
  type TarEnd,
  tagged,
  tar,
} from '../../helpers/archive-builder.js';
import { memorySource } from '../../helpers/byte-sources.js';

/** The table of a tar of these entries. */
export function tableOf(entries: readonly RawEntry[]): EntryTable {
  const bytes = rawTar(entries);
  const facts = {
    path: 'a.tar',
    filePath: 'a.tar',
    location: fileAt('a.tar'),
    container: 'tar',
    compression: 'none',
    sizeBytes: bytes.length,
  } as const;
  return { ...indexTar(memorySource(bytes), limits), ...facts };
}

/** The table of a tar that comes in these pieces, and the bodies of its files as they came by. */
export function streamTar(
  pieces: Iterable<Buffer>,
  tableLimits: TableLimits = limits,
): { readonly index: TarIndex; readonly bodies: readonly Buffer[] } {
  const bodies: Buffer[] = [];
  let open: Buffer[] = [];
  const handler: TarFeedHandler = {
    entry(entry, dataOffsetBytes) {
      builder.add(entry, dataOffsetBytes, Number.POSITIVE_INFINITY);
      if (builder.overflow !== null) feed.abandon(builder.overflow);
      open = [];
      return entry.type === 'file';
    },
    body: (bytes) => void open.push(Buffer.from(bytes)),
    zeros: (sizeBytes) => void open.push(Buffer.alloc(sizeBytes)),
    bodyEnd: () => void bodies.push(Buffer.concat(open)),
  };
  const feed = new TarFeed('utf8', handler, limits.extendedHeaderBytes);
  const builder = new TableBuilder(feed.cursor, tableLimits);
  // What was handed over may be overwritten afterwards, as a reader's buffer is.
  for (const piece of pieces) {
    const own = Buffer.from(piece);
    feed.push(own);
    own.fill(0xaa);
  }
  return { index: builder.closeFeed(feed), bodies };
}

/** The bytes cut at these offsets. */
export function pieces(bytes: Buffer, ...offsets: readonly number[]): Buffer[] {
  return [0, ...offsets].map((start, i) => bytes.subarray(start, offsets[i] ?? bytes.length));
}

/** The bytes in pieces of one size. */
export function* equalPieces(bytes: Buffer, sizeBytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes);
}

/** All that the account of a tar adds up to. */
export function accounted({ entries, overhead }: TarIndex): number {
  const bodies = entries.reduce((sum, entry) => sum + entry.storedBytes, 0);
  return bodies + overhead.headerBytes + overhead.paddingBytes + overhead.endBytes + overhead.trailingBytes;
}

export const codesOf = (index: TarIndex): string[] => index.findings.map(({ code }) => code);

/** A global PAX header, as `git archive` writes one. */
export function globalPax(records: Readonly<Record<string, string>>): RawEntry {
  return { name: 'pax_global_header', typeflag: 'g', content: paxRecords(records) };
}

/** A name of that many characters, in folders of up to 60. */
export function longName(length: number): string {
  return Array.from({ length }, (_, i) => (i % 60 === 59 && i < length - 1 ? '/' : 'abcdefghij'[i % 10])).join('');
}

const body = (sizeBytes: number): Buffer => seededRandom(sizeBytes).bytes(sizeBytes);

/** Hand-made tars of every kind of header. All are well formed. */
export const rawTars: readonly (readonly [string, Buffer])[] = (
  [
    ['an empty tar', []],
    ['one empty file', [file('empty', '')]],
    ['bodies around the block size', [511, 512, 513, 1024].map((size) => file(`f${size}`, body(size)))],
    ['folders, links and devices', everyType()],
    ['v7 headers', [file('a', body(700)), directory('d')].map((entry) => ({ ...entry, format: 'v7' as const }))],
    ['GNU headers', [{ ...file('a', body(10)), format: 'gnu' as const }, file('b', body(20))]],
    ['a ustar prefix', [file(longName(180), body(30))]],
    ['GNU long names', [100, 101, 700].map((n) => ({ ...file(longName(n), body(n)), longNames: 'gnu' as const }))],
    ['a GNU long link', [{ ...symlink('a', longName(300)), longNames: 'gnu' as const }]],
    ['PAX names', [100, 101, 700].map((n) => ({ ...file(longName(n), body(n)), longNames: 'pax' as const }))],
    ['a PAX link', [{ ...hardLink('a', longName(300)), longNames: 'pax' as const }, file('b', body(5))]],
    ['a PAX size', [{ ...file('a', body(900)), pax: { size: '900' } }, file('b', body(5))]],
    ['PAX times', [{ ...file('a', body(3)), pax: { mtime: '1.5', atime: '2', comment: 'x=y' } }]],
    ['a global PAX header', [globalPax({ comment: 'a'.repeat(40) }), file('a', body(600)), file('b', body(1))]],
    ['base-256 sizes', [{ ...file('a', body(600)), sizeEncoding: 'base-256' as const }, file('b', body(1))]],
    ['a sparse file', [sparse('s', 600), file('b', body(1))]],
    ['names in UTF-8', [file('größe/日本', body(5)), { ...file('ж'.repeat(90), body(6)), longNames: 'pax' as const }]],
    [
      'names from the root',
      [directory('./'), ...['./a', '/b', './c//d', 'e/./f'].map((name) => file(name, body(name.length)))],
    ],
  ] as readonly (readonly [string, readonly RawEntry[]])[]
).map(([label, entries]) => [label, rawTar(entries)]);

function everyType(): RawEntry[] {
  return [
    directory('d'),
    file('d/f', body(1000)),
    symlink('d/s', '../d/f'),
    hardLink('d/h', 'd/f'),
    { name: 'd/c', type: 'character-device', device: [1, 3] },
    { name: 'd/b', type: 'block-device', device: [8, 0] },
    { name: 'd/p', type: 'fifo' },
    { name: 'd/g', type: 'contiguous-file', content: body(12) },
  ];
}

function sparse(name: string, sizeBytes: number): RawEntry {
  const pax = {
    'GNU.sparse.size': String(4096 + sizeBytes),
    'GNU.sparse.numblocks': '1',
    'GNU.sparse.map': `4096,${sizeBytes}`,
  };
  return { name, content: body(sizeBytes), pax };
}

/** A tar of entries of all kinds that the seed picks. */
export function randomTar(seed: number): Buffer {
  const rng = seededRandom(seed);
  const entries = Array.from({ length: rng.integer(1, 12) }, (_, i) => randomEntry(rng, i));
  return rawTar(entries, { blockingFactor: rng.pick([1, 20]) } satisfies TarEnd);
}

function randomEntry(rng: SeededRandom, i: number): RawEntry {
  const longNames = rng.pick(['gnu', 'pax'] as const);
  const name = `${rng.pick(['', './', '/', 'sub/'])}${i}-${longName(rng.integer(1, 260))}`;
  const content = rng.bytes(rng.pick([0, 1, 511, 512, 513, rng.integer(0, 3000)]));
  const sizeEncoding = rng.pick(['octal', 'base-256'] as const);
  return rng.pick<() => RawEntry>([
    () => ({ name, content, longNames, sizeEncoding }),
    () => ({ name, content, longNames, pax: { mtime: '1700000000.25' } }),
    () => ({ name, content, longNames: 'pax', pax: { size: String(content.length) } }),
    () => ({ ...directory(name), longNames }),
    () => ({ ...symlink(name, longName(rng.integer(1, 260))), longNames }),
    () => ({ ...hardLink(name, longName(rng.integer(1, 260))), longNames }),
    () => globalPax({ comment: rng.text(rng.integer(1, 600)) }),
    () => ({ name: `dev-${i}`, type: 'character-device', device: [rng.integer(0, 9), 1] }),
    () => sparse(`sparse-${i}`, rng.integer(1, 2000)),
  ])();
}

const images = [
  image({
    layers: [
      layer({ files: [{ path: 'etc/os', content: 'tide' }] }),
      layer({ files: [{ path: 'app', content: body(2000) }] }),
    ],
    tags: ['docker.io/library/tide:1', 'registry.example/team/tide:2'],
  }),
];

/** Image archives as their tools write them. */
export async function imageTars(): Promise<(readonly [string, Buffer])[]> {
  const variants = ['v1', 'legacy', 'hybrid', 'podman', 'crane', 'jib'] as const;
  const saves = variants.map((variant): [string, Entry[]] => [variant, dockerSave(images, { variant })]);
  const layout = ociLayout(images.flatMap((spec) => tagged(ociManifest(spec), spec.tags)));
  const made: (readonly [string, Buffer])[] = [];
  for (const [label, entries] of [...saves, ['oci', layout] as [string, Entry[]]]) {
    made.push([label, await tar(entries)]);
    made.push([`${label} with ./`, await tar(entries, { prefix: './', longNames: 'gnu' })]);
    made.push([`${label} with PAX headers`, await tar(entries, { longNames: 'pax', blockingFactor: 20 })]);
  }
  return made;
}
