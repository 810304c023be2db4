/**
 * An archive whose names, tags and labels are made to be obeyed by whoever reads a result: a terminal, a spreadsheet, a
 * browser, an XML reader, the runner of GitHub Actions. Each form keeps them as text, on their own line, in their own cell.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked } from 'marked';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Verification } from '../../src/model/results/results.js';
import { safeText } from '../../src/report/blocks/safe-text.js';
import { varve } from '../cli/console.js';
import { dockerSave, file, image, layer, rawTar } from '../helpers/archive-builder.js';
import { readCsv, readJunit, readLog, readSarif } from '../helpers/form-readers.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { folder } = temporaryFolder();

/** Short enough for the name field of a tar. */
const attacks = [
  '::error::forged',
  '\n::error::forged\n',
  '\r::stop-commands::x\r',
  '##[error]forged',
  '%0A::error::forged',
  '=cmd|" /C calc"!A0',
  '@SUM(1+1)*cmd',
  '\t+1',
  'a;=1+1',
  ']]><failure/><!--',
  '"/><testcase name="x',
  '&lt;b&gt;&#0;\u0000\u001b[31m',
  '\ufffe\uffff\u202e\u2028',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '![x](http://evil.example/p)',
  'http://evil.example/\n# h',
  '|---|\n|a|b|',
  '@octocat #1 www.evil.example',
  '{0} [l](1)',
  '","kind":"varve.report","x":"',
];

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })], tags: ['docker.io/library/tiny:1'] });
const plainPath = join(folder, 'plain.tar');
const evilPath = join(folder, 'x,y:z%0A::error::forged\n::error::forged.tar');

beforeAll(() => {
  const crane = dockerSave([tiny], { variant: 'crane' });
  const records = [{ Config: tiny.id, RepoTags: attacks, Layers: [crane[0]?.name, ...attacks] }];
  const entries = attacks.map((name, index) => file(name.replaceAll('\u0000', '') || `x${index}`, 'x'));
  writeFileSync(plainPath, rawTar(crane));
  writeFileSync(
    evilPath,
    rawTar([
      ...crane.slice(0, -1),
      ...entries.map((entry) => ({ ...entry, name: 'x', pax: { path: entry.name } })),
      file('manifest.json', JSON.stringify(records)),
    ]),
  );
});

const commands = ['verify', 'report'] as const;

async function printed(command: string, format: string, path = evilPath): Promise<string> {
  const { stdout } = await varve([command, path, '--format', format, '--quiet', '--verbose', '--workers', '0']);
  return stdout;
}

interface Summary {
  readonly summary: { readonly errors: number; readonly warnings: number; readonly hints: number };
}

async function findingsOf(command: string): Promise<number> {
  const { errors, warnings, hints } = (JSON.parse(await printed(command, 'json')) as Summary).summary;
  return errors + warnings + hints;
}

/** A check for each fault and each hint. */
async function checksOf(command: string): Promise<number> {
  const { archives } = JSON.parse(await printed(command, 'json')) as Pick<Verification, 'archives'>;
  return archives.reduce(
    (sum, { faults, findings }) => sum + faults.length + findings.filter(({ severity }) => severity === 'hint').length,
    0,
  );
}

