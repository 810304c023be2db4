/**
 * Holds `varve report` against tools that this project did not write, on a folder of real archives: image IDs, layers
 * and creation dates against skopeo, sizes and sharing against podman's own store, stored digests against sha256sum.
 * Prints a Markdown page (docs/real-images.md); exits 1 where Varve differs and the page does not say why.
 *
 *   node dist/bench/cross-check.js FOLDER > docs/real-images.md     needs skopeo, podman, tar and sha256sum
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Report, report } from '../src/index.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: cross-check FOLDER');

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
const shell = (line: string): string => run('bash', '-c', `set -o pipefail; ${line}`).trim();
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const result = await report([folder]);
const wrong: string[] = [];
const differ = (sentence: string): string => {
  wrong.push(sentence);
  return sentence;
};

console.log('# Real images, held against other tools\n');
console.log(
  `Made by \`node dist/bench/cross-check.js FOLDER\`, with ${versions()}. The folder holds ${result.archives.length} archives of`,
);
console.log(
  'Debian file systems, built with debootstrap and umoci and saved by skopeo and podman: plain, several images in one,',
);
console.log('gzip and zstd layers, and two compressed as a whole.\n');
skopeoTable(result);
podmanTable(result);
digestTable(result);
console.log(
  wrong.length === 0 ? 'Varve differs nowhere but where this page says so.' : `**Differences:** ${wrong.join('; ')}`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;

function versions(): string {
  return ['skopeo', 'podman'].map((tool) => run(tool, '--version').trim().replace(' version', '')).join(' and ');
}

/** Archives with one image that skopeo reads: everything but several images in one, and compression of the whole. */
function skopeoTable({ archives, images, layers }: Report): void {
  console.log('## Image IDs and layers, against `skopeo inspect`\n');
  console.log('| archive | image ID | layers | created |\n|---|---|---|---|');
  for (const archive of archives) {
    if (archive.compression !== 'none' || archive.images.length !== 1) continue;
    const image = images.find(({ id }) => id === archive.images[0]);
    if (image === undefined) continue;
    const source = `${archive.format === 'oci-archive' ? 'oci-archive' : 'docker-archive'}:${archive.path}`;
    const raw = JSON.parse(run('skopeo', 'inspect', '--raw', source)) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    const { Created: created } = JSON.parse(run('skopeo', 'inspect', source)) as { Created: string };
    const stored = image.layers.map(
      (diffId) =>
        layers.find((layer) => layer.diffId === diffId)?.copies.find((copy) => copy.archive === archive.path)?.digest,
    );
    const same = (name: string, ours: unknown, theirs: unknown): string =>
      JSON.stringify(ours) === JSON.stringify(theirs)
        ? 'same'
        : differ(`${name} of ${basename(archive.path)}: ${ours}, skopeo has ${theirs}`);
    const theirLayers = raw.layers.map(({ digest }) => digest);
    const sameTime = Date.parse(created) === Date.parse(image.createdAt ?? '');
    console.log(
      `| ${basename(archive.path)} | ${same('image ID', image.id, raw.config.digest)} | ${same('layers', stored, theirLayers)} (${theirLayers.length}) | ${sameTime ? 'same' : differ(`created of ${archive.path}`)} |`,
    );
  }
  console.log('');
}

/** The table of images in `podman system df -v`, which has no other format: image ID → sharing. */
function readSharing(table: string): Map<string, { shared: string; unique: string }> {
  const row = /^\S+\s+\S+\s+([0-9a-f]{12})\s+.*?\s+(\S+)\s+(\S+)\s+(\S+)\s+\d+\s*$/;
  return new Map(
    table.split('\n').flatMap((line) => {
      const [, id, , shared, unique] = row.exec(line) ?? [];
      return id === undefined || shared === undefined || unique === undefined
        ? []
        : [[id, { shared, unique }] as const];
    }),
  );
}

