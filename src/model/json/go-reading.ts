/**
 * A value of JSON as Go's `encoding/json` decodes it into a struct: keys in any case, one that stands there twice merged,
 * null for what it leaves alone, one value of another type refusing the whole. Wherever a reader of another kind would
 * see something else it is remarked, with both readings. Hostile input: any value of JSON; it is looked at once, by a shape
 * that ends, and a key that is repeated a few times more for each repetition, of which there may be few.
 */
import { finished, type Work } from '../work/work.js';
import { canonicalJson } from './exact-json.js';
import { ExactNumber } from './exact-number.js';
import { isGoBase64, isGoInteger, isGoTime } from './go-scalars.js';
import { type Field, fieldOf, type ListShape, lookalikeOf, type Shape, type StructShape } from './json-shape.js';
import { foundIn } from './json-value.js';
import { ReadingRemarks, type Remark } from './reading-remarks.js';
import { deepest, type Member, type WrittenJson } from './written-json.js';

/** What Go reads, and what other readers do not; or why Go reads nothing. */
export type GoRead =
  | { readonly ok: true; readonly value: unknown; readonly remarks: readonly Remark[] }
  | { readonly ok: false; readonly problem: string };

/** More repetitions than any writer makes by mistake; each costs a copy of what it repeats. */
const mostRepeats = 32;
/** Reads `value` by a shape; `written`: what `JSON.parse` dropped of it, with its own value in place of that. */
export function* readAsGo(value: unknown, shape: Shape, written: WrittenJson | 'too deep' | null): Work<GoRead> {
  if (written === 'too deep') {
    return { ok: false, problem: `it is nested deeper than ${deepest} levels, which Go refuses` };
  }
  if (written !== null && written.repeats > mostRepeats) {
    return { ok: false, problem: `${written.repeats} keys stand there again: readers disagree which count` };
  }
  return yield* new GoReading(written).read(written === null ? value : written.value, shape);
}

class GoReading {
  readonly #written: WrittenJson | null;
  readonly #path: (string | number)[] = [];
  readonly #remarks = new ReadingRemarks();
  /** What a list held behind its present end, which Go keeps for when it grows again. */
  readonly #behind = new WeakMap<readonly unknown[], readonly unknown[]>();
  #problem: string | null = null;
  #items = 0;

  constructor(written: WrittenJson | null) {
    this.#written = written;
  }

  *read(node: unknown, shape: Shape): Work<GoRead> {
    const value = yield* this.#store(shape, node, undefined);
    if (this.#problem !== null) return { ok: false, problem: this.#problem };
    return { ok: true, value, remarks: this.#remarks.all() };
  }

  /** What a variable of that shape holds once `node` was decoded into it; `old`: what it held, undefined for nothing. */
  *#store(shape: Shape, node: unknown, old: unknown): Work<unknown> {
    if (this.#problem !== null) return node;
    if (node === null) return isReset(shape) ? null : (old ?? null);
    switch (shape.kind) {
      case 'struct':
        return isObject(node) ? yield* this.#storeStruct(shape, node, old) : this.#misfit('an object', node);
      case 'map':
        return isObject(node) ? yield* this.#storeMap(shape.of, node, old) : this.#misfit('an object', node);
      case 'list':
        return yield* this.#storeList(shape, node, old);
      default:
        return this.#storePlain(shape, node, old);
    }
  }

  /** The same of a shape that holds no others: there are many of these, and a generator for each would cost more than it. */
  #storePlain(shape: PlainShape, node: unknown, old: unknown): unknown {
    if (this.#problem !== null) return node;
    if (node === null) return isReset(shape) ? null : (old ?? null);
    switch (shape.kind) {
      case 'flag':
        return typeof node === 'boolean' ? node : this.#misfit('true or false', node);
      case 'integer':
        return isGoInteger(node) ? node : this.#misfit('an integer of 64 bits', node);
      case 'text':
        return typeof node === 'string' ? this.#textOf(node) : this.#misfit('a string', node);
      case 'time':
        return typeof node === 'string' && isGoTime(node) ? node : this.#misfit('a time of RFC 3339', node);
      case 'bytes':
        return typeof node === 'string' && isGoBase64(node) ? node : this.#misfit('base64', node);
    }
  }

  *#storeStruct(shape: StructShape, node: Readonly<Record<string, unknown>>, old: unknown): Work<unknown> {
    if (this.#written?.escapedTimes.has(node) && fieldOf(shape, 'created')?.shape.kind === 'time') {
      return this.#misfit('a time without escapes', node, 'created');
    }
    const repeated = this.#written?.members.get(node);
    if (repeated !== undefined || old != null) {
      return yield* this.#mergeStruct(shape, repeated ?? Object.entries(node), old);
    }
    let result = node;
    for (const key in node) {
      if (++this.#items % together === 0) yield;
      const item = node[key];
      const field = fieldOf(shape, key);
      if (field === undefined) {
        this.#lookAlike(shape, key);
        continue;
      }
      if (field.name !== key) return yield* this.#mergeStruct(shape, Object.entries(node), null);
      const stored = isPlain(field.shape)
        ? this.#storePlainAt(field.name, field.shape, item, undefined)
        : yield* this.#storeAt(field, item, undefined);
      if (stored === item) continue;
      // A spread keeps a key named __proto__ as the plain key that it is.
      if (result === node) result = { ...node };
      (result as Record<string, unknown>)[key] = stored;
    }
    return result;
  }

  *#storeAt({ name, shape }: Field, item: unknown, old: unknown): Work<unknown> {
    this.#path.push(name);
    const stored = yield* this.#store(shape, item, old);
    this.#path.pop();
    return stored;
  }

  #storePlainAt(name: string, shape: PlainShape, item: unknown, old: unknown): unknown {
    this.#path.push(name);
    const stored = this.#storePlain(shape, item, old);
    this.#path.pop();
    return stored;
  }

