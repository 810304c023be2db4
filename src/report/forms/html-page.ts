/**
 * One HTML page that needs nothing beside itself: the verdict as static text, the JSON document that the page is about,
 * and the script that draws it (folder `client`, bundled at build time). The policy in its head lets run what was built
 * with Varve and nothing else: no network, no other script, no style, whatever an archive calls its tags.
 */
import { jsonPieces } from '../../model/json/json-pieces.js';
import type { Block } from '../blocks/document.js';
import { endedLines } from '../blocks/pieces.js';
import { safeJsonText } from '../blocks/safe-text.js';
import { escapeHtml, renderHtml } from './html.js';
import { pageTitle } from './page-title.js';

/** Script and style of the page as the build made them, with `sha256-…` of each as a Content-Security-Policy has it. */
export interface PageAssets {
  readonly script: string;
  readonly scriptHash: string;
  readonly style: string;
  readonly styleHash: string;
}

export interface PageContent {
  /** What was asked, as `verify`. */
  readonly command: string;
  /** What it was asked about, as it was typed; shown as it is. */
  readonly about: string;
  /** Of Varve. */
  readonly version: string;
  /** What stands first, with and without script. */
  readonly lead: readonly Block[];
  /** The whole text, shown where no script runs. */
  readonly text: readonly Block[];
  /** The JSON document of the command: the page says nothing that is not in it. */
  readonly document: unknown;
}

/** The whole file, in pieces; the same content gives the same bytes. */
export function* renderHtmlPage(content: PageContent, assets: PageAssets): Generator<string> {
  const { command, about, version, lead, text, document } = content;
  const policy = [
    "default-src 'none'",
    `script-src '${assets.scriptHash}'`,
    `style-src '${assets.styleHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  yield* endedLines([
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta name="generator" content="varve ${escapeHtml(version)}">`,
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeHtml(pageTitle(content))}</title>`,
    `<style>${assets.style}</style>`,
    '</head>',
    '<body>',
    '<header class="top">',
    `<div><h1>Varve ${escapeHtml(command)}</h1>`,
    `<p class="about"><span>${escapeHtml(about)}</span> <span class="dim">varve ${escapeHtml(version)}</span></p></div>`,
    '<div id="tools"></div>',
    '</header>',
    '<main>',
    '<section class="lead" aria-label="Verdict">',
  ]);
  yield* renderHtml(lead);
  yield* endedLines([
    '</section>',
    '<div id="page"></div>',
    '<noscript>',
    '<p class="dim">Pictures, sorting and search need JavaScript. This is the same report as text.</p>',
  ]);
  yield* renderHtml(text);
  yield* endedLines(['</noscript>', '</main>']);
  yield '<script type="application/json" id="document">';
  yield* embeddedJson(document);
  yield* endedLines(['</script>', `<script>${assets.script}</script>`, '</body>', '</html>']);
}

/** JSON that no parser of HTML can take for the end of its element; another spelling of the same document. */
function* embeddedJson(document: unknown): Generator<string> {
  for (const piece of jsonPieces(document)) yield safeJsonText(piece).replaceAll('<', '\\u003c');
}
