/** Each rule of a policy on sets on which it passes, fails and is skipped; and what holds for all of them. */
import { describe, expect, it } from 'vitest';
import { check } from '../../../../src/analysis/policy/check.js';
import { parseRules } from '../../../../src/analysis/policy/policy.js';
import { parsePolicy } from '../../../../src/analysis/policy/policy-file.js';
import { policyRules } from '../../../../src/analysis/policy/rules/rules.js';
import { checkSchema } from '../../../../src/model/results/check.js';
import type { Inventory } from '../../../../src/model/results/inventory.js';
import { ArchiveDraft, inventoryOf } from '../../../helpers/inventory-builder.js';
import { type RuleCase, ruleCases } from '../rule-cases.js';
import { now, oneImage } from '../rule-inventories.js';

function checked(rules: readonly string[], inventory: Inventory, baseline: Inventory | null = null) {
  return checkSchema.parse(check(inventory, parseRules(rules), { now, baseline }));
}

/** The rule as a file has it, where it only warns. */
function asWarning({ rule: text }: RuleCase): string {
  const [name = '', ...parts] = text.split('=');
  const rule = policyRules.find((one) => one.name === name);
  const value = parts.join('=');
  const values: Readonly<Record<string, string>> = { texts: JSON.stringify(value.split(',')), count: value };
  const written = parts.length === 0 ? '' : `value: ${values[rule?.kind.shape ?? ''] ?? JSON.stringify(value)}, `;
  return `rules: {${name}: {${written}severity: warn}}`;
}

describe('the cases of rules', () => {
  it.each(policyRules.map(({ name }) => name))('show %s pass, fail and skipped', (name) => {
    const found = ruleCases.filter(({ rule }) => rule.split('=')[0] === name).map(({ status }) => status);
    expect(new Set(found)).toEqual(new Set(['pass', 'fail', 'skip']));
  });
});

describe.each(ruleCases)('$rule, on $says', (one) => {
  const { rule, status, inventory, baseline = null } = one;
  const result = checked([rule], inventory, baseline);
  const [row] = result.rules;

  it(`has the status ${status}`, () => {
    expect(row?.status).toBe(status);
    expect(result.verdict).toBe(status === 'pass' ? 'pass' : 'fail');
    expect(result.failedBy).toEqual({ pass: [], fail: ['failed-rules'], skip: ['nothing-judged'] }[status]);
  });

  it('says what decides, or why nothing does', () => {
    const { actual = row?.actual, subject = row?.subject } = status === 'skip' ? { actual: null, subject: null } : one;
    expect([row?.actual, row?.subject]).toEqual([actual, subject]);
    expect(row?.reason === null).toBe(status !== 'skip');
    expect((row?.violations.length ?? 0) > 0).toBe(status === 'fail');
  });

  it('says the same without an effect on the verdict where it only warns', () => {
    const policy = parsePolicy(asWarning(one), 'policy.yml');
    const warned = check(inventory, policy, { now, baseline });
    const expected = { ...row, severity: 'warn', status: status === 'fail' ? 'warn' : status };
    expect(warned.failedBy).toEqual(status === 'skip' ? ['nothing-judged'] : []);
    expect({ ...warned.rules[0], expected: row?.expected }).toEqual(expected);
  });

  it('never passes beside an input that could not be read', () => {
    const lost = new ArchiveDraft('lost.tar', { status: 'unreadable', format: null });
    const records = inventoryOf([lost]).archives;
    const { verdict, rules, summary } = checked(
      [rule],
      { ...inventory, archives: [...inventory.archives, ...records] },
      baseline,
    );
    expect([verdict, summary.unreadable]).toEqual(['fail', 1]);
    expect(rules[0]?.status).not.toBe('pass');
  });
});

