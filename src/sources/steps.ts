/**
 * Work of the main thread that may take long, or wait: searching folders, reading headers. It is written as a generator that
 * yields wherever it could rest, and what it waits for; it is done in turns, so that a signal is heard between two of them
 * and not after the whole. Who has nothing else to do, and only local files, runs the same generator to its end at once.
 */
import { interruption } from '../model/error.js';
import { countRestsAnew } from '../model/work/work.js';

/** Work that yields wherever it could rest, or a promise where it waits for bytes. */
export type Steps<T> = Generator<undefined | Promise<unknown>, T, void>;

/** So long a signal waits at most, and so seldom work rests that rests cost nothing beside it. */
const usualTurnMs = 50;

/** Turns of work: asked wherever it could rest, it lets others go first when a turn is over. `turnMs`: how long one is. Default: 50. */
export function createTurns(turnMs = usualTurnMs): () => Promise<void> | undefined {
  let begunMs = Date.now();
  return () => {
    if (!isOver(begunMs, turnMs)) return undefined;
    return new Promise((resolve) => {
      const goOn = (): void => {
        begunMs = Date.now();
        resolve();
      };
      // Timers come between two of these, and may not before the first.
      setImmediate(() => setImmediate(goOn));
    });
  };
}

/**
 * Whether such a time is over, or somebody has set the clock back. That of `performance` nobody can set, but the first look
 * at it loads all by which programs are measured: half a millisecond of a run that takes thirty.
 */
function isOver(begunMs: number, lengthMs: number): boolean {
  return Math.abs(Date.now() - begunMs) >= lengthMs;
}

/** Does work in turns. Throws VarveError `interrupted` once the signal has fired, and what the work throws. */
export async function inTurns<T>(work: Steps<T>, signal: AbortSignal | undefined): Promise<T> {
  const rest = createTurns();
  countRestsAnew();
  try {
    let step = work.next();
    while (!step.done) {
      const waiting = step.value ?? rest();
      const failure = waiting === undefined ? null : await failureOf(waiting);
      if (waiting !== undefined && signal?.aborted) throw interruption(signal);
      step = failure === null ? work.next() : work.throw(failure.error);
    }
    return step.value;
  } finally {
    // Files that it holds open are closed.
    work.return(undefined as never);
  }
}

/** Why what was waited for did not come, for the work to hear of where it waits; null where it came. */
async function failureOf(waiting: Promise<unknown>): Promise<{ readonly error: unknown } | null> {
  try {
    await waiting;
    return null;
  } catch (error) {
    return { error };
  }
}

/** Does work without a rest. Throws TypeError where it waits for something. */
export function atOnce<T>(work: Steps<T>): T {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    if (step.value !== undefined) throw new TypeError('work that waits cannot be done at once');
  }
}

/** Does work without a rest: at once as long as it waits for nothing, and from there on later. */
export function atOnceOrLater<T>(work: Steps<T>): T | Promise<T> {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    if (step.value !== undefined) return goOn(work, step.value);
  }
}

async function goOn<T>(work: Steps<T>, waiting: Promise<unknown>): Promise<T> {
  let failure = await failureOf(waiting);
  for (;;) {
    const step = failure === null ? work.next() : work.throw(failure.error);
    if (step.done) return step.value;
    failure = step.value === undefined ? null : await failureOf(step.value);
  }
}

/** So long work that rests seldom goes on before it passes a rest on: little beside a turn. */
const seldomMs = 2;

/**
 * Work that rests between many small things, to be done inside of other work: each rest goes through all that it is inside
 * of, which for an archive of a few entries costs as much as its documents. So it passes on one in a while, and all waits.
 */
export function* seldomResting<T>(work: Steps<T>): Steps<T> {
  let restedAtMs = Date.now();
  try {
    let step = work.next();
    while (!step.done) {
      if (step.value !== undefined) {
        let failure: { readonly error: unknown } | null = null;
        try {
          yield step.value;
        } catch (error) {
          failure = { error };
        }
        step = failure === null ? work.next() : work.throw(failure.error);
        continue;
      }
      if (isOver(restedAtMs, seldomMs)) {
        yield;
        restedAtMs = Date.now();
      }
      step = work.next();
    }
    return step.value;
  } finally {
    // Whoever gives it up gives up what it has begun.
    work.return(undefined as never);
  }
}

/** What comes, at once or later, as a step. */
export function* arrived<T>(coming: T | Promise<T>): Steps<T> {
  if (!(coming instanceof Promise)) return coming;
  let came: { readonly value: T } | null = null;
  yield coming.then((value) => {
    came = { value };
  });
  if (came === null) throw new TypeError('nobody has waited for what comes');
  return (came as { readonly value: T }).value;
}
