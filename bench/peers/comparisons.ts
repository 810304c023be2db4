/**
 * What is compared with what: data, apart from the few files that a command needs prepared. Names of cases are what
 * goals.ts asks for.
 */
import { execFileSync } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { nodeStart, one, pinned, quiet, sample, sideBySide, varve } from './cases.js';
import type { PlannedCase, PlannedComparison } from './comparison.js';
import { isThere, readAll, run } from './processes.js';
import type { GeneratedSets, RealSets } from './sets.js';
import { starts } from './starts.js';

/** A sample of the small archives: one call of a peer for each takes long. */
export const inspectedSmall = 100;

interface Places {
  readonly real: RealSets;
  readonly generated: GeneratedSets;
  /** A folder for what commands write. */
  readonly scratch: string;
}

export function comparisons(places: Places): PlannedComparison[] {
  return [
    starts(),
    wholeSet(places),
    coldSet(places),
    oneArchive(places),
    gzipLayers(places),
    oneLayer(places),
    zstdLayers(places),
    sharing(places),
    secondRun(places),
    hugeArchive(places),
    looks(places),
    manySmall(places),
    reportOne(places),
    hugeVerify(places),
    manyThreads(places),
  ];
}

function wholeSet({ real, generated, scratch }: Places): PlannedComparison {
  const files = [...real.docker, ...real.multi, generated.fill];
  const target = join(scratch, 'dir');
  return {
    name: 'set',
    about: 'all uncompressed archives in one command; skopeo copies those of one image, one by one, and writes them',
    files,
    cases: [
      one('varve', 'varve verify SET', varve(['verify', ...files, ...quiet])),
      one('varve docker', 'varve verify DOCKER', varve(['verify', ...real.docker, ...quiet])),
      one('sha256sum', 'sha256sum SET', ['sha256sum', ...files], { needs: ['sha256sum'] }),
      {
        name: 'skopeo copy',
        shown: 'skopeo copy docker-archive:EACH-OF-DOCKER dir:DIR',
        needs: ['skopeo'],
        before: () => emptied(target),
        commands: real.docker.map((file, i) => ({
          argv: ['skopeo', 'copy', '--quiet', `docker-archive:${file}`, `dir:${join(target, `${i}`)}`],
        })),
      },
    ],
  };
}

/** From the disk: what one process reads, another one has read as well, so all begin with nothing in the page cache. */
function coldSet({ real, generated }: Places): PlannedComparison {
  const files = real.docker;
  const verify = varve(['verify', ...files, ...quiet]);
  const read = `cat "$@" >/dev/null`;
  const fromDisk: Partial<PlannedCase> = {
    notRun: canDropCaches() ? null : 'the page cache can be dropped by root on Linux alone',
    before: () => {
      dropCaches();
      // The programs themselves, with what they load for much work, are not what is measured.
      run({ argv: varve(['verify', generated.fill, '--workers', '2', ...quiet]) });
      readAll([sample]);
    },
  };
  return {
    name: 'cold',
    about:
      'the same archives as in DOCKER, none of them in the page cache; another process that reads ahead begins when Varve does',
    files: [],
    cases: [
      one('cat', 'cat DOCKER >/dev/null', ['sh', '-c', read, 'sh', ...files], fromDisk),
      one('varve', 'varve verify DOCKER', verify, fromDisk),
      one('varve, one thread', 'varve verify DOCKER --workers 0', [...verify, '--workers', '0'], fromDisk),
      one(
        'varve, read ahead',
        'varve verify DOCKER & cat DOCKER >/dev/null',
        ['sh', '-c', `${read} & ${quoted(verify.slice(0, 3))} "$@" ${quiet.join(' ')}; wait`, 'sh', ...files],
        fromDisk,
      ),
    ],
  };
}

function oneArchive({ real, scratch }: Places): PlannedComparison {
  const file = largest(real.docker);
  const target = join(scratch, 'dir');
  const store = join(scratch, 'podman');
  const podman = ['podman', '--root', join(store, 'root'), '--runroot', join(store, 'run'), '--storage-driver', 'vfs'];
  return {
    name: 'one',
    about: 'the largest archive of one image; podman load unpacks it into a store of its own',
    files: [file],
    cases: [
      one('varve', 'varve verify ONE', varve(['verify', file, ...quiet])),
      one('sha256sum', 'sha256sum ONE', ['sha256sum', file], { needs: ['sha256sum'] }),
      one(
        'skopeo copy',
        'skopeo copy docker-archive:ONE dir:DIR',
        ['skopeo', 'copy', '--quiet', `docker-archive:${file}`, `dir:${target}`],
        { needs: ['skopeo'], before: () => emptied(target) },
      ),
      one('crane validate', 'crane validate --tarball ONE', ['crane', 'validate', '--tarball', file], {
        needs: ['crane'],
      }),
      one('podman load', 'podman load -i ONE', [...podman, 'load', '--quiet', '--input', file], {
        needs: ['podman'],
        before: () => emptied(store),
      }),
    ],
  };
}

