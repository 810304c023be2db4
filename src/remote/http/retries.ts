/** Trying again what may have passed: waits that double, with chance taken off so that many do not come at once, or what the registry asks for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { interruption, RemoteError } from '../../model/error.js';
import { PassingError } from '../failure.js';
import type { RemoteSettings } from '../settings.js';

/** Does it, and again where it throws PassingError, as often as the settings say. Throws the last error, with how often it was tried. */
export function withRetries<T>(
  settings: Pick<RemoteSettings, 'timing' | 'signal'>,
  attempt: () => Promise<T>,
): Promise<T> {
  return new Retries(settings, () => false).run(attempt);
}

/**
 * The tries of work that is done in many steps: what failed is counted over all of them, and anew only where there was progress, so
 * that a way that breaks with every step ends the work.
 */
export class Retries {
  readonly #settings: Pick<RemoteSettings, 'timing' | 'signal'>;
  readonly #progressed: () => boolean;
  #failed = 0;

  /** `progressed`: whether it got on since this was asked last. */
  constructor(settings: Pick<RemoteSettings, 'timing' | 'signal'>, progressed: () => boolean) {
    this.#settings = settings;
    this.#progressed = progressed;
  }

  /** Does one step, as `withRetries`. */
  async run<T>(attempt: () => Promise<T>): Promise<T> {
    const { timing, signal } = this.#settings;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof PassingError)) throw error;
        this.#failed = this.#progressed() ? 1 : this.#failed + 1;
        if (this.#failed > timing.retries) throw givenUp(error, this.#failed);
        const waitMs = error.retryAfterMs ?? backoffMs(timing, this.#failed);
        if (waitMs > timing.longestWaitMs) throw tooLong(error, waitMs);
        await pause(waitMs, signal);
      }
    }
  }
}

function backoffMs({ firstBackoffMs, longestWaitMs }: RemoteSettings['timing'], failed: number): number {
  return Math.min(longestWaitMs, firstBackoffMs * 2 ** (failed - 1)) * (0.5 + Math.random() / 2);
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw signal?.aborted ? interruption(signal) : error;
  }
}

function givenUp(error: PassingError, times: number): RemoteError {
  const { status, registryCode } = error;
  const often = times === 1 ? 'tried once' : `tried ${times} times`;
  return new RemoteError(`${error.message}; ${often}`, { cause: error, status, registryCode });
}

function tooLong(error: PassingError, waitMs: number): RemoteError {
  const { status, registryCode } = error;
  const wait = `it asks to come again in ${Math.ceil(waitMs / 1000)} s, which is too long to wait for; try then`;
  return new RemoteError(`${error.message}; ${wait}`, { cause: error, status, registryCode });
}

/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date; null where it is neither. */
export function retryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
