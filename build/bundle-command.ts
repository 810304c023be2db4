/**
 * Puts the command and what it needs of its libraries into few files: to find and open several hundred small ones takes
 * longer than what `varve ls` does with them. Writes dist/src/cli/main.cjs; what not every run needs lies beside it in
 * parts/ and is loaded when it is asked for. A thread's code becomes one file as well, dist/workers/digest-worker.cjs. The
 * library stays as the compiler wrote it, file by file.
 *
 * These are CommonJS: whoever imports node:fs as a module has all that it offers set up, streams and promises too, which
 * takes a tenth of a short run.
 *
 *   node dist/build/bundle-command.js          the last step of npm run build
 */
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, type InlineConfig, type Rollup } from 'vite';

const entry = 'src/cli/main.ts';
const folder = 'dist/src/cli';
const workerEntry = 'workers/digest-worker.ts';

const of = (room: string, ...names: string[]): string[] => names.map((name) => `src/${room}/${name}.ts`);

/**
 * What is loaded together: these files with all that they import, unless an earlier part has it. Parts thus never wait for
 * each other in a circle.
 */
const parts: readonly (readonly [name: string, files: readonly string[]])[] = [
  ['start', [entry]],
  ['reading', ['src/scan.ts', 'src/model/file-list.ts']],
  [
    'command',
    of('cli', 'parser', 'image-words', 'survey', 'select', 'output', 'render', 'unknown-sizes', 'selection-remarks'),
  ],
  ['bodies', ['src/read-bodies.ts']],
  // What the commands that are run most often make of it.
  [
    'results',
    [
      ...of('analysis', 'image-list', 'report', 'verification'),
      ...of(
        'report',
        'image-list-text',
        'platform-tree-text',
        'report-text',
        'report-records',
        'verification-text',
        'verification-records',
        'verification-checks',
      ),
    ],
  ],
];

const closures = new Map<string, ReadonlySet<string>>();

const common: InlineConfig = {
  configFile: false,
  // What it warns of: imports on demand of what was loaded before, and comments of zod for other bundlers.
  logLevel: 'error',
  // The pool starts threads from a file of its own, which it looks for beside itself; the others are large and seldom used.
  ssr: { noExternal: true, external: ['piscina', 'xz-decompress', 'zstddec'] },
  // Names stay, so that a stack trace says something.
  esbuild: { minifyIdentifiers: false },
};
const options = { target: 'node20.19', emptyOutDir: false, minify: 'esbuild', sourcemap: true } as const;
const output = {
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'parts/[name].cjs',
  sourcemapExcludeSources: true,
} as const;
const treeshake = { moduleSideEffects: hasSideEffects };

for (const parts of [`${folder}/parts`, 'dist/workers/parts']) rmSync(parts, { recursive: true, force: true });
const command = await build({
  ...common,
  build: {
    ...options,
    ssr: entry,
    outDir: folder,
    rollupOptions: {
      treeshake,
      output: { ...output, manualChunks: (id, { getModuleInfo }) => partOf(id, getModuleInfo) },
    },
  },
});
// Each thread loads its code anew: from one file that takes a third of the time.
const worker = await build({
  ...common,
  build: {
    ...options,
    ssr: workerEntry,
    outDir: 'dist/workers',
    rollupOptions: { treeshake, output },
  },
});
const outputs = [command, worker].flatMap((built) => (built as Rollup.RollupOutput).output);
const modules = outputs.flatMap((file) => (file.type === 'chunk' ? Object.entries(file.modules) : []));
const bundled = modules.flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? id : []));
writeFileSync(`${folder}/parts/LICENSES.txt`, licenses(bundled));
chmodSync(`${folder}/main.cjs`, 0o755);
// What the compiler made of the same files would only be taken for them.
for (const name of [`${folder}/main.js`, 'dist/workers/digest-worker.js']) {
  for (const path of [name, `${name}.map`]) rmSync(path, { force: true });
}

/** Of yargs we use the parser alone; what its other half does when it is loaded is for its own help texts. */
function hasSideEffects(id: string): boolean {
  return id.includes('/node_modules/')
    ? !/\/platform-shims\/|\/node_modules\/zod\//.test(id)
    : id.endsWith(entry) || id.endsWith(workerEntry);
}

/** The part that a module belongs to; undefined leaves it to the bundler. */
function partOf(id: string, infoOf: Rollup.GetModuleInfo): string | undefined {
  if (id.endsWith(entry)) return undefined;
  // These are for the schemas of results; the index of zod names them to all.
  if (/\/zod\/v4\/core\/(?:json-schema|to-json)/.test(id)) return 'zod-json-schema';
  const part = parts.find(([, files]) => closure(files, infoOf).has(id));
  if (part !== undefined) return part[0];
  // Few runs have a policy in a file, or ask what a word means, and none needs the parser or the texts for it but they.
  const seldom = id.endsWith('/policy-file.ts') || id.includes('/src/report/words/');
  return /\/src\/(?:analysis|report)\//.test(id) && !seldom ? 'other-results' : undefined;
}

/** The files and all that they import, by whatever way, except on demand. */
function closure(files: readonly string[], infoOf: Rollup.GetModuleInfo): ReadonlySet<string> {
  const key = files.join();
  const known = closures.get(key);
  if (known !== undefined) return known;
  const found = new Set(files.map((file) => resolve(file)));
  for (const id of found) for (const imported of infoOf(id)?.importedIds ?? []) found.add(imported);
  closures.set(key, found);
  return found;
}

/** The licenses of the packages whose files are in the bundle, as each asks to be handed on. */
function licenses(ids: readonly string[]): string {
  const roots = ids.flatMap((id) => /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? []);
  return [...new Set(roots)]
    .sort()
    .map((root) => {
      const { name, version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as Record<string, string>;
      const file = readdirSync(root).find((candidate) => /^licen[cs]e/i.test(candidate));
      if (file === undefined) throw new Error(`${root} has no license text`);
      return `${name} ${version}\n\n${readFileSync(`${root}/${file}`, 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