function gzipLayers({ real, scratch }: Places): PlannedComparison {
  const [file = ''] = real.gzip;
  const layers = layersOf(file, join(scratch, 'gzip'), [0x1f, 0x8b]);
  const pipe = (layer: string): string => `igzip -dc '${layer}' | openssl dgst -sha256`;
  return {
    name: 'gzip',
    about: `an OCI archive with ${layers.length} gzip layers, stored digests and diffIDs; the peer gets the layers by themselves, and computes diffIDs only`,
    files: [file, ...layers],
    cases: [
      pinned('varve, one core', 'varve verify GZIP', varve(['verify', file, ...quiet])),
      one('varve, all cores', 'varve verify GZIP', varve(['verify', file, ...quiet])),
      sideBySide('varve verify GZIP', varve(['verify', file, ...quiet])),
      pinned(
        'igzip',
        'igzip -dc EACH-LAYER | openssl dgst -sha256',
        ['sh', '-c', layers.map(pipe).join('; ')],
        ['igzip', 'openssl'],
      ),
    ],
  };
}

function oneLayer({ generated, scratch }: Places): PlannedComparison {
  const { oneLayer: file } = generated;
  const [layer = ''] = layersOf(file, join(scratch, 'one-layer'), [0x1f, 0x8b]);
  return {
    name: 'one layer',
    about: 'one gzip layer of 1 GB; the peer as above',
    files: [file, layer],
    cases: [
      pinned('varve, one core', 'varve verify ONE-LAYER', varve(['verify', file, ...quiet])),
      one('varve, all cores', 'varve verify ONE-LAYER', varve(['verify', file, ...quiet])),
      sideBySide('varve verify ONE-LAYER', varve(['verify', file, ...quiet])),
      pinned(
        'igzip',
        'igzip -dc LAYER | openssl dgst -sha256',
        ['sh', '-c', `igzip -dc '${layer}' | openssl dgst -sha256`],
        ['igzip', 'openssl'],
      ),
    ],
  };
}

function zstdLayers({ real, scratch }: Places): PlannedComparison {
  const [file = ''] = real.zstd;
  const layers = layersOf(file, join(scratch, 'zstd'), [0x28, 0xb5, 0x2f, 0xfd]);
  const node = isThere('node-zstd') ? 'node-zstd' : process.execPath;
  const pipe = (layer: string): string => `zstd -dc '${layer}' | openssl dgst -sha256`;
  return {
    name: 'zstd',
    about: `an OCI archive with ${layers.length} zstd layers, as above; by a Node with zstd of its own, and by this one`,
    files: [file, ...layers],
    cases: [
      pinned('varve, one core', 'varve verify ZSTD (Node 24)', varve(['verify', file, ...quiet], node), ['node-zstd']),
      pinned('varve, this Node', 'varve verify ZSTD', varve(['verify', file, ...quiet])),
      pinned(
        'zstd',
        'zstd -dc EACH-LAYER | openssl dgst -sha256',
        ['sh', '-c', layers.map(pipe).join('; ')],
        ['zstd', 'openssl'],
      ),
    ],
  };
}

function sharing({ generated }: Places): PlannedComparison {
  return {
    name: 'sharing',
    about: '20 archives that have four of their five gzip layers in common: all in one command, and one by one',
    files: generated.sharing,
    cases: [
      one('together', 'varve verify SHARING', varve(['verify', ...generated.sharing, ...quiet])),
      {
        name: 'one by one',
        shown: 'varve verify EACH-OF-SHARING',
        commands: generated.sharing.map((file) => ({ argv: varve(['verify', file, ...quiet]) })),
      },
    ],
  };
}

function secondRun({ real, scratch }: Places): PlannedComparison {
  const cache = join(scratch, 'cache');
  const argv = varve(['verify', ...real.docker, '--cache', cache, ...quiet]);
  return {
    name: 'cache',
    about: 'a second run with --cache over archives that have not changed',
    files: real.docker,
    cases: [
      nodeStart(),
      one('first', 'varve verify DOCKER --cache NEW', argv, { before: () => emptied(cache) }),
      one('second', 'varve verify DOCKER --cache FILLED', argv),
    ],
  };
}

