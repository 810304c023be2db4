/**
 * Holds `varve ls` against `podman images` and `podman system df -v`, field by field, on a folder of real archives that
 * are loaded into a podman store of their own. Each reason is proven by the files of that store, by skopeo or by tar.
 * Prints a Markdown page (docs/compare-podman-ls.md); exits 1 where Varve differs and the page does not say why.
 *
 *   node dist/bench/cross-check-ls.js FOLDER > docs/compare-podman-ls.md      as root; needs podman, skopeo, tar
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scan } from '../src/index.js';
import type { ImageList, ListedImage } from '../src/model/results/results.js';
import {
  compare,
  conclude,
  equal,
  type Field,
  inDocker,
  type Json,
  run,
  unexplained,
  versions,
  withPodman,
} from './comparison.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: cross-check-ls FOLDER');

/** An image of `varve ls`, with the names of all its rows and the texts of its first. */
interface Ours extends ListedImage {
  readonly Id: string;
  readonly names: readonly string[];
  readonly texts: Json;
}

/** What podman says of an image, and what its store holds of it. */
interface Theirs {
  readonly listed: Json;
  readonly texts: Json;
  readonly inspected: Json;
  /** Bytes of the config and the manifests, as files of the store. */
  readonly documentBytes: number;
  /** Bytes of the layers that another image of the store has too, by diffID. */
  readonly sharedBytes: number;
  readonly sharing: { readonly shared: string; readonly unique: string };
  /** What `system df` says if it looks at nothing but `ParentId`. */
  readonly byParent: number;
}

/** Both tools take templates; these texts are those of their tables. */
const columns = ['ID', 'Repository', 'Tag', 'CreatedAt', 'CreatedSince', 'Size', 'Digest'];
const ownColumns = [...columns, 'SharedSize', 'UniqueSize'];
const templateOf = (names: readonly string[]): string => names.map((name) => `{{.${name}}}`).join('|');
const readTexts = (printed: string): Json[] =>
  printed
    .trim()
    .split('\n')
    .map((line) => Object.fromEntries(line.split('|').map((text, i) => [ownColumns[i] ?? '', text])));

function varveImages(paths: readonly string[]): Ours[] {
  const command = fileURLToPath(new URL('../src/cli/main.cjs', import.meta.url));
  const ls = (...args: string[]): string => run(process.execPath, command, 'ls', '--verify', ...args, ...paths);
  const { images } = JSON.parse(ls('--format', 'json')) as ImageList;
  const texts = readTexts(ls('--no-trunc', '--format', templateOf(ownColumns)));
  return images
    .filter(({ id }, i) => images.findIndex((other) => other.id === id) === i)
    .map((image) => ({
      ...image,
      Id: image.id,
      names: images.filter(({ id }) => id === image.id).flatMap(({ reference }) => reference ?? []),
      texts: texts.find(({ ID }) => ID === image.id) ?? {},
    }));
}

type Podman = (...args: string[]) => string;

function podmanImages(podman: Podman, root: string): Map<string, Theirs> {
  const listed = JSON.parse(podman('images', '--format', 'json')) as Json[];
  const texts = readTexts(podman('images', '--no-trunc', '--format', templateOf(columns)));
  const stored = JSON.parse(readFileSync(join(root, 'vfs-images/images.json'), 'utf8')) as Json[];
  const layers = JSON.parse(readFileSync(join(root, 'vfs-layers/layers.json'), 'utf8')) as Json[];
  const inspected = listed.map(({ Id }) => (JSON.parse(podman('image', 'inspect', String(Id))) as Json[])[0] ?? {});
  checkParents(listed, inspected);
  const sharing = readSharing(podman('system', 'df', '-v'));
  const sizeOf = (id: unknown): number => Number(listed.find(({ Id }) => Id === id)?.['Size'] ?? 0);
  return new Map(
    listed.map((image, i) => {
      const own = diffIds(inspected[i] ?? {});
      const others = new Set(inspected.filter((_, other) => other !== i).flatMap(diffIds));
      const isParent = listed.some(({ ParentId }) => ParentId === image['Id']);
      const documents = stored.find(({ id }) => id === image['Id'])?.['big-data-sizes'] ?? {};
      return [
        `sha256:${image['Id']}`,
        {
          listed: image,
          texts: texts.find(({ ID }) => ID === `sha256:${image['Id']}`) ?? {},
          inspected: inspected[i] ?? {},
          documentBytes: Object.values(documents).reduce((sum, bytes) => sum + Number(bytes), 0),
          sharedBytes: layers
            .filter((layer) => own.includes(layer['diff-digest']) && others.has(layer['diff-digest']))
            .reduce((sum, layer) => sum + Number(layer['diff-size']), 0),
          sharing: sharing.get(String(image['Id']).slice(0, 12)) ?? { shared: '', unique: '' },
          byParent: isParent ? Number(image['Size']) : sizeOf(image['ParentId']),
        },
      ];
    }),
  );
}

