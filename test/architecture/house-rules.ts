/**
 * The rules of the house as data: who may know whom, and where each library lives. ARCHITECTURE.md shows the same table,
 * and a test holds the two together.
 */

/** A folder below `src/`, the folder `workers` beside it, or `src` for what lies directly in it. */
export type Folder = keyof typeof rooms;

interface Room {
  /** Folders that its files may import anything from. */
  readonly knows: readonly string[];
  /** Folders of which it may import types only. */
  readonly knowsTypesOf: readonly string[];
  /** Third-party packages; each has one room. */
  readonly packages: readonly string[];
  /** Third-party packages that the build puts into our own files, so that nobody has to install them. */
  readonly bundled: readonly string[];
  /** Whether it may use Node's own modules. A pure room works on plain data and could run anywhere. */
  readonly pure: boolean;
}

const room = (facts: Partial<Room>): Room => ({
  knows: [],
  knowsTypesOf: [],
  packages: [],
  bundled: [],
  pure: false,
  ...facts,
});

export const rooms = {
  model: room({ packages: ['zod'], pure: true }),
  words: room({ knows: ['model'], pure: true }),
  template: room({ knows: ['model'], pure: true }),
  codec: room({ packages: ['xz-decompress', 'zstddec'] }),
  sources: room({ knows: ['model'] }),
  archive: room({ knows: ['model', 'sources'] }),
  discover: room({ knows: ['model', 'codec', 'sources', 'archive'], packages: ['picomatch', 'tinyglobby'] }),
  formats: room({ knows: ['model', 'archive'], pure: true }),
  observe: room({ knows: ['model', 'codec', 'sources', 'archive'], packages: ['@noble/hashes'] }),
  threads: room({
    knows: ['model', 'codec', 'sources', 'observe'],
    knowsTypesOf: ['archive', 'formats'],
    packages: ['piscina'],
  }),
  machine: room({ knows: ['model', 'codec', 'sources', 'observe', 'threads'], packages: ['tinybench'] }),
  cache: room({ knows: ['model', 'sources'], knowsTypesOf: ['observe', 'threads'] }),
  verify: room({ knows: ['model'], knowsTypesOf: ['archive', 'formats', 'observe'], pure: true }),
  scan: room({
    knows: ['model', 'sources', 'archive', 'discover', 'formats', 'observe', 'threads', 'cache', 'verify'],
  }),
  content: room({ knows: ['model', 'codec', 'sources', 'observe', 'threads'], knowsTypesOf: ['archive'] }),
  pack: room({
    knows: ['model', 'codec', 'sources', 'archive', 'scan', 'analysis', 'content'],
    knowsTypesOf: ['formats', 'observe'],
    packages: ['tar-stream'],
  }),
  repair: room({
    knows: [
      'model',
      'sources',
      'archive',
      'formats',
      'observe',
      'threads',
      'verify',
      'scan',
      'analysis',
      'content',
      'pack',
    ],
  }),
  delta: room({ knows: ['model', 'sources', 'scan', 'analysis', 'content', 'pack'], knowsTypesOf: ['observe'] }),
  store: room({
    knows: ['model', 'sources', 'archive', 'scan', 'analysis', 'content', 'pack', 'repair'],
    knowsTypesOf: ['observe'],
  }),
  remote: room({ knows: ['model', 'sources'], knowsTypesOf: ['archive'], packages: ['undici'] }),
  transfer: room({
    knows: ['model', 'scan', 'observe', 'content', 'pack', 'store', 'sources', 'remote'],
  }),
  analysis: room({ knows: ['model', 'words', 'query', 'template'], packages: ['yaml'], pure: true }),
  query: room({ knows: ['model', 'words'], pure: true }),
  report: room({ knows: ['model'], packages: ['cli-table3'], pure: true }),
  library: room({
    knows: ['model', 'sources', 'scan', 'pack', 'repair', 'store', 'analysis', 'remote', 'transfer'],
    knowsTypesOf: ['archive', 'observe'],
  }),
  src: room({ knows: ['model', 'verify', 'scan', 'analysis', 'pack', 'delta', 'repair', 'library'] }),
  cli: room({
    knows: [
      'model',
      'words',
      'template',
      'sources',
      'verify',
      'scan',
      'pack',
      'delta',
      'store',
      'transfer',
      'remote',
      'repair',
      'analysis',
      'query',
      'report',
      'library',
      'machine',
    ],
    knowsTypesOf: ['archive'],
    packages: ['cli-progress', 'yargs'],
  }),
  workers: room({ knows: ['threads', 'observe', 'scan'] }),
  page: room({
    knows: ['report'],
    knowsTypesOf: ['model'],
    bundled: ['d3-hierarchy', 'd3-scale'],
    pure: true,
  }),
} as const satisfies Readonly<Record<string, Room>>;

/** Files that may be reached from a pure room although their own room is not pure: plain data, no Node. */
export const pureDoors: Readonly<Record<string, readonly string[]>> = {
  archive: ['src/archive/entry-table.ts', 'src/archive/entry-names.ts', 'src/archive/name-findings.ts'],
};

/** The one file beside src/cli that may use `process`: what the lock of a store has to know of it. */
export const processFile = 'src/store/lock/own-process.ts';

/** The only file at the top of `src`. */
export const topFile = 'src/index.ts';

/** A folder with more files answers more than one question. */
export const maxFolderFiles = 15;

/** A file longer than this does more than one thing. */
export const maxFileLines = 400;

/** Names that say nothing about what is inside. */
export const emptyNames: readonly string[] = ['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'shared'];
