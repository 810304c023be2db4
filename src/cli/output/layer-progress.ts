/** Progress of work that goes layer by layer: a line for each that is done, and below them how far all of it is. */
import { safeText } from '../../report/blocks/safe-text.js';
import type { CommandIo } from '../command-io.js';
import type { OptionValues } from '../line/read-options.js';
import { type ProgressReport, progressLine } from './progress.js';

export interface LayerProgress {
  readonly update: (progress: ProgressReport) => void;
  /** Writes a line of its own. */
  readonly line: (text: string) => void;
  readonly stop: () => void;
}

const clearLine = '\r\u001b[K';
const shownEveryMs = 100;

/** Progress for this run, or null where none is to be shown. */
export function startLayerProgress(
  { stderr, env }: CommandIo,
  options: OptionValues<'quiet' | 'no-progress'>,
): LayerProgress | null {
  if (!options.progress || options.quiet || stderr.isTTY !== true || env['TERM'] === 'dumb') return null;
  const startedMs = performance.now();
  let shownMs = startedMs;
  let isShown = false;
  const clear = (): void => {
    if (isShown) stderr.write(clearLine);
    isShown = false;
  };
  return {
    update: (progress) => {
      const nowMs = performance.now();
      if (nowMs - shownMs < shownEveryMs) return;
      shownMs = nowMs;
      stderr.write(clearLine + progressLine(progress, nowMs - startedMs, (stderr.columns ?? 80) - 1));
      isShown = true;
    },
    line: (text) => {
      clear();
      stderr.write(`${safeText(text)}\n`);
    },
    stop: clear,
  };
}
