/**
 * Deltas: what the other side lacks of a pack. The plan is that of the pack, cut down to the bodies that are not in the
 * base, so that all that holds of a pack holds here: to the byte as planned, verified while it is copied, whole or not there.
 */
import { VarveError } from '../model/error.js';
import type { Delta } from '../model/results/delta/delta.js';
import type { Inventory } from '../model/results/inventory.js';
import type { Pack } from '../model/results/pack.js';
import type { Work } from '../model/work/work.js';
import { type PackOptions, type PackShape, packShaped } from '../pack/pack.js';
import type { PackPlan } from '../pack/pack-plan.js';
import { lacksDigests } from '../pack/roots/made-manifest.js';
import { tarStructure } from '../pack/tar-structure.js';
import { textHasher } from '../scan/hash-text.js';
import { type PlacedScan, scanPlaces } from '../scan/scan.js';
import type { ScanOptions } from '../scan/settings.js';
import { type DeltaPlan, planDelta } from './delta-plan.js';
import { Have } from './have.js';

/** What is found of the other side: nothing of it is copied. */
export interface DeltaOptions extends Omit<PackOptions, 'unify' | 'compress' | 'level' | 'map' | 'dropSignatures'> {
  /** What the other side has: inventories that `varve scan` wrote there, archives, layouts, folders. */
  readonly have: readonly string[];
}

/**
 * Writes what the other side lacks of the pack of some archives; `apply` makes the pack of it there. The result is that of
 * `varve delta --format json`. Throws as `pack` does; something in `have` that cannot be read is left out of it or refused as
 * an input is.
 */
export async function delta(inputs: readonly string[], options: DeltaOptions): Promise<Delta> {
  const { have, ...packOptions } = options;
  const made: { shape: DeltaShape | null } = { shape: null };
  const result = await packShaped(inputs, packOptions, async (scanOptions) => {
    made.shape = new DeltaShape(await scanHave(have, scanOptions), options);
    return made.shape.shape;
  });
  if (made.shape === null) throw new VarveError('internal', 'a pack was planned without its shape');
  return deltaOf(result, made.shape);
}

/**
 * Scans the other side: headers and documents, and every byte where that is asked for, or where the digest of a layer is
 * not known otherwise. Throws as `scan` does.
 */
export async function scanHave(have: readonly string[], options: ScanOptions): Promise<Inventory> {
  if (have.includes('-')) throw new VarveError('usage', 'what the other side has is no standard input; name a file');
  if (have.length === 0) throw new VarveError('usage', 'nothing is said of what the other side has');
  const { inventory, places } = await scanPlaces(have, { ...options, inventories: true });
  const isKnown = inventory.archives.every((record, i) => places[i] == null || !lacksDigests({ archive: i, record }));
  if (options.verify === true || isKnown) return inventory;
  return (await scanPlaces(have, { ...options, inventories: true, verify: true, onRemark: () => {} })).inventory;
}

/** Makes deltas of packs, and remembers the last. */
export class DeltaShape {
  readonly #base: Inventory;
  readonly #have: Have;
  readonly #settings: Pick<ScanOptions, 'engine'> & { readonly keepGoing?: boolean };
  #last: { readonly whole: PackPlan; readonly delta: DeltaPlan } | null = null;

  constructor(base: Inventory, settings: Pick<ScanOptions, 'engine'> & { readonly keepGoing?: boolean }) {
    this.#base = base;
    this.#have = new Have(base);
    this.#settings = settings;
  }

  readonly shape: PackShape = (whole, scan) => this.#plan(whole, scan);

  /** The last pack, and what was made of it. Throws where there was none. */
  get last(): { readonly whole: PackPlan; readonly delta: DeltaPlan } {
    if (this.#last === null) throw new VarveError('internal', 'no pack was planned');
    return this.#last;
  }

  *#plan(whole: PackPlan, scan: PlacedScan): Work<PackPlan> {
    const { engine, keepGoing } = this.#settings;
    const delta = yield* planDelta(whole, scan.inventory, this.#have, textHasher(engine ?? 'node'));
    refuseLargeRecipe(delta, scan);
    this.#last = { whole, delta };
    const unread = keepGoing === true ? [] : unreadOf(this.#base);
    return { ...delta.plan, leftOut: [...unread, ...delta.plan.leftOut] };
  }
}

/** A delta that nobody can read with the limits of this run is no use. */
function refuseLargeRecipe({ recipeBytes }: DeltaPlan, { places }: PlacedScan): void {
  const most = places.find((own) => own != null)?.claims.limits.documentBytes ?? recipeBytes;
  if (recipeBytes <= most) return;
  const ways =
    'a filter makes a smaller one, varve delta --max documentBytes=N (and the same of varve apply) allows it';
  throw new VarveError(
    'usage',
    `the recipe of this delta takes ${recipeBytes} bytes, over documentBytes (${most}); ${ways}`,
  );
}

/** What the other side has in there is not known, and may be most of it. */
function unreadOf({ archives }: Inventory): Pack['leftOut'] {
  return archives
    .filter(({ status }) => status === 'unreadable')
    .map(({ path, findings }) => ({ what: path, reason: findings[0]?.message ?? 'it cannot be read' }));
}

/** The result of a delta, made of that of the pack which it was written as. */
export async function deltaOf(result: Pack, shape: DeltaShape): Promise<Delta> {
  const { whole, delta: planned } = shape.last;
  const { recipe, base, layers } = planned;
  const { recoded: _recoded, signatures: _signatures, ...told } = result;
  return {
    ...told,
    kind: 'varve.delta',
    whole: {
      filesDigest: recipe.filesDigest,
      sizeBytes: (await tarStructure(whole.files)).sizeBytes,
      blobs: whole.blobs,
    },
    base,
    layers: [...layers],
  };
}
