/**
 * A fault in words: which layer of which image, by which step, what is wrong with it, and where an intact copy lies. One
 * sentence for every form, so that all say the same. Names and steps are raw here, as in all blocks: each form makes them
 * safe where they leave.
 */
import type { Finding } from '../../model/finding.js';
import type { Fault, FaultImage, IntactCopy } from '../../model/results/faults.js';
import { digestName, imageNames } from '../blocks/names.js';
import { joinWords, plural } from '../blocks/units.js';
import { readableCommand } from '../images/history-text.js';
import { countedCodes } from './findings-text.js';

const shownStep = 80;

/** What of an archive its faults are told by. */
export interface Examined {
  readonly path: string;
  readonly status: string;
  readonly faults: readonly Fault[];
}

/** `layer 3 of 5 of shop/orders:1.4 (step …) in orders.tar: its bytes are not sha256:39062a…`; without a path, of the archive at hand. */
export function faultSentence(fault: Fault, path: string | null): string {
  const { part, problem, images } = fault;
  const what = imagesText(fault) ?? subjectText(fault);
  const where = path === null ? null : what === null ? path : `in ${path}`;
  const start = [what, where].filter((text) => text !== null).join(' ');
  const needs = part === 'archive' && images.length > 0 ? `; not whole: ${listOfImages(fault)}` : '';
  return `${start === '' ? '' : `${start}: `}${shortened(problem)}${needs}`;
}

/** What it lies in, in few words: `layer 3 of 5 of shop/orders:1.4`; null where no image tells. */
export function faultTitle({ part, images }: Fault): string | null {
  const [first] = images;
  return first === undefined || part === 'archive' ? null : placeInImage(part, first);
}

/** The same with the place of an intact copy, where one would help. */
export function faultStatement(fault: Fault, path: string, withPath = true): string {
  const copies = copiesText(fault, path);
  return `${faultSentence(fault, withPath ? path : null)}${copies === null ? '' : `; ${copies}`}`;
}

/** Where an intact copy lies, as the end of a sentence; null where none would help. */
export function copiesText({ intactCopies, moreIntactCopies, part }: Fault, path: string): string | null {
  if (intactCopies === null) return null;
  const [first] = intactCopies;
  if (first === undefined) return 'no other copy here is known to be intact';
  const exact = intactCopies.filter(({ sameBytes }) => sameBytes);
  const shown = exact.length > 0 ? exact : intactCopies;
  const places = [...new Set(shown.map((copy) => placeOf(copy, path)))];
  const more = moreIntactCopies === 0 ? '' : ` and ${plural(moreIntactCopies, 'more place')}`;
  const list = more === '' ? joinWords(places) : `${places.join(', ')}${more}`;
  if (part === 'archive') return `whole and intact in ${list}`;
  return `${exact.length > 0 ? 'an intact copy' : 'the same layer in another stored form'} is in ${list}`;
}

/**
 * The damaged ones by image and layer, each with where an intact copy lies, as whole sentences; at last, how many more
 * there are. Warnings are no damage.
 */
export function damageSentences(archives: readonly Examined[], most: number): string[] {
  const damaged = archives.flatMap(({ path, status, faults }) =>
    // What could not be read is named by itself.
    status === 'unreadable'
      ? []
      : faults.filter(({ severity }) => severity === 'error').map((fault) => ({ path, fault })),
  );
  const sentences = damaged.slice(0, most).map(({ path, fault }) => `Damaged: ${faultStatement(fault, path)}.`);
  const more = faultCount(damaged.slice(most).map(({ fault }) => fault));
  return more === 0 ? sentences : [...sentences, `Damaged too: ${plural(more, 'more thing')}.`];
}

/** How many faults these are, with those that are only counted. */
function faultCount(faults: readonly Fault[]): number {
  return faults.reduce((sum, { count = 1 }) => sum + count, 0);
}

