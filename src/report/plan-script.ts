/**
 * A plan as commands for a shell: `docker image rm` for what was saved from a docker store. What goes from a layout folder
 * is told in comments, since no program that can be counted on removes an image and its blobs from there.
 * The script is read by people and run by a shell, and the names in it come from archives that nobody vouches for: a
 * word is bare only if it is harmless, else in single quotes; what a terminal or docker itself would obey is in no command
 * at all, but in a comment that says so.
 */
import type { Plan, PlannedImage } from '../model/plan-result.js';
import { formatReference, tryParseReference } from '../model/reference.js';
import { digestName } from './names.js';
import { safeText } from './safe-text.js';
import { formatBytes, plural } from './units.js';

/** The script; it ends in a newline, and does nothing where nothing goes. */
export function planScript(plan: Plan): string {
  const stores = plan.archives.filter(({ format }) => format === 'oci-layout');
  const saved = plan.archives.filter(({ format }) => format !== 'oci-layout');
  const lines = [
    '#!/bin/sh',
    `# ${plural(plan.removed.length, 'image goes', 'images go')}, ${formatBytes(plan.freedBytes)} freed.`,
    '# Made by varve plan, which has removed nothing. Read it before you run it.',
    ...dockerLines(plan, saved),
    ...storeLines(stores),
    ...restLines(plan),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function dockerLines({ images, untagged }: Plan, saved: Plan['archives']): string[] {
  const going = new Set(saved.flatMap(({ removed }) => removed));
  const names = new Set(saved.flatMap((archive) => archive.untagged));
  return [
    ...images
      .filter(({ id }) => going.has(id))
      .flatMap((image) => [
        `# ${formatBytes(image.freedBytes)}: ${safeText(digestName(image.id, false))}, ${image.reason}`,
        command(['docker', 'image', 'rm'], dockerWords(image)),
      ]),
    ...untagged
      .flatMap(({ references }) => references.filter((name) => names.has(name)))
      .map((name) =>
        isReference(name)
          ? command(['docker', 'image', 'rm'], [name])
          : `# not for docker, a tag of its archive only: ${safeText(name)}`,
      ),
  ];
}

/**
 * The names of an image that goes, or its ID where it has none of its own: behind a name that an image that stays has too,
 * docker has the newer one of them.
 */
function dockerWords({ id, references, contested }: PlannedImage): string[] {
  const own = references.filter((name) => isReference(name) && !contested.includes(name));
  return own.length === 0 ? [id] : own;
}

function storeLines(stores: Plan['archives']): string[] {
  const lines = stores.flatMap(({ path, removed, untagged }) =>
    [...removed, ...untagged].map((word) => `# goes from ${safeText(path)}: ${safeText(word)}`),
  );
  return lines.length === 0 ? [] : ['# Not as a command: varve removes nothing from layout folders yet.', ...lines];
}

/** What no command does. */
function restLines({ freedBy, archives }: Plan): string[] {
  const copies = freedBy.unreferencedBytes + freedBy.duplicateBytes + freedBy.twinBytes + freedBy.strandedBytes;
  return [
    ...(copies === 0 ? [] : [`# ${formatBytes(copies)} of copies go only if the archives are written anew.`]),
    ...archives
      .filter(({ outcome }) => outcome === 'empty')
      .map(({ path }) => `# no image is left in: ${safeText(path)}`),
  ];
}

function command(start: readonly string[], words: readonly string[]): string {
  const line = [...start, ...words];
  const notWritten = (why: string): string => `# not written as a command, ${why}: ${safeText(line.join(' '))}`;
  if (line.some((word) => safeText(word) !== word)) return notWritten('a name holds characters that a terminal obeys');
  if (words.some((word) => word.startsWith('-'))) return notWritten('a name would be taken for an option');
  return line.map(shellWord).join(' ');
}

/** In single quotes nothing means anything to a shell, but the quote itself. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether it is a name in full, and no local tag. */
function isReference(name: string): boolean {
  const reference = tryParseReference(name);
  return reference !== null && formatReference(reference) === name;
}
