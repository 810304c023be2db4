/**
 * A result as an HTML page: the document, its text, what it is about, and the script and style that the build has put
 * beside the program.
 */
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import type { Block } from '../../report/blocks/document.js';
import { plural } from '../../report/blocks/units.js';
import { type PageAssets, renderHtmlPage } from '../../report/forms/html-page.js';
import { programVersion } from '../program-version.js';

interface PageParts {
  readonly document: unknown;
  readonly lead: readonly Block[];
  readonly text: readonly Block[];
}

/** What a command was asked about. */
interface Asked {
  readonly words: readonly string[];
  readonly images?: readonly { readonly name: string }[];
}

const shownInputs = 3;

/** A page about the document with its text. */
export function renderPage({ document, lead, text }: PageParts, asked: Asked): Iterable<string> {
  const assets = createRequire(import.meta.url)('#page') as PageAssets;
  const command = commandOf(document);
  return renderHtmlPage(
    {
      command,
      about: aboutText(asked, command === 'diff'),
      version: programVersion(),
      lead,
      text,
      document,
    },
    assets,
  );
}

/** The command that makes a document of that kind. */
function commandOf(document: unknown): string {
  const kind = typeof document === 'object' && document !== null && 'kind' in document ? String(document.kind) : '';
  return kind === 'varve.verification' ? 'verify' : kind.replace(/^varve\./, '');
}

/** `images`, `before → after`, `api:1.0 → api:1.1 in images`; a folder that is only a dot by its name. */
function aboutText({ words, images = [] }: Asked, hasSides: boolean): string {
  const inputs = (words.length === 0 ? ['.'] : words).map((word) => (/^[./]+$/.test(word) ? nameOf(word) : word));
  const chosen = images.map(({ name }) => name);
  if (chosen.length > 0) return `${chosen.join(' → ')} in ${listText(inputs)}`;
  return hasSides ? inputs.join(' → ') : listText(inputs);
}

function nameOf(folder: string): string {
  return basename(resolve(folder)) || folder;
}

function listText(inputs: readonly string[]): string {
  const more = inputs.length - shownInputs;
  return more <= 0 ? inputs.join(', ') : `${inputs.slice(0, shownInputs).join(', ')} and ${plural(more, 'more input')}`;
}
