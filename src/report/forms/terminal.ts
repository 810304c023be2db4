/**
 * Blocks → text for a terminal or a plain file. With a width, no line is wider: tables fit themselves, lines wrap at
 * spaces and, where a word alone is too long (a path, a digest), inside it, so that nothing is lost. Without a width,
 * as in a file or a pipe, nothing wraps. All text passes `safeText` here or in table.ts, and is coloured after that.
 */
import type { Finding } from '../../model/finding.js';
import { type Block, findingFacts, type Span, span, type Text, type Tone } from '../blocks/document.js';
import { endedLines } from '../blocks/pieces.js';
import { safeText } from '../blocks/safe-text.js';
import { displayWidth, renderTable } from '../blocks/table.js';
import { paint } from '../blocks/tone.js';

export interface TextStyle {
  /** Columns of the terminal; null where lines may be as long as they come. */
  readonly width: number | null;
  readonly color: boolean;
}

/** The lines, each with its end. */
export function* renderText(blocks: readonly Block[], style: TextStyle): Generator<string> {
  for (const block of blocks) yield* endedLines(renderBlock(block, style));
}

function renderBlock(block: Block, style: TextStyle): Iterable<string> {
  switch (block.kind) {
    case 'heading':
      return wrap([{ text: block.text.toUpperCase(), tone: 'strong' }], 0, 0, style);
    case 'line':
      return wrap(block.text, block.indent, block.hanging, style);
    case 'item':
      return wrap(block.text, 2, 2, style);
    case 'finding':
      return renderFinding(block.finding, style);
    case 'gap':
      return [''];
    case 'table':
      return renderTable(block, style.width, style.color);
  }
}

const severityTones: Readonly<Record<Finding['severity'], Tone>> = { error: 'bad', warning: 'warn', hint: 'dim' };

/** Facts longer than this stand one below the other even where the line has room, so that digests can be compared. */
const oneLineWidth = 76;

function renderFinding({ code, severity, subject, message, ...facts }: Finding, style: TextStyle): string[] {
  const title = [span(severity, severityTones[severity]), span(` ${code}`, 'strong'), span(`: ${message}`)];
  return [
    // Set in by three, `blobs/sha256/<hex>` just fits 80 columns.
    ...wrap(title, 2, 1, style),
    ...(subject === null ? [] : wrap(subject, 3, 0, style)),
    ...renderFacts(findingFacts(facts), style),
  ];
}

function renderFacts(facts: readonly (readonly [label: string, value: string])[], style: TextStyle): string[] {
  if (facts.length === 0) return [];
  const together = facts.map(([label, value]) => `${label} ${value}`).join(', ');
  if (displayWidth(safeText(together)) <= Math.min(oneLineWidth, (style.width ?? oneLineWidth + 4) - 4)) {
    return wrap(together, 4, 0, style);
  }
  const labelWidth = Math.max(...facts.map(([label]) => label.length));
  return facts.flatMap(([label, value]) => {
    const line = `${label.padEnd(labelWidth)} ${value}`;
    if (style.width === null || 4 + displayWidth(safeText(line)) <= style.width) return wrap(line, 4, 0, style);
    // On its own line a digest need not be broken.
    return [...wrap(label, 4, 0, style), ...wrap(value, 6, 0, style)];
  });
}

/** One paragraph as lines of at most the style's width, the first set in by `indent`, the others by `hanging` more. */
function wrap(text: Text, indent: number, hanging: number, { width, color }: TextStyle): string[] {
  const spans: readonly Span[] = typeof text === 'string' ? [{ text, tone: 'plain' }] : text;
  const safe = spans.map((part) => ({ text: safeText(part.text), tone: part.tone }));
  if (width === null) return [' '.repeat(indent) + safe.map((part) => paint(part.text, part.tone, color)).join('')];
  // On a very narrow terminal the text matters more than its place.
  const margin = (wanted: number) => Math.min(wanted, Math.floor(width / 3));
  const first = margin(indent);
  const others = margin(indent + hanging);
  const lines: Word[][] = [[]];
  let room = width - first;
  for (const word of words(safe, width - Math.max(first, others))) {
    if (word.size > room && (lines.at(-1) ?? []).length > 0) {
      lines.push([]);
      room = width - others;
    }
    // A line break stands for the spaces around it.
    if (word.blank && lines.length > 1 && (lines.at(-1) ?? []).length === 0) continue;
    lines.at(-1)?.push(word);
    room -= word.size;
  }
  return lines.map((line, index) => ' '.repeat(index === 0 ? first : others) + paintWords(line, color));
}

interface Word extends Span {
  readonly size: number;
  readonly blank: boolean;
}

/** Runs of spaces and runs of anything else, each no wider than `most`: longer ones come in parts. */
function* words(spans: readonly Span[], most: number): Generator<Word> {
  for (const { text, tone } of spans) {
    for (const run of text.match(/ +|[^ ]+/g) ?? []) {
      for (const part of parts(run, most))
        yield { text: part, tone, size: displayWidth(part), blank: part.startsWith(' ') };
    }
  }
}

function* parts(run: string, most: number): Generator<string> {
  if (displayWidth(run) <= most) {
    yield run;
    return;
  }
  let part = '';
  let used = 0;
  for (const character of run) {
    const size = displayWidth(character);
    if (used + size > most && part !== '') {
      yield part;
      part = '';
      used = 0;
    }
    part += character;
    used += size;
  }
  yield part;
}

function paintWords(line: readonly Word[], color: boolean): string {
  const runs: { text: string; tone: Tone }[] = [];
  for (const { text, tone } of line.slice(0, line.findLastIndex(({ blank }) => !blank) + 1)) {
    const last = runs.at(-1);
    if (last?.tone === tone) last.text += text;
    else runs.push({ text, tone });
  }
  return runs.map(({ text, tone }) => paint(text, tone, color)).join('');
}
