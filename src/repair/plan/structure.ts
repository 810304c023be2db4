/**
 * The structure of a tar that ends before its time: cut, or at a header that cannot be read. What a counterpart has behind that place
 * is taken from it; without one, a cut archive gets an end, and what its documents still name is missing and is healed as such.
 */
import { recordPaddingBytes } from '../../archive/tar/tar-cursor.js';
import type { Repair } from '../../model/results/repair/repair.js';
import type { Engine } from '../../observe/hasher.js';
import { fill } from '../../sources/byte-source.js';
import { openSource } from '../../sources/open-source.js';
import { arrived, type Steps } from '../../sources/steps.js';
import { recordedEntries } from '../../verify/archive-record.js';
import { type Counterpart, findCounterparts, isProven, tailKey, tailOf } from './counterpart.js';
import {
  type DamagedArchive,
  type Draft,
  draftOf,
  endingOf,
  findingsBesideEnding,
  isWholeBody,
  wholeSlots,
} from './damaged-archive.js';
import { endOf, madeOf, type RepairPiece, type Slot } from './slots.js';
import type { SourceBodies } from './source-bodies.js';

/** An archive with the structure that it is to have. */
export interface Structured {
  readonly draft: Draft;
  readonly rebuilt: readonly Omit<Repair['rebuilt'][number], 'archive'>[];
  /** Why the structure is not what it was, or null. */
  readonly doubt: string | null;
  /** Whether it may have ended so as it was made: then there is doubt only where something is missing. */
  readonly mayBeWhole?: boolean;
}

const endBytes = 1024;

/** Gives an archive its structure back, as far as that can be told. */
export function* structured(damaged: DamagedArchive, sources: SourceBodies, engine: Engine): Steps<Structured> {
  const base = draftOf(damaged);
  const ending = endingOf(damaged);
  if (ending === null) return { draft: base, rebuilt: [], doubt: null };
  const slots = wholeSlots(base);
  const last = slots.at(-1);
  const findings = findingsBesideEnding(base.findings, last === undefined ? 0 : endOf(last.entry));
  if (ending === 'header' && (yield* isZeroButOne(base.end))) {
    const end = madeOf(Buffer.alloc(base.end?.sizeBytes ?? 0));
    return { draft: { slots, end, findings }, rebuilt: [{ what: theEnd, from: null }], doubt: null };
  }
  const whole = { ...base, slots };
  const found = yield* tails(damaged, whole, sources, engine);
  const [first] = found;
  const keys = new Set(found.map((tail) => tailKey(tail.slots)));
  if (first?.isProven && keys.size === 1) {
    const { counterpart } = first;
    const rebuilt = { what: whatOf(ending, first.slots), from: counterpart.archive.path };
    const draft = { slots: [...slots, ...first.slots], end: counterpart.end, findings };
    return { draft, rebuilt: [rebuilt], doubt: null };
  }
  const why = whyUntold(found, keys.size);
  const untold = `what stood behind the cut is not known: ${why}`;
  if (ending === 'header') {
    const doubt = `a header cannot be read, and what stands behind it cannot be told: ${why}`;
    return { draft: base, rebuilt: [], doubt };
  }
  return {
    draft: { slots: closed(base), end: madeOf(Buffer.alloc(endBytes)), findings },
    rebuilt: [{ what: theEnd, from: null }],
    doubt: untold,
    mayBeWhole: ending === 'unclosed',
  };
}

const theEnd = 'the end of the archive';

function whyUntold(found: readonly Tail[], ways: number): string {
  const [first] = found;
  if (first === undefined) return 'no other archive is the same up to there';
  const path = first.counterpart.archive.path;
  if (ways > 1) {
    const paths = found.map(({ counterpart }) => counterpart.archive.path).join(' and ');
    return `${paths} are the same up to there and go on in different ways; varve repair --like FILE says which of them it was`;
  }
  return `${path} is the same up to there, but nothing that is left says which images it held; if it was the same archive, varve repair --like ${path} takes the rest from it`;
}

/** Whether the end of an archive is zeros but for one byte: its end blocks, and damage. */
function* isZeroButOne(end: RepairPiece | null): Steps<boolean> {
  if (end?.kind !== 'stretch' || end.sizeBytes > recordPaddingBytes) return false;
  const source = openSource(end.location, undefined);
  try {
    const bytes = Buffer.alloc(end.sizeBytes);
    const read = yield* arrived(fill(source, bytes, end.offsetBytes));
    return read === bytes.length && bytes.length >= endBytes && bytes.filter((byte) => byte !== 0).length === 1;
  } finally {
    source.close();
  }
}

/** All slots, the one that is cut as well, so that its body can be healed. */
function closed(base: Draft): Slot[] {
  const whole = wholeSlots(base);
  const last = base.slots.at(-1);
  return last === undefined || isWholeBody(last) ? whole : [...whole, last];
}

function whatOf(ending: 'cut' | 'header' | 'unclosed', slots: readonly Slot[]): string {
  const names = slots.map(({ entry: { name } }) => name);
  const [first] = names;
  if (first === undefined) return 'the end of the archive';
  const more = names.length === 1 ? '' : ` and what stands behind it (${names.length - 1})`;
  return ending === 'header' ? `the header of ${first}${more}` : `${first}${more}`;
}

interface Tail {
  readonly counterpart: Counterpart;
  readonly slots: readonly Slot[];
  readonly isProven: boolean;
}

/** What the counterparts say, the best of them alone: those that the user names, then those of which the images are proven. */
function* tails(damaged: DamagedArchive, whole: Draft, sources: SourceBodies, engine: Engine): Steps<Tail[]> {
  const { record, table } = damaged;
  const bodies = recordedEntries(table);
  const broken = new Set(record.entries.flatMap(({ intact }, i) => (intact === false ? [bodies[i]?.index ?? -1] : [])));
  const named = new Set(record.findings.flatMap(({ severity, subject }) => (severity === 'error' ? [subject] : [])));
  const isBroken = ({ entry }: Slot): boolean => broken.has(entry.index) || named.has(entry.name);
  const found: Tail[] = [];
  for (const counterpart of yield* findCounterparts(damaged, whole, isBroken, sources)) {
    const slots = yield* tailOf(counterpart, damaged, whole, engine);
    if (slots === null) continue;
    const proven = counterpart.archive.isLike || isProven(counterpart, slots, whole);
    found.push({ counterpart, slots, isProven: proven });
  }
  const liked = found.filter(({ counterpart }) => counterpart.archive.isLike);
  if (liked.length > 0) return liked;
  const proven = found.filter((tail) => tail.isProven);
  const best = proven.length > 0 ? proven : found;
  const intact = best.filter(({ counterpart }) => counterpart.archive.isWhole);
  return intact.length > 0 ? intact : best;
}
