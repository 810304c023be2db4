/**
 * A step of the build, before the compiler: makes WebAssembly of the AssemblyScript in build/kernel/ and build/header/, where that or its
 * compiler has changed since. The same sources and the same compiler give the same bytes, in any folder. It is plain
 * JavaScript because what it writes is part of what the TypeScript compiler reads.
 *
 *   node build/compile-wasm.mjs                 the first step of npm run build
 *   node build/compile-wasm.mjs --print FILE    prints what it would write there, made anew
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const usual = [
  ...['--runtime', 'stub', '--noAssert', '--use', 'abort='],
  ...['-O3', '--converge', '--enable', 'simd,bulk-memory'],
  // What the compiler itself puts into the memory begins behind what the sources have there; it never grows.
  ...['--memoryBase', '1024'],
];
const modules = [
  {
    what: 'The gzip kernel',
    folder: 'kernel',
    target: 'src/codec/gzip/kernel-code.ts',
    options: [...usual, '--initialMemory', '10'],
    // Twice: with a memory of its own, and on one that is given, shared with other threads and larger.
    variants: {
      kernelCode: ['--maximumMemory', '10'],
      sharedKernelCode: ['--importMemory', '--sharedMemory', '--maximumMemory', '256', '--enable', 'threads'],
    },
  },
  {
    what: 'The reader of usual tar headers',
    folder: 'header',
    target: 'src/archive/tar/usual-header-code.ts',
    options: [...usual, '--initialMemory', '1', '--maximumMemory', '1'],
    variants: { usualHeaderCode: [] },
  },
].map(withSources);

const printed = process.argv[2] === '--print' ? process.argv[3] : undefined;
for (const module of modules) {
  if (printed === module.target) process.stdout.write(await textOf(module));
  else if (printed === undefined && !isMade(module)) writeFileSync(urlOf(module.target), await textOf(module));
}

function urlOf(path) {
  return new URL(`../${path}`, import.meta.url);
}

function withSources(module) {
  const { folder, options, variants } = module;
  const sources = new Map(
    readdirSync(urlOf(`build/${folder}`))
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => [name, readFileSync(urlOf(`build/${folder}/${name}`), 'utf8')]),
  );
  const all = JSON.stringify([[...sources], options, variants, devDependencies.assemblyscript]);
  return { ...module, sources, fingerprint: createHash('sha256').update(all).digest('hex') };
}

function isMade({ target, fingerprint }) {
  try {
    return readFileSync(urlOf(target), 'utf8').includes(fingerprint);
  } catch {
    return false;
  }
}

/** The WebAssembly of the sources; nothing of where they lie goes into it. */
async function compile({ folder, sources, options }, variant) {
  const { default: asc } = await import('assemblyscript/asc');
  let code;
  const { error, stderr } = await asc.main(['index.ts', '--outFile', 'module.wasm', ...options, ...variant], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => {
      code = contents;
    },
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`build/${folder} does not compile:\n${stderr.toString()}`, { cause: error });
  return code;
}

async function textOf(module) {
  const { what, folder, fingerprint, variants } = module;
  const codes = [];
  for (const [name, variant] of Object.entries(variants)) codes.push(constantOf(name, await compile(module, variant)));
  return `/**
 * ${what} as WebAssembly, made by build/compile-wasm.mjs of build/${folder}/; not to be changed by hand.
 * Sources: ${fingerprint}
 */
${codes.join('\n')}`;
}

function constantOf(name, code) {
  const lines = Buffer.from(code)
    .toString('base64')
    .match(/.{1,116}/g);
  return `export const ${name} = \`
  ${lines.join('\n  ')}
\`;
`;
}
