/** The CI kit works: the steps of action.yml are run as the shell text that they are, and every file calls options that exist. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { parse } from '../../src/cli/parser.js';
import { readSarif } from '../helpers/form-readers.js';
import { readPage, rowsOf, sectionOf } from './page.js';

interface Step {
  readonly name: string;
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action = parseYaml(readFileSync('action.yml', 'utf8')) as Action;
const { steps } = action.runs;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'varve-action-'));
  mkdirSync(join(folder, 'bin'));
  symlinkSync(resolve('dist/src/cli/main.cjs'), join(folder, 'bin/varve'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the steps as GitHub does: one script each, by `bash -eo pipefail`, until one fails. */
function runAction(inputs: Readonly<Record<string, string>>) {
  const runner = mkdtempSync(join(folder, 'run-'));
  const files = { GITHUB_STEP_SUMMARY: 'summary', GITHUB_OUTPUT: 'output', GITHUB_PATH: 'path' };
  const paths = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(runner, file)]));
  for (const path of Object.values(paths)) writeFileSync(path, '');
  const evaluated = (expression: string): string => {
    const input = /^\$\{\{ inputs\.([a-z]+) \}\}$/.exec(expression)?.[1];
    return input === undefined ? resolve('.') : (inputs[input] ?? action.inputs[input]?.default ?? '');
  };
  let code = 0;
  let log = '';
  for (const step of steps) {
    const script = join(runner, 'step.sh');
    writeFileSync(script, step.run);
    const own = Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, evaluated(text)]));
    const env = {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      RUNNER_TEMP: runner,
      ...paths,
      ...own,
    };
    const ended = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], { env, encoding: 'utf8' });
    code = ended.status ?? -1;
    log += ended.stdout + ended.stderr;
    if (code !== 0) break;
  }
  const read = (name: keyof typeof files) => readFileSync(paths[name] ?? '', 'utf8');
  const outputs = Object.fromEntries(
    read('GITHUB_OUTPUT')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('=', 2) as [string, string]),
  );
  return { code, log, summary: read('GITHUB_STEP_SUMMARY'), outputs };
}

