/** Findings, what was not checked and what was passed over: the sections that every document with archives has. */
import type { Finding, NotChecked } from '../../model/finding.js';
import { formatCount, plural } from '../../report/blocks/units.js';
import { countFindings, severityRank } from '../../report/verification/findings-text.js';
import { dataTable } from '../parts/data-table.js';
import { type Child, html } from '../parts/dom.js';
import { countFigure } from '../parts/figures.js';
import { code } from '../parts/names.js';
import type { Section } from '../parts/page-parts.js';

interface Examined {
  readonly path: string;
  readonly findings: readonly Finding[];
  readonly notChecked: readonly NotChecked[];
}

/** A finding with all archives that have the very same. */
interface Placed {
  readonly archives: readonly string[];
  readonly finding: Finding;
}

const shownArchives = 3;
const severityTones: Readonly<Record<Finding['severity'], string>> = {
  error: 'bad',
  warning: 'warn',
  hint: 'dim',
};

/** Errors and warnings; nothing where there is none. */
export function findingsSection(archives: readonly Examined[]): Section[] {
  const rows = placedFindings(archives).filter(({ finding }) => finding.severity !== 'hint');
  return rows.length === 0 ? [] : [sectionOfFindings(rows, 'findings', 'Findings')];
}

/** Hints are normal in the field and come in numbers, so they have a place of their own. */
export function hintsSection(archives: readonly Examined[]): Section[] {
  const rows = placedFindings(archives).filter(({ finding }) => finding.severity === 'hint');
  return rows.length === 0 ? [] : [sectionOfFindings(rows, 'hints', 'Hints')];
}

function placedFindings(archives: readonly Examined[]): Placed[] {
  const rows = new Map<string, { readonly archives: string[]; readonly finding: Finding }>();
  for (const { path, findings } of archives) {
    for (const finding of findings) {
      const key = JSON.stringify(finding);
      const known = rows.get(key);
      if (known === undefined) rows.set(key, { archives: [path], finding });
      else known.archives.push(path);
    }
  }
  return [...rows.values()].sort((a, b) => severityRank(a.finding.severity) - severityRank(b.finding.severity));
}

function sectionOfFindings(rows: readonly Placed[], id: string, title: string): Section {
  const content = dataTable<Placed>({
    caption: title,
    noun: ['different finding', 'different findings'],
    rows,
    columns: [
      {
        title: 'SEVERITY',
        show: ({ finding }) => tag(finding.severity, severityTones[finding.severity]),
        sortBy: ({ finding }) => severityRank(finding.severity),
      },
      {
        title: 'FINDING',
        show: ({ finding }) => [html('code', {}, finding.code), html('div', { class: 'said' }, finding.message)],
        sortBy: ({ finding }) => finding.code,
      },
      {
        title: 'WHERE',
        show: ({ archives, finding }) => [...places(archives), finding.subject === null ? null : code(finding.subject)],
        sortBy: ({ archives }) => archives[0] ?? null,
      },
      { title: 'EXPECTED AND FOUND', show: ({ finding }) => comparison(finding) },
      {
        title: 'AT BYTE',
        numeric: true,
        show: ({ finding }) => (finding.offsetBytes === null ? '' : countFigure(finding.offsetBytes)),
        sortBy: ({ finding }) => finding.offsetBytes,
      },
    ],
    searchIn: ({ archives, finding }) => [
      ...archives,
      finding.severity,
      finding.code,
      finding.message,
      finding.subject,
      finding.expected,
      finding.actual,
    ],
  });
  const all = rows.flatMap(({ archives, finding }) => archives.map(() => finding));
  return { id, title, count: formatCount(findingCount(all)), content: [content] };
}

/** The first archives, and the others where someone asks for them. */
function places(archives: readonly string[]): Child[] {
  const line = (path: string) => html('div', { class: 'said' }, path);
  if (archives.length <= shownArchives) return archives.map(line);
  const [shown, others] = [archives.slice(0, shownArchives - 1), archives.slice(shownArchives - 1)];
  const more = html('summary', {}, `and ${plural(others.length, 'more archive')}`);
  return [...shown.map(line), html('details', {}, more, ...others.map(line))];
}

/** How many findings these are, with those that are only counted. */
export function findingCount(findings: readonly Finding[]): number {
  const { errors, warnings, hints } = countFindings(findings);
  return errors + warnings + hints;
}

/** A word with the colour of its meaning. */
export function tag(word: string, tone: string): HTMLElement {
  return html('span', { class: `tag ${tone}` }, word);
}

function comparison({ expected, actual }: Finding): Child[] {
  const sides = [
    ['expected', expected],
    ['found', actual],
  ] as const;
  const known = sides.filter(([, value]) => value !== null);
  if (known.length === 0) return [];
  return [
    html(
      'dl',
      { class: 'sides' },
      ...known.flatMap(([side, value]) => [html('dt', {}, side), html('dd', {}, code(value ?? ''))]),
    ),
  ];
}

/** What was not checked, with the reason; nothing where everything was. */
export function notCheckedSection(archives: readonly Examined[]): Section[] {
  const rows = archives.flatMap(({ path, notChecked }) => notChecked.map((facts) => ({ path, ...facts })));
  if (rows.length === 0) return [];
  const content = dataTable({
    caption: 'Not checked',
    noun: ['thing that was not checked', 'things that were not checked'],
    rows,
    columns: [
      { title: 'REASON', show: ({ reason }) => reason, sortBy: ({ reason }) => reason },
      { title: 'ARCHIVE', show: ({ path }) => html('div', { class: 'said' }, path), sortBy: ({ path }) => path },
      { title: 'WHAT', show: ({ subject }) => code(subject), sortBy: ({ subject }) => subject },
    ],
    searchIn: ({ path, reason, subject }) => [path, reason, subject],
  });
  return [{ id: 'not-checked', title: 'Not checked', count: formatCount(rows.length), content: [content] }];
}

/** What the search left alone; nothing where it took everything. */
export function skippedSection(skipped: readonly { readonly path: string; readonly reason: string }[]): Section[] {
  if (skipped.length === 0) return [];
  const content = dataTable({
    caption: 'Passed over',
    noun: ['path', 'paths'],
    rows: skipped,
    columns: [
      { title: 'PATH', show: ({ path }) => html('div', { class: 'said' }, path), sortBy: ({ path }) => path },
      { title: 'REASON', show: ({ reason }) => reason, sortBy: ({ reason }) => reason },
    ],
    searchIn: ({ path, reason }) => [path, reason],
  });
  return [{ id: 'passed-over', title: 'Passed over', count: formatCount(skipped.length), content: [content] }];
}
