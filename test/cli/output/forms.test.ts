/** The forms for programs, from the words of a command to its output. After an intended change: `npm run build`, then `npx vitest run --project unit --update=true test/cli/output/forms.test.ts`. */
import { describe, expect, it } from 'vitest';
import { readCsv, readJunit, readLog, readSarif } from '../../helpers/form-readers.js';
import { varve } from '../console.js';

const two = ['samples/orders-1.4-damaged.tar', 'samples/printer-0.1-docker1.9.tar'];

async function printed(...argv: readonly string[]): Promise<string> {
  const { stdout } = await varve([...argv, '--quiet', '--workers', '0']);
  return stdout;
}

describe.each([
  ['verify', two],
  ['report', two],
])('varve %s', (command, inputs) => {
  it.each([
    ['ndjson', 'ndjson'],
    ['csv', 'csv'],
    ['markdown', 'md'],
    ['junit', 'xml'],
    ['github', 'log'],
  ])('prints %s as it did', async (format, extension) => {
    const text = await printed(command, ...inputs, '--format', format);
    await expect(text).toMatchFileSnapshot(`../golden/${command}-${format}.${extension}`);
  });

  it('prints the results of SARIF as it did', async () => {
    const { results, invocations } = readSarif(await printed(command, ...inputs, '--format', 'sarif'));
    await expect(`${JSON.stringify({ invocations, results }, null, 2)}\n`).toMatchFileSnapshot(
      `../golden/${command}-sarif.json`,
    );
  });

  it('prints the same bytes for any number of workers', async () => {
    for (const format of ['ndjson', 'csv', 'markdown', 'junit', 'sarif', 'github']) {
      const words = [command, 'samples', '--format', format, '--quiet'];
      const [none, some] = await Promise.all([
        varve([...words, '--workers', '0']),
        varve([...words, '--workers', '2']),
      ]);
      expect(some).toEqual(none);
    }
  });
});

describe('the forms of varve verify on all samples', () => {
  it('agree with the JSON document', async () => {
    const document = JSON.parse(await printed('verify', 'samples', '--format', 'json')) as {
      summary: { errors: number; warnings: number; hints: number; notChecked: number };
      archives: { faults: { severity: string }[] }[];
    };
    const { errors, warnings, hints, notChecked } = document.summary;
    const faults = document.archives.flatMap((archive) => archive.faults);
    const failing = faults.filter(({ severity }) => severity === 'error');
    const cases = readJunit(await printed('verify', 'samples', '--format', 'junit'));
    const { results, invocations } = readSarif(await printed('verify', 'samples', '--format', 'sarif'));
    const rows = readCsv(await printed('verify', 'samples', '--format', 'csv'));
    const { commands } = readLog(await printed('verify', 'samples', '--format', 'github', '--verbose'));
    const found = errors + warnings + hints;
    expect(errors).toBeGreaterThan(0);
    expect(cases.filter(({ result }) => result === 'failure')).toHaveLength(failing.length);
    expect(new Set(cases.map(({ classname }) => classname)).size).toBe(document.archives.length);
    expect(results).toHaveLength(faults.length + hints);
    expect(invocations[0]?.toolExecutionNotifications).toHaveLength(notChecked);
    expect(rows.filter((row) => ['error', 'warning', 'hint'].includes(row[3] ?? ''))).toHaveLength(found);
    expect(commands.filter(({ properties }) => 'file' in properties)).toHaveLength(faults.length + hints);
  });

  it('fail on what --fail-on says', async () => {
    const words = ['verify', 'samples/checkout-3.2-jib.tar', '--format', 'junit', '--quiet'];
    const lax = await varve(words);
    const strict = await varve([...words, '--fail-on', 'hint']);
    expect([lax.code, strict.code]).toEqual([0, 1]);
    expect(readJunit(lax.stdout).filter(({ result }) => result === 'failure')).toEqual([]);
    expect(readJunit(strict.stdout).filter(({ result }) => result === 'failure')).not.toEqual([]);
  });

  it('tell an archive that could not be read as an error', async () => {
    const { code, stdout } = await varve(['verify', 'no-such.tar', '--format', 'junit', '--quiet']);
    expect(code).toBe(3);
    expect(readJunit(stdout)).toMatchObject([{ classname: 'no-such.tar', result: 'error' }]);
  });
});

const rules = ['intact', 'no-dangling', 'max-layers=3', 'max-age=1d', 'user-not-root'].map((rule) => `--rule=${rule}`);
const policy = ['check', ...two, 'no-such.tar', ...rules, '--now', '2026-06-01'];

