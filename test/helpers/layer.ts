/**
 * A layer: the tar of a file system change and its diffID. Written by the hand-made tar writer, since tests need layers with
 * whiteouts, devices, repeated paths and escaping links as often as good ones. Same arguments, same bytes.
 */
import { digestOf } from './digests.js';
import { type RawEntry, rawTar, type TarEnd } from './raw-tar.js';
import type { SeededRandom } from './seeded-random.js';

/** One change that a layer makes. */
export interface LayerFile extends Omit<RawEntry, 'name' | 'content'> {
  /** Path without a leading slash; `dir/.wh.name` deletes, `dir/.wh..wh..opq` hides what is below. */
  readonly path: string;
  /** A string is written as UTF-8. Default: empty. */
  readonly content?: Buffer | string;
}

/** What a layer is made of. */
export interface LayerOptions extends TarEnd {
  readonly files: readonly LayerFile[];
  /** Seconds since 1970 of every file that has none of its own. Default: 0. */
  readonly mtime?: number;
  /** The command in the image's history. Default: `COPY . .` as BuildKit writes it. */
  readonly createdBy?: string;
  /** Adds an entry for each parent directory before its first file, as real builders do. Default: false. */
  readonly parents?: boolean;
}

/** The uncompressed bytes of a layer and what identifies them. */
export interface LayerSpec {
  readonly tar: Buffer;
  readonly diffId: string;
  readonly createdBy: string;
}

const DEFAULT_COMMAND = 'COPY . . # buildkit';

/** A layer with these files, in their order. */
export function layer(options: LayerOptions): LayerSpec {
  const files = options.parents === true ? withParents(options.files) : options.files;
  const entries = files.map(({ path, content, ...rest }): RawEntry => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : (content ?? Buffer.alloc(0));
    const slash = rest.type === 'directory' && !path.endsWith('/') ? '/' : '';
    return { mtime: options.mtime ?? 0, ...rest, name: `${path}${slash}`, content: bytes };
  });
  return layerFromTar(rawTar(entries, options), options.createdBy);
}

/** A layer whose bytes are given, be they a tar or not. */
export function layerFromTar(tar: Buffer, createdBy = DEFAULT_COMMAND): LayerSpec {
  return { tar, diffId: digestOf(tar), createdBy };
}

/** A layer of `entries` files (default 4) that hold `sizeBytes` bytes together, half of them words and half noise. */
export function randomLayer(
  rng: SeededRandom,
  { sizeBytes, entries = 4, ...rest }: { sizeBytes: number; entries?: number } & Omit<LayerOptions, 'files'>,
): LayerSpec {
  const files: LayerFile[] = [];
  for (let index = 0; index < entries; index++) {
    const fileBytes = Math.floor(sizeBytes / entries) + (index < sizeBytes % entries ? 1 : 0);
    files.push({ path: `srv/${rng.hex(8)}-${index}`, content: mixedContent(rng, fileBytes) });
  }
  return layer({ ...rest, files });
}

/** Half words, half noise: shrinks, but not to nothing. */
export function mixedContent(rng: SeededRandom, sizeBytes: number): Buffer {
  const wordBytes = Math.ceil(sizeBytes / 2);
  return Buffer.concat([Buffer.from(rng.text(wordBytes)), rng.bytes(sizeBytes - wordBytes)]);
}

function withParents(files: readonly LayerFile[]): LayerFile[] {
  const seen = new Set<string>();
  const all: LayerFile[] = [];
  for (const file of files) {
    const parts = file.path.split('/').filter((part) => part !== '');
    for (let depth = 1; depth < parts.length; depth++) {
      const path = `${parts.slice(0, depth).join('/')}/`;
      if (!seen.has(path)) all.push({ path, type: 'directory' });
      seen.add(path);
    }
    if (file.type === 'directory') seen.add(`${parts.join('/')}/`);
    all.push(file);
  }
  return all;
}
