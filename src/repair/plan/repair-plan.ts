/**
 * The plan of a repair: every byte of the archive as it is to be, with where it comes from, before one is written. What is
 * written is the plan, so its size is the prediction, and so are the bodies that a fresh scan has to find.
 */
import { faultCauses } from '../../analysis/faults/fault-causes.js';
import { FaultImages } from '../../analysis/faults/fault-images.js';
import { EntryNames } from '../../archive/entry-names.js';
import { type Digest, tryParseDigest } from '../../model/digest.js';
import type { Repair } from '../../model/results/repair/repair.js';
import { digestBytes, type Engine } from '../../observe/hasher.js';
import type { Steps } from '../../sources/steps.js';
import { type DamagedArchive, type Draft, draftOf, isWholeBody } from './damaged-archive.js';
import { type Evaluation, evaluate } from './evaluation.js';
import { mend } from './mending.js';
import { type RepairPiece, type Slot, stretchOf } from './slots.js';
import type { SourceBodies } from './source-bodies.js';
import { structured } from './structure.js';

/** A file of an archive as it is to be; a tar is one without a name. */
export interface PlannedRepairFile {
  readonly name: string;
  readonly pieces: readonly RepairPiece[];
  readonly sizeBytes: number;
  /** False where it stays what it is. */
  readonly isChanged: boolean;
}

/** What becomes of one damaged archive. */
export interface RepairPlan {
  readonly files: readonly PlannedRepairFile[];
  readonly sizeBytes: number;
  readonly healed: Repair['healed'];
  readonly rebuilt: Repair['rebuilt'];
  readonly notHealed: Repair['notHealed'];
  /** What a fresh scan has to find of each body, by name. */
  readonly bodies: ReadonlyMap<string, Digest>;
  /** How many errors a fresh scan may find. */
  readonly errors: number;
}

/** Plans the repair of one archive. */
export function* planRepair(damaged: DamagedArchive, sources: SourceBodies, engine: Engine): Steps<RepairPlan> {
  const { draft: start, rebuilt, doubt, mayBeWhole = false } = yield* structured(damaged, sources, engine);
  const mended = yield* mend({ damaged, sources, engine }, start);
  const left = mended.draft.slots.filter((slot) => !isWholeBody(slot));
  const whole = { ...mended.draft, slots: mended.draft.slots.filter(isWholeBody) };
  const evaluation = left.length === 0 ? mended.evaluation : yield* evaluate(damaged, whole, sources, engine);
  const losses = yield* lossesOf(damaged, evaluation, sources);
  // Some writers close no archive: one of which nothing is missing stays what it is.
  const isLeft = mayBeWhole && losses.length === 0 && mended.draft === start;
  const draft = isLeft ? draftOf(damaged) : whole;
  const healed = healedOf(damaged, draft, evaluation, engine);
  const doubts = isLeft ? [] : doubtOf(damaged, doubt, draft, healed, losses);
  const files = yield* filesOf(damaged, draft);
  const { path } = damaged.record;
  const made = isLeft || evaluation === null ? [] : [...rebuilt, ...linksOf(start, draft)];
  return {
    files,
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    healed,
    rebuilt: made.map((each) => ({ archive: path, ...each })),
    notHealed: [...losses, ...cutOff(damaged, left), ...doubts],
    bodies: new Map(
      draft.slots.flatMap(({ entry, body }) => (body.kind === 'taken' ? [[entry.name, body.digest]] : [])),
    ),
    errors: evaluation?.record.findings.filter(({ severity }) => severity === 'error').length ?? 0,
  };
}

function healedOf(
  { record: { path } }: DamagedArchive,
  { slots }: Draft,
  evaluation: Evaluation | null,
  engine: Engine,
): Repair['healed'] {
  const images = evaluation?.record.images ?? [];
  return slots.flatMap((slot, i): Repair['healed'] => {
    const { origin, entry, body } = slot;
    if (origin.kind === 'own' || entry.type !== 'file') return [];
    const digest = body.kind === 'taken' ? body.digest : digestOf(slot, engine);
    if (digest === null) return [];
    const position = evaluation?.positions.get(i) ?? -1;
    const needing = images.filter(({ reaches }) => reaches.includes(position));
    const first = needing[0];
    const layer = first?.layers.findIndex((each) => each.entry === position) ?? -1;
    return [
      {
        archive: path,
        name: entry.name,
        digest,
        sizeBytes: body.sizeBytes,
        from: origin.from,
        proof: origin.proof,
        decoded: body.kind === 'taken' && body.isDecoded,
        images: needing.map(({ id }) => id),
        layer: layer === -1 ? null : layer + 1,
        layers: first?.layers.length ?? 0,
        image: first === undefined ? null : (first.references[0] ?? first.localTags[0] ?? first.id),
      },
    ];
  });
}

/** Links that were missing. */
function linksOf(
  { slots: before }: Draft,
  { slots }: Draft,
): { readonly what: string; readonly from: string | null }[] {
  return slots.flatMap((slot) => {
    const { origin, entry } = slot;
    if (origin.kind === 'own' || entry.type === 'file' || before.includes(slot)) return [];
    return [{ what: `the link ${entry.name}`, from: origin.from }];
  });
}

function digestOf({ body, document }: Slot, engine: Engine): Digest | null {
  const bytes = body.kind === 'bytes' ? body.bytes : document;
  return bytes === null ? null : digestBytes(engine, 'sha256', bytes);
}