  /** Member by member, in their order: what a later one does not say stays. */
  *#mergeStruct(shape: StructShape, members: readonly Member[], old: unknown): Work<unknown> {
    const result: Record<string, unknown> = isObject(old) ? { ...old } : {};
    const fields = new Map<Field, Member[]>();
    const others = new Map<string, number>();
    for (const member of members) {
      if (++this.#items % together === 0) yield;
      const [key, item] = member;
      const field = fieldOf(shape, key);
      if (field === undefined) {
        if (!others.has(key)) this.#lookAlike(shape, key);
        others.set(key, (others.get(key) ?? 0) + 1);
        define(result, key, item);
        continue;
      }
      const known = fields.get(field);
      if (known === undefined) fields.set(field, [member]);
      else known.push(member);
      result[field.name] = yield* this.#storeAt(field, item, result[field.name]);
    }
    for (const [field, spelled] of fields) this.#compare(field, spelled, result[field.name], shape);
    for (const [key, count] of others) if (count > 1) this.#remarks.repeated(this.#path, key);
    return result;
  }

  /** A map has plain values: one that comes again replaces the one before. */
  *#storeMap(of: Shape, node: Readonly<Record<string, unknown>>, old: unknown): Work<unknown> {
    if (this.#written !== null || old != null) return yield* this.#mergeMap(of, node, old);
    let result = node;
    for (const key in node) {
      if (++this.#items % together === 0) yield;
      const item = node[key];
      const stored = isPlain(of) ? this.#storePlainItem(of, item, key) : yield* this.#storeItem(of, item, key);
      if (stored === item) continue;
      if (result === node) result = { ...node };
      define(result, key, stored);
    }
    return result;
  }

  *#mergeMap(of: Shape, node: Readonly<Record<string, unknown>>, old: unknown): Work<unknown> {
    const result: Record<string, unknown> = isObject(old) ? { ...old } : {};
    const keys = new Map<string, Member[]>();
    for (const [written, item] of this.#written?.members.get(node) ?? Object.entries(node)) {
      if (++this.#items % together === 0) yield;
      const key = this.#textOf(written);
      const known = keys.get(key);
      if (known === undefined) keys.set(key, [[key, item]]);
      else known.push([key, item]);
      define(result, key, yield* this.#storeItem(of, item, key));
    }
    for (const [name, members] of keys) {
      if (members.length > 1) this.#compare({ name, shape: of }, members, ownValue(result, name));
    }
    return result;
  }

  *#storeItem(of: Shape, item: unknown, key: string): Work<unknown> {
    if (isPlain(of)) return this.#storePlainItem(of, item, key);
    return yield* this.#storeAt({ name: key, shape: of }, item, undefined);
  }

  #storePlainItem(of: PlainShape, item: unknown, key: string): unknown {
    return item === null && of.kind === 'text' ? '' : this.#storePlainAt(key, of, item, undefined);
  }

