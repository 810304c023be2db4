/** The page of `varve check`: how many rules are kept, and each rule with what it expects, what was found and what to do. */
import type { Check, CheckedRule } from '../model/results/check.js';
import { formatBytes, formatCount, plural } from '../report/blocks/units.js';
import { dataTable } from './parts/data-table.js';
import { type Child, html } from './parts/dom.js';
import { countFigure } from './parts/figures.js';
import { code } from './parts/names.js';
import { facts, keyFigures, plainTable, type Section, sectionsOf } from './parts/page-parts.js';
import { skippedSection, tag } from './sections/findings-section.js';

const ranks: Readonly<Record<CheckedRule['status'], number>> = { fail: 0, warn: 1, skip: 2, pass: 3 };
const tones: Readonly<Record<CheckedRule['status'], string>> = { fail: 'bad', warn: 'warn', skip: 'dim', pass: 'good' };

/** Everything below the verdict. */
export function checkPage({ summary, rules, archives, skipped }: Check): Child[] {
  return [
    keyFigures([
      {
        label: 'Failed',
        value: countFigure(summary.fail),
        notes: [`of ${plural(rules.length, 'rule')}`],
        tone: summary.fail > 0 ? 'bad' : 'good',
      },
      {
        label: 'Warnings',
        value: countFigure(summary.warn),
        notes: [],
        ...(summary.warn === 0 ? {} : { tone: 'warn' }),
      },
      { label: 'Skipped', value: countFigure(summary.skip), notes: [] },
      { label: 'Passed', value: countFigure(summary.pass), notes: [] },
      {
        label: 'Archives',
        value: countFigure(summary.archives),
        notes: [plural(summary.images, 'image'), summary.unreadable === 0 ? '' : `${summary.unreadable} unreadable`],
        ...(summary.unreadable === 0 ? {} : { tone: 'bad' }),
      },
    ]),
    ...sectionsOf([...ruleSection(rules), ...archiveList(archives), ...skippedSection(skipped)]),
  ];
}

function ruleSection(rules: readonly CheckedRule[]): Section[] {
  if (rules.length === 0) return [];
  const content = dataTable<CheckedRule>({
    caption: 'Rules',
    noun: ['rule', 'rules'],
    rows: rules,
    sorted: { title: 'STATUS', descending: false },
    columns: [
      { title: 'STATUS', show: ({ status }) => tag(status, tones[status]), sortBy: ({ status }) => ranks[status] },
      {
        title: 'RULE',
        show: ({ rule, meaning }) => [code(rule), html('div', { class: 'said dim' }, meaning)],
        sortBy: ({ rule }) => rule,
      },
      { title: 'EXPECTED', show: ({ expected, unit }) => html('div', { class: 'said' }, figure(expected, unit)) },
      {
        title: 'FOUND',
        show: ({ actual, unit, reason }) => [html('div', { class: 'said' }, figure(actual, unit), reason)],
      },
      {
        title: 'SUBJECT',
        show: ({ subject }) => html('div', { class: 'said' }, subject),
        sortBy: ({ subject }) => subject,
      },
      { title: 'JUDGED', numeric: true, show: ({ checked }) => countFigure(checked), sortBy: ({ checked }) => checked },
      {
        title: 'AGAINST IT',
        numeric: true,
        show: ({ violations }) => countFigure(violations.length),
        sortBy: ({ violations }) => violations.length,
      },
    ],
    searchIn: ({ rule, status, subject, meaning, violations, unknown }) => [
      rule,
      status,
      subject,
      meaning,
      ...[...violations, ...unknown].flatMap((one) => [one.subject, one.image, ...one.archives]),
    ],
    detail: ruleDetail,
  });
  return [{ id: 'rules', title: 'Rules', count: formatCount(rules.length), content: [content] }];
}

function ruleDetail({ rule, advice, images, unit, violations, unknown, status }: CheckedRule): HTMLElement {
  const rows = [
    ...violations.map((one): Child[] => [where(one.subject), figure(one.actual, unit), code(one.archives.join(', '))]),
    ...unknown.map((one): Child[] => [where(one.subject), `not judged: ${one.reason}`, code(one.archives.join(', '))]),
  ];
  const columns = [{ title: 'SUBJECT' }, { title: 'FOUND' }, { title: 'ARCHIVES' }];
  return html(
    'div',
    {},
    facts([
      ['applies to', [images.length === 0 ? 'all images' : images.join(', ')]],
      ['what to do', status === 'pass' ? [] : [advice]],
    ]),
    rows.length === 0 ? null : plainTable(`What speaks against ${rule}`, columns, rows),
  );
}

function where(subject: string | null): HTMLElement {
  return subject === null ? html('span', {}, 'all of it') : code(subject);
}

function figure(value: string | number | null, unit: CheckedRule['unit']): Child {
  if (typeof value !== 'number') return value ?? '';
  if (unit === 'percent') return html('data', { value }, `${Number(value.toFixed(1))} %`);
  if (unit === null) return html('data', { value }, value < 0 ? String(value) : formatCount(value));
  const text = value < 0 ? `-${formatBytes(-value)}` : formatBytes(value);
  return html('data', { value, title: `${value} bytes` }, text);
}

function archiveList(archives: Check['archives']): Section[] {
  if (archives.length === 0) return [];
  const content = dataTable({
    caption: 'Archives',
    noun: ['archive', 'archives'],
    rows: archives,
    columns: [
      { title: 'STATUS', show: ({ status }) => tag(status, archiveTone(status)), sortBy: ({ status }) => status },
      { title: 'ARCHIVE', show: ({ path }) => html('div', { class: 'said' }, path), sortBy: ({ path }) => path },
      { title: 'FORMAT', show: ({ format }) => format ?? '-', sortBy: ({ format }) => format },
    ],
    searchIn: ({ path, format, status }) => [path, format, status],
  });
  return [{ id: 'archives', title: 'Archives', count: formatCount(archives.length), content: [content] }];
}

function archiveTone(status: string): string {
  if (status === 'ok') return 'good';
  return status === 'failed' || status === 'unreadable' ? 'bad' : 'plain';
}
