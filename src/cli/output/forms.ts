/**
 * The forms that results have for programs and browsers: rows, lines, checks, a page, and templates. Each command says what
 * its rows, lines and checks are; how they are written stands in modules of their own, one for each form, and each is loaded
 * only where its form is asked for.
 */

import type { Block } from '../../report/blocks/document.js';
import { joined } from '../../report/blocks/pieces.js';
import type { CheckList } from '../../report/forms/checks.js';
import { renderText } from '../../report/forms/terminal.js';
import { type CommandIo, tell } from '../command-io.js';
import type { Context } from '../line/command.js';
import type { CommandOptions, OptionValues } from '../line/read-options.js';
import { programVersion } from '../program-version.js';
import { deliver, type Rendered } from './output.js';
import { renderResult } from './render.js';
import type { InspectedDocument, PrintedDocuments, TemplateHeads } from './template-output.js';

/** A result in every form that its command has; only what the options ask for is called. */
export interface ResultForms {
  readonly document: unknown;
  readonly blocks: () => readonly Block[];
  /** What a page begins with, its first line the verdict; without it, the blocks up to the first gap. */
  readonly lead?: () => readonly Block[];
  /** One table, as CSV. */
  readonly csv: () => Iterable<string>;
  /** JSON objects, one a line, the one with the summary first. */
  readonly lines: () => readonly object[];
  /** What was checked: rules, or the findings of the inputs. */
  readonly checks: () => CheckList;
}

/** What every command has that can print such forms, and the images that some compare. */
type FormOptions = CommandOptions<'format' | 'output' | 'quiet' | 'verbose'> & Partial<OptionValues<'image'>>;

/** Writes the result, in the form that the options ask for, to where they say; a file is not all that someone sees. */
export async function deliverForm(forms: ResultForms, options: FormOptions, context: Context): Promise<void> {
  await deliver(await renderForm(forms, options, context), options, context.io);
  await tellVerdict(() => leadOf(forms), options, context.io);
}

/** Says the first of these lines on standard error, where the result itself went into a file. */
export async function tellVerdict(
  lead: () => readonly Block[],
  { output, quiet }: OptionValues<'output' | 'quiet'>,
  io: CommandIo,
): Promise<void> {
  if (output === null || quiet) return;
  const verdict = lead().find(({ kind }) => kind === 'line');
  if (verdict === undefined) return;
  await tell(io, joined(renderText([verdict], { color: false, width: null })).trimEnd());
}

/** The verdict and what belongs to it. */
function leadOf({ blocks, lead }: Pick<ResultForms, 'blocks' | 'lead'>): readonly Block[] {
  if (lead !== undefined) return lead();
  const text = blocks();
  const end = text.findIndex(({ kind }) => kind === 'gap' || kind === 'heading');
  return end === -1 ? text : text.slice(0, end);
}

/** The result in the form that the options ask for. */
async function renderForm(forms: ResultForms, options: FormOptions, context: Context): Promise<Rendered> {
  switch (options.format) {
    case 'csv':
      return forms.csv();
    case 'ndjson': {
      const { renderNdjson } = await import('../../report/forms/json.js');
      return renderNdjson(forms.lines());
    }
    case 'html': {
      const { renderPage } = await import('./page.js');
      return renderPage({ document: forms.document, lead: leadOf(forms), text: forms.blocks() }, options);
    }
    case 'junit': {
      const { renderJunit } = await import('../../report/forms/junit.js');
      return renderJunit(forms.checks());
    }
    case 'sarif': {
      const { renderSarif } = await import('../../report/forms/sarif.js');
      const { textHasher } = await import('../../scan/hash-text.js');
      return renderSarif(forms.checks(), { version: programVersion(), sha256: textHasher() });
    }
    case 'github': {
      const { renderAnnotations } = await import('../../report/forms/annotations.js');
      return renderAnnotations(forms.checks(), options);
    }
    default:
      return renderResult(forms.document, forms.blocks, options, context, true);
  }
}

/** `rowPrinter` of template-output.ts, at once, so that a template that means nothing is refused before anything is read. */
export async function loadRowPrinter(
  text: string,
  heads: TemplateHeads,
): Promise<(rows: readonly object[]) => readonly string[]> {
  const output = await import('./template-output.js');
  return output.rowPrinter(text, heads);
}

/** `documentPrinter` of template-output.ts, likewise. */
export async function loadDocumentPrinter(
  text: string,
): Promise<(documents: readonly InspectedDocument[]) => PrintedDocuments> {
  const output = await import('./template-output.js');
  return output.documentPrinter(text);
}
