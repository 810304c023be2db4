/**
 * Holds `varve inspect` and `varve history` against podman and skopeo, field by field, on a folder of real archives that
 * are loaded into a podman store of their own. Prints a Markdown page (docs/compare-podman-inspect.md); exits 1 where
 * Varve differs and the page does not say why.
 *
 *   node dist/bench/cross-check-inspect.js FOLDER > docs/compare-podman-inspect.md      as root; needs skopeo and podman
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, type Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type History, history, type ImageDetails, inspect, scan, tree } from '../src/index.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: cross-check-inspect FOLDER');

type Json = Readonly<Record<string, unknown>>;

/** One field of many images: how often both sides say the same, and why not where they do not. */
interface Row {
  readonly field: string;
  readonly reason: string | null;
  same: number;
  readonly different: string[];
}

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
const unexplained: string[] = [];

const { archives } = await scan([folder], { verify: false });
// Those that both tools take: one image, not compressed as a whole.
const paths = archives.filter(({ compression, images }) => compression === 'none' && images.length === 1);
const inputs = paths.map(({ path }) => path);
const images = await inspect(inputs);
const steps = await history(inputs);
const { images: inTree } = await tree(inputs, { verify: false });

function versions(): string {
  return ['skopeo', 'podman'].map((tool) => run(tool, '--version').trim().replace(' version', '')).join(' and ');
}