describe('the verdict', () => {
  const dated = inventoryOf([oneImage()]);
  const undated = inventoryOf([oneImage({ createdAt: null })]);
  const recorded = inventoryOf([oneImage({}, { status: 'recorded' })]);
  const strict = (rules: readonly string[], inventory: Inventory) =>
    checkSchema.parse(check(inventory, { ...parseRules(rules), strict: true }, { now, baseline: null }));

  it('is fail where every rule was skipped, and pass where one was judged', () => {
    expect(checked(['max-age=90d'], undated)).toMatchObject({ verdict: 'fail', failedBy: ['nothing-judged'] });
    expect(checked(['max-age=90d', 'max-layers=9'], undated)).toMatchObject({ verdict: 'pass', failedBy: [] });
  });

  it('is fail where one rule was skipped, if the policy is strict', () => {
    const rules = ['max-age=90d', 'max-layers=9'];
    expect(strict(rules, dated)).toMatchObject({ verdict: 'pass', failedBy: [], strict: true, advice: null });
    expect(strict(rules, undated)).toMatchObject({ verdict: 'fail', failedBy: ['skipped-rules'] });
  });

  it('is fail where there is no image, unless the policy allows that', () => {
    const none = inventoryOf([new ArchiveDraft('charts.tar')]);
    const verdict = (text: string) => check(none, parsePolicy(text, 'policy.yml'), { now, baseline: null });
    expect(verdict('rules: {intact: true}')).toMatchObject({ verdict: 'fail', failedBy: ['no-image'] });
    expect(verdict('rules: {intact: true}').advice).toContain('--allow-no-image');
    expect(verdict('rules: {max-layers: 9}')).toMatchObject({ verdict: 'fail', failedBy: ['nothing-judged'] });
    for (const rule of ['intact: true', 'max-layers: 9']) {
      const allowed = verdict(`allow-no-image: true\nstrict: true\nrules: {${rule}}`);
      expect(allowed).toMatchObject({ verdict: 'pass', failedBy: [], advice: null });
    }
  });

  it('is fail where no image is there and its bytes were not judged, whatever is allowed', () => {
    const recordedCharts = inventoryOf([new ArchiveDraft('charts.tar', { status: 'recorded' })]);
    const policy = { ...parseRules(['intact']), allowNoImage: true };
    expect(check(recordedCharts, policy, { now, baseline: null }).failedBy).toEqual(['nothing-judged']);
  });

  it.each([
    ['alone', 'rules: {max-layers: {value: 9, images: nobody/*}}', ['nothing-judged']],
    [
      'of a strict policy',
      'strict: true\nrules: {intact: true, max-layers: {value: 9, images: nobody/*, severity: warn}}',
      ['skipped-rules'],
    ],
  ])('takes a rule %s whose pattern fits no image as one that was skipped', (_, text, failedBy) => {
    const result = check(dated, parsePolicy(text, 'policy.yml'), { now, baseline: null });
    expect(result).toMatchObject({ verdict: 'fail', failedBy });
    expect(result.advice).toContain('pattern');
  });

  it.each([
    ['an inventory', 'intact', recorded, '--accept-recorded'],
    ['a cache', 'intact', inventoryOf([oneImage({}, { status: 'cached' })]), '--cache'],
    ['archives that were not read', 'intact', inventoryOf([oneImage({}, { status: 'unverified' })]), '--no-verify'],
    ['an image without a date', 'max-age=90d', undated, 'varve verify'],
  ])('on %s comes with what to do', (_, rule, inventory, says) => {
    expect(checked([rule], inventory).advice).toContain(says);
  });

  it('names the inputs that could not be read instead, since they are why nothing is known', () => {
    const lost = new ArchiveDraft('lost.tar', { status: 'unreadable', format: null });
    expect(checked(['intact'], inventoryOf([oneImage({}, { status: 'recorded' }), lost])).failedBy).toEqual([
      'failed-rules',
      'unreadable-inputs',
    ]);
    expect(checked(['max-layers=9'], inventoryOf([oneImage(), lost])).failedBy).toEqual(['unreadable-inputs']);
  });
});

describe('the value of a secret', () => {
  const value = 'hunter2-very-secret';
  const inventory = inventoryOf([
    oneImage({ config: { Env: [`DB_PASSWORD=${value}`, `TOKEN_${'x'.repeat(9)}=${value}`] } }),
  ]);

  it('is in no part of the document', () => {
    const result = checked(['no-secret-env'], inventory);
    expect(result.rules[0]?.violations[0]?.actual).toBe('DB_PASSWORD, TOKEN_xxxxxxxxx');
    expect(JSON.stringify(result)).not.toContain(value);
  });
});

describe('a rule that is limited to images', () => {
  const web = new ArchiveDraft('web.tar');
  web.image('web', { bodies: [web.layer('big', 1000)], references: ['registry.example/shop/web:2'] });
  const untagged = new ArchiveDraft('none.tar');
  untagged.image('none', { bodies: [untagged.layer('huge', 9000)] });
  const inventory = inventoryOf([oneImage(), web, untagged]);
  const limited = (images: string) =>
    check(inventory, parsePolicy(`rules: {max-image-size: {value: 500B, images: ${images}}}`, 'p'), {
      now,
      baseline: null,
    }).rules[0];

  it.each([
    ["'*/shop/app'", 'pass', 1],
    ["'*/shop/app:1'", 'pass', 1],
    ["['*/shop/app', '*/shop/web']", 'fail', 2],
    ["'*/*/*'", 'fail', 2],
    ["'shop/*'", 'skip', 0],
  ])('%s is %s after %d images', (images, status, count) => {
    expect([limited(images)?.status, limited(images)?.checked]).toEqual([status, count]);
  });

  it('applies to all where it is not', () => {
    expect(checked(['max-image-size=500B'], inventory).rules[0]?.violations.map(({ actual }) => actual)).toEqual([
      9000, 1000,
    ]);
  });
});

it('a rule takes the worst of several things as the one that decides, and lists all', () => {
  const [row] = checked(['max-layer-size=10B'], inventoryOf([oneImage()])).rules;
  expect([row?.actual, row?.violations.map(({ actual }) => actual), row?.checked]).toEqual([100, [100, 50], 2]);
});

it('a rule fails for what is known to be bad, whatever else is unknown', () => {
  const other = new ArchiveDraft('other.tar');
  other.image('other', {
    bodies: [other.layer('x', 5, { form: 'gz', uncompressedBytes: null })],
    references: ['a/b:1'],
  });
  const [row] = checked(['max-image-size=100B'], inventoryOf([other, oneImage()])).rules;
  expect([row?.status, row?.reason, row?.unknown.length]).toEqual(['fail', null, 1]);
});
