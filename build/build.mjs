/**
 * The build: its steps one after another, or none of them where every file that they read and every file that they wrote is
 * what it was when they were last done. Files are known by their content, never by a time; what is installed, by the list that
 * npm keeps of it; and another Node builds anew.
 *
 *   node build/build.mjs          npm run build
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const steps = [
  ['build/compile-wasm.mjs'],
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  ['dist/build/bundle-page.js'],
  ['dist/build/bundle-command.js'],
  ['dist/build/compile-command.js'],
];
// A Node that is told of further authorities reads all of them whenever it starts.
const env = { ...process.env, NODE_EXTRA_CA_CERTS: '' };
const done = 'dist/done.txt';
const settings = ['tsconfig.json', 'package.json', 'package-lock.json', 'node_modules/.package-lock.json'];

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
if (!isDone()) {
  rmSync(done, { force: true });
  for (const step of steps) {
    const { status } = spawnSync(process.execPath, step, { stdio: 'inherit', env });
    if (status !== 0) process.exit(status ?? 1);
  }
  writeFileSync(done, fingerprint());
}

function isDone() {
  try {
    return readFileSync(done, 'utf8') === fingerprint();
  } catch {
    return false;
  }
}

function fingerprint() {
  const { version, platform, arch } = process;
  const hash = createHash('sha256').update(JSON.stringify([version, platform, arch]));
  const read = [
    ...['build', 'samples', 'src', 'workers'].flatMap((folder) => filesIn(folder)),
    ...['bench', 'test'].flatMap((folder) => filesIn(folder).filter((path) => path.endsWith('.ts'))),
  ];
  // The compiler's notes change when types are checked, and its output does not.
  const written = filesIn('dist').filter((path) => path !== done && !path.endsWith('.tsbuildinfo'));
  for (const path of [...settings, ...read, ...written]) {
    const bytes = readFileSync(path);
    hash.update(`${path} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
