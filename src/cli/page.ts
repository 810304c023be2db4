/**
 * A result as an HTML page: the document, its text, and the script and style that the build has put beside the program.
 */
import { createRequire } from 'node:module';
import type { Block } from '../report/document.js';
import { type PageAssets, renderHtmlPage } from '../report/html-page.js';

/** A page about the document; the blocks of its text, up to the first gap or heading, are its lead. */
export function renderPage(document: unknown, text: readonly Block[]): string {
  const end = text.findIndex(({ kind }) => kind === 'gap' || kind === 'heading');
  const lead = end === -1 ? text : text.slice(0, end);
  const assets = createRequire(import.meta.url)('#page') as PageAssets;
  return renderHtmlPage({ title: titleOf(document), lead, text, document }, assets);
}

/** `Varve report`, after the kind of the document. */
function titleOf(document: unknown): string {
  const kind = typeof document === 'object' && document !== null && 'kind' in document ? String(document.kind) : '';
  return kind.replace(/^varve\./, 'Varve ');
}
