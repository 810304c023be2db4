/**
 * A step of the build, before the compiler: makes src/codec/gzip/kernel-code.ts of the AssemblyScript in build/kernel/, where
 * that or its compiler has changed since. The same sources and the same compiler give the same bytes, in any folder. It is
 * plain JavaScript because what it writes is part of what the TypeScript compiler reads.
 *
 *   node build/compile-kernel.mjs             the first step of npm run build
 *   node build/compile-kernel.mjs --print     prints what it would write, made anew
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const folder = new URL('./kernel/', import.meta.url);
const target = new URL('../src/codec/gzip/kernel-code.ts', import.meta.url);
const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const options = [
  ...['--runtime', 'stub', '--noAssert', '--use', 'abort='],
  ...['-O3', '--converge', '--enable', 'simd,bulk-memory'],
  // Places in memory are those of memory.ts; it never grows. What the compiler itself puts there begins behind zero.
  ...['--memoryBase', '1024', '--initialMemory', '10'],
];
/** The same kernel twice: with a memory of its own, and on one that is given, shared with other threads and larger. */
const variants = {
  kernelCode: ['--maximumMemory', '10'],
  sharedKernelCode: ['--importMemory', '--sharedMemory', '--maximumMemory', '256', '--enable', 'threads'],
};

const sources = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
);
const fingerprint = createHash('sha256')
  .update(JSON.stringify([[...sources], options, variants, devDependencies.assemblyscript]))
  .digest('hex');

if (process.argv.includes('--print')) process.stdout.write(await makeModule());
else if (!isMade()) writeFileSync(target, await makeModule());

function isMade() {
  try {
    return readFileSync(target, 'utf8').includes(fingerprint);
  } catch {
    return false;
  }
}

/** The WebAssembly of the sources; nothing of where they lie goes into it. */
async function compile(variant) {
  const { default: asc } = await import('assemblyscript/asc');
  let code;
  const { error, stderr } = await asc.main(['index.ts', '--outFile', 'kernel.wasm', ...options, ...variant], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => {
      code = contents;
    },
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`build/kernel does not compile:\n${stderr.toString()}`, { cause: error });
  return code;
}

async function makeModule() {
  const codes = [];
  for (const [name, variant] of Object.entries(variants)) codes.push(constantOf(name, await compile(variant)));
  return `/**
 * The gzip kernel as WebAssembly, made by build/compile-kernel.mjs of build/kernel/; not to be changed by hand.
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
