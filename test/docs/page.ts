/**
 * A page of the documentation as data: its fenced blocks with the comment that marks them, its tables, its sections, its
 * links. Enough of Markdown for our own pages, and no more.
 */
import { readFileSync } from 'node:fs';

export interface Fence {
  readonly language: string;
  readonly lines: readonly string[];
  /** Text of the HTML comment on the line above, as in `<!-- run -->`; null where there is none. */
  readonly mark: string | null;
}

export const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'docs/cli.md',
  'docs/json.md',
  'docs/library.md',
  'docs/accounting.md',
  'docs/findings.md',
  'docs/words.md',
  'docs/formats.md',
  'docs/inspect.md',
  'docs/policy.md',
  'docs/registries.md',
  'docs/ci/README.md',
  'docs/forms.md',
  'docs/compare-podman-inspect.md',
  'docs/compare-podman-ls.md',
  'samples/README.md',
  'bench/README.md',
] as const;

export function readPage(path: string): string {
  return readFileSync(path, 'utf8');
}

/** The fenced blocks of a page, in order. Throws RangeError where one is left open. */
export function fencesOf(text: string): Fence[] {
  const lines = text.split('\n');
  const fences: Fence[] = [];
  for (let start = 0; start < lines.length; start += 1) {
    const open = /^```(\w*)$/.exec(lines[start] ?? '');
    if (open === null) continue;
    const end = lines.indexOf('```', start + 1);
    if (end === -1) throw new RangeError(`line ${start + 1}: a block without an end`);
    const mark = /^<!-- (.+) -->$/.exec(lines[start - 1] ?? '');
    fences.push({ language: open[1] ?? '', lines: lines.slice(start + 1, end), mark: mark?.[1] ?? null });
    start = end;
  }
  return fences;
}

/** The rows of every table below a heading, without their header lines; cells without backticks around them. */
export function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line, i, lines) => line.startsWith('|') && !isRule(line) && !isRule(lines[i + 1] ?? ''))
    .map((line) => cellsOf(line).map((cell) => cell.replace(/^`([^`]*)`$/, '$1')));
}

/** A section by its heading, `## Limits`, up to the next heading of the same or a higher level. */
export function sectionOf(text: string, heading: string): string {
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  if (start === -1) throw new RangeError(`no heading ${heading}`);
  const level = heading.indexOf(' ');
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => new RegExp(`^#{1,${level}} `).test(line));
  return after.slice(0, end === -1 ? after.length : end).join('\n');
}

/** The targets of the links of a page that lead to other files or headings of this repository. */
export function localLinksOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '').filter((to) => !/^[a-z]+:/.test(to));
}

/** The anchors of the headings of a page, as GitHub forms them. */
export function anchorsOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^#{1,6} /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
}

function isRule(line: string): boolean {
  return /^\|(?: ?:?-+:? ?\|)+$/.test(line);
}

/** Splits at pipes that are not escaped. */
function cellsOf(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
