/**
 * Claims: what the documents and file names of one archive say, as plain data. Nothing here was checked against a byte
 * of a body; `verify` lays the claims beside the observations. `ClaimBook` is where the readers of the formats write
 * them down, so that one archive read by two of them (docker's hybrids) gives one set: a claim made twice is kept once,
 * an image reached twice is one image. Hostile input: lists of any length, so nothing here searches a list.
 */
import type { ArchiveEntry, EntryTable } from '../archive/entry-table.js';
import type { Digest } from '../model/digest.js';
import { type Finding, finding, type NotChecked } from '../model/finding.js';
import { FindingList, NotCheckedList } from '../model/finding-list.js';
import { type Limits, limitMessage } from '../model/limits.js';
import type { Compression } from '../model/media-type.js';
import type {
  AbsentPlatformRecord,
  ArchiveFormat,
  ArtifactRecord,
  EntryRecord,
  HistoryRecord,
  LayerRecord,
} from '../model/results/inventory.js';
import { textKey } from '../model/text-key.js';
import type { RunAccount } from '../model/work/run-budget.js';
import type { Work } from '../model/work/work.js';

/** A statement about the bytes of one entry. `source` says who makes it. */
export type Claim = { readonly entry: number; readonly source: string } & (
  | { readonly kind: 'digest'; readonly digest: Digest; readonly named: 'blob' | 'config' | 'layer' }
  | { readonly kind: 'size'; readonly sizeBytes: number }
  | { readonly kind: 'diffid'; readonly digest: Digest }
  | { readonly kind: 'compression'; readonly compression: Compression; readonly mediaType: string }
);

/** Bytes that a descriptor carries in its `data` field, beside the blob that it names. */
export interface InlineClaim {
  readonly source: string;
  readonly digest: Digest;
  readonly base64: string;
}

/** What is to be looked at inside an entry that is a layer. */
export interface LayerClaim {
  /** Why its content cannot be looked at (encrypted, no tar), or null. */
  readonly opaque: string | null;
}

/** An image as its documents describe it. */
export interface ImageClaim {
  /** Where the config lies, or null where it is absent. */
  readonly configEntry: number | null;
  /** The config digest that a descriptor claims, or the v1 id. */
  readonly claimedId: string | null;
  readonly manifestDigests: Set<Digest>;
  readonly indexDigests: Set<Digest>;
  readonly references: Set<string>;
  readonly localTags: Set<string>;
  /** The descriptors of `index.json` that lead to it. */
  readonly roots: Set<Digest>;
  platform: string | null;
  /** `os.version`; only Windows images are told apart by it. */
  osVersion: string | null;
  createdAt: string | null;
  layers: LayerRecord[];
  author: string | null;
  /** The run configuration, as it is written. */
  config: Readonly<Record<string, unknown>> | null;
  history: HistoryRecord[];
  readonly reaches: Set<number>;
}

export interface ArchiveClaims {
  readonly format: ArchiveFormat;
  readonly table: EntryTable;
  readonly claims: readonly Claim[];
  readonly layers: ReadonlyMap<number, LayerClaim>;
  readonly roles: readonly EntryRecord['role'][];
  readonly images: readonly ImageClaim[];
  readonly artifacts: readonly ArtifactRecord[];
  /** Who has which name from whom, each once. */
  readonly names: readonly NameClaim[];
  readonly absentPlatforms: readonly AbsentPlatformRecord[];
  readonly inline: readonly InlineClaim[];
  /** Names with several entries, in archive order; the last one counts. */
  readonly repeats: readonly (readonly ArchiveEntry[])[];
  readonly findings: readonly Finding[];
  /** Those that they were read by. */
  readonly limits: Limits;
  /** What this file may hold of what the run may. */
  readonly held: Pick<RunAccount, 'take'>;
  readonly notChecked: readonly NotChecked[];
}

/** The ways to reach an image or artifact: the root and its tags, and the indexes on the path. */
export interface Route {
  readonly root: Digest;
  readonly indexEntries: readonly number[];
  readonly indexDigests: readonly Digest[];
  readonly references: readonly string[];
  readonly localTags: readonly string[];
}

/** An artifact on its way to its record. */
export interface ArtifactClaim {
  facts: ArtifactFacts;
  readonly indexDigests: Set<Digest>;
  readonly references: Set<string>;
  readonly localTags: Set<string>;
  readonly roots: Set<Digest>;
  readonly reaches: Set<number>;
}

