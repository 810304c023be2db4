/**
 * The rules of the house as data: who may know whom, and where each library lives. ARCHITECTURE.md shows the same table,
 * and a test holds the two together.
 */

/** A folder below `src/`, a folder beside it, or `src` for the files directly in it. */
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

const stages = ['model', 'codec', 'archive', 'discover', 'formats', 'digest', 'cache', 'verify', 'analysis'] as const;

export const rooms = {
  model: room({ packages: ['zod'], pure: true }),
  codec: room({ packages: ['xz-decompress', 'zstddec'] }),
  archive: room({ knows: ['model'] }),
  discover: room({ knows: ['model', 'codec', 'archive'], packages: ['picomatch', 'tinyglobby'] }),
  formats: room({ knows: ['model', 'archive'], pure: true }),
  digest: room({
    knows: ['model', 'codec', 'archive'],
    knowsTypesOf: ['formats'],
    packages: ['@noble/hashes', 'piscina'],
  }),
  machine: room({ knows: ['model', 'codec', 'archive', 'digest'], packages: ['tinybench'] }),
  cache: room({ knows: ['model'], knowsTypesOf: ['digest'] }),
  verify: room({ knows: ['model'], knowsTypesOf: ['archive', 'formats', 'digest'], pure: true }),
  analysis: room({ knows: ['model', 'query'], packages: ['yaml'], pure: true }),
  query: room({ knows: ['model'], pure: true }),
  report: room({ knows: ['model'], packages: ['cli-table3'], pure: true }),
  src: room({ knows: stages.filter((stage) => stage !== 'codec') }),
  cli: room({
    knows: ['model', 'verify', 'analysis', 'query', 'report', 'machine', 'src'],
    packages: ['cli-progress', 'yargs'],
  }),
  workers: room({ knows: ['digest'] }),
  client: room({
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

/** A file longer than this does more than one thing. */
export const maxFileLines = 400;

/** Names that say nothing about what is inside. */
export const emptyNames: readonly string[] = ['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'shared'];
