/**
 * The rules of a policy as rows and as lines, for programs. The rows count what speaks against a rule; the lines have it.
 */
import type { Check } from '../../model/results/check.js';
import { type CsvValue, renderCsv } from '../forms/csv.js';

const header = [
  'status',
  'rule',
  'severity',
  'expected',
  'actual',
  'unit',
  'subject',
  'image',
  'checked',
  'violations',
  'unknown',
  'images',
  'reason',
];

/** One row for each rule, in the order of the policy; patterns of images are parted by semicolons. */
export function checkCsv({ rules }: Check): Iterable<string> {
  const rows = rules.map((rule): CsvValue[] => [
    rule.status,
    rule.rule,
    rule.severity,
    rule.expected,
    rule.actual,
    rule.unit,
    rule.subject,
    rule.image,
    rule.checked,
    rule.violations.length,
    rule.unknown.length,
    rule.images.join(';'),
    rule.reason,
  ]);
  return renderCsv(header, rows);
}

/** The verdict, then each rule with all that speaks against it, each archive, what the search left alone. */
export function checkLines({ rules, archives, skipped, ...facts }: Check): object[] {
  return [
    facts,
    ...rules.map((rule) => ({ kind: 'rule', ...rule })),
    ...archives.map((archive) => ({ kind: 'archive', ...archive })),
    ...skipped.map((item) => ({ kind: 'skipped', ...item })),
  ];
}
