/**
 * Which names in a folder are the parts of one file, told by the names alone: `FILE.part000`, `FILE.part-aa` and their like,
 * and what `split` makes of an archive (`x.tar.aa`, `x.tar.000`). Pure; hostile input: any names, in any number.
 */

/** Parts of one file, in their order. */
export interface PartSeries {
  /** What they are parts of. */
  readonly stem: string;
  /** Whether the names hold no word for a part, and might be those of whole archives. */
  readonly isUnmarked: boolean;
  /** From the first one up to the first gap. */
  readonly names: readonly string[];
  /** The name that comes first in the gap; null where there is none. */
  readonly missing: string | null;
  /** Names behind the gap. */
  readonly beyond: readonly string[];
}

/** What a name says of its place. */
interface Place {
  readonly stem: string;
  /** All that is the same for every part. */
  readonly key: string;
  readonly value: number;
  /** The name of the part at that place. */
  readonly nameAt: (value: number) => string;
}

const ending = String.raw`(\d{1,6}|[a-z]{2,4})`;
const marked = new RegExp(String.raw`^(.+)(\.part[-_.]?)${ending}$`);
const unmarked = /^(.+\.(?:tar|tgz|txz|tbz2?|tzst|tar\.[a-z0-9]{2,4}))(\.)(\d{2,6}|[a-z]{2,4})$/i;
const letters = 26;
const firstLetter = 'a'.charCodeAt(0);

/** Whether a name could be one of a part. */
export function isPartName(name: string): boolean {
  return placesOf(name).length > 0;
}

/** The series among the names of a folder, by the name of each part of them. */
export function seriesAmong(names: Iterable<string>): ReadonlyMap<string, PartSeries> {
  const groups = new Map<string, Map<number, { readonly name: string; readonly place: Place }>>();
  for (const name of names) {
    for (const place of placesOf(name)) {
      const group = groups.get(place.key) ?? new Map();
      groups.set(place.key, group);
      group.set(place.value, { name, place });
    }
  }
  const all = [...groups.values()].flatMap((group) => seriesOf(group) ?? []);
  // What 1 to 9 could be by themselves, they are not where 10 is there too.
  all.sort((a, b) => b.names.length + b.beyond.length - a.names.length - a.beyond.length);
  const found = new Map<string, PartSeries>();
  for (const series of all) {
    for (const name of [...series.names, ...series.beyond]) if (!found.has(name)) found.set(name, series);
  }
  return found;
}

function seriesOf(group: ReadonlyMap<number, { readonly name: string; readonly place: Place }>): PartSeries | null {
  const first = group.get(0) ?? group.get(1);
  if (first === undefined) return null;
  const { stem, key, nameAt } = first.place;
  const names: string[] = [];
  let value = first.place.value;
  for (let part = group.get(value); part !== undefined; part = group.get(++value)) names.push(part.name);
  // A name that only might be one of a part needs a second one to be believed.
  if (names.length === 1 && !marked.test(first.name)) return null;
  const beyond = [...group].filter(([at]) => at > value).sort(([a], [b]) => a - b);
  // Letters begin at aa; a lone ab is something else.
  if (key.endsWith('letters') && first.place.value !== 0) return null;
  return {
    stem,
    isUnmarked: !marked.test(first.name),
    names,
    missing: beyond.length === 0 ? null : nameAt(value),
    beyond: beyond.map(([, { name }]) => name),
  };
}

/** What the name may be: with numbers, with or without zeros before them, or with letters. */
function placesOf(name: string): Place[] {
  const match = marked.exec(name) ?? unmarked.exec(name);
  if (match === null) return [];
  const [, stem = '', mark = '', text = ''] = match;
  const before = stem + mark;
  const { length } = text;
  if (/^[a-z]/i.test(text)) {
    if (text !== text.toLowerCase()) return [];
    const nameAt = (value: number): string => before + lettersOf(value, length);
    return [{ stem, key: `${before} ${length} letters`, value: numberOf(text), nameAt }];
  }
  const value = Number(text);
  const padded = {
    stem,
    key: `${before} ${length}`,
    value,
    nameAt: (at: number) => before + String(at).padStart(length, '0'),
  };
  if (String(value) !== text) return [padded];
  const plain = { stem, key: `${before} plain`, value, nameAt: (at: number) => `${before}${at}` };
  return [padded, plain];
}

function numberOf(text: string): number {
  return [...text].reduce((sum, letter) => sum * letters + letter.charCodeAt(0) - firstLetter, 0);
}

function lettersOf(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / letters)) {
    text = String.fromCharCode(firstLetter + (rest % letters)) + text;
  }
  return text;
}
