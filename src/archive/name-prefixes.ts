/**
 * Which of many names lie above another one, as folders do: `a` and `a/b` above `a/b/c`. A name is walked once, whatever its
 * length and however many names there are: a hash runs along with it and is looked up at each slash, and what is found is
 * compared. Hostile input: names of a megabyte with a slash at every second byte; the hash starts with a number that
 * nobody can know, so that no names are made to meet in it.
 */

const slash = 0x2f;

/** The state of the hash behind the last character that it has seen: two times 32 bits. */
const seed = [random(), random()] as const;

function random(): number {
  return Math.floor(Math.random() * 2 ** 32) | 0;
}

/** Both halves as a number of 53 bits, the most that one holds exactly. */
function keyOf(low: number, high: number): number {
  return (low >>> 0) + (high >>> 11) * 2 ** 32;
}

interface Named<T> {
  readonly name: string;
  readonly value: T;
}

/** Names, each with a value, to be found above other names. */
export class NamePrefixes<T> {
  readonly #byHash = new Map<number, Named<T>>();

  /** Adds a normalised name; of one that comes twice the last value counts. */
  add(name: string, value: T): void {
    this.#byHash.set(hashOf(name), { name, value });
  }

  get isEmpty(): boolean {
    return this.#byHash.size === 0;
  }

  /** The value of the shortest name above this one whose value is accepted, or null. */
  above(name: string, accept: (value: T) => boolean = () => true): T | null {
    if (this.isEmpty) return null;
    let [low, high] = seed;
    for (let i = 0; i < name.length; i++) {
      const unit = name.charCodeAt(i);
      if (unit === slash && i > 0) {
        const found = this.#byHash.get(keyOf(low, high));
        if (found !== undefined && found.name.length === i && name.startsWith(found.name) && accept(found.value)) {
          return found.value;
        }
      }
      low = Math.imul(low ^ unit, 0x01000193);
      high = Math.imul(high ^ unit ^ (low >>> 15), 0x85ebca6b);
    }
    return null;
  }
}

function hashOf(name: string): number {
  let [low, high] = seed;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (low >>> 15), 0x85ebca6b);
  }
  return keyOf(low, high);
}
