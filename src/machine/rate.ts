/**
 * One measurement: a piece of work over so many bytes, repeated by tinybench for a while, as bytes a second. The median
 * counts, since a neighbour on the same machine makes some samples slow and none fast.
 */
import { Bench } from 'tinybench';

export interface Rate {
  readonly bytesPerSecond: number;
  readonly samples: number;
}

/** What all measurements of a run share. */
export interface Measuring {
  /** Milliseconds for each of them; less only where it has nothing more to do. */
  readonly timeMs: number;
  readonly signal: AbortSignal;
}

/** Samples that there are at least, however slow the work is: the first is not taken for the others. */
const leastSamples = 3;

/** The rate of work that gets through `sizeBytes` each time. Throws what the work throws, and the signal's reason. */
export async function measureRate(
  sizeBytes: number,
  work: () => void | Promise<void>,
  { timeMs, signal }: Measuring,
): Promise<Rate> {
  // A measurement of work that does not wait keeps the thread, so a signal can arrive only between two of them.
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
  const bench = new Bench({
    time: timeMs,
    iterations: leastSamples,
    warmupTime: timeMs / 10,
    warmupIterations: 1,
    throws: true,
  });
  bench.add('work', work);
  const [task] = await bench.run();
  if (task?.result.state !== 'completed') throw new TypeError(`a measurement is ${task?.result.state}`);
  const { p50, samplesCount } = task.result.latency;
  return { bytesPerSecond: Math.round(perSecond(sizeBytes, p50)), samples: samplesCount };
}

/** Bytes a second; a time too short to be measured counts as a microsecond. */
export function perSecond(sizeBytes: number, elapsedMs: number): number {
  return (sizeBytes / Math.max(elapsedMs, 0.001)) * 1000;
}
