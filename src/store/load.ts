/**
 * Loads archives into a store: plan, then archive by archive the bodies that the store lacks, each verified while it is
 * copied, then the names. An archive is in the index only when all of it is there, so whatever happens, the store has what it
 * had, and every archive that was done.
 */
import { join } from 'node:path';
import { Spool } from '../content/spool.js';
import type { Digest } from '../model/digest.js';
import type { Inventory } from '../model/results/inventory.js';
import type { Loaded } from '../model/results/store/changes.js';
import type { Engine } from '../observe/hasher.js';
import { withFolderAside } from '../pack/folder-aside.js';
import { descriptorOf } from '../pack/layout-documents.js';
import { withInput } from '../pack/pack.js';
import { type PlannedFile, plannedBlob } from '../pack/pack-plan.js';
import { StoredContent } from '../pack/stored-content.js';
import { bodyPlaces, copiesAside } from '../pack/write-pack.js';
import { textHasher } from '../scan/hash-text.js';
import type { PlacedScan } from '../scan/scan.js';
import type { Progress } from '../scan/settings.js';
import { inTurns, type Steps } from '../sources/steps.js';
import { KnownBlobs } from './arrival/known-blobs.js';
import { changeStore, type OpenStore, planChange } from './change-store.js';
import { type LoadPlan, type PlannedRoot, planLoad } from './load-plan.js';
import { BlobWriter } from './store-blobs.js';
import { prepareFolder, type StoreFolder } from './store-folder.js';
import { holderOf, type StoreIndex, withName, withRoot } from './store-index.js';
import type { LockSettings } from './store-lock.js';

export type LayerOutcome = Loaded['layers'][number];

export interface LoadSettings extends LockSettings {
  /** Only says what would be loaded: what damage there is in bodies is not seen. */
  readonly dryRun: boolean;
  readonly engine: Engine;
  readonly onProgress: ((progress: Progress) => void) | null;
  /** Hears of each layer when it is there. */
  readonly onLayer: ((layer: LayerOutcome) => void) | null;
}

/** Loads what a scan has found, which is not the store itself. Throws VarveError `usage`, `interrupted`; OutputError. */
export async function loadScan(store: StoreFolder, scan: PlacedScan, settings: LoadSettings): Promise<Loaded> {
  const { signal, engine } = settings;
  const content = await inTurns(StoredContent.of(scan), signal);
  const plan = await inTurns(planLoad(scan, content, textHasher(engine)), signal);
  const work = (open: OpenStore): Promise<Loaded> => new Load(open, content, settings).run(scan, plan);
  return settings.dryRun ? planChange(store, work) : changeStore(store, { ...settings, creates: true }, work);
}

/**
 * Has work done with the inputs of a load. What is piped in is kept meanwhile, since it is read twice: beside the blobs of the
 * store, or for a plan, which makes none, where the system has its temporary files. Throws OutputError, and what the work throws.
 */
export function withLoadInput<T>(
  store: StoreFolder,
  {
    inputs,
    own,
    signal,
    dryRun,
  }: Pick<LoadSettings, 'own' | 'signal' | 'dryRun'> & { readonly inputs: readonly string[] },
  work: (spooledInput: string | null) => Promise<T>,
): Promise<T> {
  const withBeside = (beside: string): Promise<T> => withInput({ inputs, beside, signal }, work);
  const isPiped = inputs.includes('-');
  if (isPiped && dryRun) return withFolderAside((folder) => withBeside(join(folder, 'input')));
  if (isPiped) prepareFolder(store);
  return withBeside(store.newPiped(own));
}

type Moves = Loaded['moved'];
type Places = Awaited<ReturnType<typeof bodyPlaces>>;

/** A body that the store lacks. */
interface LoadedFile {
  readonly file: PlannedFile;
  readonly digest: Digest;
  /** Null where it is no layer. */
  readonly layer: { readonly diffId: string | null } | null;
}

class Load {
  readonly #open: OpenStore;
  readonly #content: StoredContent;
  readonly #settings: LoadSettings;
  readonly #writer: BlobWriter;
  /** Bodies that were looked at: there now, or a failure. */
  readonly #done = new Set<Digest>();
  /** Bodies of which no copy is right, with the reason. */
  readonly #failures = new Map<Digest, string>();
  readonly #layers = new Map<Digest, LayerOutcome>();
  /** What is there whole and in the index. */
  readonly #whole: PlannedRoot[] = [];
  readonly #moves = new Map<string, Moves[number]>();
  readonly #leftOut: Loaded['leftOut'] = [];
  /** The root that is to have each name. */
  #givers: ReadonlyMap<string, PlannedRoot> = new Map();
  #diffIds: ReadonlyMap<Digest, string> = new Map();
  #blobs = 0;
  #writtenBytes = 0;
  #doneBytes = 0;
  #totalBytes = 0;
  #path = '';

