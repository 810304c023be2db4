/**
 * A text result before it has a shape: headings, lines, tables and findings, in reading order. What a report says is
 * decided once; `terminal.ts` and `markdown.ts` turn the blocks into text. All strings here are raw, also the untrusted
 * ones: each of the two makes every string safe at the one place where it leaves.
 */
import type { Finding } from '../../model/finding.js';
import { formatCount } from './units.js';

/** How a text is meant; colour only repeats what the words say. */
export type Tone = 'plain' | 'strong' | 'dim' | 'good' | 'bad' | 'warn';

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One paragraph; several parts where their tones differ. */
export type Text = string | readonly Span[];

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** The column may be cut down to so many characters where the terminal is narrow. */
  readonly min?: number;
  /** Which end of its texts goes when it is cut: a path keeps its end. */
  readonly cut?: 'start' | 'end';
  /** Left out where the terminal is still too narrow, the highest number first; without it, never. */
  readonly drop?: number;
  /** Default true; false where the column would say nothing here. */
  readonly shown?: boolean;
}

/** One value of a table; several lines where it is a list. */
export interface Cell {
  readonly lines: readonly string[];
  readonly tone: Tone;
}

export interface Table {
  readonly kind: 'table';
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'line'; readonly text: Text; readonly indent: number; readonly hanging: number }
  | { readonly kind: 'item'; readonly text: Text }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'gap' }
  | Table;

/** How much a text result shows. */
export interface View {
  /** Full digests and more columns. */
  readonly wide: boolean;
  /** Also what is only counted otherwise: each hint, each thing that was not checked, every row. */
  readonly verbose: boolean;
  /** The inputs as they can stand in a command that the text offers. Default `INPUT`. */
  readonly inputs?: string;
}

export const gap: Block = { kind: 'gap' };

export function heading(text: string): Block {
  return { kind: 'heading', text };
}

/** A paragraph; lines after the first are set in by `hanging` more characters. */
export function line(text: Text, indent = 0, hanging = 0): Block {
  return { kind: 'line', text, indent, hanging };
}

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone };
}

export function cell(text: string | readonly string[], tone: Tone = 'plain'): Cell {
  return { lines: typeof text === 'string' ? [text] : text, tone };
}

/** A column with what it says of an item. */
export interface ColumnOf<T> extends Column {
  readonly of: (item: T) => Cell;
}

/** A table with a row for each item, of the columns that are to be shown. */
export function tableOf<T>(items: readonly T[], columns: readonly ColumnOf<T>[]): Table {
  const shown = columns.filter((column) => column.shown ?? true);
  return { kind: 'table', columns: shown, rows: items.map((item) => shown.map(({ of }) => of(item))) };
}

/** A table of the columns that are to be shown; rows have a cell for each of the others, too. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): Table {
  const shown = <T>(items: readonly T[]) => items.filter((_, index) => columns[index]?.shown ?? true);
  return { kind: 'table', columns: shown(columns), rows: rows.map(shown) };
}

/** What a finding compares and where, in the words of every text: the claim, what was found, the position. */
export function findingFacts({
  expected,
  actual,
  offsetBytes,
}: Pick<Finding, 'expected' | 'actual' | 'offsetBytes'>): readonly (readonly [label: string, value: string])[] {
  return [
    ...(expected === null ? [] : [['expected', expected] as const]),
    ...(actual === null ? [] : [['found', actual] as const]),
    ...(offsetBytes === null ? [] : [['at', `byte ${formatCount(offsetBytes)}`] as const]),
  ];
}
