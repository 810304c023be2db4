/**
 * The corpus and its truth files: what two checkers that are not ours found in each archive. Where the folder lies, how
 * a truth file reads, and nothing about Varve. A folder that is there but cannot be read is an error, not a skip.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface TruthLayer {
  readonly path?: string;
  readonly resolvedPath?: string;
  /** OCI: the digest that the manifest claims. */
  readonly blob?: string;
  /** Save records: the observed digest. */
  readonly blobDigest?: string;
  readonly mediaType?: string;
  readonly compression?: string;
  readonly compressedSize?: number;
  readonly uncompressedSize?: number;
  readonly diffID?: string;
  readonly missing?: boolean;
}

export interface TruthImage {
  readonly tags: readonly string[];
  readonly config: string | null;
  readonly topLayer?: string;
  readonly platform?: string | null;
  readonly layers: readonly TruthLayer[];
}

export interface TruthManifest {
  readonly kind: string;
  readonly manifest: string;
  readonly config: string | null;
  readonly tags: readonly string[];
  readonly inheritedRefs?: readonly Readonly<Record<string, string>>[] | null;
  readonly layers: readonly TruthLayer[];
}

export interface Truth {
  readonly class: string;
  /** Of a nested truth: the folder. */
  readonly root?: string;
  readonly images?: readonly TruthImage[];
  readonly ociManifests?: readonly TruthManifest[];
  readonly orphanBlobs?: readonly { readonly path: string }[];
  readonly nested?: readonly Truth[];
  readonly verification: {
    readonly result: 'ok' | 'partial' | 'problems';
    readonly problems: readonly { readonly code: string; readonly where: string }[];
  };
}

export interface CorpusItem {
  readonly name: string;
  readonly path: string;
  readonly truth: Truth;
}

/** Where the corpus is: `VARVE_CORPUS`, else beside the repository. */
const corpusFolder = resolve(process.env['VARVE_CORPUS'] ?? '../shared/corpus/real');

/** Every item of the corpus. Throws where the folder or a truth file cannot be read. */
export function corpusItems(): CorpusItem[] {
  if (!existsSync(corpusFolder)) {
    throw new Error(`the corpus is not at ${corpusFolder}; set VARVE_CORPUS, or run npm test, which needs no corpus`);
  }
  return ['archives', 'layouts', 'negatives'].flatMap((kind) =>
    readdirSync(join(corpusFolder, kind))
      .filter((file) => file.endsWith('.truth.json'))
      .map((file) => {
        const name = file.slice(0, -'.truth.json'.length);
        const truth = JSON.parse(readFileSync(join(corpusFolder, kind, file), 'utf8')) as Truth;
        return { name, path: join(corpusFolder, kind, name), truth };
      }),
  );
}
