/** Trying again what may have passed: waits that double, with chance taken off so that many do not come at once, or what the registry asks for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { interruption, RemoteError } from '../../model/error.js';
import { PassingError } from '../failure.js';
import type { RemoteSettings } from '../settings.js';

/**
 * Does it, and again where it throws PassingError, as often as the settings say. `progress` tells whether the last try got
 * further than the one before: it then does not count. Throws the last error, with how often it was tried.
 */
export async function withRetries<T>(
  { timing, signal }: Pick<RemoteSettings, 'timing' | 'signal'>,
  attempt: () => Promise<T>,
  progress: () => boolean = () => false,
): Promise<T> {
  for (let failed = 0; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PassingError)) throw error;
      failed = progress() ? 1 : failed + 1;
      if (failed > timing.retries) throw givenUp(error, failed);
      const waitMs = error.retryAfterMs ?? backoffMs(timing, failed);
      if (waitMs > timing.longestWaitMs) throw tooLong(error, waitMs);
      await pause(waitMs, signal);
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
