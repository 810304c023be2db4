/**
 * A plan as commands for a shell that deletes files and folders as they stand, or moves them to a quarantine. The script
 * looks at each before: at its size and SHA-256, and at the files that have what it holds; what is not as it was is left,
 * and the script ends with 1. Nothing in it writes an archive anew. The names come from a disk on which anybody may have
 * put files: they are words in quotes, and one that a terminal would obey is in no command.
 */
import type { FileFacts, SeenFile, SeenFiles } from '../../model/results/file-facts.js';
import type { Plan, PlannedDeletion } from '../../model/results/plan.js';
import { digestName, imageNames } from '../blocks/names.js';
import { endedLines } from '../blocks/pieces.js';
import { safeText } from '../blocks/safe-text.js';
import { isObeyed, pathWord, shellWord } from '../blocks/shell-words.js';
import { formatBytes, joinWords, plural } from '../blocks/units.js';

export interface ScriptOptions {
  readonly seen: SeenFiles;
  /** Folder to move files to; null = they are removed. */
  readonly quarantine: string | null;
}

const shownFiles = 3;

/** The script; it ends in a newline, and does nothing where nothing is deleted. */
export function planScript(plan: Plan, options: ScriptOptions): Iterable<string> {
  const { deletions, deletedSizeBytes } = plan;
  const verb = options.quarantine === null ? 'deleted' : 'moved';
  const lines = [
    '#!/bin/sh',
    deletions.length === 0
      ? `# No file or folder is ${verb} as it stands.`
      : `# ${plural(deletions.length, `file or folder is ${verb}`, `files and folders are ${verb}`)}: ${formatBytes(deletedSizeBytes)} on disk.`,
    '# Made by varve plan, which has removed nothing. Read it before you run it, in the folder in which varve was run.',
    ...(deletions.length === 0 ? [] : [...preamble(options), ...deletionLines(plan, options)]),
    ...restLines(plan),
    ...(deletions.length === 0 ? [] : ['exit "$status"']),
  ];
  return endedLines(lines);
}

/** Functions of the shell; each path is read from standard input or behind `--`, so that no name is an option. */
function preamble({ quarantine }: ScriptOptions): string[] {
  return [
    '# Each is looked at first: what is not as it was is left, and the exit code is 1.',
    'LC_ALL=C',
    'export LC_ALL',
    'status=0',
    'left() { printf \'left: %s: %s\\n\' "$1" "$2" >&2; status=1; return 1; }',
    'bytes() { wc -c <"$1" | tr -d \' \'; }',
    'sha256() { if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -c 1-64; }',
    'same() {',
    '  if [ -L "$1" ] || [ ! -f "$1" ]; then left "$1" \'no file any more\'',
    '  elif [ "$(bytes "$1")" != "$2" ]; then left "$1" \'its size is another one\'',
    '  elif [ "$(sha256 "$1")" != "$3" ]; then left "$1" \'its SHA-256 is another one\'',
    '  fi',
    '}',
    'stays() {',
    '  if [ "$2" = folder ]; then [ -d "$1" ] || left "$1" \'no folder any more, and has what would go\'',
    '  else { [ -f "$1" ] && [ "$(bytes "$1")" = "$2" ]; } || left "$1" \'not as it was, and has what would go\'',
    '  fi',
    '}',
    'holds() {',
    '  { [ ! -L "$1" ] && [ -d "$1" ] && [ "$(find "$1" ! -type d -print | wc -l | tr -d \' \')" = "$2" ]; } ||',
    '    left "$1" \'not the folder that it was\'',
    '}',
    ...(quarantine === null ? [] : moveFunction(quarantine)),
  ];
}

function moveFunction(quarantine: string): string[] {
  return [
    `quarantine=${pathWord(quarantine)}`,
    'mkdir -p -- "$quarantine" || exit 1',
    'move() {',
    '  if [ -e "$quarantine/$2" ] || [ -L "$quarantine/$2" ]; then left "$1" "$quarantine/$2 is there already"',
    '  elif ! mv -n -- "$1" "$quarantine/$2" || [ -e "$1" ]; then left "$1" \'it was not moved\'',
    '  fi',
    '}',
  ];
}

