/**
 * `varve pull` and `push` beside skopeo, crane, oras and regctl, in one run on this machine: 20 images that share layers, from and to
 * Debian's docker-registry behind a proxy that counts bytes. Rounds are interleaved; of each case the median is told. Prints a
 * table. What is not installed is left out, and named.
 *
 *   npm run bench:registry -- [--rounds N] [--large]      --large: four images with layers of 10 to 100 MB
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isThere, type Run, run } from '../peers/processes.js';
import { casesOf, type TransferCase, type TransferStep } from './cases.js';
import { imageShapes, imagesOf } from './images.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, large: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'varve-registry-'));
const started: ChildProcess[] = [];
try {
  await measure();
} finally {
  for (const child of started) child.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const [registryPort, port] = [await freePort(), await freePort()];
  const count = join(folder, 'count');
  await serve(registryPort, port, count);
  const set = await imagesOf(folder, `127.0.0.1:${port}`, imageShapes[values.large ? 'large' : 'usual']);
  const all = casesOf(folder, set);
  const cases = all.filter(({ program }) => program === null || isThere(program));
  const lacking = new Set(all.filter((one) => !cases.includes(one)).map(({ program }) => program));
  if (lacking.size > 0) process.stderr.write(`not installed, and left out: ${[...lacking].join(', ')}\n`);
  const samples = new Map<string, Sample[]>();
  for (let round = 0; round < rounds; round++) {
    for (const one of cases) {
      for (const step of one.steps(round)) {
        step.before?.();
        const key = `${one.name}|${step.name}`;
        const sample = timed(step.commands, count);
        samples.set(key, [...(samples.get(key) ?? []), sample]);
        process.stderr.write(`${key} ${Math.round(sample.elapsedMs)} ms\n`);
      }
    }
  }
  process.stdout.write(tableOf(cases, samples));
}

interface Sample {
  readonly elapsedMs: number;
  readonly peakBytes: number;
  readonly wireBytes: number;
}

function timed(commands: TransferStep['commands'], count: string): Sample {
  const before = wireBytes(count);
  const runs: Run[] = commands.map((argv) => run({ argv, discard: true }));
  // The last connections are told when they are closed.
  run({ argv: ['sleep', '0.2'], discard: true });
  return {
    elapsedMs: runs.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
    peakBytes: Math.max(...runs.map(({ peakBytes }) => peakBytes ?? 0)),
    wireBytes: wireBytes(count) - before,
  };
}

function wireBytes(count: string): number {
  return readFileSync(count, 'utf8')
    .split(' ')
    .reduce((sum, bytes) => sum + Number(bytes), 0);
}

function tableOf(cases: readonly TransferCase[], samples: ReadonlyMap<string, readonly Sample[]>): string {
  const rows = cases.flatMap(({ name, steps }) =>
    steps(0).map((step) => {
      const own = samples.get(`${name}|${step.name}`) ?? [];
      const of = (pick: (sample: Sample) => number): number => median(own.map(pick));
      const cells = [
        `${(of(({ elapsedMs }) => elapsedMs) / 1000).toFixed(2)} s`,
        `${(of((sample) => sample.wireBytes) / 1e6).toFixed(1)} MB`,
        `${Math.round(of(({ peakBytes }) => peakBytes) / 1e6)} MB`,
      ];
      return `| ${[step.name, name, ...cells].join(' | ')} |`;
    }),
  );
  return [
    '| what | program | time | on the wire | memory |',
    '| --- | --- | --- | --- | --- |',
    ...rows.sort(),
    '',
  ].join('\n');
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

async function serve(registryPort: number, port: number, count: string): Promise<void> {
  mkdirSync(join(folder, 'registry'));
  const config = join(folder, 'registry.yml');
  writeFileSync(
    config,
    JSON.stringify({
      version: 0.1,
      storage: { filesystem: { rootdirectory: join(folder, 'registry') } },
      http: { addr: `127.0.0.1:${registryPort}` },
      log: { level: 'error', accesslog: { disabled: true } },
    }),
  );
  started.push(spawn('docker-registry', ['serve', config], { stdio: 'ignore' }));
  const proxy = ['dist/bench/registry/counting-proxy.js', `${port}`, `${registryPort}`, count];
  started.push(spawn(process.execPath, proxy, { stdio: 'inherit' }));
  for (const each of [registryPort, port]) await answering(each);
}

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await delay(100);
  }
  throw new Error(`nothing answers at port ${port}; is docker-registry installed?`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
