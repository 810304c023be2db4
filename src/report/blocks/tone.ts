/**
 * Tones as colours of the terminal (SGR sequences). Only a whole, already safe piece of text is painted, so a sequence
 * never comes from an archive and never spans a line.
 */
import type { Tone } from './document.js';

const sequences: Readonly<Record<Exclude<Tone, 'plain'>, readonly [on: number, off: number]>> = {
  strong: [1, 22],
  dim: [2, 22],
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
};

/** The text in that tone; unchanged where colour is off. */
export function paint(text: string, tone: Tone, color: boolean): string {
  if (!color || tone === 'plain' || text === '') return text;
  const [on, off] = sequences[tone];
  return `\x1b[${on}m${text}\x1b[${off}m`;
}
