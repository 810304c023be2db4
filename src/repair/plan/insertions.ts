/**
 * Where an entry goes that is missing: in a counterpart's place and with a counterpart's header where there is one, so that the archive
 * becomes again what it was; else behind the last entry, with a header of our own. In a folder it is a file.
 */
import type { ArchiveEntry } from '../../archive/entry-table.js';
import { tarStructure } from '../../pack/tar-structure.js';
import { fileAt } from '../../sources/location.js';
import { arrived, type Steps } from '../../sources/steps.js';
import { type Counterpart, findCounterparts } from './counterpart.js';
import { type Draft, isWholeBody } from './damaged-archive.js';
import { type FittingBody, healedSlot } from './fitting-bodies.js';
import type { Healing } from './healing.js';
import { madeOf, type RepairPiece, type Slot, zerosBehind } from './slots.js';

/** Puts entries into drafts of one archive. */
export class Insertions {
  readonly #healing: Healing;
  readonly #first: Draft;
  #counterparts: readonly Counterpart[] | null = null;

  /** `first`: the draft before anything was put in. */
  constructor(healing: Healing, first: Draft) {
    this.#healing = healing;
    this.#first = first;
  }

  /** The draft with a body under a name that it has not yet. */
  *insert(draft: Draft, name: string, body: FittingBody): Steps<Draft> {
    const { table } = this.#healing.damaged;
    if (table.container === 'folder') return withSlot(draft, draft.slots.length, fileSlot(name, body));
    const place = yield* this.#placeInCounterpart(draft, name, body.sizeBytes);
    if (place !== null) {
      const { slot, position } = place;
      return withSlot(draft, position, slot.entry.type === 'file' ? healedSlot(slot, body) : slot);
    }
    const structure = tarStructure([{ name, sizeBytes: body.sizeBytes }]).then(({ headers }) => headers[0]);
    const header = (yield* arrived(structure)) ?? Buffer.alloc(0);
    return withSlot(draft, draft.slots.length, tarSlot(name, madeOf(header), body));
  }

  /** The slot of that name in an archive that is the same beside it, and where it goes; it may be a link to the same bytes. */
  *#placeInCounterpart(
    draft: Draft,
    name: string,
    sizeBytes: number,
  ): Steps<{ readonly slot: Slot; readonly position: number } | null> {
    const { damaged, sources } = this.#healing;
    const whole = { ...this.#first, slots: this.#first.slots.filter(isWholeBody) };
    // Documents have been damaged as well, perhaps: for a place and a header it is enough that the headers are the same.
    this.#counterparts ??= yield* findCounterparts(damaged, whole, ({ observation }) => observation === null, sources);
    for (const { slots, matches } of this.#counterparts) {
      const at = slots.findIndex(({ entry }, i) => matches[i] === null && entry.name === name);
      const slot = slots[at];
      if (slot === undefined || slot.entry.sparse !== undefined) continue;
      if (slot.entry.type === 'file' ? slot.entry.sizeBytes !== sizeBytes : slot.entry.linkName === null) continue;
      const before = matches.slice(0, at).findLast((match) => match !== null);
      const head = before == null ? null : whole.slots[before]?.head;
      return { slot, position: draft.slots.findIndex((own) => own.head === head) + 1 };
    }
    return null;
  }
}

function withSlot(draft: Draft, position: number, slot: Slot): Draft {
  return { ...draft, slots: draft.slots.toSpliced(position, 0, slot) };
}

function entryOf(name: string, sizeBytes: number): ArchiveEntry {
  return {
    index: 0,
    sourceIndex: 0,
    name,
    type: 'file',
    linkName: null,
    offsetBytes: 0,
    dataOffsetBytes: 0,
    sizeBytes,
    storedBytes: sizeBytes,
    structureBytes: { headerBytes: 0, paddingBytes: 0 },
    location: null,
  };
}

const placeholder = { origin: { kind: 'own' }, observation: null, failure: null, document: null } as const;

function tarSlot(name: string, head: RepairPiece, body: FittingBody): Slot {
  const { sizeBytes } = body;
  const entry = entryOf(name, sizeBytes);
  return healedSlot(
    { ...placeholder, entry, head, body: madeOf(Buffer.alloc(0)), padding: zerosBehind(sizeBytes) },
    body,
  );
}

function fileSlot(name: string, body: FittingBody): Slot {
  const entry = { ...entryOf(name, body.sizeBytes), location: fileAt(name) };
  return healedSlot({ ...placeholder, entry, head: null, body: madeOf(Buffer.alloc(0)), padding: null }, body);
}
