/**
 * What `inspect` shows of an image: docker's own document, key by key, and beside it what docker does not say: every
 * identity with what it rests on, where the image was found, how it stands in the set, and its content fingerprint.
 */
import type { Sha256 } from '../../model/hashing.js';
import { familiarName, familiarReference, type Reference, tryParseReference } from '../../model/reference.js';
import type { Inventory } from '../../model/results/inventory.js';
import type { ImageState } from '../../model/results/results.js';
import { finished, flatMapped, type Work } from '../../model/work/work.js';
import { type ImageFigures, weighImages } from '../bytes/sharing.js';
import { type Fingerprint, type FingerprintSources, fingerprint } from '../contents/fingerprint.js';
import { type ImageIdentities, imageIdentities } from '../set/identities.js';
import type { ImageSet, SetImage } from '../set/image-set.js';
import { configKeys } from './docker-types.js';

/** An image in docker's shape; keys that docker leaves out where they are empty are absent then. */
export interface ImageDetails {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly RepoDigests: readonly string[];
  readonly Parent: string;
  readonly Comment: string;
  readonly Created?: string;
  readonly Author: string;
  /** As the image config has it; null where there is none. */
  readonly Config: Readonly<Record<string, unknown>> | null;
  readonly Architecture: string;
  readonly Variant?: string;
  readonly Os: string;
  readonly OsVersion?: string;
  /** Uncompressed tar bytes of the layers; null where unknown. */
  readonly Size: number | null;
  readonly RootFS: { readonly Type: 'layers'; readonly Layers: readonly (string | null)[] };
  readonly Metadata: { readonly LastTagTime: string };
  readonly Varve: VarveDetails;
}

/** What docker has no keys for. */
export interface VarveDetails extends ImageIdentities, ImageFigures {
  readonly state: ImageState;
  /** Normalised in full, sorted; with tag or digest. */
  readonly references: readonly string[];
  /** Tags that mean something in their archive only. */
  readonly localTags: readonly string[];
  readonly platform: string | null;
  readonly archives: readonly { readonly path: string; readonly format: string | null; readonly status: string }[];
  /** Null where no layer bodies were read. */
  readonly fingerprint: Fingerprint | null;
}

export interface DetailSources {
  readonly inventory: Inventory;
  readonly set: ImageSet;
  readonly sha256: Sha256;
  /** What fingerprints are made of; null where no bodies were read. */
  readonly contents: Omit<FingerprintSources, 'sha256'> | null;
}

/** Go's zero time: docker's word for an image that was never tagged here. */
const never = '0001-01-01T00:00:00Z';

/** The details of these images of the set, in their order. */
export function imageDetails(images: readonly SetImage[], sources: DetailSources): ImageDetails[] {
  return finished(detailImages(images, sources));
}

/** The same, with rests. */
export function* detailImages(images: readonly SetImage[], sources: DetailSources): Work<ImageDetails[]> {
  const figures = yield* weighImages(sources.set);
  return yield* flatMapped(images, (image) => {
    const weight = figures.get(image.id);
    return weight === undefined ? [] : [detailsOf(image, weight, sources)];
  });
}

function detailsOf(image: SetImage, weight: ImageFigures, sources: DetailSources): ImageDetails {
  const [os = '', architecture = '', variant = ''] = image.platform?.split('/') ?? [];
  return {
    Id: image.id,
    RepoTags: repoTags(image),
    RepoDigests: repoDigests(image),
    Parent: '',
    Comment: image.history.at(-1)?.comment ?? '',
    ...(image.createdAt === null ? {} : { Created: image.createdAt }),
    Author: image.author ?? '',
    Config: image.config === null ? null : inDockerOrder(image.config),
    Architecture: architecture,
    ...(variant === '' ? {} : { Variant: variant }),
    Os: os,
    ...(image.osVersion === null ? {} : { OsVersion: image.osVersion }),
    Size: weight.sizeBytes,
    RootFS: { Type: 'layers', Layers: image.layers.map(({ diffId }) => diffId) },
    Metadata: { LastTagTime: never },
    Varve: varveDetails(image, weight, sources),
  };
}

function varveDetails(image: SetImage, weight: ImageFigures, sources: DetailSources): VarveDetails {
  const { inventory, sha256, contents } = sources;
  const archives = [...new Set(image.occurrences.map(({ archive }) => archive))];
  return {
    state: image.state,
    references: image.references,
    localTags: image.localTags,
    platform: image.platform,
    ...imageIdentities(image, inventory, sha256),
    ...weight,
    archives: archives.flatMap((position) => {
      const archive = inventory.archives[position];
      return archive === undefined ? [] : [{ path: archive.path, format: archive.format, status: archive.status }];
    }),
    fingerprint: contents === null ? null : fingerprint(image, { ...contents, sha256 }),
  };
}

function repoTags({ references }: SetImage): string[] {
  const tagged = parsed(references).filter(({ tag }) => tag !== null);
  return [...new Set(tagged.map((reference) => familiarReference({ ...reference, digest: null })))];
}

/**
 * The digests that lead to the image under one of its names: those of its manifests and of the indexes above it, as far
 * as they stand in an archive that has the name, and those that an archive names outright.
 */
function repoDigests({ occurrences }: SetImage): string[] {
  const found = occurrences.flatMap(({ record }) => {
    // Of one repository there may be a thousand tags, each with the same digests.
    const digestsByName = new Map<string, Set<string>>();
    for (const reference of parsed(record.references)) {
      const name = familiarName(reference);
      const known = digestsByName.get(name);
      const digests = known ?? new Set<string>([...record.manifestDigests, ...record.indexDigests]);
      if (known === undefined) digestsByName.set(name, digests);
      if (reference.digest !== null) digests.add(reference.digest);
    }
    return [...digestsByName].flatMap(([name, digests]) => [...digests].map((digest) => `${name}@${digest}`));
  });
  return [...new Set(found)].sort();
}

function parsed(references: readonly string[]): Reference[] {
  return references.flatMap((reference) => tryParseReference(reference) ?? []);
}

/** Docker's keys first, in its order, then any others as they stand. */
function inDockerOrder(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = configKeys.filter((key) => Object.hasOwn(config, key));
  return Object.fromEntries([...new Set([...known, ...Object.keys(config)])].map((key) => [key, config[key]]));
}
