/**
 * What hostile archives cost: every attack in two sizes, given to every command in the forms that write what archives say, in
 * a process of its own. Prints a table of Markdown: of each attack the bytes on disk, the slowest form, the one that takes
 * most memory, the one that lets a signal wait longest (`longest-wait.ts`), how the time grows from the small size to the large one (1: in proportion), and what the large one took of
 * builds from before its bounds. Exits 1 where a form takes
 * longer, more memory or a longer wait than it may, or ends as none should.
 *
 *   node dist/bench/costs/main.js [PART OF A NAME [PART OF A FORM]]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { formatBytes, formatCount } from '../../src/report/blocks/units.js';
import { withFolder } from '../inputs.js';
import { type Attack, attacks } from './attacks.js';
import { forms } from './forms.js';

const [partOfName = '', partOfForm = ''] = process.argv.slice(2);
/** What a form may take of one input. */
const most = { seconds: 20, bytes: 800 * 1024 ** 2, waitMs: 500 };
const watcher = resolve('dist/bench/costs/longest-wait.js');
const timeoutSeconds = 120;

interface Cost {
  readonly form: string;
  readonly seconds: number;
  readonly peakBytes: number;
  /** How long a signal waited at most. */
  readonly waitMs: number;
}

/** Writes the archives of an attack into a folder; returns their bytes on disk. */
function write(folder: string, attack: Attack, size: number): number {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  let diskBytes = 0;
  for (const [i, tar] of [...attack.tars(size)].entries()) {
    const path = join(folder, `a${i}.tar.gz`);
    writeFileSync(path, gzipSync(tar));
    diskBytes += statSync(path).size;
  }
  return diskBytes;
}

/** One run of the built program; its output is dropped. */
function costOf(form: string, folder: string, note: string): Cost {
  const waitNote = `${note}.wait`;
  for (const file of [note, waitNote]) rmSync(file, { force: true });
  const command = `exec ${process.execPath} --import ${watcher} dist/src/cli/main.cjs ${form.replaceAll('INPUT', folder)} >/dev/null`;
  const watch = ['--quiet', '--format', '%M', '--output', note, 'timeout', '-k', '2', String(timeoutSeconds)];
  const started = performance.now();
  const { status, stderr } = spawnSync('time', [...watch, 'bash', '-c', command], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, VARVE_WAIT: waitNote },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const seconds = (performance.now() - started) / 1000;
  const peakBytes = Number(readFileSync(note, 'utf8').trim().split('\n').at(-1)) * 1024;
  const waitMs = existsSync(waitNote) ? Number(readFileSync(waitNote, 'utf8')) : Number.POSITIVE_INFINITY;
  const ended = status !== null && [0, 1, 3].includes(status) && !stderr.includes('bug in varve');
  const cost = `${seconds.toFixed(1)} s, ${formatBytes(peakBytes)}, ${waitMs.toFixed(0)} ms`;
  if (!ended || seconds > most.seconds || peakBytes > most.bytes || waitMs > most.waitMs) {
    process.exitCode = 1;
    const end = ended ? '' : `, ends with ${status}: ${stderr.slice(-300)}`;
    console.error(`  too much: ${form}: ${cost}${end}`);
  } else if (process.env['VARVE_COSTS'] === 'all') {
    console.error(`  ${form}: ${cost}`);
  }
  return { form, seconds, peakBytes, waitMs };
}

/** The row of an attack of one size; `before`: the seconds of each form at the small size. */
function rowOf(attack: Attack, size: number, diskBytes: number, costs: readonly Cost[], before: Map<string, number>) {
  const slowest = costs.reduce((a, b) => (b.seconds > a.seconds ? b : a));
  const largest = costs.reduce((a, b) => (b.peakBytes > a.peakBytes ? b : a));
  const latest = costs.reduce((a, b) => (b.waitMs > a.waitMs ? b : a));
  const [small, large] = attack.sizes;
  const earlier = before.get(slowest.form);
  const growth =
    earlier === undefined ? '' : (Math.log(slowest.seconds / earlier) / Math.log(large / small)).toFixed(2);
  const time = `${slowest.seconds.toFixed(1)} s`;
  const peak = formatBytes(largest.peakBytes);
  const cells = [
    formatCount(size),
    formatBytes(diskBytes),
    size === large ? (attack.before ?? '') : '',
    time,
    nameOf(slowest.form),
    growth,
    peak,
    nameOf(largest.form),
    `${latest.waitMs.toFixed(0)} ms`,
    nameOf(latest.form),
  ];
  return `| ${[attack.name, ...cells].join(' | ')} |`;
}

function nameOf(form: string): string {
  return `\`${form.replaceAll(' INPUT', '').replace(' --format', '')}\``;
}

console.log('| attack | size | on disk | before | time | of | growth | memory | of | wait | of |');
console.log('| --- | --: | --: | --- | --: | --- | --: | --: | --- | --: | --- |');
await withFolder(async (root) => {
  for (const attack of attacks.filter(({ name }) => name.includes(partOfName))) {
    const before = new Map<string, number>();
    for (const size of attack.sizes) {
      const folder = join(root, 'archives');
      const diskBytes = write(folder, attack, size);
      const wanted = forms.filter((form) => form.includes(partOfForm));
      const costs = wanted.map((form) => costOf(form, folder, join(root, 'peak')));
      console.log(rowOf(attack, size, diskBytes, costs, before));
      for (const { form, seconds } of costs) before.set(form, seconds);
    }
  }
});
