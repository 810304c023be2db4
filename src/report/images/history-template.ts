/**
 * A step of a history as a template sees it: docker's placeholders with docker's texts, and Varve's own beside them. All
 * texts are raw; whoever prints them makes them safe.
 */
import { type Instant, parseInstant } from '../../model/instants.js';
import type { HistoryStep, ImageHistory } from '../../model/results/results.js';
import { digestName } from '../blocks/names.js';
import { createdSince } from '../blocks/relative-time.js';
import { compressedText, sizeText } from './image-template.js';

/** How the values of a history are written. */
export interface HistoryTexts {
  /** Whether IDs and commands may be cut short. */
  readonly truncate: boolean;
  /** Sizes as plain numbers of bytes. */
  readonly bytes: boolean;
  /** False: times in full, and sizes as plain numbers too. */
  readonly human: boolean;
  readonly now: Instant;
}

/** What stands above each placeholder in a table. */
export const historyHeads = {
  ID: 'IMAGE',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  CreatedBy: 'CREATED BY',
  Size: 'SIZE',
  Compressed: 'COMPRESSED',
  Comment: 'COMMENT',
  Layer: 'LAYER',
  Empty: 'EMPTY',
  OtherImages: 'OTHER IMAGES',
} as const;

/** docker cuts commands to so many characters. */
const commandCharacters = 45;
/** Times up to here are no times to docker: what builds reproducibly writes 1970. */
const year2000Seconds = 946_684_800;

/** What the steps of one image give to a template, newest first. */
export function historyTemplateData(
  { id, steps }: ImageHistory,
  texts: HistoryTexts,
): Record<keyof typeof historyHeads, unknown>[] {
  return steps.map((step, position) => ({
    // Images are not kept step by step any more: docker has an ID for the last one only.
    ID: position === 0 ? digestName(id, !texts.truncate) : '<missing>',
    CreatedSince: texts.human ? (sinceText(step, texts.now) ?? 'N/A') : (stepTime(step.createdAt) ?? ''),
    CreatedAt: stepTime(step.createdAt) ?? '',
    CreatedBy: commandText(step.createdBy ?? '', texts),
    Size: stepSize(step, texts, 3) ?? 'N/A',
    Compressed: stepCompressed(step, texts) ?? 'N/A',
    Comment: step.comment ?? '',
    Layer: step.layer === null ? '' : digestName(step.diffId, !texts.truncate),
    Empty: step.emptyLayer,
    OtherImages: step.otherImages,
  }));
}

function sinceText({ createdAt }: HistoryStep, now: Instant): string | null {
  const created = createdAt === null ? null : parseInstant(createdAt);
  return created === null || created.seconds <= year2000Seconds ? null : createdSince(createdAt, now);
}

/** `2024-05-01T10:20:30Z`; null where the text is no time. */
export function stepTime(createdAt: string | null): string | null {
  const created = createdAt === null ? null : parseInstant(createdAt);
  return created === null ? null : new Date(created.seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** The size of a step as docker writes it, or as a plain number, with `~` where it is claimed; null where it is neither. */
export function stepSize(
  { sizeBytes, claimedSizeBytes }: HistoryStep,
  { bytes, human }: HistoryTexts,
  digits: 3 | 4 = 4,
): string | null {
  return sizeText(sizeBytes, claimedSizeBytes, { bytes: bytes || !human }, digits);
}

/** The layer of a step as it is compressed; nothing for a step without one, null where it has no body. */
export function stepCompressed(
  { emptyLayer, storedBytes, compression }: HistoryStep,
  { bytes, human }: HistoryTexts,
): string | null {
  return emptyLayer ? '' : compressedText(storedBytes, [compression], { bytes: bytes || !human });
}

function commandText(createdBy: string, { truncate }: HistoryTexts): string {
  const text = createdBy.replaceAll('\t', ' ');
  const characters = truncate ? Array.from(text.slice(0, 4 * commandCharacters)) : [];
  return characters.length > commandCharacters ? `${characters.slice(0, commandCharacters - 1).join('')}…` : text;
}