  *#storeList(shape: ListShape, node: unknown, old: unknown): Work<unknown> {
    if (shape.takesText && typeof node === 'string') {
      this.#remarks.textForList(this.#path);
      return [this.#textOf(node)];
    }
    if (!Array.isArray(node)) return this.#misfit('a list', node);
    const before: readonly unknown[] = Array.isArray(old) ? [...old, ...(this.#behind.get(old) ?? [])] : [];
    let result: readonly unknown[] = node;
    for (let i = 0; i < node.length; i++) {
      if (++this.#items % together === 0) yield;
      const item: unknown = node[i];
      this.#path.push(i);
      const stored =
        item === null || isPlain(shape.of)
          ? this.#storeAlone(shape, item, before[i])
          : yield* this.#store(shape.of, item, before[i]);
      this.#path.pop();
      if (this.#problem !== null) return node;
      if (stored === item) continue;
      if (result === node) result = [...node];
      (result as unknown[])[i] = stored;
    }
    if (before.length > node.length && node.length > 0) this.#behind.set(result, before.slice(node.length));
    return result;
  }

  /** An item that holds no others. */
  #storeAlone({ of, takesNull }: ListShape, item: unknown, old: unknown): unknown {
    if (item === null) return takesNull ? (old ?? '') : isReset(of) ? null : (old ?? null);
    return isPlain(of) ? this.#storePlain(of, item, old) : item;
  }

  #textOf(text: string): string {
    if (this.#written === null || text.isWellFormed()) return text;
    this.#remarks.halfPair(this.#path);
    return text.toWellFormed();
  }

  #lookAlike(shape: StructShape, key: string): void {
    const field = lookalikeOf(shape, key);
    if (field !== undefined) this.#remarks.lookalike(this.#path, key, field.name);
  }

  /** What Go made of all members of one field against what other readers take for it. */
  #compare(field: Field, members: readonly Member[], read: unknown, shape?: StructShape): void {
    const exact = members.filter(([key]) => key === field.name);
    const keys = [...new Set(members.map(([key]) => key))];
    if (exact.length === 0) this.#remarks.otherCase(keys, shape?.isWrittenInAnyCase ?? false);
    if (members.length === 1 || this.#problem !== null || this.#remarks.isMuted) return;
    const go = known(field.shape, read);
    const goText = canonicalJson(go);
    const takers = [
      { who: 'readers that take the last (Python, JavaScript, jq)', taken: exact.at(-1) },
      { who: 'readers that take the first', taken: exact[0] },
      { who: 'readers that take the last in whatever case', taken: members.at(-1) },
      { who: 'readers that take the first in whatever case', taken: members[0] },
    ];
    for (const { who, taken } of takers) {
      if (taken === undefined) continue;
      const alone = this.#remarks.muted(() => known(field.shape, finished(this.#storeAt(field, taken[1], undefined))));
      if (canonicalJson(alone) === goText) continue;
      this.#remarks.ambiguous(this.#path, { keys, count: members.length, go, who, other: alone });
      return;
    }
    this.#remarks.repeated(this.#path, field.name);
  }

  #misfit(expected: string, node: unknown, key?: string): unknown {
    const path = key === undefined ? this.#path : [...this.#path, key];
    const found = key === undefined ? foundIn(node) : 'escapes';
    this.#problem ??= `wrong shape at ${path.join('.') || 'the document'}: expected ${expected}, found ${found}`;
    return undefined;
  }
}

/** So many members and items are read together. */
const together = 256;

type PlainShape = Exclude<Shape, { readonly kind: 'struct' | 'map' | 'list' }>;

function isPlain(shape: Shape): shape is PlainShape {
  return shape.kind !== 'struct' && shape.kind !== 'map' && shape.kind !== 'list';
}

/** Whether null takes away what was there. */
function isReset(shape: Shape): boolean {
  if (shape.kind === 'struct') return shape.isPointer;
  return shape.kind === 'list' || shape.kind === 'map' || shape.kind === 'bytes' || shape.kind === 'time';
}

/** The parts of a value that a shape names; null is as good as absent. */
function known(shape: Shape, value: unknown): unknown {
  if (value == null) return null;
  if (shape.kind === 'list') return Array.isArray(value) ? value.map((item) => known(shape.of, item)) : value;
  if (!isObject(value)) return value;
  const parts = Object.entries(value).flatMap(([key, item]): Member[] => {
    const inner = shape.kind === 'map' ? shape.of : shape.kind === 'struct' ? shape.fields[key] : undefined;
    return inner === undefined || item === null || !isFieldOf(shape, key) ? [] : [[key, known(inner, item)]];
  });
  const result = {};
  for (const [key, item] of parts) define(result, key, item);
  return result;
}

function isFieldOf(shape: Shape, key: string): boolean {
  return shape.kind !== 'struct' || Object.hasOwn(shape.fields, key);
}

function define(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

function ownValue(holder: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}
