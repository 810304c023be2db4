/**
 * A caller that bundles varve, as docs/library.md says how, has the results that it has without a bundler, also where the
 * work is large enough for threads, whose file is not in the bundle.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../helpers/seeded-random.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { at } = temporaryFolder();

/** Of one layer: beside the largest one, so much is left that threads are started for it. */
const layerBytes = 40 * 1024 * 1024;

const program = `
  import { check, defaultPolicy, parseInstant, parsePolicy, scan } from 'varve';
  const seen = new Set();
  process.on('worker', () => seen.add('thread'));
  const inputs = process.argv.slice(2);
  const inventory = await scan(inputs, { workers: 2, exclude: ['*.md'] });
  const options = { now: parseInstant('2026-05-01T00:00:00Z'), baseline: null };
  const verdicts = [defaultPolicy(), parsePolicy('rules: {intact: true}', 'p.yml')].map((policy) => check(inventory, policy, options).verdict);
  console.log(JSON.stringify({ inventory, verdicts, threads: seen.size > 0 }));
`;

beforeAll(() => {
  mkdirSync(at('node_modules'));
  symlinkSync(resolve('.'), at('node_modules/varve'));
  writeFileSync(at('app.mjs'), program);
  writeLargeLayout(at('large'));
});

/** An OCI layout of three large layers. */
function writeLargeLayout(folder: string): void {
  mkdirSync(`${folder}/blobs/sha256`, { recursive: true });
  const put = (mediaType: string, content: Buffer | object) => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(`${folder}/blobs/sha256/${hex}`, bytes);
    return { mediaType: `application/vnd.oci.image.${mediaType}`, digest: `sha256:${hex}`, size: bytes.length };
  };
  const rng = seededRandom(7);
  const layers = [1, 2, 3].map(() =>
    put('layer.v1.tar', Buffer.alloc(layerBytes, Buffer.concat([Buffer.alloc(1024), rng.bytes(999)]))),
  );
  const rootfs = { type: 'layers', diff_ids: layers.map(({ digest }) => digest) };
  const config = put('config.v1+json', { os: 'linux', architecture: 'amd64', rootfs });
  const manifest = put('manifest.v1+json', { schemaVersion: 2, config, layers });
  writeFileSync(`${folder}/index.json`, JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  writeFileSync(`${folder}/oci-layout`, '{"imageLayoutVersion":"1.0.0"}');
}

function run(path: string) {
  const inputs = ['large', resolve('samples'), 'no-such-*.tar'];
  const ended = spawnSync(process.execPath, [path, ...inputs], { cwd: at('.'), encoding: 'utf8', maxBuffer: 1e9 });
  expect(ended.stderr).toBe('');
  return JSON.parse(ended.stdout) as { inventory: { archives: unknown[] }; verdicts: string[]; threads: boolean };
}

/** What docs/library.md gives esbuild on its command line. */
function bannerOf(): string {
  const [, banner] = /--banner:js='([^']+)'/.exec(readFileSync('docs/library.md', 'utf8')) ?? [];
  return banner ?? '';
}

describe('a program that is bundled', () => {
  it('without varve in it has the same results, by threads', () => {
    const plain = run(at('app.mjs'));
    bundle('external.mjs', { external: ['varve'] });
    expect(plain.threads).toBe(true);
    expect(plain.inventory.archives.length).toBeGreaterThan(10);
    expect(run(at('external.mjs'))).toEqual(plain);
  });

  it('with varve in it has the same results, in one thread', () => {
    const plain = run(at('app.mjs'));
    bundle('whole.mjs', { banner: { js: bannerOf() } });
    expect(run(at('whole.mjs'))).toEqual({ ...plain, threads: false });
  });

  function bundle(outfile: string, options: object): void {
    buildSync({
      entryPoints: [at('app.mjs')],
      outfile: at(outfile),
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
      ...options,
    });
  }
});