describe.each(commands)('varve %s on hostile names', (command) => {
  it.each(['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'junit', 'sarif', 'github'])(
    'prints nothing that a terminal obeys: %s',
    async (format) => {
      expect(await printed(command, format)).toMatch(/^(?:\n|[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}])+$/u);
    },
  );

  it('finds every attack, so that there is something to print', async () => {
    expect(await findingsOf(command)).toBeGreaterThan(attacks.length);
  });

  it('gives the runner no command but its own', async () => {
    const log = readLog(await printed(command, 'github'));
    const own = log.commands.filter(({ properties }) => properties['file'] !== undefined);
    expect(own).toHaveLength(await checksOf(command));
    expect([...new Set(own.map(({ properties }) => properties['file']))]).toEqual([safeText(evilPath)]);
    expect(log.commands.filter(({ properties }) => !/^[^\p{Cc}\p{Cf}]+$/u.test(properties['title'] ?? ''))).toEqual([]);
    expect(log.commands.flatMap(({ data }) => data.split('\n')).filter((line) => line.startsWith('::'))).toEqual([]);
    expect(log.commands.filter(({ command: name }) => !['error', 'warning', 'notice'].includes(name))).toEqual([]);
    expect(log.commands.filter(({ data }) => data.startsWith('forged'))).toEqual([]);
    expect(log.others).toEqual([expect.stringMatching(new RegExp(`^varve ${command}: \\d+ errors`))]);
  });

  it('gives a spreadsheet no formula, and no row too many', async () => {
    const csv = await printed(command, 'csv');
    const rows = readCsv(csv);
    expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
    expect(csv.split('\n')).toHaveLength(rows.length + 1);
    const parts = rows.flat().flatMap((cell) => cell.split(';'));
    expect(parts.filter((part) => /^[\s"]*[=+\-@]/.test(part))).toEqual([]);
  });

  it('gives an XML reader a valid file with a case for each finding', async () => {
    const cases = readJunit(await printed(command, 'junit'));
    expect(cases.filter(({ result }) => result !== 'skipped')).toHaveLength(await checksOf(command));
    expect(new Set(cases.map(({ classname }) => classname)).size).toBe(1);
  });

  it('gives code scanning a valid file without links', async () => {
    const { results } = readSarif(await printed(command, 'sarif'));
    expect(results).toHaveLength(await checksOf(command));
    const texts = results.map(({ message }) => message.text.replace(/\\[[\]\\]/g, ''));
    expect(texts.filter((text) => /[[\]]|\{0\}(?!\})/.test(text))).toEqual([]);
    const uris = results.flatMap(({ locations }) => locations.map((at) => at.physicalLocation.artifactLocation.uri));
    expect(new Set(uris).size).toBe(1);
    expect(uris[0]).toMatch(
      /^file:\/\/\/[\w./%-]+x%2Cy%3Az%250A%3A%3Aerror%3A%3Aforged%0A%3A%3Aerror%3A%3Aforged\.tar$/,
    );
  });

  it('gives a browser no tag of theirs', async () => {
    const html = marked.parse(await printed(command, 'markdown'), { async: false });
    const tags = [...new Set([...html.matchAll(/<\/?([a-z][\w-]*)/gi)].map(([, tag]) => tag))];
    const ours = ['p', 'ul', 'li', 'strong', 'code', 'h2', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'br'];
    expect(tags.filter((tag) => !ours.includes(tag ?? ''))).toEqual([]);
  });

  it('gives a JSON reader one object a line, each of a kind of ours', async () => {
    const lines = (await printed(command, 'ndjson')).trimEnd().split('\n');
    const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds.filter((kind) => kind.startsWith('varve.'))).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'finding')).toHaveLength(await findingsOf(command));
  });

  it.each(['ndjson', 'csv', 'markdown', 'junit', 'sarif', 'github'])(
    'accepts an archive with plain names: %s',
    async (format) => {
      const { code, stdout } = await varve([command, plainPath, '--format', format, '--quiet']);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/forged|error::|severity":"error/);
    },
  );
});

describe('a Markdown table of hostile names', () => {
  it('has as many cells in each row as in its head', async () => {
    const lines = (await printed('report', 'markdown')).split('\n');
    const cells = lines.map((line) => (line.startsWith('|') ? line.split(/(?<!\\)\|/).length : 0));
    expect(cells.filter((count, i) => count > 0 && (cells[i - 1] ?? 0) > 0 && count !== cells[i - 1])).toEqual([]);
    expect(cells.filter((count) => count > 0).length).toBeGreaterThan(2);
  });
});

const judging = [
  ['check', ['--rule', 'intact', '--rule', 'forbidden-tags=**', '--rule', 'no-unreferenced']],
  ['plan', ['--remove', 'dangling,unreferenced', '--filter', 'reference=**']],
  ['diff', [plainPath]],
] as const;

describe.each(judging)('varve %s, which judges, on hostile names', (command, words) => {
  const said = async (format: string) =>
    (await varve([command, evilPath, ...words, '--format', format, '--quiet', '--verbose', '--workers', '0'])).stdout;

  it.each(['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'junit', 'sarif', 'github'])(
    'prints nothing that a terminal obeys: %s',
    async (format) => {
      expect(await said(format)).toMatch(/^(?:\n|[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}])+$/u);
    },
  );

  it('gives a browser no tag, a runner no command and a spreadsheet no formula of theirs', async () => {
    const html = marked.parse(await said('markdown'), { async: false });
    const tags = [...new Set([...html.matchAll(/<\/?([a-z][\w-]*)/gi)].map(([, tag]) => tag))];
    const ours = ['p', 'ul', 'li', 'strong', 'code', 'h2', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'br'];
    expect(tags.filter((tag) => !ours.includes(tag ?? ''))).toEqual([]);
    const { commands: obeyed } = readLog(await said('github'));
    expect(obeyed.filter(({ data }) => data.startsWith('forged'))).toEqual([]);
    expect(obeyed.filter(({ command: name }) => !['error', 'warning', 'notice'].includes(name))).toEqual([]);
    const parts = readCsv(await said('csv')).flatMap((row) => row.flatMap((cell) => cell.split(';')));
    expect(parts.filter((part) => /^[\s"]*[=+@]|^[\s"]*-\D/.test(part))).toEqual([]);
  });

  it('gives readers of XML and of SARIF valid files', async () => {
    expect(readJunit(await said('junit')).length).toBeGreaterThan(0);
    expect(readSarif(await said('sarif')).results.length).toBeGreaterThan(0);
  });
});
