/**
 * Measures, inside a run of the program, how long its main thread let a signal wait: loaded before it (`--import`), it looks
 * every few milliseconds, and the longest time between two looks is what a signal may have waited. Time in which the
 * collector of garbage stood still with everything is taken off, since no loop can rest in it, and so is, where the system
 * tells it, time in which the thread had no processor. Begins when the program has begun to read its inputs: what comes
 * before is the loading of its code. Writes the milliseconds into the file that VARVE_WAIT names.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

const lookMs = 5;

interface Pause {
  readonly startTime: number;
  readonly duration: number;
}

function watch(note: string): void {
  const pauses: Pause[] = [];
  const observer = new PerformanceObserver((list) => pauses.push(...list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  const waits: { readonly from: number; readonly to: number; readonly workMs: number }[] = [];
  let last = { at: performance.now(), workMs: processorMs() };
  let isLoaded = false;
  const look = (): void => {
    const now = { at: performance.now(), workMs: processorMs() };
    const workMs = Math.min(now.at - last.at, now.workMs - last.workMs);
    if (isLoaded) waits.push({ from: last.at, to: now.at, workMs });
    isLoaded = true;
    last = now;
  };
  setInterval(look, lookMs).unref();
  process.on('exit', () => {
    look();
    pauses.push(...observer.takeRecords());
    const lengths = waits.map(({ from, to, workMs }) => workMs - pausedMs(pauses, from, to));
    writeFileSync(note, String(Math.max(0, ...lengths)));
  });
}

/** Of the main thread; where the system does not tell it, the time on the clock. */
function processorMs(): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ', 1)[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

function pausedMs(pauses: readonly Pause[], from: number, to: number): number {
  return pauses.reduce(
    (sum, { startTime, duration }) => sum + Math.max(0, Math.min(to, startTime + duration) - Math.max(from, startTime)),
    0,
  );
}

const { VARVE_WAIT: note } = process.env;
if (isMainThread && note !== undefined) watch(note);