/** What is still wrong, and which images it costs. */
function* lossesOf(
  damaged: DamagedArchive,
  evaluation: Evaluation | null,
  sources: SourceBodies,
): Steps<Repair['notHealed']> {
  const { path, findings } = damaged.record;
  if (evaluation === null) {
    const reason = findings[0]?.message ?? 'nothing in it says that it holds images';
    return [{ archive: path, name: null, digest: null, reason: `${reason}; no archive here is the same`, images: [] }];
  }
  const { record } = evaluation;
  const causes = (yield* faultCauses(record)).filter(({ lead }) => lead.severity === 'error');
  const touched = new FaultImages(record, causes);
  yield* touched.find();
  return causes.map((cause) => {
    const { lead, entries, absent } = cause;
    const claimed = [...entries.map((entry) => record.entries[entry]?.claimedDigest), ...absent, lead.expected];
    const digest = claimed.flatMap((text) => tryParseDigest(text ?? '') ?? [])[0] ?? null;
    const diffIds = [
      ...entries.map((entry) => record.entries[entry]?.claimedDiffId),
      ...record.images
        .flatMap(({ layers }) => layers.filter((layer) => layer.digest === digest))
        .map((layer) => layer.diffId),
    ];
    return {
      archive: path,
      name: lead.subject,
      digest,
      reason: `${lead.message}; ${whyNot(digest, diffIds, sources)}`,
      images: touched.of(cause).images.map(({ image }) => image.id),
    };
  });
}

function whyNot(digest: Digest | null, diffIds: readonly (Digest | null | undefined)[], sources: SourceBodies): string {
  const other = digest === null ? undefined : diffIds.flatMap((id) => (id == null ? [] : sources.byDiffId(id)))[0];
  if (other !== undefined) {
    return `its content is there in another stored form (${other.path}), which does not give these bytes back`;
  }
  return digest === null
    ? 'no digest says what it was, and no archive here is the same'
    : 'no archive here has it intact';
}

function cutOff({ record: { path } }: DamagedArchive, left: readonly Slot[]): Repair['notHealed'] {
  return left.map(({ entry: { name, storedBytes, sizeBytes } }) => ({
    archive: path,
    name,
    digest: null,
    reason: `it is cut: ${storedBytes} of ${sizeBytes} bytes are there; no archive here has it intact`,
    images: [],
  }));
}

/**
 * A cut archive of which all is there that its documents name is what it was, if these documents stood before what was cut
 * off: else another document may have followed.
 */
function doubtOf(
  { record: { path } }: DamagedArchive,
  doubt: string | null,
  { slots }: Draft,
  healed: Repair['healed'],
  losses: Repair['notHealed'],
): Repair['notHealed'] {
  if (doubt === null) return [];
  const names = new Set(slots.map(({ entry: { name } }) => name));
  const isTold = losses.length === 0 && healed.length > 0 && (names.has('index.json') || names.has('manifest.json'));
  return isTold ? [] : [{ archive: path, name: null, digest: null, reason: doubt, images: [] }];
}

function* filesOf(damaged: DamagedArchive, draft: Draft): Steps<PlannedRepairFile[]> {
  const { table, limits, location } = damaged;
  const { slots, end } = draft;
  if (table.container === 'tar') {
    const pieces = joined([...slots.flatMap(({ head, body, padding }) => [head, body, padding]), end]);
    const sizeBytes = pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0);
    const [only] = pieces;
    const isWhole = pieces.length === 1 && only?.kind === 'stretch' && only.sizeBytes === table.sizeBytes;
    return [{ name: '', pieces, sizeBytes, isChanged: !(isWhole && only.location === location) }];
  }
  const names = yield* EntryNames.of({ entries: draftOf(damaged).slots.map(({ entry }) => entry) }, limits);
  const byName = new Map(slots.map((slot) => [slot.entry.name, slot]));
  return slots.flatMap((slot): PlannedRepairFile[] => {
    const { entry } = slot;
    const target = entry.type === 'file' ? slot : linked(names.file(entry.name)?.name, byName);
    if (target === null || (entry.type !== 'file' && entry.type !== 'link' && entry.type !== 'symlink')) return [];
    const { body, origin } = target;
    // A link of its own is a file with other bytes; what it leads to on a disk is healed there.
    const isChanged = origin.kind === 'healed' && entry.type !== 'symlink';
    return [{ name: entry.name, pieces: joined([body]), sizeBytes: body.sizeBytes, isChanged }];
  });
}

function linked(name: string | undefined, slots: ReadonlyMap<string, Slot>): Slot | null {
  return name === undefined ? null : (slots.get(name) ?? null);
}

/** Pieces without empty ones; those that follow each other in one file are one. */
function joined(pieces: readonly (RepairPiece | null)[]): RepairPiece[] {
  const all: RepairPiece[] = [];
  for (const piece of pieces) {
    if (piece === null || piece.sizeBytes === 0) continue;
    const last = all.at(-1);
    const goesOn =
      last?.kind === 'stretch' &&
      piece.kind === 'stretch' &&
      last.location === piece.location &&
      last.offsetBytes + last.sizeBytes === piece.offsetBytes;
    if (goesOn) all[all.length - 1] = stretchOf(last.location, last.offsetBytes, piece.offsetBytes + piece.sizeBytes);
    else all.push(piece);
  }
  return all;
}
