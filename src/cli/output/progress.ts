/**
 * The progress line: bytes done, rate, time left and the archive at hand, on standard error and only on a terminal; and what
 * is left of it at the end.
 * Nothing is shown for the first half second, so that quick work stays quiet and does not pay for loading the bar.
 */

import { safeText } from '../../report/blocks/safe-text.js';
import { cutText } from '../../report/blocks/table.js';
import { formatBytes, formatShare } from '../../report/blocks/units.js';
import { type CommandIo, tell } from '../command-io.js';
import type { OptionValues } from '../line/read-options.js';

/** Same shape as the library's. */
export interface ProgressReport {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly path: string;
}

export interface ProgressLine {
  readonly update: (progress: ProgressReport) => void;
  /** Clears the line; must be called before anything else is written. */
  readonly stop: () => void;
}

const quietMs = 500;
const barSizes = [20, 10];
/** Columns that the path should have at least. */
const pathRoom = 16;

/** A progress line for this run, or null where none is to be shown. */
export function startProgress(io: CommandIo, options: OptionValues<'quiet' | 'no-progress'>): ProgressLine | null {
  if (!options.progress || options.quiet || io.isWatched === false) return null;
  if (io.stderr.isTTY !== true || io.env['TERM'] === 'dumb') return null;
  const startedMs = performance.now();
  let latest: ProgressReport = { doneBytes: 0, totalBytes: 0, path: '' };
  let bar: { setTotal(total: number): void; update(value: number): void; stop(): void } | null = null;
  let loading = false;
  let stopped = false;
  const load = async () => {
    loading = true;
    const { SingleBar } = (await import('cli-progress')).default;
    if (stopped) return;
    const format = () => progressLine(latest, performance.now() - startedMs, (io.stderr.columns ?? 80) - 1);
    // `linewrap: true` leaves the terminal's own line wrapping alone: a killed run must not leave it switched off.
    const created = new SingleBar({
      stream: io.stderr,
      format,
      linewrap: true,
      clearOnComplete: true,
      gracefulExit: false,
    });
    created.start(latest.totalBytes, latest.doneBytes);
    bar = created;
  };
  return {
    update(progress) {
      latest = progress;
      bar?.setTotal(progress.totalBytes);
      bar?.update(progress.doneBytes);
      if (!loading && performance.now() - startedMs > quietMs) void load();
    },
    stop() {
      stopped = true;
      bar?.stop();
    },
  };
}

/** `8.936GB in 27s, 330.9MB/s`: at the end of work that was shown as progress, and where that is. */
export async function tellSpeed(
  doneBytes: number,
  elapsedMs: number,
  options: OptionValues<'quiet'>,
  io: CommandIo,
): Promise<void> {
  if (options.quiet || io.stderr.isTTY !== true) return;
  const rate = elapsedMs > 0 ? `, ${formatBytes(Math.round((doneBytes / elapsedMs) * 1000))}/s` : '';
  await tell(io, `${formatBytes(doneBytes)} in ${formatDuration(elapsedMs / 1000)}${rate}`);
}

/** The line at a width: the bar goes first, then the rate; a long path loses its start. */
export function progressLine(
  { doneBytes, totalBytes, path }: ProgressReport,
  elapsedMs: number,
  width: number,
): string {
  const bytesPerSecond = elapsedMs > 0 ? (doneBytes / elapsedMs) * 1000 : 0;
  const leftSeconds = bytesPerSecond > 0 ? Math.max(0, totalBytes - doneBytes) / bytesPerSecond : null;
  const bars = barSizes.map((size) => {
    const filled = totalBytes === 0 ? 0 : Math.round(Math.min(1, doneBytes / totalBytes) * size);
    return `[${'='.repeat(filled)}${' '.repeat(size - filled)}]`;
  });
  const share = formatShare(Math.min(doneBytes, totalBytes), totalBytes).padStart(5);
  const bytes = `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
  const rate = `${formatBytes(Math.round(bytesPerSecond))}/s`;
  const left = leftSeconds === null ? '' : `${formatDuration(leftSeconds)} left`;
  const facts = [share, bytes, rate, left];
  const candidates = [...bars.map((bar) => [bar, ...facts]), facts, [share, bytes, left], [share]];
  const lines = candidates.map((parts) => parts.filter((part) => part !== '').join('  '));
  const line =
    lines.find((text) => text.length + pathRoom <= width) ?? lines.find((text) => text.length <= width) ?? '';
  const room = width - line.length - 2;
  return room < 4 ? line : `${line}  ${cutText(safeText(path), room, 'start')}`;
}

/** `7s`, `3m 05s`, `2h 10m`. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(whole / 3600)}h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`;
}