const diffIds = (inspected: Json): unknown[] => (inspected['RootFS'] as { Layers: unknown[] }).Layers;

/** That podman has a parent exactly where the history of another image is that of this one but for the last step. */
function checkParents(listed: readonly Json[], inspected: readonly Json[]): void {
  const historyOf = (image: Json): unknown[] => image['History'] as unknown[];
  for (const [i, { Id, ParentId }] of listed.entries()) {
    const own = historyOf(inspected[i] ?? {});
    const parents = inspected.filter((other) => equal(historyOf(other), own.slice(0, -1))).map((other) => other['Id']);
    const holds = ParentId === '' ? parents.length === 0 : parents.includes(ParentId);
    if (!holds) unexplained.push(`ParentId of ${Id}`);
  }
}

/** The table of images in `podman system df -v`, which has no other format. */
function readSharing(table: string): Map<string, Theirs['sharing']> {
  const row = /^\S+\s+\S+\s+([0-9a-f]{12})\s.*\s(\S+)\s+(\S+)\s+\d+\s*$/;
  return new Map(
    table.split('\n').flatMap((line) => {
      const [, id, shared, unique] = row.exec(line) ?? [];
      return id === undefined || shared === undefined || unique === undefined
        ? []
        : [[id, { shared, unique }] as const];
    }),
  );
}

const units: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

/** Whether a text of four digits, `22.32MB`, is this number of bytes. */
function isText(bytes: number | null, text: string): boolean {
  const [, number, unit] = /^([\d.]+)(\w+)$/.exec(text) ?? [];
  return bytes !== null && Number((bytes / (units[unit ?? ''] ?? Number.NaN)).toPrecision(4)) === Number(number);
}

/**
 * The digests of the manifests that skopeo makes up for docker archives, after tar has shown that no entry of them has
 * those bytes.
 */
async function madeUpDigests(paths: readonly string[]): Promise<Set<string>> {
  const { archives } = await scan(paths, { verify: false });
  const single = archives.filter(
    ({ format, compression, images }) => format === 'docker-archive' && compression === 'none' && images.length === 1,
  );
  const digests = single.map(({ path }) =>
    run('skopeo', 'inspect', '--format', '{{.Digest}}', `docker-archive:${path}`).trim(),
  );
  for (const [i, { path }] of single.entries()) {
    const entries = run('tar', '-xf', path, '--to-command=sha256sum');
    if (entries.includes(String(digests[i]).slice('sha256:'.length))) unexplained.push(`manifest of ${path}`);
  }
  return new Set(digests);
}

const loaded: string[] = [];
const refused: string[] = [];
const paths = readdirSync(folder)
  .sort()
  .map((name) => join(folder, name));
const madeUp = await madeUpDigests(paths);
const digestIn = (name: string): string => name.slice(name.indexOf('@') + 1);
const digestReason =
  'a `docker-archive` holds no manifest (tar shows none with that digest): podman makes one while it loads, the one that `skopeo inspect` makes too';

