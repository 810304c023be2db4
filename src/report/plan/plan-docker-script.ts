/**
 * A plan as commands for the store of docker: `docker image rm` for what was saved from there, each name once, and of a
 * tag of several platforms only those that go. Names come from archives that nobody vouches for: a word is bare only if it
 * is harmless, else in single quotes; what a terminal or docker itself would obey is in no command at all, but in a
 * comment that says so.
 */

import { formatReference, tryParseReference } from '../../model/reference.js';
import type { Plan, PlannedImage } from '../../model/results/plan.js';
import { digestName } from '../blocks/names.js';
import { endedLines } from '../blocks/pieces.js';
import { safeText } from '../blocks/safe-text.js';
import { isObeyed, shellWord } from '../blocks/shell-words.js';
import { formatBytes, plural } from '../blocks/units.js';

/** The script; it ends in a newline, and does nothing where nothing goes. */
export function planDockerScript(plan: Plan): Iterable<string> {
  const lines = [
    '#!/bin/sh',
    `# ${plural(plan.removed.length, 'image goes', 'images go')} from the store of docker; no file is touched.`,
    '# Made by varve plan, which has removed nothing. Read it before you run it.',
    ...new DockerLines(plan).all(),
  ];
  return endedLines(lines);
}

class DockerLines {
  readonly #plan: Plan;
  readonly #partial: ReadonlyMap<string, Plan['partialTags'][number]>;
  /** Names that stand in a line. */
  readonly #told = new Set<string>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#partial = new Map(plan.partialTags.map((tag) => [tag.reference, tag]));
  }

  all(): string[] {
    const { images, untagged } = this.#plan;
    return [
      ...images.flatMap((image) => [
        `# ${formatBytes(image.freedBytes)}: ${safeText(digestName(image.id, false))}, ${image.reason}`,
        ...this.#imageLines(image),
      ]),
      ...untagged.flatMap(({ references }) => this.#nameLines(references)),
    ];
  }

  /**
   * By its names, or by its ID where it has none of its own: behind a name that an image that stays has too, docker has the
   * newer one of them, unless that is of another platform.
   */
  #imageLines({ id, references, contested }: PlannedImage): string[] {
    const own = references.filter(
      (name) => isReference(name) && (this.#partial.has(name) || !contested.includes(name)),
    );
    return own.length === 0 ? [command([id])] : this.#nameLines(own);
  }

  #nameLines(names: readonly string[]): string[] {
    const fresh = names.filter((name) => !this.#told.has(name));
    for (const name of fresh) this.#told.add(name);
    const local = fresh.filter((name) => !isReference(name));
    const whole = fresh.filter((name) => isReference(name) && !this.#partial.has(name));
    return [
      ...(whole.length === 0 ? [] : [command(whole)]),
      ...fresh.flatMap((name) => this.#platformLines(name)),
      ...local.map((name) => `# not for docker, a tag of its archive only: ${safeText(name)}`),
    ];
  }

  #platformLines(name: string): string[] {
    const tag = this.#partial.get(name);
    return tag === undefined || !isReference(name) ? [] : [command([name], tag.goes)];
  }
}

function command(words: readonly string[], platforms: readonly string[] = []): string {
  const options = platforms.map((platform) => `--platform=${platform}`);
  const line = ['docker', 'image', 'rm', ...options, ...words];
  const notWritten = (why: string): string => `# not written as a command, ${why}: ${safeText(line.join(' '))}`;
  if (line.some(isObeyed)) return notWritten('a name holds characters that a terminal obeys');
  if (words.some((word) => word.startsWith('-'))) return notWritten('a name would be taken for an option');
  return line.map(shellWord).join(' ');
}

/** Whether it is a name in full, and no local tag. */
function isReference(name: string): boolean {
  const reference = tryParseReference(name);
  return reference !== null && formatReference(reference) === name;
}
