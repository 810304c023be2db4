/**
 * Other archives of the same images, each from a `docker save` archive of one image: copies, other compressions, an OCI
 * archive, another build, one that is cut and one with a flipped bit. The same input gives the same bytes.
 */
import { spawnSync } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import {
  bytesAt,
  copyRange,
  endBlocks,
  type Member,
  membersOf,
  paddingOf,
  type SavedImage,
  tarHeader,
  tarMember,
} from './tar-members.js';

/** An archive of one image; where its parts lie in the file. */
export interface SavedArchive {
  readonly path: string;
  readonly tags: readonly string[];
  readonly config: Member;
  readonly layers: readonly Member[];
}

interface ImageConfig {
  readonly created?: string;
  readonly history?: readonly unknown[];
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] };
}

/** What a build before or after a tagged one is: so many days from it, with a layer of its own. */
export interface Rebuild {
  readonly days: number;
  readonly tagged: boolean;
}

const dayMs = 86_400_000;
const ownLayerBytes = 4_000_000;
const cutAt = 0.6;

/** The archive at that path, or null where it is no plain `docker save` archive of exactly one image. */
export function savedArchive(path: string): SavedArchive | null {
  const file = openSync(path, 'r');
  try {
    const byName = new Map([...membersOf(file)].map((member) => [member.name, member]));
    const list = byName.get('manifest.json');
    if (list === undefined) return null;
    const [image, ...others] = JSON.parse(bytesAt(file, list.content, list.size).toString()) as SavedImage[];
    if (image === undefined || others.length > 0) return null;
    const [config, ...layers] = [image.Config, ...image.Layers].map((name) => bodyOf(byName, name));
    return config === undefined ? null : { path, tags: image.RepoTags ?? [], config, layers };
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return null;
    throw error;
  } finally {
    closeSync(file);
  }
}

/** The member with the bytes of that name: where it is a link, what it leads to. Throws RangeError where there is none. */
function bodyOf(byName: ReadonlyMap<string, Member>, name: string, links = 4): Member {
  const member = byName.get(name);
  if (member === undefined || links === 0) throw new RangeError(`no ${name} in the archive`);
  return member.link === null ? member : bodyOf(byName, posix.join(posix.dirname(member.name), member.link), links - 1);
}

export async function writeGzip({ path }: SavedArchive, target: string): Promise<void> {
  await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(target));
}

export function writeZstd({ path }: SavedArchive, target: string): void {
  run('zstd', ['--quiet', '--force', path, '-o', target]);
}

/** An OCI archive by skopeo, its layers compressed; skopeo dates the members of its archives, so they are packed here. */
export function writeOci({ path, tags: [tag] }: SavedArchive, target: string, layers: 'gzip' | 'zstd'): void {
  const folder = mkdtempSync(join(tmpdir(), 'varve-image-form-'));
  try {
    const layout = join(folder, 'layout');
    const place = `oci:${layout}${tag === undefined ? '' : `:${tag}`}`;
    run('skopeo', ['copy', '--quiet', '--dest-compress-format', layers, `docker-archive:${path}`, place]);
    const files = readdirSync(layout, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const isBlob = (file: string) => dirname(file) !== layout;
    files.sort((a, b) => Number(isBlob(a)) - Number(isBlob(b)) || (a < b ? -1 : 1));
    writeArchive(target, (to) => {
      for (const file of files) writeSync(to, tarMember(relative(layout, file), readFileSync(file)));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Another build of the image: its layers and one more, built so many days earlier or later, under its tags or none. */
export function writeRebuild(source: SavedArchive, target: string, { days, tagged }: Rebuild): void {
  const layer = tarMember('srv/build', noise(`${source.config.name} ${days} ${tagged}`, ownLayerBytes));
  const own = Buffer.concat([layer, endBlocks]);
  withFile(source.path, (from) => {
    const config = JSON.parse(bytesAt(from, source.config.content, source.config.size).toString()) as ImageConfig;
    const created = new Date(Date.parse(config.created ?? '2024-01-01T00:00:00Z') + days * dayMs).toISOString();
    const rebuilt = {
      ...config,
      created,
      rootfs: { ...config.rootfs, diff_ids: [...config.rootfs.diff_ids, `sha256:${sha256(own)}`] },
      history: [...(config.history ?? []), { created, created_by: 'COPY build /srv/build' }],
    };
    const tags = tagged ? source.tags : [];
    writeArchive(target, (to) => writeImage({ from, to }, { ...source, tags }, { config: rebuilt, own }));
  });
}

/** The image with its documents in front, and then cut: what is missing is the end of its layers. */
export function writeCut(source: SavedArchive, target: string): void {
  withFile(source.path, (from) => {
    const config = bytesAt(from, source.config.content, source.config.size);
    writeArchive(target, (to) => writeImage({ from, to }, source, { config }));
  });
  truncateSync(target, Math.floor(statSync(target).size * cutAt));
}

/** A copy in which one bit in the middle of the largest layer is another. */
export function writeFlipped({ path, layers }: SavedArchive, target: string): void {
  const [largest] = [...layers].sort((a, b) => b.size - a.size);
  if (largest === undefined) throw new RangeError(`${path} has no layer`);
  copyFileSync(path, target);
  const file = openSync(target, 'r+');
  try {
    const at = largest.content + Math.floor(largest.size / 2);
    const [byte = 0] = bytesAt(file, at, 1);
    writeSync(file, Buffer.of(byte ^ 1), 0, 1, at);
  } finally {
    closeSync(file);
  }
}

interface Image {
  readonly config: Buffer | object;
  /** A layer above those of the source. */
  readonly own?: Buffer;
}

function writeImage(
  { from, to }: { readonly from: number; readonly to: number },
  { layers, tags }: SavedArchive,
  { config, own }: Image,
): void {
  const text = Buffer.isBuffer(config) ? config : Buffer.from(JSON.stringify(config));
  const names = [...layers.keys(), ...(own === undefined ? [] : [layers.length])].map((at) => `layer-${at}.tar`);
  const saved: SavedImage = {
    Config: `${sha256(text)}.json`,
    RepoTags: tags.length === 0 ? null : tags,
    Layers: names,
  };
  writeSync(to, tarMember('manifest.json', Buffer.from(JSON.stringify([saved]))));
  writeSync(to, tarMember(saved.Config, text));
  layers.forEach(({ content, size }, at) => {
    writeSync(to, tarHeader(`layer-${at}.tar`, size));
    copyRange(from, to, content, content + size);
    writeSync(to, paddingOf(size));
  });
  if (own !== undefined) writeSync(to, tarMember(`layer-${layers.length}.tar`, own));
}

function writeArchive(path: string, write: (to: number) => void): void {
  const to = openSync(path, 'w');
  try {
    write(to);
    writeSync(to, endBlocks);
  } finally {
    closeSync(to);
  }
}

function withFile(path: string, read: (file: number) => void): void {
  const file = openSync(path, 'r');
  try {
    read(file);
  } finally {
    closeSync(file);
  }
}

/** Bytes that do not compress, the same for the same seed. */
function noise(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function run(program: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  if (error !== undefined)
    throw new Error(`${program} did not start: bench/peers/install.sh installs it`, { cause: error });
  if (status !== 0) throw new Error(`${program} ends with ${status}: ${stderr}`);
}