const jsonFields: readonly Field<Ours, Theirs>[] = [
  {
    field: 'Id',
    ours: ({ id }) => id,
    theirs: ({ listed }) => listed['Id'],
    reason: 'podman leaves out `sha256:` here, docker does not; `podman images --no-trunc` has it',
    explained: ({ id }, { listed, texts }) => id === `sha256:${listed['Id']}` && id === texts['ID'],
  },
  {
    field: 'Names',
    ours: ({ names }) => names,
    theirs: ({ listed }) => listed['Names'],
    reason: 'left out by podman where there is none',
    explained: ({ names }, { listed }) => names.length === 0 && listed['Names'] === undefined,
  },
  {
    field: 'RepoTags',
    ours: ({ names }) => names,
    theirs: ({ listed }) => listed['RepoTags'],
    reason: '`null` in every item of podman; `podman image inspect` in the same store has the names that Varve has',
    explained: ({ names }, { listed, inspected }) => listed['RepoTags'] === null && equal(names, inspected['RepoTags']),
  },
  {
    field: 'RepoDigests',
    ours: ({ names, manifestDigests }) =>
      names.flatMap((name) => manifestDigests.map((digest) => `${name.replace(/:[^:/]*$/, '')}@${digest}`)),
    theirs: ({ listed }) => listed['RepoDigests'],
    reason: `${digestReason}. Those that an archive has are the same`,
    explained: ({ manifestDigests }, { listed }) => {
      const others = (listed['RepoDigests'] as string[]).map(digestIn);
      const own = others.filter((digest) => !madeUp.has(digest));
      return equal([...own].sort(), [...manifestDigests].sort());
    },
  },
  {
    field: 'Digest',
    ours: ({ digest }) => digest,
    theirs: ({ listed }) => listed['Digest'],
    reason: digestReason,
    explained: (_, { listed }) => madeUp.has(String(listed['Digest'])),
  },
  {
    field: 'Created',
    ours: ({ createdAt }) => createdAt,
    theirs: ({ listed }) => listed['Created'],
    reason: 'podman has whole seconds since 1970, Varve the time as the config has it; the same second',
    explained: ({ createdAt }, { listed }) => Math.floor(Date.parse(createdAt ?? '') / 1000) === listed['Created'],
  },
  {
    field: 'CreatedAt',
    ours: ({ createdAt }) => createdAt,
    theirs: ({ listed }) => listed['CreatedAt'],
    reason: 'podman cuts the fraction of a second, and has it in `podman image inspect`, as Varve',
    explained: ({ createdAt }, { listed, inspected }) =>
      createdAt === inspected['Created'] && createdAt?.replace(/\.\d+Z$/, 'Z') === listed['CreatedAt'],
  },
  {
    field: 'Size',
    ours: ({ sizeBytes }) => sizeBytes,
    theirs: ({ listed }) => listed['Size'],
    reason:
      'podman adds the files of the config and of the manifests in its store to the layers: equal to the byte without them',
    explained: ({ sizeBytes }, { listed, documentBytes }) => sizeBytes === Number(listed['Size']) - documentBytes,
  },
  {
    field: 'SharedSize',
    ours: ({ sharedBytes }) => sharedBytes,
    theirs: ({ listed }) => listed['SharedSize'],
    reason:
      '0 in every item of podman, which does not count it here; Varve has the bytes of the layers that `layers.json` of the store has under two images',
    explained: ({ sharedBytes }, other) => other.listed['SharedSize'] === 0 && sharedBytes === other.sharedBytes,
  },
  {
    field: 'Dangling',
    ours: ({ state }) => state === 'dangling',
    theirs: ({ listed }) => listed['Dangling'],
    reason: 'left out by podman where it is false',
    explained: ({ state }, { listed }) => state !== 'dangling' && listed['Dangling'] === undefined,
  },
  {
    field: 'Labels',
    ours: ({ labels }) => labels,
    theirs: ({ listed }) => listed['Labels'],
    reason: '`null` in podman where there is none, `{}` in Varve',
    explained: ({ labels }, { listed }) => equal(labels, {}) && listed['Labels'] === null,
  },
];
const podmanOnly = ['ParentId', 'VirtualSize', 'Containers', 'History'];

const text = (name: string, rest: Partial<Field<Ours, Theirs>> = {}): Field<Ours, Theirs> => ({
  field: name,
  ours: ({ texts }) => texts[name],
  theirs: ({ texts }) => texts[name],
  ...rest,
});
const textFields: readonly Field<Ours, Theirs>[] = [
  text('ID'),
  text('Repository', {
    reason: 'podman writes names in full; Varve, as docker, `debian` for `docker.io/library/debian`',
    explained: (image, other) => image.texts['Repository'] === inDocker(other.texts['Repository']),
  }),
  text('Tag'),
  text('CreatedAt'),
  text('CreatedSince'),
  text('Size', {
    reason: '`204MB` in docker and Varve, `204 MB` in podman; the same but for the space',
    explained: (image, other) => image.texts['Size'] === String(other.texts['Size']).replace(' ', ''),
  }),
  text('Digest', { reason: digestReason, explained: (_, other) => madeUp.has(String(other.texts['Digest'])) }),
];

