/**
 * Every row of CASES.tsv, as it says: what `scan` finds, the exit code of `verify`, and for the attacks on loaders the exit
 * code of the three rules that each of them wants to get past.
 */
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import { varve } from '../cli/console.js';
import { type CaseAnswer, caseAnswers } from './case-answers.js';
import { caseFiles, casePath, caseRows } from './cases.js';

/** What differs from the right answer, as sentences. */
function differences(archives: readonly ArchiveRecord[], answer: CaseAnswer): string[] {
  const findings = archives.flatMap((archive) => archive.findings);
  const grave = findings.filter(({ severity }) => severity !== 'hint').map(({ code }) => code);
  const images = archives.flatMap((archive) => archive.images);
  const names = images.flatMap((image) => [...image.references, ...image.localTags]).sort();
  const statuses = archives.map(({ status }) => status);
  const texts = [...findings.map(({ message }) => message), ...archives.flatMap((a) => a.notChecked.map(String))];
  const wrong: [boolean, string][] = [
    [archives.length !== 1, `${archives.length} archives`],
    [answer.status !== undefined && !answer.status.includes(statuses[0] as 'ok'), `status ${statuses}`],
    [answer.names !== undefined && String(names) !== String(answer.names), `names ${names}`],
    [answer.images !== undefined && images.length !== answer.images, `${images.length} images`],
    [answer.oneOf !== undefined && !grave.some((code) => answer.oneOf?.includes(code)), `errors and warnings ${grave}`],
    [findings.some(({ code }) => answer.noneOf?.includes(code)), `findings ${findings.map(({ code }) => code)}`],
    [answer.quiet === true && grave.length > 0, `errors and warnings ${grave}`],
    [answer.warns === true && !findings.some(({ severity }) => severity === 'warning'), 'no warning'],
    [answer.layersCompared === true && !archives.every(layersCompared), 'a layer was not compared'],
    [answer.says !== undefined && !texts.some((text) => answer.says?.test(text)), `says ${texts}`],
  ];
  return wrong.filter(([is]) => is).map(([, sentence]) => sentence);
}

function layersCompared({ images, entries, notChecked }: ArchiveRecord): boolean {
  const diffIdOf = (entry: number | null) => (entry === null ? null : entries[entry]?.diffId);
  return (
    notChecked.length === 0 &&
    images.every(({ layers }) =>
      layers.every((layer) => layer.diffId !== null && diffIdOf(layer.entry) === layer.diffId),
    )
  );
}

/** The exit code that says the same as the status. */
const exitCodes: Readonly<Record<string, number>> = { ok: 0, failed: 1, unreadable: 3 };

const attacks = caseFiles.filter((file) => file.startsWith('loaders/') && !file.includes('/control-'));
const controls = caseFiles.filter((file) => file.includes('/control-'));
const rules = ['intact', 'user-not-root', 'no-secret-env'].flatMap((rule) => ['--rule', rule]);

/** `loaders/T9` is the row of `loaders/T9-symlink-dir.tar`, and `loaders/*` of all there. */
function covers(row: string, file: string): boolean {
  return row === file || file.startsWith(row.endsWith('*') ? row.slice(0, -1) : `${row}-`);
}

describe('a case', () => {
  it('has an answer here if it is a file, and a row if it has an answer', () => {
    expect(Object.keys(caseAnswers).sort()).toEqual([...caseFiles]);
    expect(caseFiles.filter((file) => !caseRows.some((row) => covers(row, file)))).toEqual([]);
    expect(caseRows.filter((row) => !caseFiles.some((file) => covers(row, file)))).toEqual([]);
  });

  it.each(caseFiles)('%s is what its row says', async (file) => {
    const { archives } = await scan([casePath(file)], { workers: 0 });
    expect(differences(archives, caseAnswers[file] ?? {})).toEqual([]);
  });

  it.each(caseFiles)('%s ends verify with the code of its status', async (file) => {
    const { archives } = await scan([casePath(file)], { workers: 0 });
    const { code } = await varve(['verify', casePath(file)]);
    expect(code).toBe(exitCodes[archives[0]?.status ?? '']);
  });

  it('powershell.tar is refused from standard input as by its path', async () => {
    const [piped, named] = await Promise.all([
      fromStandardInput('powershell.tar'),
      varve(verifyJson('powershell.tar')),
    ]);
    const codes = (text: string) =>
      (JSON.parse(text) as { archives: ArchiveRecord[] }).archives.map(({ findings }) =>
        findings.map(({ code }) => code),
      );
    expect([piped.code, codes(piped.stdout)]).toEqual([named.code, codes(named.stdout)]);
    expect(piped.code).toBe(3);
  });
});

describe('an attack on loaders', () => {
  it.each(attacks)('%s is not let through by the rules', async (file) => {
    expect((await varve(['check', ...rules, casePath(file)])).code).toBe(1);
  });

  it.each(controls)('is not seen in %s', async (file) => {
    expect((await varve(['check', ...rules, casePath(file)])).code).toBe(0);
  });
});

function verifyJson(file: string): string[] {
  return ['verify', '--format', 'json', file === '-' ? file : casePath(file)];
}

/** The built program, which reads the standard input of its process. */
function fromStandardInput(file: string): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, ['dist/src/cli/main.cjs', ...verifyJson('-')], (error, stdout) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      resolve({ code: Number(error?.code ?? 0), stdout });
    });
    const input = child.stdin;
    if (input === null) throw new TypeError('no standard input');
    // The program may end before it has read everything.
    input.on('error', () => undefined);
    createReadStream(casePath(file)).pipe(input);
  });
}
