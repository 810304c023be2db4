/**
 * What it costs to account for a whole registry: 2,000 tags in 50 repositories, read from manifests and configs alone. The
 * registry is that of the tests, in a process of its own on this machine; the built program reports on it in another one, with
 * as many requests at a time as it has unasked. Prints a table of Markdown: time, requests, bytes that came, peak memory; and
 * holds the sums against those of the same images in a layout on the disk.
 *
 *   node dist/bench/registry-accounting.js [TAGS [REPOSITORIES]]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Report } from '../src/index.js';
import { formatBytes, formatCount } from '../src/report/blocks/units.js';
import {
  type ImageSpec,
  image,
  layer,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  writeLayoutFolder,
} from '../test/helpers/archive-builder.js';
import { stock } from '../test/remote/input/stocked-registry.js';
import { startRegistry } from '../test/remote/servers/registry-server.js';
import { withFolder } from './inputs.js';
import { run } from './peers/processes.js';

const [mode, tagsWord, repositoriesWord] = ['serve', 'count'].includes(process.argv[2] ?? '')
  ? process.argv.slice(2)
  : ['measure', ...process.argv.slice(2)];
const tags = Number(tagsWord ?? 2000);
const repositories = Number(repositoriesWord ?? 50);
const requestsPath = '/requests';

/** Each repository has a base of its own kind, and each tag a layer of its own; every fifth is an index of two platforms. */
function* namedNodes(): Generator<{ repository: string; tag: string; node: OciNode }> {
  const bases = Array.from({ length: 8 }, (_, i) =>
    layer({ files: [{ path: `base${i}`, content: `base ${i} `.repeat(900) }] }),
  );
  for (let i = 0; i < tags; i++) {
    const own = layer({ files: [{ path: `own${i}`, content: `own ${i} `.repeat(90) }] });
    const base = bases[(i % repositories) % bases.length] ?? own;
    const created = `2024-01-${String(1 + (i % 28)).padStart(2, '0')}T00:00:00Z`;
    const built = (architecture: string): ImageSpec =>
      image({ layers: [base, own], created, platform: { os: 'linux', architecture }, config: { Env: [`N=${i}`] } });
    const node =
      i % 5 === 0 ? ociIndex(['amd64', 'arm64'].map((name) => ociManifest(built(name)))) : ociManifest(built('amd64'));
    yield {
      repository: `team${(i % repositories) % 7}/app${i % repositories}`,
      tag: `1.${Math.floor(i / repositories)}`,
      node,
    };
  }
}

/** Serves the registry until it is killed; prints its host. */
async function serve(): Promise<void> {
  const registry = await startRegistry();
  for (const { repository, tag, node } of namedNodes()) stock(registry.content, repository, tag, node);
  process.stdout.write(`${registry.host}\n`);
  process.on('message', () => {
    const seen = registry.seen.splice(0);
    process.send?.({ requests: seen.length, blobs: seen.filter(({ path }) => path.includes('/blobs/')).length });
  });
}

const columns = ['read', 'time', 'requests', 'peak memory', 'images', 'stored'];
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

/** What a report says, and what it took. */
function reportOn(input: string, options: readonly string[] = []) {
  const main = fileURLToPath(new URL('../src/cli/main.cjs', import.meta.url));
  const argv = [process.execPath, main, 'report', input, '--format', 'json', '--quiet', ...options];
  const { elapsedMs, peakBytes, stdout } = run({ argv, endsWith: [0] });
  return { elapsedMs, peakBytes, report: JSON.parse(stdout) as Report };
}

async function measure(): Promise<void> {
  const self = fileURLToPath(import.meta.url);
  const server = spawn(process.execPath, [self, 'serve', String(tags), String(repositories)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  try {
    const [line] = (await once(server.stdout as NonNullable<typeof server.stdout>, 'data')) as [Buffer];
    const host = line.toString('utf8').trim();
    process.stdout.write(row(columns) + row(columns.map(() => '---')));
    const read = async (what: string, options: readonly string[]) => {
      const found = reportOn(`registry://${host}`, options);
      server.send(requestsPath);
      const [{ requests }] = (await once(server, 'message')) as [{ requests: number }];
      tell(what, found, formatCount(requests));
      return found;
    };
    const remote = await read(`${formatCount(tags)} tags in ${repositories} repositories of a registry`, []);
    await read('the same, with `--referrers`', ['--referrers']);
    await withFolder(async (folder) => {
      const roots = [...namedNodes()].flatMap(({ repository, tag, node }) =>
        tagged(node, [`${host}/${repository}:${tag}`]),
      );
      const layout = join(folder, 'layout');
      await writeLayoutFolder(ociLayout(roots), layout);
      const local = reportOn(layout, ['--no-verify']);
      tell('the same images in a layout on the disk', local, '');
      const differ = (
        ['neededBytes', 'duplicateBytes', 'danglingBytes', 'supersededBytes', 'twinBytes'] as const
      ).filter((field) => remote.report.reclaim[field] !== local.report.reclaim[field]);
      process.stdout.write(differ.length === 0 ? '\nEvery sum is equal.\n' : `\nNot equal: ${differ.join(', ')}\n`);
      if (differ.length > 0) process.exitCode = 1;
    });
  } finally {
    server.kill();
  }
}

function tell(what: string, { elapsedMs, peakBytes, report }: ReturnType<typeof reportOn>, requests: string): void {
  const { reclaim, summary } = report;
  const peak = peakBytes === null ? 'not measured' : formatBytes(peakBytes);
  const stored = formatBytes(reclaim.totalBytes - reclaim.overheadBytes);
  process.stdout.write(
    row([what, `${(elapsedMs / 1000).toFixed(1)} s`, requests, peak, formatCount(summary.images), stored]),
  );
}

await (mode === 'serve' ? serve() : measure());
