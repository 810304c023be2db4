/**
 * Holds `varve inspect` and `varve history` against podman and skopeo, field by field, on a folder of real archives that
 * are loaded into a podman store of their own. Prints a Markdown page (docs/compare-podman-inspect.md); exits 1 where
 * Varve differs and the page does not say why.
 *
 *   node dist/bench/cross-check-inspect.js FOLDER > docs/compare-podman-inspect.md      as root; needs skopeo and podman
 */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { type History, history, type ImageDetails, inspect, scan, tree } from '../src/index.js';
import {
  compare,
  conclude,
  count,
  equal,
  type Field,
  inDocker,
  type Json,
  printTable,
  type Row,
  run,
  unexplained,
  versions,
  withPodman,
} from './comparison.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: cross-check-inspect FOLDER');

const { archives } = await scan([folder], { verify: false });
// Those that both tools take: one image, not compressed as a whole.
const paths = archives.filter(({ compression, images }) => compression === 'none' && images.length === 1);
const inputs = paths.map(({ path }) => path);
const images = await inspect(inputs);
const steps = await history(inputs);
const { images: inTree } = await tree(inputs, { verify: false });

function comparePodman(): void {
  withPodman((podman) => {
    for (const path of inputs) podman('load', '-q', '-i', path);
    podmanInspect((id) => (JSON.parse(podman('image', 'inspect', id)) as Json[])[0] ?? {});
    podmanHistory((id) => JSON.parse(podman('history', '--no-trunc', '--format', 'json', id)) as Json[]);
    podmanFiles(podman);
  });
}

const baseIds = (id: string): readonly string[] => inTree.find((image) => image.id === id)?.bases ?? [];
const podmanFields: readonly Field<ImageDetails>[] = [
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
  const pairs = images.map((image) => [image, inspectImage(image.Id)] as const);
  for (const key of new Set(pairs.flatMap(([, other]) => Object.keys(other)))) {
    const known = podmanFields.some(({ field }) => field === key) || podmanOnly.includes(`\`${key}\``);
    if (!known) unexplained.push(`podman has the field ${key}`);
  }
  compare('`podman image inspect`', podmanFields, pairs);
  console.log(`Only podman has ${podmanOnly} Only Varve has \`Metadata\`, as docker has it, and \`Varve\`.\n`);
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

console.log('# `inspect` and `history`, held against podman and skopeo\n');
console.log(
  `Made by \`node dist/bench/cross-check-inspect.js FOLDER\` with ${versions()}, on the ${inputs.length} archives of`,
);
console.log('[real-images.md](real-images.md) that hold one image and are not compressed as a whole:');
console.log(`${images.length} images. Equal is meant to the letter, where a row gives no reason.\n`);
comparePodman();
compareSkopeo();
conclude();