const sharingReason =
  'podman goes by its `ParentId` alone, as the sentence below has it; `layers.json` of the same store has as many bytes of layers under two images as Varve says';
const sharingFields: readonly Field<Ours, Theirs>[] = [
  {
    field: 'SHARED SIZE',
    ours: ({ texts }) => texts['SharedSize'],
    theirs: ({ sharing }) => sharing.shared,
    reason: sharingReason,
    explained: ({ sharedBytes }, other) =>
      sharedBytes === other.sharedBytes && isText(other.byParent, other.sharing.shared),
  },
  {
    field: 'UNIQUE SIZE',
    ours: ({ texts }) => texts['UniqueSize'],
    theirs: ({ sharing }) => sharing.unique,
    reason: sharingReason,
    explained: ({ sizeBytes, uniqueBytes }, { listed, sharedBytes, byParent, sharing }) =>
      uniqueBytes === Number(sizeBytes) - sharedBytes && isText(Number(listed['Size']) - byParent, sharing.unique),
  },
];

function loadAll(podman: Podman): void {
  for (const path of paths) {
    try {
      podman('load', '-q', '-i', path);
      loaded.push(path);
    } catch {
      refused.push(path);
    }
  }
}

function checkFields(others: readonly Theirs[]): void {
  const known = [...jsonFields.map(({ field }) => field), ...podmanOnly];
  for (const key of new Set(others.flatMap(({ listed }) => Object.keys(listed)))) {
    if (!known.includes(key)) unexplained.push(`podman has the field ${key}`);
  }
  for (const { listed, sharing, byParent } of others) {
    if (!isText(byParent, sharing.shared)) unexplained.push(`the rule of SHARED SIZE for ${listed['Id']}`);
    if (listed['VirtualSize'] !== listed['Size']) unexplained.push(`VirtualSize of ${listed['Id']}`);
  }
}

function printPage(images: readonly Ours[], podman: ReadonlyMap<string, Theirs>): void {
  const pairs = images.flatMap((image) => {
    const other = podman.get(image.id);
    return other === undefined ? [] : [[image, other] as const];
  });
  if (pairs.length !== images.length || pairs.length !== podman.size) unexplained.push('which images there are');
  checkFields(pairs.map(([, other]) => other));
  const without = refused.length === 0 ? 'none' : refused.map((path) => `\`${basename(path)}\``).join(', ');
  console.log('# `ls`, held against podman\n');
  console.log(
    `Made by \`node dist/bench/cross-check-ls.js FOLDER\` with ${versions()}, on the ${loaded.length} archives of`,
  );
  console.log(
    `[real-images.md](real-images.md) that \`podman load\` takes (refused: ${without}): ${pairs.length} images on both`,
  );
  console.log('sides. Equal is meant to the letter; each reason is checked by the script, image by image.\n');
  compare('`podman images --format json`, against `varve ls --verify --format json`', jsonFields, pairs);
  console.log(
    'Only podman has `ParentId` (ours: `varve tree`), `VirtualSize` (its `Size` again), `Containers` and `History`',
  );
  console.log(
    '(earlier names), of which an archive knows nothing. Varve has a row for each name, podman an item for each image.\n',
  );
  compare('The columns of both tables, `--no-trunc`', textFields, pairs);
  compare('`podman system df -v`, against the template fields `.SharedSize` and `.UniqueSize`', sharingFields, pairs);
  console.log(
    'podman calls all of an image shared that is the parent of another, and else the size of its parent, or nothing',
  );
  console.log(
    'without one. A parent is an image whose history is that of this one but for the last step, so that one more',
  );
  console.log('`config` step hides it. Both rules gave the figures of podman for every image.\n');
  conclude();
}

withPodman((podman, root) => {
  loadAll(podman);
  printPage(varveImages(loaded), podmanImages(podman, root));
});
