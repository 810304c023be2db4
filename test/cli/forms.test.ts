/** The forms for programs, from the words of a command to its output. After an intended change: `npx vitest -u`. */
import { describe, expect, it } from 'vitest';
import { readCsv, readJunit, readLog, readSarif } from '../helpers/form-readers.js';
import { varve } from './console.js';

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
      archives: object[];
    };
    const { errors, warnings, hints, notChecked } = document.summary;
    const cases = readJunit(await printed('verify', 'samples', '--format', 'junit'));
    const { results, invocations } = readSarif(await printed('verify', 'samples', '--format', 'sarif'));
    const rows = readCsv(await printed('verify', 'samples', '--format', 'csv'));
    const { commands } = readLog(await printed('verify', 'samples', '--format', 'github', '--verbose'));
    const found = errors + warnings + hints;
    expect(errors).toBeGreaterThan(0);
    expect(cases.filter(({ result }) => result === 'failure')).toHaveLength(errors);
    expect(new Set(cases.map(({ classname }) => classname)).size).toBe(document.archives.length);
    expect(results).toHaveLength(found);
    expect(invocations[0]?.toolExecutionNotifications).toHaveLength(notChecked);
    expect(rows.filter((row) => ['error', 'warning', 'hint'].includes(row[3] ?? ''))).toHaveLength(found);
    expect(commands.filter(({ properties }) => 'file' in properties)).toHaveLength(found);
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
