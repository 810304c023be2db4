/** The targets, in the order in which they run; each is a file of that name. */
export const targetNames = [
  'references',
  'registries',
  'platforms',
  'words',
  'globs',
  'json',
  'templates',
  'tars',
  'layers',
  'documents',
  'archives',
  'bodies',
  'gzip',
  'bzip2',
  'zstd-frames',
  'zstd-start',
  'zstd',
  'xz',
] as const;

/** Where it is, relative to the repository. */
export function pathOf(name: string): string {
  if (!(targetNames as readonly string[]).includes(name)) {
    throw new RangeError(`there is no target ${name}; there are ${targetNames.join(', ')}`);
  }
  return `test/fuzz/guided/targets/${name}.ts`;
}