function hugeArchive({ generated: { huge } }: Places): PlannedComparison {
  return {
    name: 'huge',
    about: 'a list of what is in an archive of 20 GiB',
    files: [],
    cases: [
      nodeStart(),
      one('varve', 'varve ls HUGE', varve(['ls', huge, ...quiet])),
      one('skopeo inspect', 'skopeo inspect docker-archive:HUGE', ['skopeo', 'inspect', `docker-archive:${huge}`], {
        needs: ['skopeo'],
      }),
      one('tar', 'tar -t --file HUGE', ['tar', '-t', '--file', huge], { needs: ['tar'] }),
    ],
  };
}

function looks({ real }: Places): PlannedComparison {
  const file = largest(real.docker);
  return {
    name: 'look',
    about: 'what is in one archive, from its documents',
    files: [file],
    cases: [
      one('varve ls', 'varve ls ONE', varve(['ls', file, ...quiet])),
      one('varve inspect', 'varve inspect ONE', varve(['inspect', file, ...quiet])),
      one('skopeo inspect', 'skopeo inspect docker-archive:ONE', ['skopeo', 'inspect', `docker-archive:${file}`], {
        needs: ['skopeo'],
      }),
      one('tar', 'tar -t --file ONE', ['tar', '-t', '--file', file], { needs: ['tar'] }),
    ],
  };
}

function manySmall({ generated: { small } }: Places): PlannedComparison {
  return {
    name: 'small',
    about: `2,000 small archives of one image each; skopeo takes one at a time, and ${inspectedSmall} of them`,
    files: small,
    cases: [
      one('varve', 'varve report SMALL', varve(['report', ...small, ...quiet])),
      pinned('varve, one core', 'varve report SMALL', varve(['report', ...small, ...quiet])),
      sideBySide('varve report SMALL', varve(['report', ...small, ...quiet])),
      {
        name: 'skopeo inspect',
        shown: `skopeo inspect docker-archive:EACH (${inspectedSmall} of them)`,
        needs: ['skopeo'],
        commands: small
          .slice(0, inspectedSmall)
          .map((file) => ({ argv: ['skopeo', 'inspect', `docker-archive:${file}`] })),
      },
    ],
  };
}

function reportOne({ real }: Places): PlannedComparison {
  const file = largest(real.docker);
  const dive = ['dive', '--ci', '--source', 'docker-archive', file];
  return {
    name: 'report',
    about: 'everything about one image; dive also looks for wasted files, Varve also checks digests',
    files: [file],
    cases: [
      one('varve', 'varve report ONE', varve(['report', file, ...quiet])),
      // Its verdict on the image is its exit code.
      {
        name: 'dive',
        shown: 'dive --ci --source docker-archive ONE',
        needs: ['dive'],
        commands: [{ argv: dive, endsWith: [0, 1] }],
      },
    ],
  };
}

function hugeVerify({ generated: { huge } }: Places): PlannedComparison {
  return {
    name: 'huge verify',
    about: 'an archive of 20 GiB, for its peak memory',
    files: [],
    cases: [one('varve', 'varve verify HUGE', varve(['verify', huge, ...quiet]), { rounds: 1 })],
  };
}

function manyThreads({ real }: Places): PlannedComparison {
  const threads = (count: number): PlannedCase =>
    one(
      `varve, ${count} threads`,
      `varve verify DOCKER GZIP ZSTD --workers ${count}`,
      varve(['verify', ...real.docker, ...real.gzip, ...real.zstd, '--workers', `${count}`, ...quiet]),
      { rounds: 1 },
    );
  return {
    name: 'threads',
    about: 'plain, gzip and zstd layers by so many threads, for their peak memory',
    files: [],
    cases: [threads(2), threads(16)],
  };
}

/** On one core, whatever there are. */
const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');

const dropFile = '/proc/sys/vm/drop_caches';

function canDropCaches(): boolean {
  try {
    accessSync(dropFile, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Page cache, directories and inodes; what is not yet written stays, so that is written first. */
function dropCaches(): void {
  run({ argv: ['sync'] });
  writeFileSync(dropFile, '3');
}

function emptied(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

function largest(paths: readonly string[]): string {
  return [...paths].sort((a, b) => statSync(b).size - statSync(a).size)[0] ?? '';
}

/** Unpacks an archive and names the files in it that begin with those bytes. */
function layersOf(archive: string, folder: string, magic: readonly number[]): string[] {
  emptied(folder);
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => magic.every((byte, i) => startOf(path)[i] === byte));
}

function startOf(path: string): Buffer {
  const start = Buffer.alloc(4);
  const file = openSync(path, 'r');
  readSync(file, start, 0, start.length, 0);
  closeSync(file);
  return start;
}
