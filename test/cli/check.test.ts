/** `varve check` from its words to its exit code, on the samples. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkSchema } from '../../src/model/results/check.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { varve } from './console.js';

const good = 'samples/api-1.0-docker24.tar';
const damaged = 'samples/orders-1.4-damaged.tar';
const check = (...words: readonly string[]) => varve(['check', ...words, '--quiet', '--workers', '0']);

const { folder } = temporaryFolder();
const at = (name: string) => join(folder, name);

async function documentOf(...words: readonly string[]) {
  const { code, stdout } = await check(...words, '--format', 'json');
  return { code, ...checkSchema.parse(JSON.parse(stdout)) };
}

beforeAll(async () => {
  await varve(['scan', good, '-o', at('before.json')]);
  await writeFile(at('policy.yml'), 'rules:\n  max-layers: 1\n  max-total: 1GB\n');
  await writeFile(at('wrong.yml'), 'rules:\n  max-layrs: 1\n');
  await writeFile(at('huge.yml'), '#'.repeat(100_000));
});

describe('varve check', () => {
  it('says of the samples what the golden file says', async () => {
    const { code, stdout } = await varve(['check', 'samples', '--quiet', '--no-color'], { columns: 100 });
    expect({ code, stdout }).toEqual({ code: 1, stdout: await readFile('test/golden/check-samples.txt', 'utf8') });
  });

  it.each([
    ['a good archive', 0, 'pass', [good]],
    ['a damaged one', 1, 'fail', [damaged]],
    ['a rule that fails', 1, 'fail', [good, '--rule', 'max-layers=1']],
    ['an input that is not there', 3, 'fail', [good, '/nonexistent.tar']],
    ['that beside a damaged one', 3, 'fail', [damaged, '/nonexistent.tar']],
    ['rules of which none can be judged', 1, 'fail', [good, '--no-verify', '--rule', 'intact']],
    ['rules of which one can', 0, 'pass', [good, '--no-verify', '--rule', 'intact', '--rule', 'max-layers=9']],
    [
      'them in a strict policy',
      1,
      'fail',
      [good, '--no-verify', '--strict', '--rule', 'intact', '--rule', 'max-layers=9'],
    ],
    ['all of them in a strict policy', 0, 'pass', [good, '--strict', '--rule', 'intact', '--rule', 'max-layers=9']],
  ])('of %s exits %d', async (_, code, verdict, words) => {
    const result = await documentOf(...words);
    expect([result.code, result.verdict]).toEqual([code, verdict]);
  });

  it('says on standard error which limit of a rule fits no image, unless it is to be quiet', async () => {
    await writeFile(at('idle.yml'), "rules: {intact: true, max-layers: {value: 9, images: ['*/*/*', 'shpo/*']}}\n");
    const words = [good, '--policy', at('idle.yml'), '--workers', '0'];
    const told = await varve(['check', ...words]);
    const quiet = await varve(['check', ...words, '--quiet']);
    expect([told.code, told.stderr.match(/.*fits no image.*/g)]).toEqual([
      0,
      [expect.stringContaining('pattern "shpo/*" of the rule max-layers fits no image here')],
    ]);
    expect(quiet.stderr).not.toContain('fits no image');
  });

  it('has the default policy without rules, of which only damage and ambiguity fail', async () => {
    const { rules } = await documentOf(good);
    expect(rules.filter(({ severity }) => severity === 'fail').map(({ rule }) => rule)).toEqual([
      'intact',
      'no-ambiguous',
    ]);
    expect(rules.filter(({ severity }) => severity === 'warn').length).toBeGreaterThan(2);
  });

  it('reads bodies only where a rule needs them', async () => {
    expect((await documentOf(good, '--rule', 'max-layers=9')).verified).toBe(false);
    expect((await documentOf(good, '--rule', 'max-layers=9', '--rule', 'intact')).verified).toBe(true);
    expect((await documentOf(good, '--rule', 'intact', '--no-verify')).verified).toBe(false);
  });

  it('takes an inventory as recorded, and as ok only if someone vouches for it', async () => {
    const recorded = await documentOf(at('before.json'), '--rule', 'intact');
    const vouched = await documentOf(at('before.json'), '--rule', 'intact', '--accept-recorded');
    expect([recorded.rules[0]?.status, vouched.rules[0]?.status]).toEqual(['skip', 'pass']);
    expect(recorded.rules[0]?.reason).toContain('recorded');
  });

  it.each([
    ['table', /^FAIL: nothing was judged, since the only rule was skipped .*\nnext: .*--accept-recorded/],
    ['markdown', /^\*\*FAIL: nothing was judged, since the only rule was skipped\*\* [\s\S]*--accept-recorded/],
    ['ndjson', /^\{.*"verdict":"fail","failedBy":\["nothing-judged"\]/],
    ['html', /FAIL: nothing was judged/],
    ['junit', /<testsuite name="policy" tests="2" failures="1" [\s\S]*<failure type="nothing-judged"/],
    ['sarif', /"results": \[\s*\{\s*"ruleId": "nothing-judged"/],
    ['github', /^::error file=.*,title=nothing-judged::Nothing was judged: 1 rule skipped\.%0A.*--accept-recorded/],
  ])('says in the form %s that nothing was judged', async (format, says) => {
    const { code, stdout } = await check(at('before.json'), '--rule', 'intact', '--format', format);
    expect(code).toBe(1);
    expect(stdout).toMatch(says);
  });

  it.each([
    ['junit', /<failure type="intact"/],
    ['sarif', /"ruleId": "intact"[^}]*"level": "error"/],
    ['github', /^::error .*title=intact::It could not be judged: /m],
    ['table', /^FAIL: 1 of 2 rules passed and 1 skipped, which this policy does not allow/],
  ])('has a skipped rule of a strict policy as an error in the form %s', async (format, says) => {
    const words = ['--rule', 'intact', '--rule', 'max-layers=9', '--strict', '--format', format];
    const { code, stdout } = await check(at('before.json'), ...words);
    expect(code).toBe(1);
    expect(stdout).toMatch(says);
  });

  it('is strict where the file says so', async () => {
    await writeFile(at('strict.yml'), 'strict: true\nrules: {intact: true, max-layers: 9}\n');
    const { code, strict, failedBy } = await documentOf(at('before.json'), '--policy', at('strict.yml'));
    expect([code, strict, failedBy]).toEqual([1, true, ['skipped-rules']]);
  });

  it('reads a file, whose rules those of the command line replace', async () => {
    const result = await documentOf(good, '--policy', at('policy.yml'), '--rule', 'max-layers=99');
    expect(result.rules.map(({ rule, expected, status }) => [rule, expected, status])).toEqual([
      ['max-total', 1_000_000_000, 'pass'],
      ['max-layers', 99, 'pass'],
    ]);
  });

  it('compares growth with a baseline', async () => {
    const same = await documentOf(
      good,
      '--baseline',
      at('before.json'),
      '--rule',
      'max-growth=0B',
      '--rule',
      'max-new-layers=0',
    );
    const more = await documentOf('samples', '--baseline', at('before.json'), '--rule', 'max-growth=10%');
    expect([same.verdict, more.verdict]).toEqual(['pass', 'fail']);
  });

  it('ends in one page of Markdown for a job summary', async () => {
    const { stdout } = await check(damaged, '--format', 'markdown');
    expect(stdout).toMatch(/^\*\*FAIL: 1 of 6 rules failed and 1 warning\*\* /);
    expect(stdout).toContain('| STATUS | RULE |');
  });

  it.each([
    [['--rule', 'max-totl=1'], '--rule: unknown rule "max-totl"; did you mean max-total?'],
    [['--rule', 'max-total'], 'expected max-total=SIZE'],
    [['--rule', 'max-total=5%'], 'not "5%"'],
    [['--rule', 'intact=yes'], 'intact takes no value'],
    [['--rule', 'max-total=1GB', '--rule', 'max-total=2GB'], 'max-total is given more than once'],
    [['--rule', 'max-growth=5%'], 'name one with --baseline FILE'],
    [['--baseline', 'samples/README.md', '--rule', 'max-growth=5%'], '--baseline samples/README.md: not an inventory'],
    [['--baseline', 'samples/README.md'], 'no rule compares with it'],
    [['--policy', '/nonexistent.yml'], '--policy /nonexistent.yml cannot be read'],
  ])('refuses %j with exit code 2', async (words, says) => {
    const { code, stderr, stdout } = await check(good, ...words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });

  it('refuses a policy file with its place, and one that is too big before it is read', async () => {
    const wrong = await check(good, '--policy', at('wrong.yml'));
    const huge = await check(good, '--policy', at('huge.yml'));
    expect([wrong.code, huge.code]).toEqual([2, 2]);
    expect(wrong.stderr).toContain(`${at('wrong.yml')}:2:3: unknown rule "max-layrs"; did you mean max-layers?`);
    expect(huge.stderr).toContain('has 100000 bytes');
  });
});

it('varve help policy lists every rule that varve schema policy has', async () => {
  const { stdout: help } = await varve(['help', 'policy']);
  const { stdout: schema } = await varve(['schema', 'policy']);
  const { properties } = JSON.parse(schema) as { properties: { rules: { properties: object } } };
  const listed = [...help.matchAll(/^ {2}([a-z]+(?:-[a-z]+)*)/gm)].map(([, name]) => name);
  expect(Object.keys(properties.rules.properties).filter((name) => !listed.includes(name))).toEqual([]);
});
