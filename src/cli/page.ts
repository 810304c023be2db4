/**
 * A result as an HTML page: the document, its text, and the script and style that the build has put beside the program.
 */
import { createRequire } from 'node:module';
import type { Block } from '../report/document.js';
import { type PageAssets, renderHtmlPage } from '../report/html-page.js';

/** A page about the document with its text; the lead is what stands first, by default the blocks up to the first gap. */
export function renderPage(document: unknown, text: readonly Block[], lead = firstBlocks(text)): string {
  const assets = createRequire(import.meta.url)('#page') as PageAssets;
  return renderHtmlPage({ title: titleOf(document), lead, text, document }, assets);
}

function firstBlocks(blocks: readonly Block[]): readonly Block[] {
  const end = blocks.findIndex(({ kind }) => kind === 'gap' || kind === 'heading');
  return end === -1 ? blocks : blocks.slice(0, end);
}

/** `Varve report`, after the kind of the document. */
function titleOf(document: unknown): string {
  const kind = typeof document === 'object' && document !== null && 'kind' in document ? String(document.kind) : '';
  return kind.replace(/^varve\./, 'Varve ');
}
