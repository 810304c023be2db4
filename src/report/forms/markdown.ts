/**
 * Blocks → GitHub-flavoured Markdown, for a job summary, a pull request or a wiki. Untrusted text passes `safeText` and has
 * every character escaped that Markdown or HTML would obey, so that a name cannot forge a link, a heading, a table cell or a
 * mention. A page that is too long for a job summary is shortened row by row, and says what it leaves out.
 */
import type { Finding } from '../../model/finding.js';
import { type Block, findingFacts, type Table, type Text, type Tone } from '../blocks/document.js';
import { safeText } from '../blocks/safe-text.js';
import { fitPieces, maxPageBytes, type Piece } from './markdown-limit.js';

/** The whole text, ending in a newline; at most `maxBytes` long. Default: what GitHub takes as a job summary. */
export function renderMarkdown(blocks: readonly Block[], maxBytes: number = maxPageBytes): string {
  const pieces = fitPieces(piecesOf(blocks), maxBytes);
  return `${pieces.map(({ head, rows }) => [...head, ...rows].join('\n')).join('\n\n')}\n`;
}

/** Lines that are set in by more belong to the item above them. */
const itemIndent = 2;

/** Items of one list are the rows of one piece; everything else is a piece by itself, set apart by an empty line. */
function piecesOf(blocks: readonly Block[]): Piece[] {
  const pieces: { head: readonly string[]; rows: string[]; list: boolean }[] = [];
  for (const block of blocks) {
    if (block.kind === 'gap') continue;
    const { head, rows, list } = pieceOf(block);
    const last = pieces.at(-1);
    if (list && last?.list === true) last.rows.push(...rows);
    else pieces.push({ head, rows: [...rows], list });
  }
  return pieces;
}

/** Text as Markdown shows it unchanged. */
function escapeMarkdown(text: string): string {
  return (
    safeText(text)
      .replace(/[\\`*_[\]<>|~&#!$]/g, (character) => (character === '<' ? '&lt;' : `\\${character}`))
      // GitHub finds addresses and mentions in what is left, where no backslash helps. `name@sha256:…` is neither.
      .replace(/(?<=https?|ftp|mailto|xmpp):/gi, '&#58;')
      .replace(/(?<=www)\./gi, '&#46;')
      .replace(/(?<![\w.-])@|@(?=[\w-]+\.)/g, '@&#8203;')
  );
}

/** The start of a paragraph or item means more than the rest of it: a list, a rule, the line below a heading. */
function atStart(text: string): string {
  return text.replace(/^( *)([-+=])/, '$1\\$2').replace(/^( *\d+)([.)])/, '$1\\$2');
}

function pieceOf(block: Exclude<Block, { kind: 'gap' }>): Piece & { readonly list: boolean } {
  const item = (text: string, inner = false) => ({
    head: [],
    rows: [`${inner ? '  ' : ''}- ${atStart(text)}`],
    list: true,
  });
  switch (block.kind) {
    case 'heading':
      return { head: [`## ${escapeMarkdown(block.text)}`], rows: [], list: false };
    case 'line':
      // What is set in belongs to a list: that of the findings above it.
      return block.indent === 0
        ? { head: [], rows: [atStart(inline(block.text))], list: false }
        : item(inline(block.text), block.indent > itemIndent);
    case 'item':
      return item(inline(block.text));
    case 'finding':
      return item(renderFinding(block.finding));
    case 'table':
      return { ...renderTable(block), list: false };
  }
}

function renderFinding({ code, severity, subject, message, ...rest }: Finding): string {
  const facts = [...(subject === null ? [] : [['in', subject] as const]), ...findingFacts(rest)];
  const items = facts.map(([label, value]) => `\n  - ${label} ${escapeMarkdown(value)}`).join('');
  return `**${severity}** \`${code}\`: ${escapeMarkdown(message)}${items}`;
}

function renderTable({ columns, rows }: Table): Piece {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const header = columns.map(({ title }) => escapeMarkdown(title));
  const rule = columns.map(({ align }) => (align === 'right' ? '--:' : '---'));
  const body = rows.map((row) => row.map(({ lines, tone }) => lines.map((text) => mark(text, tone)).join('<br>')));
  return { head: [line(header), line(rule)], rows: body.map(line) };
}

function inline(text: Text): string {
  if (typeof text === 'string') return escapeMarkdown(text);
  // Spaces that line up columns on a terminal mean nothing here.
  return text.map(({ text: own, tone }) => mark(own.endsWith('  ') ? `${withoutEnd(own)} ` : own, tone)).join('');
}

/** Bold for what matters; spaces stay outside the marks, where Markdown wants them. */
function mark(text: string, tone: Tone): string {
  const escaped = escapeMarkdown(text);
  if (tone !== 'strong' && tone !== 'bad') return escaped;
  const upTo = withoutEnd(escaped);
  if (upTo === '') return escaped;
  const from = upTo.search(/[^ ]/);
  return `${upTo.slice(0, from)}**${upTo.slice(from)}**${escaped.slice(upTo.length)}`;
}

/** The text without the spaces at its end; a pattern would look at every run of spaces again for each of its places. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end -= 1;
  return text.slice(0, end);
}
