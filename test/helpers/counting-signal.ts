/**
 * A signal that fires by itself when it is asked for the n-th time whether it has, and a clock by which every turn is over
 * at once: so work that rests asks at each of its rests, and a test can end it at any of them, without a timer.
 */
import { vi } from 'vitest';

export interface CountingSignal {
  readonly signal: AbortSignal;
  /** How often it was asked. */
  readonly asked: () => number;
}

/** Fires with `reason` at the n-th question; never, for a number beyond them. */
export function signalFiringAt(n: number, reason: unknown = 'SIGINT'): CountingSignal {
  const controller = new AbortController();
  const { signal } = controller;
  let asked = 0;
  const isAborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')?.get;
  const ask = (): boolean => {
    asked += 1;
    if (asked === n) controller.abort(reason);
    return Boolean(isAborted?.call(signal));
  };
  Object.defineProperty(signal, 'aborted', { get: ask });
  Object.defineProperty(signal, 'throwIfAborted', {
    value: () => {
      if (ask()) throw signal.reason;
    },
  });
  return { signal, asked: () => asked };
}

/** Every look at the clock finds it a turn later, until mocks are restored. */
export function makeEveryTurnShort(): void {
  let now = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => {
    now += 1000;
    return now;
  });
}