function comparePodman(): void {
  const root = mkdtempSync(join(tmpdir(), 'varve-podman-'));
  const podman = (...args: string[]): string =>
    run('podman', '--root', join(root, 'root'), '--runroot', join(root, 'run'), '--storage-driver', 'vfs', ...args);
  try {
    for (const path of inputs) podman('load', '-q', '-i', path);
    podmanInspect((id) => (JSON.parse(podman('image', 'inspect', id)) as Json[])[0] ?? {});
    podmanHistory((id) => JSON.parse(podman('history', '--no-trunc', '--format', 'json', id)) as Json[]);
    podmanFiles(podman);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** What is compared of an image: ours and theirs as they are, and once more after what the reason explains. */
interface Field {
  readonly field: string;
  readonly ours: (image: ImageDetails) => unknown;
  readonly theirs: (image: Json) => unknown;
  readonly reason?: string;
  readonly explained?: (image: ImageDetails, other: Json) => boolean;
}

const baseIds = (id: string): readonly string[] => inTree.find((image) => image.id === id)?.bases ?? [];
const inDocker = (name: unknown): string => String(name).replace(/^docker\.io\/(?:library\/)?/, '');
const podmanFields: readonly Field[] = [
  {
    field: 'Id',
    ours: ({ Id }) => Id,
    theirs: ({ Id }) => Id,
    reason: 'podman leaves out `sha256:`, docker does not',
    explained: ({ Id }, other) => Id === `sha256:${other['Id']}`,
  },
  {
    field: 'RepoTags',
    ours: ({ RepoTags }) => RepoTags,
    theirs: ({ RepoTags }) => RepoTags,
    reason: 'podman writes names in full; Varve, as docker, `debian:12` for `docker.io/library/debian:12`',
    explained: ({ RepoTags }, other) => equal(RepoTags, (other['RepoTags'] as unknown[]).map(inDocker)),
  },
  {
    field: 'RepoDigests',
    ours: ({ RepoDigests }) => RepoDigests,
    theirs: ({ RepoDigests }) => RepoDigests,
    reason:
      'a `docker-archive` has no manifest: podman makes one while it loads and shows its digest. Those that an archive has are the same',
    explained: ({ RepoDigests }, other) =>
      RepoDigests.every((digest) => (other['RepoDigests'] as unknown[]).map(inDocker).includes(digest)),
  },
  {
    field: 'Parent',
    ours: ({ Parent }) => Parent,
    theirs: ({ Parent }) => Parent,
    reason:
      'docker has it for images that it built itself; podman shows the image of its store with the longest common chain of layers. `varve tree` names the same',
    explained: ({ Id }, other) => baseIds(Id).includes(`sha256:${other['Parent']}`),
  },
  { field: 'Comment', ours: ({ Comment }) => Comment, theirs: ({ Comment }) => Comment },
  { field: 'Created', ours: ({ Created }) => Created, theirs: ({ Created }) => Created },
  { field: 'Author', ours: ({ Author }) => Author, theirs: ({ Author }) => Author },
  { field: 'Config', ours: ({ Config }) => Config, theirs: ({ Config }) => Config },
  { field: 'Architecture', ours: ({ Architecture }) => Architecture, theirs: ({ Architecture }) => Architecture },
  { field: 'Os', ours: ({ Os }) => Os, theirs: ({ Os }) => Os },
  {
    field: 'Size',
    ours: ({ Size }) => Size,
    theirs: ({ Size }) => Size,
    reason: 'podman adds the bytes of the config and of the manifests to those of the layers; less than 10 kB in each',
    explained: ({ Size }, other) => {
      const beyond = Number(other['Size']) - Number(Size);
      return beyond >= 0 && beyond < 10_000;
    },
  },
  { field: 'RootFS', ours: ({ RootFS }) => RootFS, theirs: ({ RootFS }) => RootFS },
];
const podmanOnly = [
  '`Digest` and `ManifestType` (of the manifest that podman made or was given; ours: `Varve.manifests`),',
  '`Labels` and `User` (again, from `Config`), `History` (ours: `varve history`), and `Version`, `VirtualSize`,',
  '`GraphDriver`, `Annotations`, `NamesHistory`, which speak of its store or which docker has dropped.',
].join('\n');

function podmanInspect(inspectImage: (id: string) => Json): void {
  const rows = podmanFields.map(
    ({ field, reason }): Row => ({ field, reason: reason ?? null, same: 0, different: [] }),
  );
  const only = new Set<string>();
  for (const image of images) {
    const other = inspectImage(image.Id);
    for (const key of Object.keys(other)) if (!podmanFields.some(({ field }) => field === key)) only.add(key);
    for (const [i, { ours, theirs, explained }] of podmanFields.entries()) {
      count(rows[i], image, { same: equal(ours(image), theirs(other)), explained: explained?.(image, other) ?? false });
    }
  }
  for (const key of only) if (!podmanOnly.includes(`\`${key}\``)) unexplained.push(`podman has the field ${key}`);
  printTable('`podman image inspect`', rows);
  console.log(`Only podman has ${podmanOnly} Only Varve has \`Metadata\`, as docker has it, and \`Varve\`.\n`);
}

function count(
  row: Row | undefined,
  { Id }: Pick<ImageDetails, 'Id'>,
  found: { same: boolean; explained: boolean },
): void {
  if (row === undefined) return;
  if (found.same) row.same += 1;
  else row.different.push(Id);
  if (!found.same && !found.explained) unexplained.push(`${row.field} of ${Id}`);
}

function printTable(title: string, rows: readonly Row[]): void {
  console.log(`## ${title}\n`);
  console.log('| field | equal | differs | why |\n|---|---|---|---|');
  for (const { field, same, different, reason } of rows) {
    console.log(`| \`${field}\` | ${same} | ${different.length} | ${different.length === 0 ? '' : (reason ?? '?')} |`);
  }
  console.log('');
}

type Step = History['images'][number]['steps'][number];

/** Field of podman's step, ours, and why they may differ. */
const stepFields: readonly (readonly [string, (step: Step) => unknown, string | null])[] = [
  ['created', ({ createdAt }) => createdAt, null],
  ['CreatedBy', ({ createdBy }) => createdBy ?? '', null],
  ['size', ({ sizeBytes }) => sizeBytes, null],
  ['comment', ({ comment }) => comment ?? undefined, null],
];

function podmanHistory(historyOf: (id: string) => Json[]): void {
  const rows = stepFields.map(([field, , reason]): Row => ({ field, reason, same: 0, different: [] }));
  const ids: Row = {
    field: 'id',
    reason:
      'docker and Varve have an ID for the newest step only; podman shows at each step the image of its store that ends there, which is what `varve tree` shows',
    same: 0,
    different: [],
  };
  for (const { id, steps: own } of steps.images) {
    const others = historyOf(id);
    if (others.length !== own.length) unexplained.push(`number of steps of ${id}`);
    for (const [position, step] of own.entries()) {
      const other = others[position] ?? {};
      const known = position === 0 ? id.slice('sha256:'.length) : '<missing>';
      count(ids, { Id: id }, { same: other['id'] === known, explained: position > 0 });
      for (const [i, [field, ours]] of stepFields.entries()) {
        count(rows[i], { Id: id }, { same: equal(ours(step), other[field]), explained: false });
      }
    }
  }
  printTable('`podman history --format json`, step by step', [ids, ...rows]);
  console.log(
    'As text podman writes `204 MB`, docker and Varve `204MB`; tables of Varve have four digits, `203.8MB`.\n',
  );
}

/** The files as podman unpacks them, walked over and digested by the definition in docs/inspect.md. */
function podmanFiles(podman: (...args: string[]) => string): void {
  console.log('## The files of `podman image mount`, against the content fingerprint\n');
  console.log(
    '| image | files | `Varve.fingerprint.files`, and the same by walking over the mounted image |\n|---|---|---|',
  );
  for (const { Id, RepoTags, Varve } of images) {
    const { count: files, digest } = digestFiles(podman('image', 'mount', Id).trim());
    const { fileCount, files: own } = Varve.fingerprint ?? {};
    if (files !== fileCount || digest !== own) unexplained.push(`files of ${Id}: ${own}, podman unpacks ${digest}`);
    const verdict = digest === own ? `\`${digest.slice(0, 19)}…\`, equal` : 'different';
    console.log(`| ${RepoTags[0] ?? `<none> (${Id.slice(7, 19)})`} | ${files} | ${verdict} |`);
    podman('image', 'unmount', Id);
  }
  console.log('');
}

function digestFiles(root: string): { count: number; digest: string } {
  const hash = createHash('sha256');
  let count = 0;
  const visit = (path: string): void => {
    const facts = lstatSync(Buffer.from(`${root}${path}`, 'latin1'));
    count += 1;
    hash.update(recordOf(root, path, facts), 'latin1');
    if (!facts.isDirectory()) return;
    const names = readdirSync(Buffer.from(`${root}${path}`, 'latin1'), { encoding: 'latin1' }).sort();
    for (const name of names) visit(`${path}/${name}`);
  };
  visit('');
  return { count, digest: `sha256:${hash.digest('hex')}` };
}

function typeOf(facts: Stats): string {
  if (facts.isSymbolicLink()) return 'symlink';
  if (facts.isDirectory()) return 'directory';
  if (facts.isCharacterDevice()) return 'character';
  if (facts.isBlockDevice()) return 'block';
  return facts.isFIFO() ? 'fifo' : 'file';
}

/** Node reads no extended attributes; these images have none. */
function recordOf(root: string, path: string, facts: Stats): string {
  const full = Buffer.from(`${root}${path}`, 'latin1');
  const type = typeOf(facts);
  const isDevice = type === 'character' || type === 'block';
  const fields = [
    path === '' ? '/' : path,
    type,
    type === 'symlink' ? '0777' : (facts.mode & 0o7777).toString(8).padStart(4, '0'),
    `${facts.uid}:${facts.gid}`,
    type === 'file' ? facts.size : 0,
    type === 'symlink' ? readlinkSync(full, 'latin1') : isDevice ? `${facts.rdev >> 8}:${facts.rdev & 0xff}` : '',
    type === 'file' ? createHash('sha256').update(readFileSync(full)).digest('hex') : '',
    '',
  ];
  return `${fields.join('\0')}\n`;
}

function compareSkopeo(): void {
  const fields: readonly (readonly [string, (image: ImageDetails) => unknown])[] = [
    ['created', ({ Created }) => Created],
    ['author', ({ Author }) => (Author === '' ? undefined : Author)],
    ['architecture', ({ Architecture }) => Architecture],
    ['os', ({ Os }) => Os],
    ['variant', ({ Variant }) => Variant],
    ['config', ({ Config }) => Config],
    ['rootfs', ({ RootFS }) => ({ type: RootFS.Type, diff_ids: RootFS.Layers })],
    ['history', ({ Id }) => ownHistory(Id)],
  ];
  const rows = fields.map(([field]): Row => ({ field, reason: null, same: 0, different: [] }));
  for (const { path, format, images: found } of paths) {
    const source = `${format === 'oci-archive' ? 'oci-archive' : 'docker-archive'}:${path}`;
    const other = JSON.parse(run('skopeo', 'inspect', '--config', source)) as Json;
    const image = images.find(({ Id }) => Id === found[0]?.id);
    if (image === undefined) continue;
    for (const key of Object.keys(other)) {
      if (!fields.some(([field]) => field === key)) unexplained.push(`skopeo has the field ${key}`);
    }
    for (const [i, [field, ours]] of fields.entries()) {
      count(rows[i], image, { same: equal(ours(image), other[field]), explained: false });
    }
  }
  printTable('`skopeo inspect --config`, archive by archive', rows);
}

/** The steps as the image config has them, oldest first. */
function ownHistory(id: string): unknown {
  const own = steps.images.find((image) => image.id === id)?.steps ?? [];
  return [...own].reverse().map(({ createdAt, createdBy, comment, emptyLayer }) => ({
    ...(createdAt === null ? {} : { created: createdAt }),
    ...(createdBy === null ? {} : { created_by: createdBy }),
    ...(comment === null ? {} : { comment }),
    ...(emptyLayer ? { empty_layer: true } : {}),
  }));
}

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** Keys in one order, so that texts compare. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

console.log('# `inspect` and `history`, held against podman and skopeo\n');
console.log(
  `Made by \`node dist/bench/cross-check-inspect.js FOLDER\` with ${versions()}, on the ${inputs.length} archives of`,
);
console.log('[real-images.md](real-images.md) that hold one image and are not compressed as a whole:');
console.log(`${images.length} images. Equal is meant to the letter, where a row gives no reason.\n`);
comparePodman();
compareSkopeo();
console.log(
  unexplained.length === 0 ? 'Nothing else differs.' : `**Differences without a reason:** ${unexplained.join('; ')}`,
);
process.exitCode = unexplained.length === 0 ? 0 : 1;
