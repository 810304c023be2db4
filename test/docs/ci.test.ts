/** The CI kit works: the steps of action.yml are run as the shell text that they are, and every file calls options that exist. */

import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { commands } from '../../src/cli/commands/index.js';
import { parseLine } from '../../src/cli/line/parser.js';
import { readSarif } from '../helpers/form-readers.js';
import { sweep } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
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
const { folder, newFolder } = temporaryFolder();

/** Two uses of the action in one job: of a damaged archive with a name that looks like a command, then of a good one. */
let bad: Used;
let good: Used;

beforeAll(() => {
  mkdirSync(join(folder, 'bin'));
  symlinkSync(resolve('dist/src/cli/main.cjs'), join(folder, 'bin/varve'));
  const runner = newFolder();
  const damaged = join(newFolder(), '##[error]forged.tar');
  copyFileSync('samples/orders-1.4-damaged.tar', damaged);
  bad = runAction({ paths: damaged }, { runner });
  good = runAction({ paths: 'samples/api-1.0-docker24.tar' }, { runner });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What a use of the action has left. */
interface Used {
  readonly code: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A job: uses of the action in it share the runner's folder. */
interface Job {
  /** RUNNER_TEMP; default a new one. */
  readonly runner?: string;
  /** Folders where commands are looked up; default the one that has varve, and those of this process. */
  readonly path?: string;
}

/** Runs the steps as GitHub does: one script each, by `bash -eo pipefail`, until one fails. */
function runAction(
  inputs: Readonly<Record<string, string>>,
  { runner = newFolder(), path = pathWithVarve() }: Job = {},
): Used {
  const kept = newFolder();
  const files = { GITHUB_STEP_SUMMARY: 'summary', GITHUB_OUTPUT: 'output', GITHUB_PATH: 'path' };
  const paths = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(kept, file)]));
  for (const path of Object.values(paths)) writeFileSync(path, '');
  const outputsNow = () => outputsOf(readFileSync(paths['GITHUB_OUTPUT'] ?? '', 'utf8'));
  const evaluated = (expression: string): string => {
    const [, context, name = ''] =
      /^\$\{\{ (?:(inputs|steps\.install\.outputs)\.)?([a-z_.]+) \}\}$/.exec(expression) ?? [];
    if (context === 'inputs') return inputs[name] ?? action.inputs[name]?.default ?? '';
    return (context === undefined ? { 'github.action_path': resolve('.') } : outputsNow())[name] ?? expression;
  };
  let code = 0;
  let log = '';
  for (const step of steps) {
    const script = join(kept, 'step.sh');
    writeFileSync(script, step.run);
    const own = Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, evaluated(text)]));
    const env = { ...process.env, PATH: path, RUNNER_TEMP: runner, ...paths, ...own };
    const ended = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], { env, encoding: 'utf8' });
    code = ended.status ?? -1;
    log += ended.stdout + ended.stderr;
    if (code !== 0) break;
  }
  const read = (name: keyof typeof files) => readFileSync(paths[name] ?? '', 'utf8');
  return { code, log, summary: read('GITHUB_STEP_SUMMARY'), outputs: outputsNow() };
}

function outputsOf(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string]));
}

function pathWithVarve(): string {
  return `${join(folder, 'bin')}:${process.env['PATH']}`;
}

/** Inputs that the action has to refuse, with the code it ends with and a word of what it says. */
const unusable: readonly (readonly [
  name: string,
  status: number,
  told: string,
  inputs: Readonly<Record<string, string>>,
])[] = [
  ['a rule that is none', 2, 'max-nothing', { rules: 'max-nothing=1' }],
  ['a rule with a value that is none', 2, 'max-layers', { rules: 'max-layers=many' }],
  ['a format that is none', 2, '--format', { format: 'pdf' }],
  ['another version', 2, 'another version', { version: '99.0.0' }],
  ['a folder as the file for SARIF', 2, 'sarif', { sarif: '/' }],
  ['a folder for SARIF that is not there', 2, 'sarif', { sarif: 'no such folder/x.sarif' }],
  ['a file for SARIF that is an archive', 2, 'no SARIF', { sarif: 'samples/api-1.0-docker24.tar' }],
  ['a policy that is not there', 2, 'no-such.yml', { policy: 'no-such.yml' }],
  ['a policy that is none', 2, 'README.md', { policy: 'README.md' }],
  ['a baseline that is not there', 2, 'no-such.json', { baseline: 'no-such.json', rules: 'max-growth=1%' }],
  ['a baseline that is none', 2, 'not an inventory', { baseline: 'package.json', rules: 'max-growth=1%' }],
  ['a rule for growth without a baseline', 2, 'max-growth', { rules: 'max-growth=1%' }],
  ['a carriage return in paths', 2, 'carriage return', { paths: 'samples/mirror\r\nsamples\r\n' }],
  ['a carriage return in rules', 2, 'carriage return', { rules: 'intact\r\n' }],
  ['two lines where one is taken', 2, 'one line', { sarif: 'x.sarif\nverdict=pass' }],
  ['a path that is not there', 3, 'no such.tar', { paths: 'samples/mirror\nno such.tar' }],
];

