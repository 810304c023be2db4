/**
 * Blocks → GitHub-flavoured Markdown, for a pull request or a wiki. Untrusted text passes `safeText` and has every
 * character escaped that Markdown or HTML would obey, so that a name cannot forge a link, a heading or a table cell.
 */
import type { Finding } from '../model/finding.js';
import { type Block, findingFacts, type Table, type Text, type Tone } from './document.js';
import { safeText } from './safe-text.js';

/** The whole text, ending in a newline. */
export function renderMarkdown(blocks: readonly Block[]): string {
  const parts = blocks.flatMap((block) => renderBlock(block));
  // Items of one list stand line by line; everything else is set apart by an empty line.
  const text = parts.reduce((done, part, index) => {
    const previous = parts[index - 1];
    const tight = part.startsWith('- ') && (previous?.startsWith('- ') ?? false);
    return index === 0 ? part : `${done}${tight ? '\n' : '\n\n'}${part}`;
  }, '');
  return `${text}\n`;
}

/** Text as Markdown shows it unchanged. */
function escapeMarkdown(text: string): string {
  return safeText(text).replace(/[\\`*_[\]<>|~&#!]/g, (character) => (character === '<' ? '&lt;' : `\\${character}`));
}

function renderBlock(block: Block): string[] {
  switch (block.kind) {
    case 'heading':
      return [`## ${escapeMarkdown(block.text)}`];
    case 'line':
      // What is set in belongs to a list: that of the findings above it.
      return [block.indent === 0 ? inline(block.text) : `- ${inline(block.text)}`];
    case 'item':
      return [`- ${inline(block.text)}`];
    case 'finding':
      return [renderFinding(block.finding)];
    case 'gap':
      return [];
    case 'table':
      return [renderTable(block)];
  }
}

function renderFinding({ code, severity, subject, message, ...rest }: Finding): string {
  const facts = [...(subject === null ? [] : [['in', subject] as const]), ...findingFacts(rest)];
  const items = facts.map(([label, value]) => `\n  - ${label} ${escapeMarkdown(value)}`).join('');
  return `- **${severity}** \`${code}\`: ${escapeMarkdown(message)}${items}`;
}

function renderTable({ columns, rows }: Table): string {
  const header = columns.map(({ title }) => escapeMarkdown(title));
  const rule = columns.map(({ align }) => (align === 'right' ? '--:' : '---'));
  const body = rows.map((row) => row.map(({ lines, tone }) => lines.map((text) => mark(text, tone)).join('<br>')));
  return [header, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function inline(text: Text): string {
  if (typeof text === 'string') return escapeMarkdown(text);
  // Spaces that line up columns on a terminal mean nothing here.
  return text.map((part) => mark(part.text.replace(/ {2,}$/, ' '), part.tone)).join('');
}

/** Bold for what matters; spaces stay outside the marks, where Markdown wants them. */
function mark(text: string, tone: Tone): string {
  const escaped = escapeMarkdown(text);
  if (tone !== 'strong' && tone !== 'bad') return escaped;
  return escaped.replace(/^( *)(.*?)( *)$/, (_, before, inner, after) =>
    inner === '' ? escaped : `${before}**${inner}**${after}`,
  );
}
