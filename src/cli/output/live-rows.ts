/**
 * Lines that stay, and below them on a terminal rows that change while something goes on: one for each layer that is on its way.
 * In a pipe there are the lines alone. Nothing is written where the run is to be quiet.
 */
import { safeText } from '../../report/blocks/safe-text.js';
import { cutText } from '../../report/blocks/table.js';
import type { CommandIo } from '../command-io.js';

export interface LiveRows {
  /** A line that stays. */
  line(text: string): void;
  /** The row of something that goes on; null where it is over. */
  row(key: string, text: (() => string) | null): void;
  stop(): void;
}

const shownEveryMs = 100;
const clearToEnd = '\u001b[0J';

/** Rows on standard output; `live`: whether some change. */
export function startRows({ stdout, env }: CommandIo, { live }: { readonly live: boolean }): LiveRows {
  const changes = live && stdout.isTTY === true && env['TERM'] !== 'dumb';
  const rows = new Map<string, () => string>();
  let shown = 0;
  let shownMs = 0;
  const clear = (): string => (shown === 0 ? '' : `\r\u001b[${shown}A${clearToEnd}`);
  const draw = (before: string): void => {
    const most = Math.max(1, (stdout.rows ?? 24) - 1);
    const width = (stdout.columns ?? 80) - 1;
    const texts = [...rows.values()].slice(0, most).map((text) => `${cutText(safeText(text()), width, 'end')}\n`);
    stdout.write(`${clear()}${before}${texts.join('')}`);
    shown = texts.length;
    shownMs = performance.now();
  };
  return {
    line: (text) => {
      if (changes) draw(`${safeText(text)}\n`);
      else stdout.write(`${safeText(text)}\n`);
    },
    row: (key, text) => {
      if (text === null) rows.delete(key);
      else rows.set(key, text);
      if (changes && performance.now() - shownMs >= shownEveryMs) draw('');
    },
    stop: () => {
      rows.clear();
      if (changes && shown > 0) draw('');
    },
  };
}

/** Nothing is said. */
export const noRows: LiveRows = { line: () => {}, row: () => {}, stop: () => {} };
