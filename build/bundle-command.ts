/**
 * Puts the command and what it needs of its libraries into few files: to find and open several hundred small ones takes
 * longer than what `varve ls` does with them. Writes dist/src/cli/main.cjs and, beside it in parts/, what it loads: the
 * bundler parts the code where the program imports on demand, which is for each command what does it, and puts together
 * what is always loaded together. A thread's code becomes one file as well, dist/workers/NAME-worker.cjs. The library
 * stays as the compiler wrote it, file by file.
 *
 * These are CommonJS: whoever imports node:fs as a module has all that it offers set up, streams and promises too, which
 * takes a tenth of a short run.
 *
 *   node dist/build/bundle-command.js          a step of npm run build
 */
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { build, type InlineConfig, type Plugin, type Rollup } from 'vite';

const entries = { main: 'src/cli/main.ts', program: 'src/cli/program.ts' };
/** The pool starts each thread with a file of its own, which it looks for beside itself: that is bundled too, by this name. */
const threadStart = 'pool-thread';
const inParts: ReadonlySet<string> = new Set(['program', threadStart]);
const folder = 'dist/src/cli';
const workerEntries = ['workers/archive-worker.ts', 'workers/digest-worker.ts'];

const common: InlineConfig = {
  configFile: false,
  // What it warns of: imports on demand of what was loaded before, and comments of zod for other bundlers.
  logLevel: 'error',
  // These are large and seldom used.
  ssr: { noExternal: true, external: ['xz-decompress', 'zstddec'] },
  // Names stay, so that a stack trace says something. Of a text with one character beyond Latin-1 V8 takes two bytes for each.
  esbuild: { minifyIdentifiers: false, charset: 'ascii' },
};
const options = {
  // Of the pool's thread: it loads the code that it is told, and what gives it another priority where that is asked for.
  commonjsOptions: { ignoreDynamicRequires: true, ignore: ['@napi-rs/nice'] },
  target: 'node20.19',
  emptyOutDir: false,
  minify: 'esbuild',
  sourcemap: true,
} as const;
const output = {
  format: 'cjs',
  entryFileNames: ({ name }: { readonly name: string }) => (inParts.has(name) ? 'parts/[name].cjs' : '[name].cjs'),
  chunkFileNames: 'parts/[name].cjs',
  sourcemapExcludeSources: true,
} as const;
/** Imports on demand of what is not bundled, by the loader of parts where it has loaded the part (`src/cli/start/part-loader.ts`). */
const importsOutside: Plugin = {
  name: 'imports-outside',
  renderDynamicImport: ({ targetModuleId }) =>
    // What is bundled has a path, or a name of the bundler behind a zero byte.
    targetModuleId === null || isAbsolute(targetModuleId) || targetModuleId.startsWith('\0')
      ? null
      : { left: '(require.outside ?? ((id) => import(id)))(', right: ')' },
};

/**
 * Of undici what we use of it: its own entry loads all that it offers, fetch and WebSockets too, which takes as long as Node's start.
 * What that entry does beside is to give each dispatcher its methods; two of them are called here, one by its way through proxies.
 */
const clientName = '\0undici';
const clientParts: Plugin = {
  name: 'client-parts',
  enforce: 'pre',
  resolveId: (id) => (id === 'undici' ? clientName : null),
  load: (id) => {
    // HTTP/2, SOCKS and forms are asked for nowhere, and what Node has for the first takes a quarter of its start.
    if (/\/undici\/lib\/(?:dispatcher\/(?:client-h2|socks5-proxy-agent)|web\/fetch\/body)\.js$/.test(id)) {
      return 'module.exports = class {};';
    }
    return id === clientName
      ? `import Agent from 'undici/lib/dispatcher/agent.js';
         import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
         import Pool from 'undici/lib/dispatcher/pool.js';
         import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
         import connect from 'undici/lib/api/api-connect.js';
         import request from 'undici/lib/api/api-request.js';
         Object.assign(Dispatcher.prototype, { connect, request });
         export { Agent, Pool, ProxyAgent };`
      : null;
  },
};

const poolParts: Plugin = {
  name: 'pool-parts',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('/piscina/dist/index.js') ? code.replace('worker.js', `${threadStart}.cjs`) : null,
};

const treeshake = { moduleSideEffects: hasSideEffects };

for (const parts of [`${folder}/parts`, 'dist/workers/parts']) rmSync(parts, { recursive: true, force: true });
const command = await build({
  ...common,
  plugins: [importsOutside, clientParts, poolParts],
  build: {
    ...options,
    ssr: true,
    outDir: folder,
    rollupOptions: {
      input: { ...entries, [threadStart]: 'node_modules/piscina/dist/worker.js' },
      treeshake,
      output,
      // The entry stays by itself, so that no part waits for it.
      preserveEntrySignatures: 'strict',
    },
  },
});
// Each thread loads its code anew: from one file that takes a third of the time.
const workers = await Promise.all(
  workerEntries.map((ssr) => {
    // What each loads on demand fits no other: it calls what it takes from the entry by names of its own.
    const ownParts = { ...output, chunkFileNames: `parts/${basename(ssr, '.ts')}/[name].cjs` };
    const rollupOptions = { treeshake, output: ownParts };
    return build({ ...common, build: { ...options, ssr, outDir: 'dist/workers', rollupOptions } });
  }),
);
const outputs = [command, ...workers].flatMap((built) => (built as Rollup.RollupOutput).output);
const modules = outputs.flatMap((file) => (file.type === 'chunk' ? Object.entries(file.modules) : []));
const bundled = modules.flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? id : []));
writeFileSync(`${folder}/parts/LICENSES.txt`, licenses(bundled));
chmodSync(`${folder}/main.cjs`, 0o755);
// What the compiler made of the same files would only be taken for them.
const compiled = [...Object.values(entries), ...workerEntries].map((entry) => `dist/${entry.replace(/ts$/, 'js')}`);
for (const name of compiled) {
  for (const path of [name, `${name}.map`]) rmSync(path, { force: true });
}

/** Of yargs we use the parser alone; what its other half does when it is loaded is for its own help texts. */
function hasSideEffects(id: string): boolean {
  return id.includes('/node_modules/')
    ? !/\/platform-shims\/|\/node_modules\/zod\//.test(id)
    : [...Object.values(entries), ...workerEntries].some((entry) => id.endsWith(entry));
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