describe('action.yml', () => {
  it('lets no input and no expression into the text of a script', () => {
    expect(action.runs.using).toBe('composite');
    expect(steps.filter(({ run }) => run.includes('${{')).map(({ name }) => name)).toEqual([]);
    expect(steps.map(({ shell }) => shell)).toEqual(steps.map(() => 'bash'));
  });

  it('passes a good archive, with a summary, a verdict and the result', () => {
    const { code, summary, outputs } = good;
    expect([code, outputs['verdict']]).toEqual([0, 'pass']);
    expect(summary).toMatch(/^PASS/);
    expect(JSON.parse(readFileSync(outputs['report'] ?? '', 'utf8'))).toMatchObject({
      kind: 'varve.check',
      verdict: 'pass',
    });
    expect(JSON.parse(readFileSync(outputs['inventory'] ?? '', 'utf8'))).toMatchObject({ kind: 'varve.inventory' });
  });

  it('fails a damaged one with code 1, and still writes all of it', () => {
    const { code, summary, outputs, log } = bad;
    expect([code, outputs['verdict']]).toEqual([1, 'fail']);
    const { results } = readSarif(readFileSync(outputs['sarif'] ?? '', 'utf8'));
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toContainEqual(['intact', 'error']);
    expect(summary).toMatch(/^\*\*FAIL: /);
    expect(log).toMatch(/^::error .*intact/m);
  });

  it('gives the runner no command that stands in the name of an archive', () => {
    const named = bad.log.split('\n').filter((line) => line.includes('forged.tar'));
    expect(named).not.toEqual([]);
    // A line is one command: what stands inside of one that begins with `::` is its text.
    expect(named.filter((line) => !/^::(?:error|warning|notice) /.test(line))).toEqual([]);
  });

  it('writes SARIF where it is told to, over that of an earlier run, without results for a good archive', () => {
    const sarif = join(folder, 'scan results.sarif');
    copyFileSync(bad.outputs['sarif'] ?? '', sarif);
    const { code, outputs } = runAction({ paths: 'samples/api-1.*-docker24.tar', sarif });
    expect([code, outputs['sarif']]).toEqual([0, sarif]);
    expect(readSarif(readFileSync(sarif, 'utf8')).results).toEqual([]);
  });

  it('takes several paths, a policy, rules, a baseline and a format', () => {
    const { code, outputs } = runAction({
      paths: 'samples/api-1.0-docker24.tar\nsamples/mirror\n',
      policy: 'docs/ci/policy.yml',
      rules: 'max-growth=1%\nmax-layers=99',
      baseline: good.outputs['inventory'] ?? '',
      format: 'markdown',
    });
    expect([code, outputs['verdict']]).toEqual([1, 'fail']);
    expect(readFileSync(outputs['report'] ?? '', 'utf8')).toContain('max-growth');
  });

  const unread = [
    ['an input cannot be read', 'samples/mirror\nsamples/README.md', 'could not be read'],
    ['a glob, which is left to the search, matches nothing', 'samples/no-such-?.tar', 'no-such-?.tar'],
  ] as const;

  it.each(sweep(unread, 1))('fails with code 3 and a summary where %s', (_, paths, told) => {
    const { code, outputs, summary } = runAction({ paths });
    expect([code, outputs['verdict']]).toEqual([3, 'fail']);
    expect(summary).toContain(told);
  });

  it('holds a growth against a baseline in the folder of the runner, under whatever name it was downloaded', () => {
    const before = good.outputs['inventory'] ?? '';
    const runner = newFolder();
    const names = sweep(['varve-inventory.json', 'inventory.json', 'nothing.json'], 1);
    const ends = names.map((name) => {
      const baseline = join(runner, name);
      copyFileSync(before, baseline);
      const inputs = { paths: 'samples/api-1.0-docker24.tar\nsamples/mirror', rules: 'max-growth=1%', baseline };
      const { code, outputs } = runAction(inputs, { runner });
      return [code, outputs['verdict'], readFileSync(baseline, 'utf8') === readFileSync(before, 'utf8')];
    });
    expect(ends).toEqual(names.map(() => [1, 'fail', true]));
  });

  it('keeps the results of two uses in one job apart', () => {
    const read = ({ outputs }: Used, name: string) => readFileSync(outputs[name] ?? '', 'utf8');
    expect([bad, good].map((used) => JSON.parse(read(used, 'report')).verdict)).toEqual(['fail', 'pass']);
    expect([bad, good].map((used) => readSarif(read(used, 'sarif')).results.length > 0)).toEqual([true, false]);
    expect([bad, good].map((used) => read(used, 'inventory').includes('forged.tar'))).toEqual([true, false]);
  });

  it('takes the varve of the action itself where none is on the PATH', () => {
    const folders = (process.env['PATH'] ?? '').split(':').filter((each) => !existsSync(join(each, 'varve')));
    const { code, outputs } = runAction({ paths: 'samples/mirror' }, { path: folders.join(':') });
    expect([code, outputs['command']]).toEqual([0, resolve('dist/src/cli/main.cjs')]);
  });

  it.each(sweep(unusable, 4))('tells of %s before a byte of an archive is read', (_, status, told, inputs) => {
    const unread = join(folder, 'unread');
    writeFileSync(unread, '#!/bin/bash\nfor word; do [ "$word" != scan ] || exit 99; done\nexec "$VARVE_READS" "$@"\n');
    chmodSync(unread, 0o755);
    const bin = newFolder();
    symlinkSync(unread, join(bin, 'varve'));
    vi.stubEnv('VARVE_READS', resolve('dist/src/cli/main.cjs'));
    const { code, log, outputs } = runAction(
      { paths: 'samples/mirror', ...inputs },
      { path: `${bin}:${pathWithVarve()}` },
    );
    expect([code, outputs['verdict']]).toEqual([status, undefined]);
    expect(log.split('\n').filter((line) => line.startsWith('::error ') && line.includes(told))).toHaveLength(1);
  });

  const commands = [
    ['in a path', 'paths', '$(touch HACKED)`touch HACKED`; touch HACKED; "'],
    ['as an option', 'paths', '--output=HACKED'],
    ['in a rule', 'rules', 'intact; touch HACKED'],
    ['in a policy', 'policy', '$(touch HACKED)'],
  ] as const;

  it.each(sweep(commands, 2))('runs nothing that stands %s', (_, input, text) => {
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

  it('use the actions of GitHub at a major version, and ask for no more rights than those need', () => {
    const uses = [...github.matchAll(/uses: ((?:actions|github)\/[a-z/-]+)@(\S+)/g)].map(([, name, version]) => [
      name,
      version,
    ]);
    expect(uses).toEqual([
      ['actions/checkout', 'v7'],
      ['github/codeql-action/upload-sarif', 'v4'],
      ['actions/upload-artifact', 'v7'],
    ]);
    const { permissions } = parseYaml(github) as { permissions: object };
    expect(permissions).toEqual({ contents: 'read', 'security-events': 'write', actions: 'read' });
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
    for (const call of calls)
      expect(() =>
        parseLine(
          call
            .replace(/ \|\| .*/, '')
            .split(' ')
            .slice(1),
          commands,
        ),
      ).not.toThrow();
  });

  /** The lines of the job for GitLab, run as its runner does: in one shell that ends where a line fails. */
  function runGitlab(archives: readonly string[], policy: string) {
    const { varve } = parseYaml(gitlab) as { varve: { script: string[]; after_script: string[] } };
    const project = newFolder();
    mkdirSync(join(project, 'images'));
    for (const path of archives) copyFileSync(path, join(project, 'images', basename(path)));
    writeFileSync(join(project, 'policy.yml'), policy);
    const env = { ...process.env, PATH: pathWithVarve() };
    const run = (lines: readonly string[]) =>
      spawnSync('bash', ['-eo', 'pipefail', '-c', lines.join('\n')], { cwd: project, env, encoding: 'utf8' }).status;
    const ended = run(varve.script);
    return { ended, after: run(varve.after_script), read: (name: string) => readFileSync(join(project, name), 'utf8') };
  }

  it.each([
    ['passes what is good', ['samples/api-1.0-docker24.tar'], 'rules: {intact: true}', 0, 'pass'],
    ['fails what a rule fails', ['samples/orders-1.4-damaged.tar'], 'rules: {intact: true}', 1, 'fail'],
  ])('for GitLab %s', (_, archives, policy, status, verdict) => {
    const { ended, after, read } = runGitlab(archives, policy);
    expect([ended, after, JSON.parse(read('check.json')).verdict]).toEqual([status, 0, verdict]);
    expect(read('check.md')).not.toBe('');
  });

  it('for GitLab judges also where an input could not be read, and fails with code 3 or that of the rule', () => {
    const cut = join(folder, 'cut.tar');
    writeFileSync(cut, 'no archive at all');
    const { ended, read } = runGitlab([cut, 'samples/api-1.0-docker24.tar'], 'rules: {intact: true}');
    expect([ended, JSON.parse(read('check.json')).failedBy]).toEqual([3, ['failed-rules', 'unreadable-inputs']]);
    expect(read('check.md')).toContain('cut.tar');
  });

  it('for GitLab ends with code 2 at a policy that is none', () => {
    expect(() =>
      runGitlab(['samples/api-1.0-docker24.tar'], 'rules: {no-such-rule: true}').read('check.json'),
    ).toThrow();
    expect(runGitlab(['samples/api-1.0-docker24.tar'], 'rules: {no-such-rule: true}').ended).toBe(2);
  });
});