describe('varve check', () => {
  it.each([
    ['ndjson', 'ndjson'],
    ['csv', 'csv'],
    ['junit', 'xml'],
    ['github', 'log'],
  ])('prints %s as it did', async (format, extension) => {
    const text = await printed(...policy, '--format', format);
    await expect(text).toMatchFileSnapshot(`../golden/check-${format}.${extension}`);
  });

  it('has a case for each rule and each unreadable input, as the JSON document says', async () => {
    const document = JSON.parse(await printed(...policy, '--format', 'json')) as {
      rules: { rule: string; status: string }[];
    };
    const cases = readJunit(await printed(...policy, '--format', 'junit'));
    const results = { pass: 'passed', warn: 'passed', skip: 'skipped', fail: 'failure' } as Record<string, string>;
    expect(cases.map(({ classname, result }) => [classname, result])).toEqual([
      ...document.rules.map(({ status }) => ['policy', results[status]]),
      ['inputs', 'error'],
    ]);
    expect(new Set(document.rules.map(({ status }) => status))).toEqual(new Set(['fail', 'skip']));
  });

  it('has a result with a file for each rule that fails or warns, and no other', async () => {
    const { results, tool } = readSarif(await printed('check', 'samples', '--format', 'sarif'));
    const rows = readCsv(await printed('check', 'samples', '--format', 'csv')).slice(1);
    const found = rows.filter(([status]) => status === 'fail' || status === 'warn');
    expect(results.map(({ ruleId, level }) => [level, ruleId])).toEqual(
      found.map(([status, rule]) => [status === 'fail' ? 'error' : 'warning', rule]),
    );
    expect(new Set(found.map(([status]) => status))).toEqual(new Set(['fail', 'warn']));
    const uris = results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri ?? '');
    expect(uris.filter((uri) => !uri.startsWith('samples/'))).toEqual([]);
    expect(tool.driver.rules.map(({ id }) => id)).toEqual([
      ...rows.map(([, rule]) => rule),
      'nothing-judged',
      'no-image',
      'input-unreadable',
    ]);
  });
});

describe('varve plan', () => {
  const plan = ['plan', 'samples', '--remove', 'dangling,superseded', '--verify'];

  it.each(['ndjson', 'csv'])('prints %s as it did', async (format) => {
    await expect(await printed(...plan, '--format', format)).toMatchFileSnapshot(`../golden/plan-${format}.${format}`);
  });

  it('has the findings of the archives as checks, as varve report has them', async () => {
    for (const format of ['junit', 'sarif', 'github']) {
      const [planned, reported] = await Promise.all([
        printed('plan', 'samples', '--remove', 'dangling', '--verify', '--format', format),
        printed('report', 'samples', '--format', format),
      ]);
      expect(planned.replaceAll('varve plan', 'varve report')).toBe(reported);
    }
  });

  it('has rows whose freed bytes add up to those of the document', async () => {
    const { freedBy } = JSON.parse(await printed(...plan, '--format', 'json')) as { freedBy: { imageBytes: number } };
    const [header = [], ...rows] = readCsv(await printed(...plan, '--format', 'csv'));
    const freed = rows.map((row) => Number(row[header.indexOf('freedBytes')]));
    expect(freed.length).toBeGreaterThan(1);
    expect(freed.reduce((sum, bytes) => sum + bytes, 0)).toBe(freedBy.imageBytes);
  });
});

describe('varve diff', () => {
  const [before = '', after = ''] = two;
  const pair = ['diff', before, after, '--verify'];

  it.each(['ndjson', 'csv'])('prints %s as it did', async (format) => {
    await expect(await printed(...pair, '--format', format)).toMatchFileSnapshot(`../golden/diff-${format}.${format}`);
  });

  it('has the findings of both sides as checks', async () => {
    const [reported, compared] = await Promise.all([
      printed('report', ...two, '--format', 'junit'),
      printed(...pair, '--format', 'junit'),
    ]);
    const sorted = (text: string) => readJunit(text).sort((a, b) => (a.classname < b.classname ? -1 : 1));
    expect(sorted(compared)).toEqual(sorted(reported));
    expect(readSarif(await printed(...pair, '--format', 'sarif')).results.length).toBeGreaterThan(0);
    expect(readLog(await printed(...pair, '--format', 'github')).commands.length).toBeGreaterThan(0);
  });
});