describe('action.yml', () => {
  it('lets no input and no expression into the text of a script', () => {
    expect(action.runs.using).toBe('composite');
    expect(steps.filter(({ run }) => run.includes('${{')).map(({ name }) => name)).toEqual([]);
    expect(steps.map(({ shell }) => shell)).toEqual(steps.map(() => 'bash'));
  });

  it('passes a good archive, with a summary, a verdict and the result', () => {
    const { code, summary, outputs } = runAction({ paths: 'samples/api-1.0-docker24.tar' });
    expect([code, outputs['verdict']]).toEqual([0, 'pass']);
    expect(summary).toMatch(/^PASS/);
    expect(JSON.parse(readFileSync(outputs['report'] ?? '', 'utf8'))).toMatchObject({
      kind: 'varve.check',
      verdict: 'pass',
    });
    expect(JSON.parse(readFileSync(outputs['inventory'] ?? '', 'utf8'))).toMatchObject({ kind: 'varve.inventory' });
  });

  it('fails a damaged one with code 1, and still writes all of it', () => {
    const { code, summary, outputs, log } = runAction({ paths: 'samples/orders-1.4-damaged.tar' });
    expect([code, outputs['verdict']]).toEqual([1, 'fail']);
    const { results } = readSarif(readFileSync(outputs['sarif'] ?? '', 'utf8'));
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toContainEqual(['intact', 'error']);
    expect(summary).toMatch(/^\*\*FAIL: /);
    expect(log).toMatch(/^::error .*intact/m);
  });

  it('gives the runner no command that stands in the name of an archive', () => {
    const images = mkdtempSync(join(folder, 'images-'));
    copyFileSync('samples/orders-1.4-damaged.tar', join(images, '##[error]forged.tar'));
    const { code, log } = runAction({ paths: images });
    const named = log.split('\n').filter((line) => line.includes('forged.tar'));
    expect(code).toBe(1);
    expect(named).not.toEqual([]);
    // A line is one command: what stands inside of one that begins with `::` is its text.
    expect(named.filter((line) => !/^::(?:error|warning|notice) /.test(line))).toEqual([]);
  });

  it('writes SARIF where it is told to, without results for a good archive', () => {
    const sarif = join(folder, 'scan results.sarif');
    const { code, outputs } = runAction({ paths: 'samples/api-1.0-docker24.tar', sarif });
    expect([code, outputs['sarif']]).toEqual([0, sarif]);
    expect(readSarif(readFileSync(sarif, 'utf8')).results).toEqual([]);
  });

  it('takes several paths, a policy, rules, a baseline and a format', () => {
    const first = runAction({ paths: 'samples/api-1.0-docker24.tar' });
    const { code, outputs } = runAction({
      paths: 'samples/api-1.0-docker24.tar\nsamples/mirror\n',
      policy: 'docs/ci/policy.yml',
      rules: 'max-growth=1%\nmax-layers=99',
      baseline: first.outputs['inventory'] ?? '',
      format: 'markdown',
    });
    expect([code, outputs['verdict']]).toEqual([1, 'fail']);
    expect(readFileSync(outputs['report'] ?? '', 'utf8')).toContain('max-growth');
  });

  it('fails with code 3 where an input cannot be read', () => {
    const { code, outputs, summary } = runAction({ paths: '/nonexistent.tar' });
    expect([code, outputs['verdict']]).toEqual([3, 'fail']);
    expect(summary).toContain('could not be read');
  });

  it.each([
    ['a rule that is none', { rules: 'max-nothing=1' }],
    ['a format that is none', { format: 'pdf' }],
    ['another version', { version: '99.0.0' }],
    ['a folder as the file for SARIF', { sarif: '/' }],
  ])('ends with code 2 at %s', (_, inputs) => {
    expect(runAction({ paths: 'samples/mirror', ...inputs }).code).toBe(2);
  });

  it.each([
    ['in a path', 'paths', '$(touch HACKED)`touch HACKED`; touch HACKED; "'],
    ['as an option', 'paths', '--output=HACKED'],
    ['in a rule', 'rules', 'intact; touch HACKED'],
    ['in a policy', 'policy', '$(touch HACKED)'],
  ])('runs nothing that stands %s', (_, input, text) => {
    const marker = join(folder, 'hacked');
    const { code } = runAction({ paths: 'samples/mirror', [input]: text.replaceAll('HACKED', marker) });
    expect(code).not.toBe(0);
    expect(() => readFileSync(marker)).toThrow();
  });

  it('has the inputs and outputs that docs/ci/README.md lists', () => {
    const listed = rowsOf(sectionOf(readPage('docs/ci/README.md'), '## The action')).map(([name]) => name);
    expect(listed).toEqual([...Object.keys(action.inputs), ...Object.keys(action.outputs)]);
  });
});

describe('the jobs of docs/ci', () => {
  const github = readFileSync('docs/ci/github-actions.yml', 'utf8');
  const gitlab = readFileSync('docs/ci/gitlab-ci.yml', 'utf8');

  it('read only outputs that the action has', () => {
    const outputs = [...github.matchAll(/steps\.varve\.outputs\.([a-z]+)/g)].map(([, name]) => name ?? '');
    expect(outputs.length).toBeGreaterThan(3);
    expect(outputs.filter((name) => !Object.hasOwn(action.outputs, name))).toEqual([]);
  });

  it('give the action only inputs that it has', () => {
    const workflow = parseYaml(github) as { jobs: { images: { steps: { uses?: string; with?: object }[] } } };
    const used = workflow.jobs.images.steps.find(({ uses }) => uses?.includes('/varve@'));
    expect(Object.keys(used?.with ?? {}).filter((name) => !Object.hasOwn(action.inputs, name))).toEqual([]);
    expect(Object.keys(used?.with ?? {}).length).toBeGreaterThan(0);
  });

  it('call varve with options that it has', () => {
    const { varve } = parseYaml(gitlab) as { varve: { script: string[]; after_script: string[] } };
    const calls = [...varve.script, ...varve.after_script].filter((line) => line.startsWith('varve '));
    expect(calls).toHaveLength(3);
    for (const call of calls) expect(() => parse(call.replace(' || true', '').split(' ').slice(1))).not.toThrow();
  });
});