  constructor(open: OpenStore, content: StoredContent, settings: LoadSettings) {
    this.#open = open;
    this.#content = content;
    this.#settings = settings;
    const known = new KnownBlobs(open.store);
    this.#writer = new BlobWriter(open.store, known, settings.engine, (sizeBytes) => this.#onRead(sizeBytes));
  }

  async run({ inventory }: PlacedScan, plan: LoadPlan): Promise<Loaded> {
    const blobs = new Map(plan.archives.flat().flatMap(({ root }) => [...root.blobs]));
    this.#totalBytes = [...blobs.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0);
    this.#diffIds = diffIdsOf(inventory, plan);
    // The index has to be readable before anything is written.
    this.#open.index();
    this.#leftOut.push(...plan.leftOut);
    this.#givers = lastHolders(plan.archives.flat());
    for (const roots of plan.archives) await this.#loadArchive(roots);
    const loaded = this.#finish();
    const { dryRun } = this.#settings;
    if (!dryRun) await this.#writer.remember();
    return {
      kind: 'varve.load',
      schemaVersion: 1,
      status: dryRun ? 'planned' : 'loaded',
      store: this.#open.store.path,
      archives: inventory.archives.length,
      loaded,
      moved: [...this.#moves.values()],
      layers: [...this.#layers.values()],
      quarantined: [...this.#writer.quarantined],
      leftOut: this.#leftOut,
      blobs: this.#blobs,
      writtenBytes: this.#writtenBytes,
    };
  }

  async #loadArchive(roots: readonly PlannedRoot[]): Promise<void> {
    await this.#copyAll(roots);
    const whole = roots.filter(({ archive, root, names }) => {
      const reason = [...root.blobs.keys()].flatMap((digest) => this.#failures.get(digest) ?? [])[0];
      if (reason !== undefined)
        this.#leftOut.push({ what: names[0]?.name ?? root.digest, reason: `${reason} (${archive})` });
      return reason === undefined;
    });
    if (whole.length === 0) return;
    if (!this.#settings.dryRun) this.#writer.sync();
    this.#change(whole);
    this.#whole.push(...whole);
  }

  /** Names that a later archive was to have, and has not, since it is damaged, stay with those before it. */
  #finish(): Loaded['loaded'] {
    const winners = lastHolders(this.#whole);
    this.#givers = winners;
    this.#change(this.#whole);
    return this.#whole.map((planned) => {
      const { archive, root, names } = planned;
      const kept = names.filter(({ name }) => winners.get(name) === planned);
      for (const { name } of names) {
        const to = winners.get(name)?.root.digest ?? root.digest;
        if (to !== root.digest) this.#moves.set(name, { name, from: root.digest, to });
      }
      return {
        archive,
        manifestDigest: root.digest,
        made: root.made !== null,
        ids: [...new Set(root.manifests.map(({ imageId }) => imageId))],
        references: kept.filter(({ isReference }) => isReference).map(({ name }) => name),
        localTags: kept.filter(({ isReference }) => !isReference).map(({ name }) => name),
      };
    });
  }

  #change(roots: readonly PlannedRoot[]): void {
    let moves: Moves = [];
    this.#open.commit((index) => {
      const changed = this.#named(index, roots);
      moves = changed.moves;
      return changed.index;
    });
    for (const move of moves) this.#moves.set(move.name, move);
  }

  /** Bodies that can be sought first; then, of those that were no good there, what has to be unpacked. */
  async #copyAll(roots: readonly PlannedRoot[]): Promise<void> {
    const { signal } = this.#settings;
    const files = await inTurns(this.#missing(roots), signal);
    await this.#copy(files, new Set());
    const planned = files.map(({ file }) => file);
    const again = new Set(copiesAside(planned, new Set()).filter((digest) => this.#failures.has(digest)));
    if (again.size === 0) return;
    for (const digest of again) this.#failures.delete(digest);
    await this.#copy(
      files.filter(({ digest }) => again.has(digest)),
      again,
    );
  }

  async #copy(files: readonly LoadedFile[], suspects: ReadonlySet<Digest>): Promise<void> {
    if (files.length === 0) return;
    const { signal, dryRun } = this.#settings;
    if (dryRun) {
      for (const file of files) this.#count(file);
      return;
    }
    const spool = new Spool(this.#open.store.newUpload());
    try {
      const planned = files.map(({ file }) => file);
      const places = await bodyPlaces(planned, suspects, spool, signal);
      await inTurns(this.#write(files, places), signal);
    } finally {
      spool.close();
    }
  }

  /** What the store lacks of these roots, the layers of each image first, base first, and what refers to them last. */
  *#missing(roots: readonly PlannedRoot[]): Steps<LoadedFile[]> {
    const files: LoadedFile[] = [];
    const copiesOf = this.#content.copiesOf.bind(this.#content);
    for (const { archive, root } of roots) {
      this.#path = archive;
      const layers = new Set(root.manifests.flatMap(({ layers: own }) => own));
      for (const digest of new Set([...layers, ...[...root.blobs.keys()].reverse()])) {
        const sizeBytes = root.blobs.get(digest);
        if (sizeBytes === undefined || this.#done.has(digest)) continue;
        this.#done.add(digest);
        yield;
        const layer = layers.has(digest) ? { diffId: this.#diffIds.get(digest) ?? null } : null;
        if (yield* this.#writer.has({ digest, sizeBytes })) this.#tell(layer, digest, 'already-exists', sizeBytes);
        else files.push({ file: plannedBlob(digest, sizeBytes, root, copiesOf), digest, layer });
      }
    }
    return files;
  }

  *#write(files: readonly LoadedFile[], places: Places): Steps<void> {
    for (const { file, digest, layer } of files) {
      this.#open.lock.check();
      const blob = { digest, sizeBytes: file.sizeBytes };
      let problem: string | null = null;
      if ('text' in file) this.#writer.putText(blob, file.text);
      else problem = yield* this.#writer.put(blob, places(file));
      if (problem !== null) {
        this.#failures.set(digest, problem);
        continue;
      }
      this.#count({ file, digest, layer });
      yield;
    }
  }

  #count({ file: { sizeBytes }, digest, layer }: LoadedFile): void {
    this.#blobs++;
    this.#writtenBytes += sizeBytes;
    this.#tell(layer, digest, 'added', sizeBytes);
  }

  /** The names go where the last archive that has them says; who had one until now is told. */
  #named(before: StoreIndex, roots: readonly PlannedRoot[]): { readonly index: StoreIndex; readonly moves: Moves } {
    const moves: Moves = [];
    let index = before;
    for (const planned of roots) {
      const { root, names } = planned;
      index = withRoot(index, descriptorOf(root, []), root.digest, root.sizeBytes);
      for (const name of names) {
        if (this.#givers.get(name.name) !== planned) continue;
        const from = holderOf(index, name.name);
        if (from !== null && from !== root.digest) moves.push({ name: name.name, from, to: root.digest });
        index = withName(index, root.digest, name);
      }
    }
    return { index, moves };
  }

  #tell(layer: LoadedFile['layer'], digest: Digest, status: LayerOutcome['status'], bytes: number): void {
    if (layer === null) return;
    const outcome = { diffId: layer.diffId, digest, status, bytes };
    this.#layers.set(digest, outcome);
    this.#settings.onLayer?.(outcome);
  }

  #onRead(sizeBytes: number): void {
    this.#doneBytes = Math.min(this.#totalBytes, this.#doneBytes + sizeBytes);
    this.#settings.onProgress?.({ doneBytes: this.#doneBytes, totalBytes: this.#totalBytes, path: this.#path });
  }
}

/** The last root that has each name. */
function lastHolders(roots: readonly PlannedRoot[]): Map<string, PlannedRoot> {
  return new Map(roots.flatMap((planned) => planned.names.map(({ name }) => [name, planned] as const)));
}

/** What the layers of all images are when they are unpacked, by what they are stored as. */
function diffIdsOf({ archives }: Inventory, { archives: planned }: LoadPlan): Map<Digest, string> {
  const byImage = new Map<string, readonly (string | null)[]>();
  for (const { images } of archives) {
    for (const { id, layers } of images)
      byImage.set(
        id,
        layers.map(({ diffId }) => diffId),
      );
  }
  return new Map(
    planned.flat().flatMap(({ root }) =>
      root.manifests.flatMap(({ imageId, layers }) =>
        layers.flatMap((layer, position): [Digest, string][] => {
          const diffId = byImage.get(imageId)?.[position] ?? null;
          return diffId === null ? [] : [[layer, diffId]];
        }),
      ),
    ),
  );
}
