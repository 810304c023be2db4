/**
 * Programs that copy one image of a pack, asked for it by its name: what each has made of it has to be the manifest that the
 * pack has under that name, or one with the same config. They check the bodies themselves, by their digests and diffIDs.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { digestOf } from '../helpers/archive-builder.js';

const [crane, oras] = ['test/loaders/bin/crane', 'test/loaders/bin/oras'];

/** A pack in both of its forms, and where copies go. */
export interface PackForms {
  readonly tar: string;
  readonly folder: string;
  readonly scratch: string;
  readonly registry: Registry;
}

/** Copies the image with that name; the manifest that came out. */
type Copier = (forms: PackForms, name: string) => Buffer;

/** What one command made of the named images of a pack. */
export interface CopiedNames {
  readonly names: number;
  readonly failures: readonly string[];
}

export interface Registry {
  readonly host: string;
  readonly stop: () => void;
}

/** A registry on this machine that forgets everything; it checks what it is given by its digest. `path`: of its log. */
export async function startRegistry(path: string): Promise<Registry> {
  // Into a file: it tells of every request, and would wait where nobody reads a pipe.
  const log = openSync(path, 'w+');
  const child = spawn(crane, ['registry', 'serve', '--address', '127.0.0.1:0'], { stdio: ['ignore', 'ignore', log] });
  const stop = (): void => {
    child.kill();
    closeSync(log);
  };
  for (let waits = 0; waits < 100; waits++) {
    const port = /serving on port (\d+)/.exec(readFileSync(path, 'utf8'))?.[1];
    if (port !== undefined) return { host: `127.0.0.1:${port}`, stop };
    await setTimeout(100);
  }
  stop();
  throw new Error('the registry does not start');
}

function run(program: string, argv: readonly string[]): Buffer {
  return execFileSync(program, argv, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 });
}

function skopeoTo(forms: PackForms, source: string): Buffer {
  const target = join(forms.scratch, 'dir');
  rmSync(target, { recursive: true, force: true });
  run('skopeo', ['copy', '--quiet', source, `dir:${target}`]);
  return readFileSync(join(target, 'manifest.json'));
}

function pushed({ registry }: PackForms, push: (reference: string) => void): Buffer {
  const reference = `${registry.host}/pack:latest`;
  push(reference);
  return run(crane, ['manifest', reference]);
}

/** It checks each layer against its diffID, and notes which manifest it came from. */
function umociUnpack({ folder, scratch }: PackForms, name: string): Buffer {
  const bundle = join(scratch, 'bundle');
  rmSync(bundle, { recursive: true, force: true });
  run('umoci', ['unpack', '--rootless', '--image', `${folder}:${name}`, bundle]);
  const note = JSON.parse(readFileSync(join(bundle, 'umoci.json'), 'utf8')) as UmociNote;
  return blobOf(folder, note.from_descriptor_path.descriptor_walk.at(-1)?.digest ?? '');
}

interface UmociNote {
  readonly from_descriptor_path: { readonly descriptor_walk: readonly { readonly digest: string }[] };
}

function blobOf(folder: string, digest: string): Buffer {
  return readFileSync(join(folder, 'blobs', ...digest.split(':')));
}

/** It asks for one platform of an index, and takes none where there are several; and it knows no zstd. */
function isForUmoci(folder: string, digest: string): boolean {
  const { layers } = JSON.parse(blobOf(folder, digest).toString()) as { layers?: { mediaType: string }[] };
  return layers?.every(({ mediaType }) => !mediaType.endsWith('zstd')) ?? false;
}

/** Digests by the names that the index of a layout gives them. */
function rootsOf(folder: string): Map<string, string> {
  const { manifests } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
    manifests: { digest: string; annotations?: Record<string, string> }[];
  };
  return new Map(
    manifests.flatMap(({ digest, annotations }) => {
      const name = annotations?.['org.opencontainers.image.ref.name'];
      return name === undefined ? [] : [[name, digest] as const];
    }),
  );
}

/** A name without what docker leaves out. */
function shown(name: string): string {
  return name.replace(/^docker\.io\/(library\/)?/, '');
}

const umociCommand = 'umoci unpack --image DIR:NAME';

// biome-ignore format: a table
const copiers: Readonly<Record<string, Copier>> = {
  'skopeo copy docker-archive:FILE:NAME': (forms, name) => skopeoTo(forms, `docker-archive:${forms.tar}:${name}`),
  'skopeo copy oci-archive:FILE:NAME': (forms, name) => skopeoTo(forms, `oci-archive:${forms.tar}:${name}`),
  'skopeo copy --all oci:DIR:NAME to a registry': (forms, name) =>
    pushed(forms, (to) => run('skopeo', ['copy', '--quiet', '--all', '--dest-tls-verify=false', `oci:${forms.folder}:${name}`, `docker://${to}`])),
  'oras cp --from-oci-layout-path DIR NAME to a registry': (forms, name) =>
    pushed(forms, (to) => run(oras, ['cp', '--no-tty', '--to-plain-http', '--from-oci-layout-path', forms.folder, name, to])),
  'crane push --index DIR to a registry': ({ folder, registry }, name) => {
    run(crane, ['push', '--index', folder, `${registry.host}/pack:all`]);
    return run(crane, ['manifest', `${registry.host}/pack@${rootsOf(folder).get(name)}`]);
  },
  [umociCommand]: umociUnpack,
};

/** What became of the named images of a pack, by the command. */
export function copyNamed(forms: PackForms, archives: readonly ArchiveRecord[]): Map<string, CopiedNames> {
  const ids = idsByName(archives);
  const named = [...rootsOf(forms.folder)].flatMap(([name, root]) => {
    const own = ids.get(shown(name));
    return own === undefined ? [] : [{ name, root, ids: own }];
  });
  return new Map(
    Object.entries(copiers).map(([command, copy]) => {
      const tried = named.filter(({ root }) => command !== umociCommand || isForUmoci(forms.folder, root));
      const failures = tried.flatMap((image) => failureOf(() => copy(forms, image.name), image));
      return [command, { names: tried.length, failures }];
    }),
  );
}

/** An image or index of a pack, and what is the same image. */
interface NamedRoot {
  readonly name: string;
  readonly root: string;
  readonly ids: ReadonlySet<string>;
}

/** Why it is not what the pack has under that name; nothing where it is. */
function failureOf(copy: () => Buffer, { name, root, ids }: NamedRoot): string[] {
  try {
    const manifest = copy();
    const { config } = JSON.parse(manifest.toString()) as { config?: { digest: string } };
    const isSame = config === undefined ? digestOf(manifest) === root : ids.has(config.digest);
    return isSame ? [] : [`${name}: ${config?.digest ?? digestOf(manifest)}`];
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** IDs of images by the names that every loader can have. */
function idsByName(archives: readonly ArchiveRecord[]): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { id, references } of archives.flatMap(({ images }) => images)) {
    for (const name of references.filter((reference) => !reference.includes('@'))) {
      ids.set(name, (ids.get(name) ?? new Set()).add(id));
    }
  }
  return ids;
}