type ArtifactFacts = Pick<ArtifactRecord, 'digest' | 'kind' | 'artifactType' | 'subject'>;

/** A name of an image or artifact. */
export interface NameClaim {
  readonly name: string;
  readonly holder: ImageClaim | ArtifactClaim;
  /** The descriptor of `index.json` that gives it; null where a save record or `repositories` does. */
  readonly root: Digest | null;
}

export class ClaimBook {
  readonly images: ImageClaim[] = [];
  readonly absentPlatforms: AbsentPlatformRecord[] = [];
  readonly inline: InlineClaim[] = [];
  readonly byManifest = new Map<Digest, ImageClaim>();
  /** Manifests of artifacts whose parts were looked up. */
  readonly artifactManifests = new Set<Digest>();
  readonly layers = new Map<number, LayerClaim & { readonly declared: boolean }>();
  readonly findings: FindingList;
  readonly notChecked: NotCheckedList;
  /** Blobs that this archive is without on purpose, since it is a delta and its base has them. */
  readonly base = new Set<Digest>();
  /** Entries that some root reaches. */
  readonly reached = new Set<number>();
  readonly #claims = new Map<string, Claim>();
  readonly #names = new Map<NameClaim['holder'], Map<string, NameClaim>>();
  readonly #imagesByKey = new Map<string, ImageClaim>();
  /** By the digest of their manifests, in first-seen order. */
  readonly #artifacts = new Map<Digest, ArtifactClaim>();
  readonly #parsed = new Map<unknown, Map<number, unknown>>();
  readonly #limits: Limits;
  readonly #held: Pick<RunAccount, 'take'>;
  #listedLayers = 0;
  #namesLength = 0;

  constructor(limits: Limits, held: Pick<RunAccount, 'take'>) {
    this.#limits = limits;
    this.#held = held;
    this.notChecked = new NotCheckedList(limits, held);
    this.findings = new FindingList(limits.findings, held);
  }

