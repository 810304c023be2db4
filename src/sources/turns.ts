/**
 * Work of the main thread that may take long: searching folders, reading headers. It is written as a generator that yields
 * wherever it could rest, and done in turns, so that a signal is heard between two of them and not after the whole. Who
 * has nothing else to do runs the same generator to its end at once.
 */
import { interruption } from '../model/error.js';

/** Work that yields wherever it could rest. */
export type Restful<T> = Generator<void, T, void>;

/** So long a signal waits at most, and so seldom work rests that rests cost nothing beside it. */
const turnMs = 50;

/** Turns of work: asked wherever it could rest, it lets others go first when a turn is over. */
export function createTurns(): () => Promise<void> | undefined {
  let turnEnd = performance.now() + turnMs;
  return () => {
    if (performance.now() < turnEnd) return undefined;
    return new Promise((resolve) => {
      const goOn = (): void => {
        turnEnd = performance.now() + turnMs;
        resolve();
      };
      // Timers come between two of these, and may not before the first.
      setImmediate(() => setImmediate(goOn));
    });
  };
}

/** Does work in turns. Throws VarveError `interrupted` once the signal has fired, and what the work throws. */
export async function inTurns<T>(work: Restful<T>, signal: AbortSignal | undefined): Promise<T> {
  const rest = createTurns();
  try {
    for (let step = work.next(); ; step = work.next()) {
      if (step.done) return step.value;
      const rested = rest();
      if (rested === undefined) continue;
      await rested;
      if (signal?.aborted) throw interruption(signal);
    }
  } finally {
    // Files that it holds open are closed.
    work.return(undefined as never);
  }
}

/** Does work without a rest. */
export function atOnce<T>(work: Restful<T>): T {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}
