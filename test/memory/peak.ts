/**
 * A run of the built program in a process of its own, and its peak memory as the kernel counts it, workers included. Linux
 * only: what other systems tell begins with the memory of the process that started it.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface PeakRun {
  readonly code: number;
  readonly peakBytes: number;
  /** What it printed. */
  readonly stdout: string;
}

/** Runs `varve` with these words. */
export async function peakOf(...words: string[]): Promise<PeakRun> {
  const script = `
    const { readFileSync } = await import('node:fs');
    const { runProgram } = await import(process.argv[1]);
    let stdout = '';
    const io = { stdout: { write: (text, done) => { stdout += text; done?.(); return true; } }, stderr: process.stderr,
      stdin: process.stdin, env: {}, signal: new AbortController().signal };
    const code = await runProgram(process.argv.slice(2), io);
    const [, peakKib] = /VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
    process.stdout.write(JSON.stringify({ code, peakBytes: Number(peakKib) * 1024, stdout }));
  `;
  const program = new URL('../../dist/src/cli/run.js', import.meta.url).href;
  const args = ['--input-type=module', '-e', script, program, ...words];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 256 * 1024 ** 2 });
  return JSON.parse(stdout) as PeakRun;
}
