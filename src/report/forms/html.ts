/**
 * Blocks → HTML: the third form of what a report says, beside `terminal.ts` and `markdown.ts`. It stands in a page as
 * static text, so that the verdict needs no script. Untrusted text passes `safeText` and has every character escaped
 * that HTML would obey; no name ever becomes a tag, an attribute or a link.
 */
import type { Finding } from '../../model/finding.js';
import { type Block, type Cell, findingFacts, type Table, type Text, type Tone } from '../blocks/document.js';
import { endedLines } from '../blocks/pieces.js';
import { safeText } from '../blocks/safe-text.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The blocks one below the other, each on lines of its own; nothing where there is none. */
export function* renderHtml(blocks: readonly Block[]): Generator<string> {
  for (const [index, block] of blocks.entries()) {
    const [before, after] = [blocks[index - 1], blocks[index + 1]].map((other) => other?.kind === 'item');
    if (block.kind === 'item' && !before) yield '<ul>\n';
    if (block.kind === 'table') yield* endedLines(renderTable(block));
    else yield `${renderBlock(block)}\n`;
    if (block.kind === 'item' && !after) yield '</ul>\n';
  }
}

/** Text as HTML shows it unchanged, also inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return safeText(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

function renderBlock(block: Exclude<Block, Table>): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escapeHtml(block.text)}</h2>`;
    case 'line':
      return `<p${indentClass(block.indent)}>${inline(block.text)}</p>`;
    case 'item':
      return `<li>${inline(block.text)}</li>`;
    case 'finding':
      return renderFinding(block.finding);
    case 'gap':
      return '<hr>';
  }
}

/** Deeper than two columns stand commands, as in a terminal. */
function indentClass(indent: number): string {
  if (indent === 0) return '';
  return indent > 2 ? ' class="inset deep"' : ' class="inset"';
}

function renderFinding({ code, severity, subject, message, ...rest }: Finding): string {
  const facts = [...(subject === null ? [] : [['in', subject] as const]), ...findingFacts(rest)];
  const items = facts.map(([label, value]) => `<br>${label} <code>${escapeHtml(value)}</code>`).join('');
  const tone = severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : 'dim';
  return `<p class="inset">${mark(severity, tone)} <code>${code}</code>: ${escapeHtml(message)}${items}</p>`;
}

function* renderTable({ columns, rows }: Table): Generator<string> {
  const right = columns.map(({ align }) => (align === 'right' ? ' class="number"' : ''));
  const header = columns.map(({ title }, index) => `<th scope="col"${right[index]}>${escapeHtml(title)}</th>`);
  yield '<div class="scroll"><table>';
  yield `<thead><tr>${header.join('')}</tr></thead>`;
  yield '<tbody>';
  for (const row of rows) yield `<tr>${row.map((value, index) => renderCell(value, right[index] ?? '')).join('')}</tr>`;
  yield '</tbody>';
  yield '</table></div>';
}

function renderCell({ lines, tone }: Cell, traits: string): string {
  return `<td${traits}>${lines.map((text) => mark(text, tone)).join('<br>')}</td>`;
}

function inline(text: Text): string {
  if (typeof text === 'string') return escapeHtml(text);
  return text.map((part) => mark(part.text, part.tone)).join('');
}

function mark(text: string, tone: Tone): string {
  const escaped = escapeHtml(text);
  if (tone === 'plain' || escaped === '') return escaped;
  return tone === 'strong' ? `<strong>${escaped}</strong>` : `<span class="${tone}">${escaped}</span>`;
}