/** podman's SIZE adds config and manifest to the layers; its SHARED SIZE looks at parents only. */
function podmanTable({ archives, images }: Report): void {
  const root = mkdtempSync(join(tmpdir(), 'varve-podman-'));
  const podman = (...args: string[]): string =>
    run('podman', '--root', join(root, 'root'), '--runroot', join(root, 'run'), '--storage-driver', 'vfs', ...args);
  try {
    for (const archive of archives) {
      if (archive.format === 'docker-archive' && archive.compression === 'none' && archive.images.length === 1)
        podman('load', '-q', '-i', archive.path);
    }
    const listed = JSON.parse(podman('images', '--format', 'json')) as { Id: string; Size: number }[];
    const sharing = readSharing(podman('system', 'df', '-v'));
    console.log('## Sizes, against `podman images` and `podman system df -v`\n');
    console.log(
      'podman counts the config and the manifest into SIZE; "beyond layers" is what it counts more than the tar bytes of',
    );
    console.log('the layers.\n');
    console.log(
      '| image | size | podman, beyond layers | shared | podman | unique | podman |\n|---|---|---|---|---|---|---|',
    );
    const wrongSharing: string[] = [];
    for (const { Id: id, Size: theirs } of listed) {
      const image = images.find((candidate) => candidate.id === `sha256:${id}`);
      if (image === undefined || image.sizeBytes === null) {
        differ(`podman has the image ${id}, Varve does not`);
        continue;
      }
      const beyond = theirs - image.sizeBytes;
      if (beyond < 0 || beyond > 10_000) differ(`size of ${id}: ${image.sizeBytes}, podman has ${theirs}`);
      const other = sharing.get(id.slice(0, 12));
      const name = (image.references[0] ?? `<none> (${id.slice(0, 12)})`).replace('docker.io/library/', '');
      if (other?.shared === '0B' && image.sharedBytes)
        wrongSharing.push(`\`${name}\` (${megabytes(image.sharedBytes)})`);
      console.log(
        `| ${name} | ${image.sizeBytes} | ${beyond} | ${megabytes(image.sharedBytes ?? 0)} | ${other?.shared ?? '?'} | ${megabytes(image.uniqueBytes ?? 0)} | ${other?.unique ?? '?'} |`,
      );
    }
    if (wrongSharing.length > 0) {
      console.log(
        `\nWhere podman is wrong: it prints a SHARED SIZE of 0B for ${wrongSharing.join(' and ')}, although other images`,
      );
      console.log('of the same store have those very layers, by the diffIDs that `podman image inspect` shows.');
    }
    console.log('');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function digestTable({ layers, archives }: Report): void {
  console.log('## Stored digests and diffIDs, against `tar -xO | sha256sum`\n');
  const plain = new Set(
    archives
      .filter((archive) => archive.compression === 'none' && archive.format !== 'oci-layout')
      .map(({ path }) => path),
  );
  let blobs = 0;
  let bytes = 0;
  for (const layer of layers) {
    for (const copy of layer.copies) {
      if (!plain.has(copy.archive)) continue;
      const body = `tar -xOf ${quoted(copy.archive)} ${quoted(copy.entry)}`;
      const stored = `sha256:${shell(`${body} | sha256sum`).slice(0, 64)}`;
      if (stored !== copy.digest) differ(`${copy.entry} of ${copy.archive}: ${copy.digest}, sha256sum has ${stored}`);
      const decoder = { gzip: 'gzip -dc', zstd: 'zstd -dc', none: 'cat' }[copy.compression ?? 'none'] ?? 'cat';
      const content = `sha256:${shell(`${body} | ${decoder} | sha256sum`).slice(0, 64)}`;
      if (content !== layer.diffId) differ(`diffID of ${copy.entry}: ${layer.diffId}, sha256sum has ${content}`);
      blobs++;
      bytes += copy.storedBytes;
    }
  }
  console.log(
    `${blobs} stored layers (${megabytes(bytes)}) and their contents were hashed again; each digest is the same.\n`,
  );
  const total = Number(
    shell(
      `stat -Lc %s ${archives
        .filter(({ compression }) => compression === 'none')
        .map(({ path }) => quoted(path))
        .join(' ')} | paste -sd+ | bc`,
    ),
  );
  const ours = archives
    .filter(({ compression }) => compression === 'none')
    .reduce((sum, { tarBytes }) => sum + (tarBytes ?? 0), 0);
  if (total !== ours) differ(`bytes of the plain archives: ${ours}, stat has ${total}`);
}