/** `1 fault and 2 warnings` of the archives that could be read, by cause; null where there is none. */
export function faultCounts(archives: readonly Examined[]): string | null {
  const faults = archives.flatMap(({ status, faults: own }) => (status === 'unreadable' ? [] : own));
  const errors = faultCount(faults.filter(({ severity }) => severity === 'error'));
  const warnings = faultCount(faults) - errors;
  const parts = [
    ...(errors === 0 ? [] : [plural(errors, 'fault')]),
    ...(warnings === 0 ? [] : [plural(warnings, 'warning')]),
  ];
  return parts.length === 0 ? null : joinWords(parts);
}

/** The findings that the fault is made of, in their order. */
export function ownFindings({ findings }: Fault, found: readonly Finding[]): Finding[] {
  return findings.flatMap((position) => found[position] ?? []);
}

/** The finding that tells most of the fault. */
export function leadOf(fault: Fault, found: readonly Finding[]): Finding {
  const lead = ownFindings(fault, found).find(({ code, subject }) => code === fault.code && subject === fault.subject);
  if (lead === undefined) throw new RangeError('a fault without its finding');
  return lead;
}

/** `also found: diffid-mismatch, blob-missing (300)`; null where the fault has one finding. */
export function alsoFound(fault: Fault, found: readonly Finding[]): string | null {
  const lead = leadOf(fault, found);
  const others = ownFindings(fault, found).filter((one) => one !== lead);
  if (others.length === 0) return null;
  return `also found: ${countedCodes(others.map(({ code: other, count }) => [other, count]))}`;
}

/** `layer 3 of 5 of shop/orders:1.4 (step …; also of shop/web:2.0)`; null where no image needs it, or it is the archive. */
function imagesText({ part, images, moreImages }: Fault): string | null {
  const [first, ...others] = images;
  if (first === undefined || part === 'archive') return null;
  const names = others.map(nameOfImage);
  const also = moreImages === 0 ? joinWords(names) : `${names.join(', ')} and ${plural(moreImages, 'more image')}`;
  const notes = [...(first.step === null ? [] : [stepText(first.step)]), ...(also === '' ? [] : [`also of ${also}`])];
  return `${placeInImage(part, first)}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
}

function placeInImage(part: Fault['part'], image: FaultImage): string {
  const place = part === 'layer' && image.layer !== null ? `layer ${image.layer} of ${image.layers}` : part;
  return `${place} of ${nameOfImage(image)}`;
}

function listOfImages({ images, moreImages }: Fault): string {
  const names = images.map(nameOfImage);
  return moreImages === 0 ? joinWords(names) : `${names.join(', ')} and ${plural(moreImages, 'more image')}`;
}

/** The thing itself, where no image tells what it is; null where what is wrong names it, or it is the whole archive. */
function subjectText({ part, subject, problem }: Fault): string | null {
  if (subject === null || problem.includes(subject)) return null;
  return part === 'artifact' ? `attestation or artifact ${shortened(subject)}` : shortened(subject);
}

function nameOfImage({ id, references }: FaultImage): string {
  return references.length === 0 ? `image ${digestName(id, false)}` : (imageNames(references)[0] ?? '');
}

function stepText(step: string): string {
  const command = [...readableCommand(step)];
  return `step \`${command.length > shownStep ? `${command.slice(0, shownStep - 1).join('')}…` : command.join('')}\``;
}

function placeOf({ archive, entry, recorded }: IntactCopy, path: string): string {
  const place = archive !== path ? archive : entry === null ? 'this archive' : `this archive, as ${shortened(entry)}`;
  return recorded ? `${place} (as recorded, not checked again)` : place;
}

/** With the first digits of each digest: in full it stands among the facts. */
function shortened(text: string): string {
  return text.replace(/(?<![a-z0-9])([a-z0-9]{1,64}[:/][0-9a-f]{12})[0-9a-f]{20,}/g, '$1…');
}
