/**
 * The test suites, one project each. `unit` needs this repository and nothing else; `corpus` needs archives that are not
 * in it (test/corpus/truth.ts says where they are looked for and fails where they are not), and `browser` needs Chromium.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const slowSuites = ['corpus', 'damage', 'faults', 'hostile', 'property', 'memory', 'fuzz', 'browser'];
const minuteMs = 60_000;
const setupFiles = ['test/helpers/property-seed.ts'];
// A Node that is told of further authorities reads all of them whenever it starts, and tests start thousands.
const env = { NODE_EXTRA_CA_CERTS: '' };
const testFolder = fileURLToPath(new URL('test/', import.meta.url));
/** Test files of the unit suite that take a sample there and every case in the suite `sweeps`. */
const sweeping = readdirSync(testFolder, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.test.ts') && readFileSync(testFolder + path, 'utf8').includes("/helpers/sweep.js'"),
);

export default defineConfig({
  test: {
    // A forgotten `.only` would make a suite green by not running it.
    allowOnly: false,
    // Vitest leaves one core to itself, which is half of two.
    maxWorkers: '100%',
    projects: [
      {
        // The package by its own name, from source, so that the examples in the documents need no build.
        resolve: {
          alias: [{ find: /^varve$/, replacement: fileURLToPath(new URL('src/index.ts', import.meta.url)) }],
        },
        test: {
          name: 'unit',
          env,
          include: ['test/**/*.test.ts'],
          exclude: slowSuites.map((suite) => `test/${suite}/**`),
          testTimeout: minuteMs,
          hookTimeout: minuteMs,
          setupFiles,
          // Loading the modules anew for each file costs more than a third of the time; so a test puts back what it changes.
          isolate: false,
          // It knows whether it was loaded; so it is loaded anew with what uses it, where a test does that.
          server: { deps: { inline: ['zstddec'] } },
        },
      },
      suite('corpus', { testTimeout: 5 * minuteMs }),
      suite('hostile', { testTimeout: 5 * minuteMs }),
      suite('property', { testTimeout: 10 * minuteMs }),
      suite('sweeps', {
        include: sweeping.map((path) => `test/${path}`),
        env: { ...env, VARVE_SWEEPS: process.env['VARVE_SWEEPS'] ?? 'whole' },
        testTimeout: 15 * minuteMs,
      }),
      // The time of a test is its budget's.
      suite('fuzz', {}),
      // The time of a test is its budget's.
      suite('damage', {}),
      suite('faults', { testTimeout: 3 * minuteMs }),
      suite('browser', { testTimeout: minuteMs }),
      // One file at a time: what a neighbour allocates would be measured too.
      suite('memory', { testTimeout: 10 * minuteMs, fileParallelism: false, execArgv: ['--expose-gc'] }),
    ],
  },
});

function suite(name: string, options: object) {
  return { test: { name, include: [`test/${name}/**/*.test.ts`], env, setupFiles, hookTimeout: minuteMs, ...options } };
}
