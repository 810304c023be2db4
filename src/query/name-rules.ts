/**
 * Filters by name: `reference` and its negation, by patterns of Go's path.Match, and `archive`, by a glob. A reference is
 * matched in every form that it is written in: short and in full, with its tag and without, as docker's daemon does since
 * 2026 (before, the short forms only). An untagged image matches no pattern. A glob without a slash is compared with the
 * name of the archive too, as in `--exclude`.
 */

import { nameBytes } from '../words/name-bytes.js';
import { matchesGlob, maxGlobLength, type PathGlob, parsePathGlob } from '../words/path-glob.js';
import { matchesPath, maxPatternLength, type PathPattern, parsePathPattern } from '../words/path-pattern.js';
import { type Condition, type FilterRule, filterRule, refusal } from './filter-rule.js';
import { familiarNames, fullNames, type NamedRow } from './image-row.js';

interface ArchiveGlob {
  readonly glob: PathGlob;
  /** Whether it may mean the name in any folder. */
  readonly named: boolean;
}

const pattern = `a pattern of Go's path.Match, as in 'busy*:*libc' or 'ghcr.io/*/api'`;

export const nameFilters: readonly FilterRule[] = [
  filterRule<PathPattern>({
    key: 'reference',
    form: 'reference=PATTERN',
    help: 'rows whose name matches, with or without tag, short or in full; of several, one has to match',
    takes: pattern,
    docker: true,
    parse: (text) => parsePattern('reference', text),
    condition: (patterns) => () => (row) => hasNameLike(row, patterns),
  }),
  filterRule<PathPattern>({
    key: 'reference!',
    form: 'reference!=PATTERN',
    help: 'rows whose name does not match; of several, none may match',
    takes: pattern,
    docker: false,
    parse: (text) => parsePattern('reference!', text),
    condition: (patterns) => () => (row) => !hasNameLike(row, patterns),
  }),
  filterRule<ArchiveGlob>({
    key: 'archive',
    form: 'archive=GLOB',
    help: 'images in an archive of this path, or of this name without a /: * stops at /, ** does not; of several, one has to match',
    takes: `the path or name of an archive, as in 'backup/*.tar' or 'web-??.tar', up to ${maxGlobLength} characters`,
    docker: false,
    parse: parseArchiveGlob,
    condition: (globs): Condition => {
      return () => (row) => row.archives.some((path) => globs.some((glob) => isArchiveLike(path, glob)));
    },
  }),
];

function parsePattern(key: string, text: string): PathPattern {
  const parsed = parsePathPattern(text);
  if (parsed !== null) return parsed;
  const reason =
    text.length > maxPatternLength
      ? `the pattern has more than ${maxPatternLength} characters`
      : 'the pattern is malformed: a [ needs its ] and something between them, and a \\ something behind it';
  throw refusal(key, text, reason);
}

function parseArchiveGlob(text: string): ArchiveGlob | null {
  const glob = parsePathGlob(text);
  return glob === null ? null : { glob, named: !text.includes('/') };
}

function isArchiveLike(path: string, { glob, named }: ArchiveGlob): boolean {
  return matchesGlob(glob, path) || (named && matchesGlob(glob, path.slice(path.lastIndexOf('/') + 1)));
}

/** Whether the key `reference`, with these values, lets a name through, before anything else is known of what has it. */
export function namesLike(values: readonly string[]): (reference: string) => boolean {
  const patterns = values.map((text) => parsePattern('reference', text));
  return (reference) => patterns.length === 0 || hasNameLike({ reference, local: false }, patterns);
}

/** Whether one of the patterns matches the name, in any of the forms that it is written in. */
export function hasNameLike(row: NamedRow, patterns: readonly PathPattern[]): boolean {
  const names = [...familiarNames(row), ...fullNames(row)].map(nameBytes);
  return patterns.some((one) => names.some((name) => matchesPath(one, name)));
}
