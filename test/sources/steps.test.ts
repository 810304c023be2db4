/** Long work of the main thread: done in turns, or at once, with the same result. */
import { afterEach, expect, it, vi } from 'vitest';
import { VarveError } from '../../src/model/error.js';
import { atOnce, createTurns, inTurns, type Steps, seldomResting } from '../../src/sources/steps.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Every look at the clock finds it so much later. */
function clockThatMoves(stepMs: number): void {
  let now = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => {
    now += stepMs;
    return now;
  });
}

/** Work of so many steps; `done` tells how many were done when it ended, by itself or not. */
function* count(steps: number, done: { steps: number; closed: boolean }): Steps<string> {
  try {
    for (; done.steps < steps; done.steps++) yield;
    return 'counted';
  } finally {
    done.closed = true;
  }
}

it('work that is done in turns gives what it gives at once', async () => {
  clockThatMoves(20);
  const [here, there] = [
    { steps: 0, closed: false },
    { steps: 0, closed: false },
  ];
  expect(await inTurns(count(100, here), undefined)).toBe(atOnce(count(100, there)));
  expect([here, there]).toEqual([
    { steps: 100, closed: true },
    { steps: 100, closed: true },
  ]);
});

it('work in turns gives others theirs after 50 ms, and not after every step', async () => {
  clockThatMoves(10);
  const done = { steps: 0, closed: false };
  const seen = new Set<number>();
  const look = (): void => {
    seen.add(done.steps);
    if (!done.closed) setImmediate(look);
  };
  setImmediate(look);
  await inTurns(count(40, done), undefined);
  const steps = [...seen];
  expect(steps.length).toBeGreaterThanOrEqual(6);
  expect(Math.min(...steps.slice(1).map((at, i) => at - (steps[i] ?? 0)))).toBeGreaterThan(1);
});

it('a clock that is set back ends a turn, and makes none longer', async () => {
  const now = vi.spyOn(Date, 'now').mockReturnValue(1_000_000);
  const rest = createTurns();
  now.mockReturnValue(1_000_049);
  expect(rest()).toBeUndefined();
  now.mockReturnValue(400_000);
  const resting = rest();
  expect(resting).toBeInstanceOf(Promise);
  await resting;
  now.mockReturnValue(400_049);
  expect(rest()).toBeUndefined();
});

it('work in turns gives a timer that is due its turn with the first of them', async () => {
  const done = { steps: 0, closed: false };
  let seen = -1;
  setTimeout(() => {
    seen = done.steps;
  }, 1);
  const busy = count(2, done);
  const work = (function* () {
    // Long enough for the timer to be due, and for a turn to be over.
    for (const start = performance.now(); performance.now() < start + 60; );
    return yield* busy;
  })();
  await inTurns(work, undefined);
  expect(seen).toBeGreaterThan(-1);
  expect(seen).toBeLessThan(2);
});

it('an interruption in another turn ends work in turns, which lets go of what it holds', async () => {
  clockThatMoves(20);
  const controller = new AbortController();
  const done = { steps: 0, closed: false };
  setImmediate(() => controller.abort());
  await expect(inTurns(count(1000, done), controller.signal)).rejects.toMatchObject({ code: 'interrupted' });
  expect(done.closed).toBe(true);
  expect(done.steps).toBeLessThan(20);
});

it('what work in turns throws is thrown on', async () => {
  // biome-ignore lint/correctness/useYield: it fails before it could rest.
  const work = function* (): Steps<never> {
    throw new VarveError('internal', 'no');
  };
  await expect(inTurns(work(), undefined)).rejects.toMatchObject({ code: 'internal' });
  expect(() => atOnce(work())).toThrow(VarveError);
});

it('work that rests seldom passes on a rest after 2 ms, and does no step less', () => {
  clockThatMoves(0.5);
  const done = { steps: 0, closed: false };
  const work = seldomResting(count(40, done));
  const passedOn: number[] = [];
  let step = work.next();
  for (; !step.done; step = work.next()) passedOn.push(done.steps);
  expect(step.value).toBe('counted');
  expect(done).toEqual({ steps: 40, closed: true });
  expect(passedOn.length).toBeGreaterThanOrEqual(5);
  expect(passedOn.length).toBeLessThanOrEqual(10);
});

it('work that rests seldom passes on all that is waited for, and hears where it did not come', async () => {
  const heard: unknown[] = [];
  const work = (function* (): Steps<string> {
    yield;
    yield Promise.resolve();
    try {
      yield Promise.reject(new RangeError('lost'));
    } catch (error) {
      heard.push(error);
    }
    return 'went on';
  })();
  expect(await inTurns(seldomResting(work), undefined)).toBe('went on');
  expect(heard).toEqual([new RangeError('lost')]);
});

it('work that rests seldom throws what the work inside of it throws', () => {
  const work = (function* (): Steps<void> {
    yield;
    throw new RangeError('broken');
  })();
  expect(() => atOnce(seldomResting(work))).toThrow(new RangeError('broken'));
});

it('work that rests seldom lets go of what it holds when it is given up', () => {
  clockThatMoves(20);
  const done = { steps: 0, closed: false };
  const work = seldomResting(count(1000, done));
  work.next();
  expect(done.closed).toBe(false);
  work.return(undefined as never);
  expect(done.closed).toBe(true);
});
