/**
 * Work of a pure room that may take long over what archives say: a generator that yields wherever whoever runs it could
 * rest. Somebody who has nothing else to do runs it to its end at once. Hostile input makes lists long, and never one item:
 * so it is enough to yield between items, and a few small ones may go together.
 */

/** Work that yields wherever it could rest. */
export type Work<T> = Generator<undefined, T, void>;

/** So many small things go together: to ask for a rest takes longer than one of them. */
const together = 8;
let done = 0;

/** Begins to count anew, so that the same work rests at the same places whatever was done before it. */
export function countRestsAnew(): void {
  done = 0;
}

/**
 * Whether to yield, before one more small thing or something as large as so many. All lists are counted together: those of most
 * archives are short, and there are many archives.
 */
export function isRestDue(things = 1): boolean {
  done += things;
  if (done < together) return false;
  done = 0;
  return true;
}

/** What work gives, without a rest. */
export function finished<T>(work: Work<T>): T {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}

/** As `map` of a list. */
export function* mapped<T, U>(items: Iterable<T>, of: (item: T, position: number) => U): Work<U[]> {
  const made: U[] = [];
  for (const item of items) {
    if (isRestDue()) yield;
    made.push(of(item, made.length));
  }
  return made;
}

/** As `flatMap` of a list. */
export function* flatMapped<T, U>(items: Iterable<T>, of: (item: T, position: number) => U | readonly U[]): Work<U[]> {
  const made: U[] = [];
  let position = 0;
  for (const item of items) {
    if (isRestDue()) yield;
    const own = of(item, position++);
    // Never by spreading: a list may have more items than a call may have arguments.
    if (Array.isArray(own)) for (const one of own as readonly U[]) made.push(one);
    else made.push(own as U);
  }
  return made;
}

/** As `filter` of a list. */
export function* filtered<T>(items: Iterable<T>, isKept: (item: T) => boolean): Work<T[]> {
  return yield* flatMapped(items, (item) => (isKept(item) ? [item] : []));
}

/** So many are sorted at once. */
const sortedAtOnce = 4096;

/** As `toSorted` of a list, stable as that is: parts are sorted, and then two and two are put together. */
export function* sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): Work<T[]> {
  let parts: T[][] = [];
  for (let at = 0; at < items.length; at += sortedAtOnce) {
    parts.push(items.slice(at, at + sortedAtOnce).sort(compare));
    yield;
  }
  while (parts.length > 1) {
    const pairs: T[][] = [];
    for (let at = 0; at < parts.length; at += 2)
      pairs.push(yield* merged(parts[at] ?? [], parts[at + 1] ?? [], compare));
    parts = pairs;
  }
  return parts[0] ?? [];
}

/** Of what is equal, `left` comes first. */
function* merged<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number): Work<T[]> {
  const all: T[] = [];
  let [l, r] = [0, 0];
  while (l < left.length || r < right.length) {
    if (isRestDue()) yield;
    const takesLeft = r >= right.length || (l < left.length && compare(left[l] as T, right[r] as T) <= 0);
    all.push((takesLeft ? left[l++] : right[r++]) as T);
  }
  return all;
}

/** Does something with each item. */
export function* eachOf<T>(items: Iterable<T>, take: (item: T, position: number) => void): Work<void> {
  let position = 0;
  for (const item of items) {
    if (isRestDue()) yield;
    take(item, position++);
  }
}

/** The same for each item of each list; of many short ones a loop of its own for each would cost more than the items. */
export function* eachOfAll<T>(
  lists: readonly (readonly T[])[],
  take: (item: T, position: number, list: number) => void,
): Work<void> {
  for (let list = 0; list < lists.length; list++) {
    const items = lists[list] ?? [];
    for (let position = 0; position < items.length; position++) {
      if (isRestDue()) yield;
      take(items[position] as T, position, list);
    }
  }
}

/** The items, each once, in the order given; of those of most lists there is one or none, which takes no set. */
export function distinct<T>(items: readonly T[]): T[] {
  return items.length < 2 ? [...items] : [...new Set(items)];
}