function deletionLines({ deletions }: Plan, { seen, quarantine }: ScriptOptions): string[] {
  const names = new Set<string>();
  // What a redundant file rests on may be empty in the end and go itself: not before.
  const ordered = deletions.toSorted((a, b) => Number(a.reason === 'empty') - Number(b.reason === 'empty'));
  return ordered.flatMap((deletion) => {
    const { path } = deletion;
    const facts = seen.going.get(path) ?? { kind: 'unfit', reason: 'it was not looked at' };
    const lines = commentLines(deletion, facts);
    const paths = [
      path,
      ...deletion.coveredBy,
      ...(facts.kind === 'folder' ? facts.files : []).map((file) => file.path),
    ];
    if (facts.kind === 'unfit') return [...lines, leftLine(path, facts.reason)];
    if (paths.some(isObeyed)) {
      return [...lines, leftLine(path, 'a name holds characters that a terminal obeys: this one is for you to remove')];
    }
    const act = quarantine === null ? removal(deletion) : `move ${pathWord(path)} ${shellWord(freeName(path, names))}`;
    const checks = [...deletion.coveredBy.map((other) => stays(other, seen)), ...checksOf(path, facts)];
    return [...lines, `if ${checks.join(' &&\n  ')}; then`, `  ${act}`, 'fi'];
  });
}

function removal({ path, folder }: PlannedDeletion): string {
  const word = pathWord(path);
  return `${folder ? 'rm -r' : 'rm'} -- ${word} || left ${word} 'it was not removed'`;
}

/** What deletes is a comment where it does not belong into a command. */
function leftLine(path: string, reason: string): string {
  return `left ${shellWord(safeText(path))} ${shellWord(safeText(reason))}`;
}

function stays(path: string, { staying }: SeenFiles): string {
  return `stays ${pathWord(path)} ${staying.get(path) ?? 'folder'}`;
}

function checksOf(path: string, facts: Exclude<FileFacts, { kind: 'unfit' }>): string[] {
  if (facts.kind === 'file') return [sameLine(facts.file)];
  return [`holds ${pathWord(path)} ${facts.entries}`, ...facts.files.map(sameLine)];
}

function sameLine({ path, sizeBytes, sha256 }: SeenFile): string {
  return `same ${pathWord(path)} ${sizeBytes} ${sha256}`;
}

/** The last part of the path; where that was taken by another file, with a number. */
function freeName(path: string, taken: Set<string>): string {
  const base = path.replace(/\/+$/, '').replace(/^.*\//s, '');
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${number}-${base}`;
  taken.add(name);
  return name;
}

function commentLines({ sizeBytes, reason, coveredBy, lost, path }: PlannedDeletion, facts: FileFacts): string[] {
  const covering = coveredBy.slice(0, shownFiles).map(safeText);
  const more = coveredBy.length - covering.length;
  const others = joinWords(more === 0 ? covering : [...covering, `${more} more`]);
  const why = {
    redundant: `redundant, all of it is in ${others}`,
    damaged: 'damaged',
    empty: 'no image is left in it',
  }[reason];
  return [
    `# ${formatBytes(sizeBytes)}: ${safeText(path)}: ${why}`,
    ...lost.map(
      ({ id, references }) =>
        `#   lost with it: ${safeText(digestName(id, false))} ${safeText(imageNames(references).join(' '))}`,
    ),
    ...(facts.kind === 'file' && facts.links > 1
      ? [`#   it has ${facts.links} names on this disk: its bytes are free when all of them are gone`]
      : []),
  ];
}

/** What no command does. */
function restLines({ archives, removed, untagged }: Plan): string[] {
  const of = (wanted: Plan['archives'][number]['outcome']) => archives.filter(({ outcome }) => outcome === wanted);
  const kept = of('empty').filter(({ leftBytes }) => leftBytes > 0);
  const lines = [
    ...of('rewrite').flatMap((archive) => [
      `# stays, since other images are in it: ${safeText(archive.path)}; without what goes it would be ${formatBytes(archive.freedBytes)} less`,
      ...(archive.format === 'oci-layout'
        ? [...archive.removed, ...archive.untagged].map(
            (word) => `# goes from ${safeText(archive.path)}: ${safeText(word)}`,
          )
        : []),
    ]),
    ...of('pack').map(({ path }) => `# stays, since its own images need what would go: ${safeText(path)}`),
    ...kept.map(({ path }) => `# no image is left in it, but copies that others need: ${safeText(path)}`),
  ];
  const inStore =
    removed.length + untagged.length === 0
      ? []
      : ['# The commands for the store of docker: --format script --for docker'];
  return [...lines, ...inStore];
}