  get claims(): Claim[] {
    return [...this.#claims.values()];
  }

  get artifacts(): ArtifactRecord[] {
    return [...this.#artifacts.values()].map(({ facts, indexDigests, references, localTags, reaches }) => ({
      digest: facts.digest,
      kind: facts.kind,
      artifactType: facts.artifactType,
      subject: facts.subject,
      indexDigests: [...indexDigests],
      references: [...references],
      localTags: [...localTags],
      reaches: [...reaches],
    }));
  }

  /** Those that their holders have kept. */
  get names(): NameClaim[] {
    const all = [...this.#names.values()].flatMap((names) => [...names.values()]);
    return all.filter(({ name, holder }) => holder.references.has(name) || holder.localTags.has(name));
  }

  /** Gives an image or artifact its names; `root` is the descriptor of `index.json` that has them. */
  name(
    holder: NameClaim['holder'],
    { references, localTags }: Pick<Route, 'references' | 'localTags'>,
    root: Digest | null,
  ): void {
    const names = this.#names.get(holder) ?? new Map<string, NameClaim>();
    this.#names.set(holder, names);
    if (root !== null) holder.roots.add(root);
    const give = (name: string, own: Set<string>): void => {
      const key = `${root} ${name}`;
      if (!own.has(name) && !this.#admitNamesLength(name)) return;
      own.add(name);
      names.set(key, { name, holder, root });
    };
    for (const name of references) give(name, holder.references);
    for (const name of localTags) give(name, holder.localTags);
  }

  /** Whether a text is short enough for a name; one that is not is reported, and not kept. */
  admitName(name: string, where: string): boolean {
    const { imageNameLength } = this.#limits;
    if (name.length <= imageNameLength) return true;
    this.report('limit-exceeded', limitMessage('imageNameLength', imageNameLength, 'a name has more characters'), {
      subject: where,
    });
    return false;
  }

  /** The names of one descriptor are those of every image below it. */
  #admitNamesLength(name: string): boolean {
    const { imageNamesLength } = this.#limits;
    const problem =
      this.#namesLength + name.length > imageNamesLength
        ? limitMessage('imageNamesLength', imageNamesLength, 'the names of all images together have more characters')
        : this.#held.take('runImageNames', 1);
    if (problem === null) this.#namesLength += name.length;
    else this.report('limit-exceeded', problem);
    return problem === null;
  }

  /** Whether the run may hold one more image; where it may not, that is reported. */
  admitImage(): boolean {
    const problem = this.#held.take('runImages', 1);
    if (problem !== null) this.report('limit-exceeded', problem);
    return problem === null;
  }

  claim(claim: Claim): void {
    const { source, ...rest } = claim;
    const key = textKey(JSON.stringify(rest));
    if (!this.#claims.has(key)) this.#claims.set(key, claim);
  }

  /**
   * Notes that an entry is a layer; `declared`: by its media type, which save records do not have. Where one manifest
   * calls it opaque and another a tar, it can be looked at.
   */
  layer(entry: number, opaque: string | null, declared: boolean): void {
    const known = this.layers.get(entry);
    const stronger = known !== undefined && (declared === known.declared ? opaque === null : declared);
    if (known === undefined || stronger) this.layers.set(entry, { opaque, declared });
  }

  /** How many layers may still be listed. */
  get layersLeft(): number {
    return Math.max(0, this.#limits.listedLayers - this.#listedLayers);
  }

  /** The part of an image's list of layers that is within the limits; what is beyond them is reported. */
  admitLayers<T>(list: readonly T[], subject: string): readonly T[] {
    const { layers, listedLayers } = this.#limits;
    const wanted = list.slice(0, Math.min(layers, this.layersLeft));
    const problem = this.#held.take('runListedLayers', wanted.length);
    if (problem !== null) {
      this.report('limit-exceeded', problem);
      return [];
    }
    const admitted = wanted;
    this.#listedLayers += admitted.length;
    if (list.length > layers) {
      this.report('limit-exceeded', limitMessage('layers', layers, 'an image has more'), { subject });
    } else if (admitted.length < list.length) {
      this.report('limit-exceeded', limitMessage('listedLayers', listedLayers, 'all images together have more layers'));
    }
    return admitted;
  }

  report(...args: Parameters<typeof finding>): void {
    this.add(finding(...args));
  }

  /** Keeps a finding, once. */
  add(made: Finding): void {
    this.findings.addOnce(made);
  }

  skipCheck(subject: string, reason: string): void {
    this.notChecked.add(subject, reason);
  }

  /**
   * The image with that config, made at its first mention. Images whose config is absent are told apart by the digest
   * that is claimed for it, or else by who names it.
   */
  image(configEntry: number | null, claimedId: string | null, namedBy: string): ImageClaim {
    const key =
      configEntry !== null ? `entry ${configEntry}` : claimedId !== null ? `id ${claimedId}` : textKey(`at ${namedBy}`);
    const known = this.#imagesByKey.get(key);
    if (known !== undefined) return known;
    const image: ImageClaim = {
      configEntry,
      claimedId,
      manifestDigests: new Set(),
      indexDigests: new Set(),
      references: new Set(),
      localTags: new Set(),
      roots: new Set(),
      platform: null,
      osVersion: null,
      createdAt: null,
      layers: [],
      author: null,
      config: null,
      history: [],
      reaches: new Set(),
    };
    if (configEntry !== null) this.reach(image, [configEntry]);
    this.#imagesByKey.set(key, image);
    this.images.push(image);
    return image;
  }

  /** An artifact, made at its first mention; each further route adds its names and indexes. */
  artifact(facts: ArtifactFacts, route: Route, entries: readonly number[]): void {
    let artifact = this.#artifacts.get(facts.digest);
    if (artifact === undefined) {
      const names = { references: new Set<string>(), localTags: new Set<string>(), roots: new Set<Digest>() };
      artifact = { facts, indexDigests: new Set(), ...names, reaches: new Set() };
      this.#artifacts.set(facts.digest, artifact);
    }
    // A cosign tag says it where the manifest does not, and another root may be the one that has it.
    if (artifact.facts.subject === null) artifact.facts = { ...artifact.facts, subject: facts.subject };
    this.name(artifact, route, route.root);
    for (const index of route.indexDigests) artifact.indexDigests.add(index);
    this.reach(artifact, route.indexEntries);
    this.reach(artifact, entries);
  }

  /** The result of parsing an entry, computed once however many documents lead to it. */
  *parsed<T>(parse: (text: string) => unknown, entry: number, compute: () => Work<T | null>): Work<T | null> {
    const byEntry = this.#parsed.get(parse) ?? new Map<number, unknown>();
    this.#parsed.set(parse, byEntry);
    if (!byEntry.has(entry)) byEntry.set(entry, yield* compute());
    return byEntry.get(entry) as T | null;
  }

  reach({ reaches }: Pick<ImageClaim, 'reaches'>, entries: Iterable<number>): void {
    for (const entry of entries) {
      reaches.add(entry);
      this.reached.add(entry);
    }
  }
}
