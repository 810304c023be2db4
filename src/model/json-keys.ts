/**
 * Keys of JSON objects as Go reads them: without regard to case. Where one spelling is there it is read and told; where
 * two spellings of one key are, readers take different ones, and the document is refused: its digest would be that of
 * two documents. Hostile input: any JSON value; the work is one look at each key of the objects that a `Fold` names.
 */

/** The keys of an object, and those of the objects (or lists of objects) below some of them. */
export interface Fold {
  readonly keys: readonly string[];
  readonly inner?: Readonly<Record<string, Fold>>;
}

export type Folded =
  | { readonly ok: true; readonly value: unknown; readonly otherCase: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/** The value with the keys that `fold` names in the spelling that it has there; a list is taken item by item. */
export function foldKeys(value: unknown, fold: Fold): Folded {
  const otherCase = new Set<string>();
  const folder = new Folder(otherCase);
  const folded = folder.fold(value, fold);
  if (folder.twice !== null) {
    const [first, second] = folder.twice;
    return {
      ok: false,
      problem: `the keys "${first}" and "${second}" differ in case only: readers disagree which counts`,
    };
  }
  return { ok: true, value: folded, otherCase: [...otherCase] };
}

/** The keys of each fold by their simplified spelling: folds are few, and documents are many. */
const spellings = new WeakMap<Fold, ReadonlyMap<string, string>>();

class Folder {
  /** The first two spellings of one key that stand side by side. */
  twice: readonly [string, string] | null = null;
  readonly #otherCase: Set<string>;

  constructor(otherCase: Set<string>) {
    this.#otherCase = otherCase;
  }

  fold(value: unknown, fold: Fold): unknown {
    if (typeof value !== 'object' || value === null || this.twice !== null) return value;
    if (Array.isArray(value)) return mapChanged(value, (item) => (Array.isArray(item) ? item : this.fold(item, fold)));
    return this.#foldObject(value as Record<string, unknown>, fold);
  }

  #foldObject(value: Record<string, unknown>, fold: Fold): Record<string, unknown> {
    const names = spellingsOf(fold);
    const written = new Map<string, string>();
    let result = value;
    for (const [key, item] of Object.entries(value)) {
      const name = names.get(simplify(key));
      if (name === undefined) continue;
      const other = written.get(name);
      if (other !== undefined) this.twice ??= [other, key];
      written.set(name, key);
      if (name !== key) this.#otherCase.add(key);
      const inner = fold.inner?.[name];
      const folded = inner === undefined ? item : this.fold(item, inner);
      if (folded === item && name === key) continue;
      // A spread keeps a key named __proto__ as the plain key that it is.
      if (result === value) result = { ...value };
      result[name] = folded;
    }
    return result;
  }
}

function spellingsOf(fold: Fold): ReadonlyMap<string, string> {
  let known = spellings.get(fold);
  if (known === undefined) {
    known = new Map(fold.keys.map((key) => [simplify(key), key]));
    spellings.set(fold, known);
  }
  return known;
}

/** Go's folding knows two letters beyond ASCII that equal one in it, the long s and the Kelvin sign; so does this. */
function simplify(key: string): string {
  return key.length > 64 ? key : key.toUpperCase().toLowerCase();
}

function mapChanged(list: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
  let result: unknown[] | null = null;
  for (const [i, item] of list.entries()) {
    const changed = change(item);
    if (changed === item) continue;
    result ??= [...list];
    result[i] = changed;
  }
  return result ?? list;
}
